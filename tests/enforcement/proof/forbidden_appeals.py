"""Who may not hear an appeal: whoever had a part in the decision, by whatever login and through any door."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from compliance import staff
from compliance.errors import StaleLease
from compliance.evidence.incoming import take_in
from compliance.models import StaffUser
from enforcement.models import Appeal, Case, Decision
from enforcement.models.appeal_hearing import AppealMediation, AppealQuestion
from enforcement.models.appeals import AppealRuling
from enforcement.services import evidence
from enforcement.services.appeals import hearing, ruling, taking_up
from enforcement.services.decision_content import MeasureOrder
from tests.compliance.evidence_files import picture
from tests.enforcement import appeals
from tests.enforcement.appeals import TOLD, filed, fresh
from tests.enforcement.conftest import approve, suspension
from tests.enforcement.proof.attempts import Fake, Forbidden, Sent, Tried, changed_to, held, posted
from tests.enforcement.proof.use_cases.laying import taken
from tests.enforcement.proof.world import World, grounds

BY_OTHERS: Final = "appeal_heard_by_somebody_else"
# With a second level.
CLOSURE: Final = (MeasureOrder("warn"), MeasureOrder("close"))

Tries = Callable[[Appeal, StaffUser, int], object]


def other_login(world: World, colleague: StaffUser) -> StaffUser:
    """Return a login of a handler for a colleague who has one of another role already."""
    login = staff.create_login(
        person=colleague.person,
        username=f"{colleague.username}-too",
        password="korrekt-pferd-batterie-9",
        **grounds(world.system),
    )
    staff.assign_role(staff=login, role="complaint_handler", **grounds(world.system))
    return StaffUser.objects.select_related("person").get(pk=login.pk)


# Who had a part.


def proposer(world: World) -> tuple[Decision, StaffUser]:
    return taken(world, *suspension(7)), other_login(world, world.moderator)


def approver(world: World) -> tuple[Decision, StaffUser]:
    return taken(world, *suspension(60)), other_login(world, world.supervisor)


def opener(world: World) -> tuple[Decision, StaffUser]:
    case, another = world.case(), world.colleague("proposes", "moderator")
    decision = world.proposed(*suspension(60), case=case, actor=another)
    if not approve(decision, world.supervisor):
        approve(decision, world.officer)
    return decision, other_login(world, world.moderator)


def collector(world: World) -> tuple[Decision, StaffUser]:
    case, who = world.case(), world.colleague("collector", "moderator")
    file = take_in("截图.jpg", [picture()])
    try:
        evidence.attach_evidence(case=case, files=[file], shows="发布页面截图", **grounds(who))
    finally:
        file.discard()
    return taken(world, *suspension(60), case=Case.objects.get(pk=case.pk)), other_login(world, who)


def first_handler(world: World) -> tuple[Decision, StaffUser]:
    decision, who = taken(world, *CLOSURE), world.colleague("heard it first", "complaint_handler")
    appeals.heard(decision, who, "confirmed")
    return decision, who


# What they try.


def accepting(appeal: Appeal, who: StaffUser, fence: int) -> object:
    return taking_up.accept_appeal(appeal=fresh(appeal), fence=fence, **grounds(who))


def deciding(appeal: Appeal, who: StaffUser, fence: int) -> object:
    return ruling.decide_appeal(
        appeal=fresh(appeal), outcome="confirmed", text=TOLD, fence=fence, **grounds(who)
    )


def asking(appeal: Appeal, who: StaffUser, fence: int) -> object:
    return hearing.ask_appellant(appeal=fresh(appeal), text=TOLD, fence=fence, **grounds(who))


def mediating(appeal: Appeal, who: StaffUser, fence: int) -> object:
    return hearing.record_mediation(
        appeal=fresh(appeal),
        parties="platform",
        result="agreed",
        held_date=timezone.localdate(),
        note=TOLD,
        fence=fence,
        **grounds(who),
    )


def trying(
    part: Callable[[World], tuple[Decision, StaffUser]],
    tries: Tries,
    is_accepted: bool,
    sent: dict[str, Any],
    world: World,
) -> Tried:
    """Lay an appeal, accepted by somebody else where that comes first, and let the other one try."""
    decision, mine = part(world)
    appeal = filed(decision)
    if is_accepted:
        appeal = appeals.accept(appeal, world.colleague("hears", "complaint_handler"))
    item = fresh(appeal).work_item
    fence = held(item, mine)
    page = "hear_appeal" if appeal.level == 1 else "hear_second_appeal"
    return Tried(
        who=mine,
        act=lambda: tries(appeal, mine, fence),
        sent=(
            Sent(reverse("admin:claim_item", args=[item.pk]), {}),
            Sent(
                reverse(f"admin:{page}", args=[item.pk]),
                posted(fence=fence, version=appeal.version, **sent),
            ),
        ),
        named={"appeal": appeal.pk},
    )


THIS: Final = "FROM enforcement_appeal a WHERE a.id = %(appeal)s"
ACCEPTED = changed_to(
    Appeal,
    "status = 'accepted', handler_id = %(who)s, taken_up_at = now(),"
    " decision_clock_id = acceptance_clock_id",
    "id = %(appeal)s",
)
TAKEN_OVER = changed_to(Appeal, "handler_id = %(who)s", "id = %(appeal)s")
RULED = (
    f"INSERT INTO {AppealRuling._meta.db_table}"
    " (appeal_id, matter_id, outcome, ground, text, undone, person_id, hearing_side, at)"
    f" SELECT id, matter_id, 'confirmed', '', '维持', '[]', %(who)s, hearing_side, now() {THIS}"
)
ASKED = (
    f"INSERT INTO {AppealQuestion._meta.db_table}"
    " (appeal_id, matter_id, text, asked_by_id, hearing_side, asked_at, clock_id)"
    f" SELECT id, matter_id, '请补充', %(who)s, hearing_side, now(), acceptance_clock_id {THIS}"
)
MEDIATED = (
    f"INSERT INTO {AppealMediation._meta.db_table}"
    " (appeal_id, matter_id, parties, result, held_date, note, mediator_id, hearing_side)"
    " SELECT id, matter_id, 'platform', 'agreed', current_date, '已调解', %(who)s, hearing_side"
    f" {THIS}"
)

PARTS: Final = {
    "one's own proposal": proposer,
    "what one approved": approver,
    "a case that one opened": opener,
    "a case of one's own evidence": collector,
    "what one heard on the first level": first_handler,
}
WAYS: Final = {
    "accepting": (taking_up.accept_appeal, accepting, {"action": "accept"}, (ACCEPTED,)),
    "deciding": (
        ruling.decide_appeal,
        deciding,
        {"action": "confirm", "text": TOLD},
        (RULED, TAKEN_OVER),
    ),
    "asking in": (hearing.ask_appellant, asking, {"action": "ask", "text": TOLD}, (ASKED,)),
    "mediating in": (
        hearing.record_mediation,
        mediating,
        {
            "action": "mediate",
            "mediation": "platform:agreed",
            "held_date": "2026-01-05",
            "note": TOLD,
        },
        (MEDIATED,),
    ),
}
OF_APPEALS: dict[str, Forbidden] = {
    f"{way} an appeal against {what}": Forbidden(
        service,
        partial(trying, part, tries, way != "accepting", sent),
        # Nobody who had a part is given the lease that everything here asks for.
        StaleLease,
        tuple(Fake(each, BY_OTHERS) for each in fakes),
    )
    for way, (service, tries, sent, fakes) in WAYS.items()
    for what, part in PARTS.items()
}

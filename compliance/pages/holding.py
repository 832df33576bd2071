"""What may be done about who holds a work item: give back, pass over, hand over, take over, recuse."""

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import work
from compliance.eligibility import absent_people, people_who_may, people_who_may_hold
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Lease, Person, StaffUser, WorkItem
from compliance.recusals import recuse
from compliance.ui.kit import AllowedAction, Choice, ReasonTemplate

RECUSE_OTHERS = "compliance.recuse_others"


def _release(item: WorkItem, fence: int, person: Person | None, grounds: Grounds) -> str:
    work.release_item(work_item=item, fence=fence, **grounds)
    return _("The item is back in its queue.")


def _skip(item: WorkItem, fence: int, person: Person | None, grounds: Grounds) -> str:
    work.skip_item(work_item=item, fence=fence, **grounds)
    return _("The item is back in its queue.")


def _hand_over(item: WorkItem, fence: int, person: Person | None, grounds: Grounds) -> str:
    if person is None:
        raise InvalidInput(_("Choose a colleague."))
    work.hand_over_item(work_item=item, receiver=person, fence=fence, **grounds)
    return _("Handed over to %(name)s.") % {"name": person.name}


def _take_over(item: WorkItem, fence: int, person: Person | None, grounds: Grounds) -> str:
    work.take_over_item(work_item=item, **grounds)
    return _("You hold this item now.")


def _recuse(item: WorkItem, fence: int, person: Person | None, grounds: Grounds) -> str:
    who = person or grounds["actor"].person
    recuse(person=who, work_item=item, **grounds)
    return _("%(name)s keeps out of this matter from now on.") % {"name": who.name}


# One service an act.
ACTS: dict[str, Callable[[WorkItem, int, Person | None, Grounds], str]] = {
    "release": _release,
    "skip": _skip,
    "hand_over": _hand_over,
    "take_over": _take_over,
    "recuse": _recuse,
}


def carry_out(act: str, item: WorkItem, fence: int, person: int, grounds: Grounds) -> str:
    """
    Call the one service that an act stands for and return what to say about it.

    :raises InvalidInput: if it names nobody who works here.
    """
    chosen = Person.objects.filter(pk=person, is_system=False).first() if person else None
    if person and chosen is None:
        raise InvalidInput(_("Choose a colleague."))
    return ACTS[act](item, fence, chosen, grounds)


def offered(
    item: WorkItem, lease: Lease | None, staff: StaffUser, *, may_take: bool, url: str
) -> list[AllowedAction]:
    """Return what the person at the screen may do about who holds an item."""
    if item.closed_at is not None:
        return []
    is_mine = lease is not None and lease.holder_id == staff.person_id
    assigns = staff.has_perm(work.ASSIGN)
    fence = lease.fence if lease is not None else ""

    def act(code: str, label: str, **more: object) -> AllowedAction:
        return AllowedAction(code=code, label=label, url=url, fence=fence, **more)  # type: ignore[arg-type]

    found: list[AllowedAction] = []
    if is_mine:
        found.append(
            act(
                "release",
                _("Give back"),
                key="b",
                reason_templates=[
                    ReasonTemplate(text, text)
                    for text in (
                        _("I am called away and cannot go on with it now."),
                        _("I opened it by mistake."),
                        _("My shift is over."),
                    )
                ],
            )
        )
        found.append(
            act(
                "skip",
                _("Pass over"),
                key="s",
                hint=_("The item goes back to its queue; it is not offered to you for a while."),
            )
        )
    if is_mine or assigns:
        receivers = receivers_of(item, staff, without=lease)
        if receivers:
            found.append(
                act(
                    "hand_over",
                    _("Hand over"),
                    key="h",
                    choices_name="person",
                    choices_label=_("Colleague"),
                    choices=receivers,
                    hint=_("The colleague has a day to open it; then it is anybody's again."),
                )
            )
    if lease is not None and not is_mine and assigns and may_take:
        found.append(
            act(
                "take_over",
                _("Take over"),
                key="o",
                tone="danger",
                hint=_("Whoever holds it can decide nothing from now on, and reads your reason."),
            )
        )
    if may_take or is_mine or staff.has_perm(RECUSE_OTHERS):
        found.append(
            act(
                "recuse",
                _("Keep out of this matter"),
                key="k",
                choices_name="person",
                choices_label=_("Who keeps out"),
                choices=_who_may_keep_out(item, staff),
                hint=_("For good: nothing of this matter is offered, held, decided or approved."),
            )
        )
    return found


def receivers_of(item: WorkItem, staff: StaffUser, *, without: Lease | None) -> list[Choice]:
    """Return the colleagues to whom an item can be handed."""
    now = timezone.now()
    permission = work.get_queue(item.queue).permission
    people = people_who_may([permission], now)[permission] - absent_people(now).keys()
    people -= {staff.person_id, without.holder_id if without is not None else staff.person_id}
    return _choices(people_who_may_hold(item, people))


def _who_may_keep_out(item: WorkItem, staff: StaffUser) -> list[Choice]:
    people = {staff.person_id}
    if staff.has_perm(RECUSE_OTHERS):
        permission = work.get_queue(item.queue).permission
        people |= people_who_may([permission], timezone.now())[permission]
    return _choices(people)


def _choices(people: set[int]) -> list[Choice]:
    found = Person.objects.filter(pk__in=people, is_system=False).order_by("name", "pk")
    return [Choice(str(person.pk), str(person)) for person in found]

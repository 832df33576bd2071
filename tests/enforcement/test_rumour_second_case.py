"""A rumour that was told apart anew: whoever's decision was reversed may need another case."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.models import PublicAccount
from compliance import work
from compliance.errors import ActionRefused
from compliance.evidence.incoming import take_in
from compliance.models import StaffUser
from enforcement.models import Case, Rumour
from enforcement.services.evidence import has_collected
from enforcement.services.rumours import concluding, material, reopening
from tests.compliance.evidence_files import picture
from tests.enforcement.conftest import Staff, approve, propose
from tests.enforcement.console import client_of, text_of
from tests.enforcement.rumours import P, bring_to, concerned, fence_of, opened

pytestmark = pytest.mark.django_db


def open_case(rumour: Rumour, account: PublicAccount, actor: StaffUser) -> Case:
    return concluding.open_case_of(
        concerned=concerned(rumour, account), actor=actor, provision=P, reason="涉嫌编造"
    )


def is_offered(rumour: Rumour, actor: StaffUser) -> bool:
    fresh = Rumour.objects.get(pk=rumour.pk)
    page = client_of(actor).get(reverse("admin:work_on_rumour", args=[fresh.work_item_id]))
    return 'value="open_case"' in text_of(page)


def test_another_case_follows_the_one_whose_decision_was_reversed(
    make_account: Callable[..., PublicAccount],
    staff: Staff,
    staff_user: Callable[..., StaffUser],
) -> None:
    account, collector, other = (
        make_account(),
        staff_user("moderator"),
        staff_user("supervisor"),
    )
    rumour = opened(staff.moderator, account)
    material.attach_material(
        rumour=rumour,
        step="finding",
        files=[take_in("截图.jpg", [picture()])],
        shows="传播截图",
        actor=collector,
        provision=P,
        reason="固定证据",
    )
    bring_to(rumour, "verdict", staff.moderator)
    first = open_case(rumour, account, staff.moderator)
    decision = propose(first, staff.moderator)
    assert approve(decision, staff.supervisor)
    concluding.conclude_with_decision(
        concerned=concerned(rumour, account),
        decision=decision,
        fence=fence_of(rumour, staff.moderator),
        actor=staff.moderator,
        provision=P,
        reason="账号编造并首发该消息",
    )
    (review,) = reopening.reopen_rumour(
        rumour=rumour, public_note="", actor=staff.supervisor, provision=P, reason="来源更正"
    )

    # While the decision stands nothing more is opened.
    assert not is_offered(rumour, staff.moderator)
    with pytest.raises(ActionRefused):
        open_case(rumour, account, staff.moderator)

    reopening.reverse_for_rumour(
        review=review,
        fence=work.claim_item(work_item=review.work_item, actor=other).fence,
        actor=other,
        provision=P,
        reason="所依据的认定已撤销",
    )
    assert is_offered(rumour, staff.moderator)
    second = open_case(rumour, account, staff.moderator)

    assert second.pk != first.pk
    assert concerned(rumour, account).case == second
    assert not is_offered(rumour, staff.moderator)
    # The material is evidence of both, and whoever attached it approves in neither.
    for case in (first, second):
        fresh = Case.objects.get(pk=case.pk)
        assert [each.shows for each in material.carried_over(fresh)] == ["传播截图"]
        assert has_collected(fresh, collector)

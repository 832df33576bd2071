"""The pages of decisions on many accounts: drafted, looked at, approved by two, followed, undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import PublicAccount
from compliance import audit
from compliance.models import ActionLog, StaffUser
from compliance.staff import system_actor
from enforcement.models import BulkDecision, Case, Decision
from enforcement.services.bulk import carrying, undoing
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import REASON, P, Staff, propose
from tests.enforcement.console import client_of, refusals, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(make_account: Callable[..., PublicAccount]) -> list[PublicAccount]:
    """Three accounts of three subjects."""
    return [make_account() for _place in range(3)]


def page_of(bulk: BulkDecision) -> str:
    return reverse("admin:bulk_decision", args=[bulk.pk])


def act(login: StaffUser, bulk: BulkDecision, code: str, reason: str = "已核对") -> Any:
    return client_of(login).post(page_of(bulk), {"action": code, "reason": reason})


def test_a_list_is_pasted_proposed_approved_and_undone_on_its_page(
    ring: list[PublicAccount], staff: Staff
) -> None:
    pasted = "\n".join(f"{each.platform_uid},第{each.pk}号" for each in ring) + "\nniemand"
    drafted = client_of(staff.moderator).post(
        reverse("admin:draft_bulk"), lists.posted(accounts=pasted), follow=True
    )
    bulk = BulkDecision.objects.get()
    shown = text_of(drafted)
    assert bulk.number in shown
    assert "niemand" in shown

    for login, code in (
        (staff.moderator, "propose"),
        (staff.supervisor, "approve"),
        (staff.officer, "approve"),
    ):
        assert act(login, bulk, code).status_code == 302
    lists.carry_out(bulk)

    assert bulk.status == "done"
    assert Decision.objects.filter(status="in_force").count() == 3
    decision = Decision.objects.earliest("pk")
    assert decision.facts.endswith(f"第{ring[0].pk}号")
    page = client_of(staff.moderator)
    assert bulk.number in text_of(page.get(reverse("admin:decision", args=[decision.pk])))
    assert act(staff.supervisor, bulk, "undo", "取错批次").status_code == 302
    list(undoing.undo_taken_back(actor=system_actor()))
    bulk.refresh_from_db()
    assert bulk.status == "undone"
    assert "取错批次" in text_of(page.get(page_of(bulk)))


@pytest.mark.parametrize("way", ["file", "subject"])
def test_accounts_come_from_a_file_or_from_an_operator(
    way: str,
    make_account: Callable[..., PublicAccount],
    staff: Staff,
    system: StaffUser,
) -> None:
    accounts = [make_account() for _place in range(2)]
    audit.amend(
        accounts[1],
        "hand_over",
        subject=accounts[0].subject,
        actor=system,
        provision=P,
        reason=REASON,
    )
    content = "platform_uid\n" + "\n".join(each.platform_uid for each in accounts)
    given: dict[str, Any] = {
        "file": {"file": SimpleUploadedFile("list.csv", content.encode())},
        "subject": {"subject": str(accounts[0].subject_id)},
    }[way]

    answer = client_of(staff.moderator).post(reverse("admin:draft_bulk"), lists.posted(**given))

    assert answer.status_code == 302
    bulk = BulkDecision.objects.get()
    assert set(bulk.items.values_list("account", flat=True)) == {each.pk for each in accounts}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 409),
        ({"accounts": "u1,a,b"}, 409),
        ({"accounts": "u1", "subject": "0"}, 422),
        ({"accounts": "u1", "lead_case": "AJ99999999"}, 422),
    ],
)
def test_what_cannot_be_drafted_is_refused_with_what_was_typed_kept(
    changes: dict[str, Any], status: int, staff: Staff
) -> None:
    answer = client_of(staff.moderator).post(reverse("admin:draft_bulk"), lists.posted(**changes))

    assert answer.status_code == status
    assert lists.FACTS in text_of(answer)
    assert not BulkDecision.objects.exists()


def test_whoever_may_not_draft_has_no_page_for_it(staff: Staff) -> None:
    assert client_of(staff.supervisor).get(reverse("admin:draft_bulk")).status_code == 403


def test_the_page_offers_each_person_what_they_may_do(
    ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    bulk = lists.propose(ring, staff.moderator)

    def offered(login: StaffUser) -> set[str]:
        page = client_of(login).get(page_of(bulk))
        return {each.code for each in page.context["actions"]}

    assert offered(staff.moderator) == {"withdraw"}
    assert offered(staff.supervisor) == {"approve", "return"}
    assert offered(staff_user("auditor")) == set()
    lists.approve(bulk, staff.supervisor)
    assert offered(staff.supervisor) == set()
    lists.approve(bulk, staff.officer)
    assert offered(staff.moderator) == {"stop"}
    assert offered(staff.officer) == {"stop", "undo"}


def test_a_refused_act_is_on_record(ring: list[PublicAccount], staff: Staff) -> None:
    bulk = lists.propose(ring, staff.moderator)

    answer = act(staff.moderator, bulk, "approve")

    assert answer.status_code == 409
    assert refusals() == [("enforcement.bulkdecision.approve", staff.moderator.person_id)]
    bulk.refresh_from_db()
    assert bulk.status == "proposed"


def test_what_failed_is_named_with_its_reason_and_offered_again(
    ring: list[PublicAccount], open_case: Callable[..., Case], staff: Staff
) -> None:
    bulk = lists.approved(ring, staff)
    propose(open_case(ring[1]), staff.moderator)
    lists.carry_out(bulk)

    progress = client_of(staff.moderator).get(reverse("admin:bulk_progress", args=[bulk.pk]))
    page = client_of(staff.moderator).get(page_of(bulk))

    failed = bulk.items.get(status="failed")
    assert failed.problem in text_of(progress)
    assert ring[1].name in text_of(progress)
    assert [each.code for each in page.context["actions"]] == ["try_again"]
    assert act(staff.moderator, bulk, "try_again").status_code == 302
    failed.refresh_from_db()
    assert failed.status == "waiting"


def test_a_stopped_list_is_gone_on_with(ring: list[PublicAccount], staff: Staff) -> None:
    bulk = lists.approved(ring, staff)
    next(carrying.carry_out_bulk(bulk=bulk, actor=system_actor()))

    assert act(staff.moderator, bulk, "stop").status_code == 302
    assert act(staff.moderator, bulk, "go_on").status_code == 302

    lists.carry_out(bulk)
    assert bulk.status == "done"
    verbs = ActionLog.objects.for_object(bulk).order_by("pk").values_list("action", flat=True)
    assert [each.rsplit(".")[-1] for each in verbs][-3:] == ["stop", "go_on", "finish"]


def test_the_list_as_csv_computes_nothing(
    make_account: Callable[..., PublicAccount], staff: Staff
) -> None:
    accounts = [make_account("=1+1"), make_account()]
    bulk = lists.draft(accounts, staff.moderator)

    answer = client_of(staff.moderator).get(reverse("admin:bulk_csv", args=[bulk.pk]))

    lines = answer.content.decode().split("\r\n")
    assert len(lines) == 4
    assert accounts[0].platform_uid in lines[1]
    assert '"\'=1+1"' in lines[1]


def test_the_accounts_of_a_list_are_a_list_with_filters(
    ring: list[PublicAccount], staff: Staff
) -> None:
    bulk = lists.draft(ring, staff.moderator)
    url = reverse("admin:enforcement_bulkitem_changelist")

    page = client_of(staff.moderator).get(f"{url}?bulk__id__exact={bulk.pk}&status__exact=waiting")

    shown = text_of(page)
    assert all(each.name in shown for each in ring)

"""What is noticed about accounts: recorded once, looked at, taken up or set aside; never punished."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import FindingKind, FindingStatus
from accounts.models import Finding, PublicAccount, Restriction
from accounts.services import findings
from accounts.services.findings import FindingDraft
from compliance import audit, work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    StaleLease,
    StaleVersion,
    TransitionRefused,
)
from compliance.models import ActionLog, Clock, ClockState, StaffUser, WorkItem
from compliance.provisions import Provision
from tests.compliance.api_fixtures import Caller

pytestmark = pytest.mark.django_db
P = Provision.PUBLIC_ACCOUNT_19_1
Make = Callable[..., PublicAccount]


@pytest.fixture
def account(make_account: Make) -> PublicAccount:
    return make_account()


@pytest.fixture
def moderator(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("moderator")


def grounds(actor: StaffUser, reason: str = "核对数据") -> dict[str, Any]:
    return {"actor": actor, "provision": P, "reason": reason}


def draft(account: PublicAccount, **changes: Any) -> FindingDraft:
    return FindingDraft(
        **{
            "account": account,
            "kind": FindingKind.METRIC_ALERT,
            "facts": "一日内关注人数由 120 增至 98000",
            "figures": {"before": 120, "after": 98000},
            "ground_ref": "metric:7",
            **changes,
        }
    )


def record(account: PublicAccount, actor: StaffUser, **changes: Any) -> Finding:
    return findings.record_finding(draft(account, **changes), **grounds(actor))


def state() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Finding.objects.order_by("pk").values()),
        Finding.history.count(),
        list(WorkItem.objects.order_by("pk").values_list("pk", "closed_at")),
        Clock.objects.filter(state=ClockState.STOPPED).count(),
        ActionLog.objects.count(),
    )


def refused(kind: type[ActionRefused], act: Callable[[], object]) -> None:
    before = state()
    with pytest.raises(kind):
        act()
    assert state() == before


def test_a_finding_waits_in_its_own_queue_and_changes_nothing_about_the_account(
    account: PublicAccount, moderator: StaffUser, system: StaffUser
) -> None:
    finding = record(account, system)

    lease = work.claim_next(queue="findings", actor=moderator)
    assert lease.work_item == finding.work_item
    assert finding.work_item.clock.step == "finding_review"
    assert finding.figures == {"before": 120, "after": 98000}
    assert not Restriction.objects.filter(account=account).exists()
    version = account.version
    account.refresh_from_db()
    assert (account.version, account.status) == (version, "active")
    assert ActionLog.objects.for_object(finding).get().reason == "核对数据"


def test_the_same_recorded_again_while_it_is_open_is_the_open_one(
    account: PublicAccount, moderator: StaffUser, system: StaffUser
) -> None:
    first = record(account, system)
    again = record(account, system, facts="又一次")
    other = record(account, system, ground_ref="metric:8")
    lease = work.claim_item(work_item=first.work_item, actor=moderator)
    findings.set_aside_finding(finding=first, fence=lease.fence, **grounds(moderator))

    anew = record(account, system)

    assert again == first
    assert len({first.pk, other.pk, anew.pk}) == 3
    assert WorkItem.objects.filter(queue="findings").count() == 3


def test_the_database_refuses_a_second_open_finding_of_the_same(
    account: PublicAccount, system: StaffUser
) -> None:
    first = record(account, system)
    item = record(account, system, ground_ref="metric:8").work_item
    twin = Finding(
        account=account,
        kind=first.kind,
        facts="同一情况",
        ground_ref=first.ground_ref,
        found_at=first.found_at,
        work_item=WorkItem.objects.create(queue="findings", clock=item.clock, due_at=item.due_at),
    )

    with pytest.raises(IntegrityError, match="finding_one_open"), transaction.atomic():
        audit.create(twin, **grounds(system))


def test_many_are_recorded_in_as_many_statements_as_few(
    make_account: Make, system: StaffUser
) -> None:
    accounts = [make_account() for _number in range(6)]

    def statements(some: list[PublicAccount]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            findings.record_findings([draft(each) for each in some], **grounds(system))
        return len(queries)

    assert statements(accounts[:1]) == statements(accounts[1:])
    assert Finding.objects.count() == 6


def test_what_is_missing_or_not_allowed_is_refused(
    account: PublicAccount, staff_user: Callable[..., StaffUser], system: StaffUser
) -> None:
    auditor = staff_user("auditor")
    refused(NotPermitted, lambda: record(account, auditor))
    refused(InvalidInput, lambda: record(account, system, facts=" "))
    refused(InvalidInput, lambda: record(account, system, ground_ref=""))
    refused(
        MissingReason,
        lambda: findings.record_finding(draft(account), **grounds(system, " ")),
    )


def test_setting_aside_closes_item_and_clock_and_keeps_who_and_why(
    account: PublicAccount, moderator: StaffUser, system: StaffUser
) -> None:
    finding = record(account, system)
    fence = work.claim_item(work_item=finding.work_item, actor=moderator).fence

    findings.set_aside_finding(finding=finding, fence=fence, **grounds(moderator, "系促销活动"))

    finding = Finding.objects.get(pk=finding.pk)
    assert finding.status == FindingStatus.SET_ASIDE
    assert finding.decided_by == moderator.person
    assert finding.work_item.closed_at is not None
    assert finding.work_item.clock.state == ClockState.STOPPED
    assert ActionLog.objects.for_object(finding).latest("id").reason == "系促销活动"


def test_who_does_not_hold_it_or_comes_too_late_is_refused(
    account: PublicAccount, moderator: StaffUser, staff_user: Any, system: StaffUser
) -> None:
    finding = record(account, system)
    fence = work.claim_item(work_item=finding.work_item, actor=moderator).fence
    other, supervisor = staff_user("moderator"), staff_user("supervisor")

    def aside(actor: StaffUser, **changes: Any) -> Callable[[], None]:
        given = {"finding": finding, "fence": fence, **grounds(actor), **changes}
        return lambda: findings.set_aside_finding(**given)

    refused(StaleLease, aside(other))
    refused(StaleLease, aside(moderator, fence=None))
    refused(StaleVersion, aside(moderator, expected_version=9))
    refused(MissingReason, aside(moderator, reason=""))
    refused(NotPermitted, aside(supervisor))
    refused(
        InvalidInput,
        lambda: findings.take_up_finding(
            finding=finding, taken_up_as=" ", fence=fence, **grounds(moderator)
        ),
    )
    findings.take_up_finding(
        finding=finding, taken_up_as="case:1", fence=fence, **grounds(moderator)
    )
    refused(TransitionRefused, aside(moderator))


def test_the_page_shows_the_account_and_sets_aside(
    account: PublicAccount, moderator: StaffUser, system: StaffUser, client: Client
) -> None:
    finding = record(account, system)
    fence = work.claim_item(work_item=finding.work_item, actor=moderator).fence
    client.force_login(moderator)
    url = reverse("admin:look_at_finding", args=[finding.work_item_id])
    page = client.get(reverse("admin:finding", args=[finding.pk]), follow=True)
    assert page.redirect_chain[-1][0] == url
    assert all(words in page.text for words in (finding.facts, "98000", account.name))

    sent = {"action": "set_aside", "fence": fence, "version": finding.version}
    unreasoned = client.post(url, {**sent, "reason": ""})
    done = client.post(url, {**sent, "reason": "系促销活动"})

    assert unreasoned.status_code == 409
    assert done.status_code == 302
    finding.refresh_from_db()
    assert finding.status == FindingStatus.SET_ASIDE
    timeline = client.get(reverse("admin:account", args=[account.pk])).text
    assert finding.number in timeline


def test_who_may_not_see_findings_gets_no_page(
    account: PublicAccount, system: StaffUser, staff_user: Any, client: Client
) -> None:
    finding = record(account, system)
    client.force_login(staff_user("system_administrator"))

    page = client.get(reverse("admin:look_at_finding", args=[finding.work_item_id]))

    assert page.status_code == 403


def test_a_client_with_the_scope_reads_findings(
    account: PublicAccount, system: StaffUser, make_caller: Callable[..., Caller]
) -> None:
    finding = record(account, system)
    reader = make_caller("findings:read")

    listed = reader.get(f"/api/v1/findings/?platform_uid={account.platform_uid}&status=open")
    one = reader.get(f"/api/v1/findings/{finding.pk}/")
    other = make_caller("accounts:read").get("/api/v1/findings/")

    (row,) = listed.json()["results"]
    assert row == one.json()
    assert (row["number"], row["kind"], row["status"]) == (finding.number, "metric_alert", "open")
    assert other.status_code == 403

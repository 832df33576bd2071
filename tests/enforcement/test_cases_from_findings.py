"""Cases opened from findings, and what an open case holds."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import FindingKind, FindingStatus, HoldKind
from accounts.models import Finding, Hold, PublicAccount
from accounts.services import findings
from accounts.services.holds import holds_in_force
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, StaleLease, TransitionRefused
from compliance.models import ActionLog, Matter, StaffUser, WorkItem
from compliance.provisions import Provision
from enforcement.enums import CaseSource
from enforcement.models import Case
from enforcement.services import cases
from tests.enforcement.conftest import REASON, P, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(make_account: Callable[..., PublicAccount], system: StaffUser) -> Finding:
    """A finding that nobody has looked at."""
    return findings.record_finding(
        findings.FindingDraft(
            account=make_account(),
            kind=FindingKind.CORRECTION_MISSED,
            facts="改正期限届满，名称未改正",
            ground_ref="correction:5",
        ),
        actor=system,
        provision=P,
        reason=REASON,
    )


def take(finding: Finding, actor: StaffUser) -> int:
    return work.claim_item(work_item=finding.work_item, actor=actor).fence


def state() -> tuple[Any, ...]:
    return (
        list(Finding.objects.values()),
        Case.objects.count(),
        Hold.objects.count(),
        Matter.objects.count(),
        WorkItem.objects.count(),
        ActionLog.objects.count(),
    )


def test_the_case_takes_the_finding_up_and_names_it(
    finding: Finding, open_case: Callable[..., Case], staff: Staff
) -> None:
    fence = take(finding, staff.moderator)

    case = open_case(
        finding.account, source=CaseSource.FINDING, finding=finding, finding_fence=fence
    )

    finding = Finding.objects.get(pk=finding.pk)
    assert (finding.status, finding.taken_up_as) == (FindingStatus.TAKEN_UP, f"case:{case.pk}")
    assert case.source_ref == finding.number
    assert finding.work_item.closed_at is not None


def test_without_the_finding_or_with_a_wrong_one_no_case_is_opened(
    finding: Finding,
    open_case: Callable[..., Case],
    make_account: Callable[..., PublicAccount],
    staff: Staff,
) -> None:
    fence, other = take(finding, staff.moderator), make_account()
    given = {"source": CaseSource.FINDING, "finding": finding, "finding_fence": fence}
    refusals: list[tuple[type[ActionRefused], PublicAccount, dict[str, Any]]] = [
        (InvalidInput, finding.account, {**given, "finding": None}),
        (InvalidInput, finding.account, {**given, "source": CaseSource.PATROL}),
        (InvalidInput, other, given),
        (StaleLease, finding.account, {**given, "finding_fence": fence + 1}),
    ]
    before = state()

    for kind, account, changes in refusals:
        with pytest.raises(kind):
            open_case(account, **changes)
        assert state() == before


def test_a_finding_becomes_one_case_and_no_second_one(
    finding: Finding, open_case: Callable[..., Case], staff: Staff
) -> None:
    given = {
        "source": CaseSource.FINDING,
        "finding": finding,
        "finding_fence": take(finding, staff.moderator),
    }
    open_case(finding.account, **given)
    before = state()

    with pytest.raises((TransitionRefused, StaleLease)):
        open_case(finding.account, **given)

    assert state() == before


def test_the_page_of_the_finding_opens_the_case_and_shows_it_afterwards(
    finding: Finding, staff: Staff, client: Client
) -> None:
    client.force_login(staff.moderator)
    url = reverse("admin:look_at_finding", args=[finding.work_item_id])
    sent = {
        "action": "open_case",
        "fence": take(finding, staff.moderator),
        "version": finding.version,
        "reason": "逾期未改正，予以立案",
    }

    done = client.post(url, sent)

    case = Case.objects.get(account=finding.account)
    assert case.summary.endswith(finding.facts)
    assert done["Location"] == reverse("admin:work_on_case", args=[case.work_item_id])
    back = client.get(url).text
    assert case.number in back
    assert reverse("admin:case", args=[case.pk]) in back
    page_of_case = client.get(done["Location"]).text
    assert reverse("admin:finding", args=[finding.pk]) in page_of_case


def test_an_open_case_holds_its_account_until_it_is_closed(
    make_account: Callable[..., PublicAccount],
    open_case: Callable[..., Case],
    staff: Staff,
    client: Client,
) -> None:
    account = make_account()
    first, second = open_case(account), open_case(account)
    assert {(each.kind, each.ground_ref) for each in holds_in_force(account)} == {
        (HoldKind.OPEN_CASE, f"case:{first.pk}"),
        (HoldKind.OPEN_CASE, f"case:{second.pk}"),
    }

    cases.close_case(case=first, actor=staff.supervisor, provision=P, reason=REASON)

    (left,) = holds_in_force(account)
    assert left.ground_ref == f"case:{second.pk}"
    assert Hold.objects.get(ground_ref=f"case:{first.pk}").released_at <= timezone.now()
    client.force_login(staff.moderator)
    page = client.get(reverse("admin:account", args=[account.pk])).text
    assert reverse("admin:case", args=[second.pk]) in page


def test_the_form_for_a_case_offers_no_finding_as_its_source(
    staff: Staff, make_account: Callable[..., PublicAccount], client: Client
) -> None:
    client.force_login(staff.moderator)

    answer = client.post(
        reverse("admin:open_case"),
        {
            "uid": make_account().platform_uid,
            "source": "finding",
            "summary": "一条线索",
            "reason": REASON,
        },
    )

    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_provision_of_a_case_from_a_finding_is_on_record(
    finding: Finding, staff: Staff, client: Client
) -> None:
    fence = take(finding, staff.moderator)
    client.force_login(staff.moderator)

    client.post(
        reverse("admin:look_at_finding", args=[finding.work_item_id]),
        {"action": "open_case", "fence": fence, "version": finding.version, "reason": "予以立案"},
    )

    row = ActionLog.objects.for_object(finding).latest("id")
    assert (row.action, row.provision) == (
        "accounts.finding.take_up",
        Provision.PUBLIC_ACCOUNT_19_1,
    )

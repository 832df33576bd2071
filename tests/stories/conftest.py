"""A story that passes every desk, for tests that look at the whole of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Application, PublicAccount
from accounts.services import review
from compliance import work
from compliance.errors import ActionRefused
from compliance.identity import vault
from compliance.models import Clause, StaffUser
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from enforcement.models import Case, Decision, ViolationType
from enforcement.services import cases, decisions, report_duties, reversals
from enforcement.services.decision_content import MeasureOrder
from reports.models import Filing
from reports.services import filings
from tests.hearings import hear

P = Provision.PUBLIC_ACCOUNT_19_2
ROLES = ("moderator", "supervisor", "compliance_officer", "complaint_handler", "auditor")


@dataclass
class Story:
    """Everybody who took part, and what there is at the end."""

    staff: dict[str, StaffUser]
    account: PublicAccount
    case: Case
    decision: Decision
    filing: Filing


@pytest.fixture
def story(
    staff_user: Callable[..., StaffUser],
    make_application: Callable[..., Application],
    tmp_path: Path,
) -> Story:
    """From the application over review, closure, its undoing and the filing that reports it."""
    staff = {role: staff_user(role) for role in ROLES}
    second = staff_user("compliance_officer")
    moderator, officer = staff["moderator"], staff["compliance_officer"]
    application = make_application(category="education", account_name="河畔晨读")

    lease = work.claim_item(work_item=application.work_item, actor=moderator)
    work.skip_item(
        work_item=application.work_item,
        actor=moderator,
        fence=lease.fence,
        provision=Provision.PUBLIC_ACCOUNT_6_1,
        reason="先核对资质",
    )
    lease = work.claim_item(work_item=application.work_item, actor=moderator)
    vault.reveal(
        value=application.mobile, actor=moderator, provision=Provision.PIPL_51, reason="核对材料"
    )
    review.approve_application(
        application=application,
        fence=lease.fence,
        expected_version=application.version,
        told="材料齐全",
        actor=moderator,
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason="材料齐全",
    )
    account = PublicAccount.objects.get(application=application)

    case = cases.open_case(
        account=account,
        source="own",
        summary="冒用名义",
        actor=moderator,
        provision=P,
        reason="巡查",
    )
    decision = decisions.propose_decision(
        case=case,
        fence=work.claim_item(work_item=case.work_item, actor=moderator).fence,
        violation_type=ViolationType.objects.get(code="V02.3"),
        severity=3,
        facts="账号冒用他人名义发布内容，经核对属实。",
        reasoning="该行为使公众误认发布者身份，属于假冒仿冒。",
        clauses=[Clause.objects.get(provision="public-account-2021:18(2)")],
        measures=[MeasureOrder("close", None)],
        deviation_reason="grave_effect",
        deviation_note="冒用他人名义收取费用，影响明显大于一般情形。",
        actor=moderator,
        provision=P,
        reason="事实清楚",
    )
    decision = hear(decision)
    with (
        pytest.raises(ActionRefused),
        refusals_logged(action="enforcement.decision.approve", target=decision, actor=moderator),
    ):
        decisions.approve_decision(decision=decision, actor=moderator, provision=P, reason="同意")
    for approver in (staff["supervisor"], officer):
        decisions.approve_decision(decision=decision, actor=approver, provision=P, reason="同意")
    decision = Decision.objects.get(pk=decision.pk)

    duty = decision.report_duty
    report_duties.send_report(duty=duty, channel="系统", actor=officer, provision=P, reason="报告")
    report_duties.receipt_report(
        duty=duty, receipt_number="HZ-1", actor=officer, provision=P, reason="收到"
    )
    reversals.reverse_decision(
        decision=decision, actor=staff["complaint_handler"], provision=P, reason="申诉成立"
    )
    cases.close_case(
        case=Case.objects.get(pk=case.pk),
        actor=staff["supervisor"],
        provision=P,
        reason="办结",
    )

    today = timezone.localdate()
    call_command(
        "prepare_filing",
        "R07",
        f"--from={today - timedelta(days=1)}",
        f"--until={today + timedelta(days=1)}",
        "--format=csv",
        f"--out={tmp_path}",
        f"--as={officer.username}",
    )
    filing = Filing.objects.get()
    filings.review_filing(filing=filing, actor=officer, provision=P, reason="复核")
    filings.request_release(filing=filing, actor=officer, provision=P, reason="申请签发")
    filings.release_filing(filing=filing, actor=second, provision=P, reason="签发")
    filings.mark_filed(filing=filing, channel="系统", actor=officer, provision=P, reason="报送")
    return Story(staff, account, case, decision, filing)

"""A profile is corrected, or the service is terminated: through the console, the page and the API."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    Correction,
    CorrectionAnswer,
    CorrectionDocument,
    Finding,
    PublicAccount,
)
from accounts.services.corrections import lapses
from accounts.services.corrections.ordering import clauses_to_cite
from accounts.services.findings import FindingDraft, record_finding
from accounts.services.restrictions import state_of
from compliance import work
from compliance.evidence import services as evidence_services
from compliance.models import (
    ActionLog,
    ActionOutcome,
    EvidenceFile,
    Notice,
    ResponseInvitation,
    ResponseReceipt,
    StaffUser,
)
from compliance.notices import dispatch
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from enforcement.models import Case, Decision, ViolationType
from reports.demo.clock import clock_at
from tests.accounts.corrections import FACTS, LONG_AGO, again, grounds
from tests.compliance.api_fixtures import Caller
from tests.enforcement.console import approval_page, case_page, look_and_propose
from tests.hearings import hear
from tests.stories.test_public_response.conftest import Mailbox, code_in, mailbox, photo, visitor

pytestmark = pytest.mark.django_db
__all__ = ["mailbox", "visitor"]
ANSWERS = "/api/v1/corrections/{}/answers/"


@pytest.fixture
def moderator(client: Client, reviewer: StaffUser) -> Client:
    """A moderator at the screen."""
    client.force_login(reviewer)
    return client


def kept() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Correction.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(ResponseInvitation.objects.order_by("pk").values("pk", "status")),
        CorrectionAnswer.objects.count(),
        CorrectionDocument.objects.count(),
        EvidenceFile.objects.count(),
        ResponseReceipt.objects.count(),
        Notice.objects.count(),
        Decision.objects.count(),
        ActionLog.objects.exclude(outcome=ActionOutcome.REFUSED).count(),
    )


def order(moderator: Client, account: PublicAccount, *wrong: str, **changes: Any) -> Any:
    return moderator.post(
        reverse("admin:order_correction", args=[account.pk]),
        {
            "mismatches": wrong or ("name",),
            "ground": "organ",
            "facts": FACTS,
            "clause": clauses_to_cite().get(number="3.1").pk,
            "private_note": "",
            "reason": "日常巡查中发现账号信息与主体身份不符",
            **changes,
        },
    )


def link_of(correction: Correction, kind: str = "answer") -> str:
    invitation = ResponseInvitation.objects.open().about(correction)
    found = invitation.get(kind=f"accounts.correction_{kind}")
    return reverse("public:response", args=[code_of(found)])


def decide(console: Client, correction: Correction, actor: StaffUser, act: str) -> Any:
    item = again(correction).work_item
    assert item is not None
    fence = work.claim_item(work_item=item, actor=actor).fence
    page = reverse("admin:review_correction", args=[item.pk])
    return console.post(
        page,
        {
            "action": act,
            "fence": fence,
            "version": again(correction).version,
            "reason": "经核对，符合要求",
        },
    )


def shown(answer: Any) -> str:
    """Return what can be read of a page: differing characters stand in marks of their own."""
    return html.unescape(re.sub(r"</?(?:mark|strong)[^>]*>", "", answer.text))


def test_found_told_answered_with_a_file_and_resumed_on_the_same_day(
    moderator: Client,
    visitor: Client,
    mailbox: Mailbox,
    reviewer: StaffUser,
    system: StaffUser,
    make_account: Callable[..., PublicAccount],
) -> None:
    account = make_account()
    account_page = moderator.get(reverse("admin:account", args=[account.pk]))
    form = reverse("admin:order_correction", args=[account.pk])
    assert form in account_page.text
    before = kept()
    assert order(moderator, account, facts="不符").status_code == 409
    assert order(moderator, account, ground="").status_code == 422
    assert kept() == before

    ordered = order(moderator, account, "name", "avatar")

    correction = Correction.objects.get()
    assert ordered["Location"] == reverse("admin:correction", args=[correction.pk])
    assert state_of(PublicAccount.objects.get(), timezone.now()).service is not None
    dispatch.drain_outbox()
    told = next(each for each in mailbox.got if FACTS in each.text)
    page = reverse("public:response", args=[code_in(told.text)])
    assert page == link_of(correction)
    asked = shown(visitor.get(page))
    for each in (account.name, FACTS, correction.reference):
        assert each in asked
    assert "<script" not in asked

    given = {"answer": "corrected", "name": "河畔闲谈", "words": "已更换", "complete": "1"}
    before = kept()
    assert visitor.post(page, given).status_code == 409  # no picture
    assert visitor.post(page, {**given, "name": "", "files": [photo()]}).status_code == 409
    assert visitor.post(page, {**given, "answer": "perhaps"}).status_code == 409
    assert kept() == before
    assert visitor.post(page, {**given, "files": [photo()]}).status_code == 302
    assert visitor.post(page, {**given, "files": [photo()]}).status_code == 409

    for each in CorrectionDocument.objects.all():
        evidence_services.check_file(
            file=each.file,
            actor=system,
            provision=Provision.PUBLIC_ACCOUNT_8_2,
            reason="检查收到的文件",
        )
    item = again(correction).work_item
    review = shown(moderator.get(reverse("admin:review_correction", args=[item.pk])))
    for each in (account.name, "河畔闲谈", "运营者的说明"):
        assert each in review
    assert decide(moderator, correction, reviewer, "accept_correction").status_code == 302

    account = PublicAccount.objects.get()
    assert account.name == "河畔闲谈"
    assert state_of(account, timezone.now()).service is None
    correction = again(correction)
    assert correction.status == "accepted"
    record = shown(moderator.get(reverse("admin:correction", args=[correction.pk])))
    assert "已改正" in record
    timeline = shown(moderator.get(reverse("admin:account", args=[account.pk])))
    assert correction.reference in timeline


def test_missed_then_a_finding_a_case_and_terminated_by_two_people(
    moderator: Client,
    visitor: Client,
    mailbox: Mailbox,
    reviewer: StaffUser,
    system: StaffUser,
    staff_user: Callable[..., StaffUser],
    make_account: Callable[..., PublicAccount],
    make_caller: Callable[..., Caller],
    problem_of: Callable[..., str],
) -> None:
    account = make_account()
    dispatch.drain_outbox()
    with clock_at(timezone.now() - LONG_AGO):
        order(moderator, account)
        dispatch.drain_outbox()
    correction = Correction.objects.get()
    page = link_of(correction)
    before = kept()
    late = visitor.post(page, {"answer": "corrected", "name": "河畔闲谈", "complete": "1"})
    assert late.status_code == 409
    assert kept() == before

    assert lapses.lapse_corrections(now=timezone.now(), actor=system) == 1
    finding = Finding.objects.get()
    fence = work.claim_item(work_item=finding.work_item, actor=reviewer).fence
    finding_page = reverse("admin:look_at_finding", args=[finding.work_item_id])
    assert correction.reference in shown(moderator.get(finding_page))
    opened = moderator.post(
        finding_page,
        {
            "action": "open_case",
            "fence": fence,
            "version": finding.version,
            "reason": "逾期未改正，予以立案",
        },
    )
    case = Case.objects.get()
    assert opened["Location"] == case_page(case)

    # The platform hands in an answer: nothing is terminated while it is under review.
    program = make_caller("corrections:read", "corrections:write")
    reader = make_caller("corrections:read")
    address = ANSWERS.format(correction.reference)
    answered = {"answer": "objection", "statement": "名称属实"}
    assert problem_of(reader.post(address, answered)) == "scope-missing"
    assert program.post(address, {"answer": "corrected"}).status_code == 422
    assert program.post(address, {"answer": "corrected", "avatar": 1}).status_code in (400, 422)
    taken = program.post(address, answered)
    assert taken.status_code == 201, taken.content
    again_refused = program.post(address, answered)
    assert problem_of(again_refused) == "conflict" or again_refused.status_code == 409
    fence = work.claim_item(work_item=case.work_item, actor=reviewer).fence
    words = {
        "violation": _violation(),
        "severity": 2,
        "facts": "账号名称使用示范区人民政府的名称，期限届满后仍未改正。",
        "reasoning": "运营者收到限期改正通知后未在期限内改正，属于拒不改正。",
        "clauses": [_clause()],
        "measures": ["terminate"],
        "term_suspend_updates": "",
        "content_kind": "account",
        "content_ref": "",
    }
    before = kept()
    refused = moderator.post(
        case_page(case),
        {**words, "action": "preview", "fence": fence, "version": case.version},
    )
    assert refused.status_code == 409
    assert kept() == before
    assert decide(moderator, correction, reviewer, "reject").status_code == 302
    assert again(correction).status == "overdue"

    proposed = look_and_propose(moderator, Case.objects.get(), fence, **words)
    assert proposed.status_code == 302, shown(proposed)
    decision = Decision.objects.get()
    supervisor = staff_user("supervisor")
    chief = Client()
    chief.force_login(supervisor)
    decision = hear(decision)
    fence = work.claim_item(work_item=decision.approval_item, actor=supervisor).fence
    seen = shown(chief.get(approval_page(decision)))
    assert correction.reference in seen
    verdict = chief.post(
        approval_page(decision),
        {
            "action": "approve",
            "fence": fence,
            "version": decision.version,
            "reason": "事实与依据相符，同意",
        },
    )

    assert verdict.status_code == 302
    account.refresh_from_db()
    assert account.status == "closed"
    assert again(correction).status == "terminated"
    found = reader.get(
        f"/api/v1/corrections/?status=terminated&platform_uid={account.platform_uid}"
    )
    assert re.search(rf'"reference": ?"{correction.reference}"', found.content.decode())
    dispatch.drain_outbox()
    asked, told = [each.text for each in mailbox.got if decision.number in each.text]
    assert "/public/respond/" in asked
    assert correction.reference in told


def _violation() -> int:
    return int(ViolationType.objects.get(code="V01").pk)


def _clause() -> int:
    return int(clauses_to_cite().get(provision="public-account-2021:18(1)").pk)


def test_a_finding_of_a_patrol_leads_to_the_order_and_is_taken_up_with_it(
    moderator: Client,
    reviewer: StaffUser,
    system: StaffUser,
    staff_user: Callable[..., StaffUser],
    make_account: Callable[..., PublicAccount],
) -> None:
    account = make_account()
    finding, other = (
        record_finding(
            FindingDraft(account=account, kind=kind, facts=FACTS, ground_ref="patrol:1"),
            **grounds(system),
        )
        for kind in ("patrol_failed", "metric_alert")
    )
    leads = reverse("admin:look_at_finding", args=[finding.work_item_id])
    work.claim_item(work_item=other.work_item, actor=reviewer)
    assert "order_correction" not in moderator.get(
        reverse("admin:look_at_finding", args=[other.work_item_id])
    ).text.replace("/corrections/order/", "")
    fence = work.claim_item(work_item=finding.work_item, actor=reviewer).fence
    act = {"action": "order_correction", "fence": fence, "version": finding.version, "reason": "x"}

    led = moderator.post(leads, act)

    form = f"{reverse('admin:order_correction', args=[account.pk])}?finding={finding.pk}"
    assert led["Location"] == form
    assert FACTS in shown(moderator.get(form))
    outsider = Client()
    outsider.force_login(staff_user("complaint_handler"))
    before = kept()
    posted = {
        "mismatches": ["bio"],
        "ground": "unlawful",
        "facts": FACTS,
        "clause": clauses_to_cite().get(number="3.1").pk,
        "reason": "日常巡查中发现",
    }
    assert moderator.post(form, {**posted, "fence": fence + 1}).status_code == 409
    assert outsider.post(form, {**posted, "fence": fence}).status_code == 403
    assert kept() == before
    assert moderator.post(form, {**posted, "fence": fence}).status_code == 302
    finding.refresh_from_db()
    assert finding.taken_up_as == f"correction:{Correction.objects.get().pk}"


def test_more_time_is_asked_for_on_the_public_page_once(
    moderator: Client,
    visitor: Client,
    mailbox: Mailbox,
    make_account: Callable[..., PublicAccount],
) -> None:
    order(moderator, make_account())
    correction = Correction.objects.get()
    page = link_of(correction, "more_time")
    before = kept()
    assert visitor.post(page, {"why": "because", "complete": "1"}).status_code == 409
    assert kept() == before

    assert visitor.post(page, {"why": "registry", "complete": "1"}).status_code == 302
    assert visitor.post(page, {"why": "registry", "complete": "1"}).status_code == 409

    clock = again(correction).clock
    assert clock.extensions_asked.count() == 1

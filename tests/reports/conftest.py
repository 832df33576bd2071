"""What the tests of reports may ask for: decisions taken at an hour, filings on October 2026."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.enums import Category, IdType, SubjectNature
from accounts.models import Application, PublicAccount, RegistrationPolicy, Subject
from compliance import audit, work
from compliance.identity import vault
from compliance.models import Clause, StaffUser
from compliance.provisions import Provision
from enforcement.enums import CaseSource, ContentKind, MeasureCode
from enforcement.models import Case, Decision, ViolationType
from enforcement.services import cases, decisions
from enforcement.services.decision_content import MeasureOrder
from reports.models import Filing
from reports.services import filings, preparation
from tests.hearings import hear

SHANGHAI = ZoneInfo("Asia/Shanghai")
P = Provision.PUBLIC_ACCOUNT_19_2
REASON = "测试理由"
FACTS = "账号于三月二日发布文章，称某水库已经决堤，经核实并无此事。"
REASONING = "所述事件不存在，账号未核实即发布并引发恐慌，属于编造虚假信息误导公众。"
NOTE = "内部备注：与另一账号可能是同一运营者"
SUMMARY = "举报人林某称其住址被公开"
PERSON_NAME = "欧阳测试"
ID_NUMBER = "110101199003070011"
MOBILE = "13900001111"
# Words and numbers that stand in the records and must not stand in a filing.
IDENTITY = (PERSON_NAME, ID_NUMBER, MOBILE, FACTS, REASONING, NOTE, SUMMARY)
FIRST, UNTIL = date(2026, 10, 1), date(2026, 11, 1)
WARNING = (MeasureOrder(MeasureCode.WARN),)
CLOSURE = (MeasureOrder(MeasureCode.CLOSE),)
_numbers = count(1)


def at(day: int, hour: int = 12, minute: int = 0, month: int = 10) -> datetime:
    """Return an instant of 2026 in Shanghai."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def suspension(days: int) -> tuple[MeasureOrder, ...]:
    """Return the order of a suspension."""
    return (MeasureOrder(MeasureCode.SUSPEND_UPDATES, days),)


@dataclass
class Staff:
    """Who takes decisions, and three compliance officers."""

    moderator: StaffUser
    supervisor: StaffUser
    officer: StaffUser
    second: StaffUser
    third: StaffUser


@pytest.fixture
def staff(staff_user: Callable[..., StaffUser]) -> Staff:
    """A moderator, a supervisor and three compliance officers."""
    officers = (staff_user("compliance_officer") for _ in range(3))
    return Staff(staff_user("moderator"), staff_user("supervisor"), *officers)


@pytest.fixture
def make_account(system: StaffUser) -> Callable[..., PublicAccount]:
    """Makes an active account with identity data behind it."""

    def make(name: str = "", uid: str = "", nature: str = "") -> PublicAccount:
        number = next(_numbers)
        name = name or f"测试账号{number}"
        uid = uid or f"uid{number}"
        grounds: dict[str, Any] = {"actor": system, "provision": P, "reason": REASON}
        key, _plain = vault.new_key()
        subject = audit.create(
            Subject(
                key=key,
                nature=nature or SubjectNature.NATURAL_PERSON,
                id_type=IdType.RESIDENT_ID,
                id_number=vault.store(key, "id_number", ID_NUMBER),
                name=vault.store(key, "name", PERSON_NAME),
            ),
            **grounds,
        )
        application = audit.create(
            Application(
                platform_uid=uid,
                source="api",
                subject=subject,
                account_name=name,
                folded_name=name,
                mobile=vault.store(key, "mobile", MOBILE),
                content_digest="0" * 64,
                policy=RegistrationPolicy.objects.latest("effective_from"),
            ),
            **grounds,
        )
        return audit.create(
            PublicAccount(
                platform_uid=uid,
                name=name,
                folded_name=name,
                category=Category.LIFE,
                subject=subject,
                application=application,
                registered_at=at(1, month=3),
            ),
            **grounds,
        )

    return make


@pytest.fixture
def decide(staff: Staff, make_account: Callable[..., PublicAccount]) -> Callable[..., Decision]:
    """Takes a decision at an instant, through the services of enforcement."""

    def make(
        when: datetime,
        *,
        code: str = "V06.1",
        measures: Sequence[MeasureOrder] = WARNING,
        source: str = CaseSource.PATROL,
        content_ref: str = "article-20261003-17",
        case: Case | None = None,
        **account: str,
    ) -> Decision:
        with time_machine.travel(when):
            case = case or cases.open_case(
                account=make_account(**account),
                source=source,
                source_ref="网信函〔2026〕1号",
                summary=SUMMARY,
                actor=staff.moderator,
                provision=Provision.PUBLIC_ACCOUNT_19_1,
                reason=REASON,
            )
            violation = ViolationType.objects.get(code=code)
            decision = decisions.propose_decision(
                case=case,
                fence=work.claim_item(work_item=case.work_item, actor=staff.moderator).fence,
                violation_type=violation,
                severity=3,
                facts=FACTS,
                reasoning=REASONING,
                private_note=NOTE,
                clauses=[Clause.objects.get(provision=violation.provision)],
                measures=measures,
                deviation_reason="step_unfit",
                deviation_note="账号的情形与一般案件不同，该档措施不适合本案。",
                content_kind=ContentKind.TEXT,
                content_ref=content_ref,
                actor=staff.moderator,
                provision=P,
                reason=REASON,
            )
            decision = hear(decision)
            for approver in (staff.supervisor, staff.officer):
                if decisions.approve_decision(
                    decision=decision, actor=approver, provision=P, reason=REASON
                ):
                    break
        return Decision.objects.get(pk=decision.pk)

    return make


@pytest.fixture
def prepare(staff: Staff) -> Callable[..., Filing]:
    """Prepares the filing on October 2026, or on the days that are given."""

    def make(first: date = FIRST, until: date = UNTIL, **changes: Any) -> Filing:
        return preparation.prepare_filing(
            **{
                "code": "R07",
                "period_from": first,
                "period_until": until,
                "actor": staff.officer,
                "provision": P,
                "reason": REASON,
                **changes,
            }
        )

    return make


@pytest.fixture
def requested(prepare: Callable[..., Filing], staff: Staff) -> Callable[..., Filing]:
    """Prepares and reviews a filing and asks for its release, all by the first officer."""

    def make(**changes: Any) -> Filing:
        filing = prepare(**changes)
        filings.review_filing(filing=filing, actor=staff.officer, provision=P, reason=REASON)
        filings.request_release(filing=filing, actor=staff.officer, provision=P, reason=REASON)
        return filing

    return make


@pytest.fixture
def filed(requested: Callable[..., Filing], staff: Staff) -> Callable[..., Filing]:
    """Hands in a filing that the second officer released."""

    def make(**changes: Any) -> Filing:
        filing = requested(**changes)
        filings.release_filing(filing=filing, actor=staff.second, provision=P, reason=REASON)
        return filings.mark_filed(
            filing=filing,
            channel="报送系统",
            actor=staff.officer,
            provision=P,
            reason=REASON,
        )

    return make

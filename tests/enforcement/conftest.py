"""What the tests of enforcement may ask for: accounts, cases held by somebody, decisions."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import Category, IdType, SubjectNature
from accounts.models import Application, PublicAccount, RegistrationPolicy, Subject
from compliance import audit, work
from compliance.evidence import services as evidence_files
from compliance.evidence.incoming import take_in
from compliance.identity import vault
from compliance.models import Clause, EvidenceFile, StaffUser
from compliance.provisions import Provision
from enforcement.enums import CaseSource, ContentKind, MeasureCode
from enforcement.models import Case, CatalogueVersion, Decision, ViolationType
from enforcement.services import cases, decisions, evidence
from enforcement.services.decision_content import MeasureOrder
from tests.compliance.evidence_files import picture
from tests.hearings import hear

P = Provision.PUBLIC_ACCOUNT_19_2
REASON = "测试理由"
FACTS = "账号于三月二日发布文章，称某水库已经决堤，经核实并无此事。"
REASONING = "所述事件不存在，账号未核实即发布并引发恐慌，属于编造虚假信息误导公众。"
WHY_OTHERWISE = "账号的情形与一般案件不同，该档措施不适合本案。"
NOTE = "内部备注：与另一账号可能是同一运营者"
PERSON_NAME = "欧阳测试"
ID_NUMBER = "110101199003070011"
_numbers = count(1)


@dataclass
class Staff:
    """One person in each role that a decision passes through."""

    moderator: StaffUser
    supervisor: StaffUser
    officer: StaffUser


@pytest.fixture
def staff(staff_user: Callable[..., StaffUser]) -> Staff:
    """A moderator, a supervisor and a compliance officer."""
    return Staff(
        staff_user("moderator"), staff_user("supervisor"), staff_user("compliance_officer")
    )


@pytest.fixture
def make_account(system: StaffUser) -> Callable[..., PublicAccount]:
    """Makes an active account of a natural person."""

    def make(name: str = "") -> PublicAccount:
        number = next(_numbers)
        name = name or f"测试账号{number}"
        grounds: dict[str, Any] = {"actor": system, "provision": P, "reason": REASON}
        key, _plain = vault.new_key()
        subject = audit.create(
            Subject(
                key=key,
                nature=SubjectNature.NATURAL_PERSON,
                id_type=IdType.RESIDENT_ID,
                id_number=vault.store(key, "id_number", ID_NUMBER),
                name=vault.store(key, "name", PERSON_NAME),
            ),
            **grounds,
        )
        application = audit.create(
            Application(
                platform_uid=f"uid{number}",
                source="api",
                subject=subject,
                account_name=name,
                folded_name=name,
                content_digest="0" * 64,
                policy=RegistrationPolicy.objects.latest("effective_from"),
            ),
            **grounds,
        )
        return audit.create(
            PublicAccount(
                platform_uid=f"uid{number}",
                name=name,
                folded_name=name,
                category=Category.LIFE,
                subject=subject,
                application=application,
                registered_at=timezone.now(),
            ),
            **grounds,
        )

    return make


@pytest.fixture
def open_case(make_account: Callable[..., PublicAccount], staff: Staff) -> Callable[..., Case]:
    """Opens a case about a new account, or about the one that is given."""

    def make(account: PublicAccount | None = None, **changes: Any) -> Case:
        return cases.open_case(
            **{
                "account": account or make_account(),
                "source": CaseSource.PATROL,
                "summary": "疑似发布虚假信息",
                "actor": staff.moderator,
                "provision": Provision.PUBLIC_ACCOUNT_19_1,
                "reason": REASON,
                **changes,
            }
        )

    return make


def violation(code: str = "V06.1") -> ViolationType:
    """Return a violation of the catalogue in force."""
    version = CatalogueVersion.objects.in_force(timezone.now())
    return ViolationType.objects.get(version=version, code=code)


def clause(provision: str = "public-account-2021:18(6)") -> Clause:
    """Return a clause by the article that it words."""
    return Clause.objects.get(provision=provision)


WARNING = (MeasureOrder(MeasureCode.WARN),)
CLOSURE = (MeasureOrder(MeasureCode.CLOSE),)


def suspension(days: int) -> tuple[MeasureOrder, ...]:
    """Return the order of a suspension."""
    return (MeasureOrder(MeasureCode.SUSPEND_UPDATES, days),)


def propose(case: Case, actor: StaffUser, **changes: Any) -> Decision:
    """
    Claim a case and propose a decision on it; whatever is given is proposed instead.

    Where the operator is heard first, they have nothing to say, unless `is_heard` is false.
    """
    is_heard = changes.pop("is_heard", True)
    if "fence" not in changes:
        changes["fence"] = work.claim_item(work_item=case.work_item, actor=actor).fence
    decision = decisions.propose_decision(
        **{
            "case": case,
            "violation_type": violation(),
            # So grave that whatever else is ordered stays below the step of the ladder: one approves.
            "severity": 4,
            "deviation_reason": "step_unfit",
            "deviation_note": WHY_OTHERWISE,
            "facts": FACTS,
            "reasoning": REASONING,
            "private_note": NOTE,
            "clauses": [clause()],
            "measures": WARNING,
            "content_kind": ContentKind.TEXT,
            "content_ref": "article-20260302-17",
            "actor": actor,
            "provision": P,
            "reason": REASON,
            **changes,
        }
    )
    return hear(decision) if is_heard else decision


def approve(decision: Decision, actor: StaffUser, reason: str = "事实清楚，同意") -> bool:
    """Approve a decision."""
    return decisions.approve_decision(decision=decision, actor=actor, provision=P, reason=reason)


@pytest.fixture
def decide(open_case: Callable[..., Case], staff: Staff) -> Callable[..., Decision]:
    """Takes a decision: proposed by the moderator, approved by whoever the catalogue asks for."""

    def make(account: PublicAccount | None = None, **changes: Any) -> Decision:
        decision = propose(open_case(account), staff.moderator, **changes)
        if not approve(decision, staff.supervisor):
            approve(decision, staff.officer)
        return Decision.objects.get(pk=decision.pk)

    return make


@pytest.fixture
def attach(staff: Staff, system: StaffUser) -> Callable[..., EvidenceFile]:
    """Attaches a file to a case and has it checked."""

    def make(
        case: Case,
        body: bytes | None = None,
        name: str = "截图.jpg",
        sensitivity: str = "ordinary",
        actor: StaffUser | None = None,
    ) -> EvidenceFile:
        incoming = take_in(name, [picture() if body is None else body])
        (attached,) = evidence.attach_evidence(
            case=case,
            files=[incoming],
            shows="聊天截图",
            sensitivity=sensitivity,
            actor=actor or staff.moderator,
            provision=P,
            reason=REASON,
        )
        return evidence_files.check_file(
            file=attached.file, actor=system, provision=P, reason=REASON
        )

    return make

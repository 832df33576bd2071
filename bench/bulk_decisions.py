"""A decision on many accounts against as many single ones, and how long its draft takes."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from time import perf_counter
from typing import Any

from accounts.models import PublicAccount
from bench.decisions import GROUNDS, officer
from bench.generator import lay_accounts
from bench.result import Result
from compliance import staff, work
from compliance.models import Clause, StaffUser
from enforcement.enums import CaseSource, ContentKind, MeasureCode
from enforcement.models import CatalogueVersion, Decision, ViolationType
from enforcement.services import cases, decisions
from enforcement.services.bulk import carrying, drafting, proposing
from enforcement.services.bulk.lists import Entry
from enforcement.services.decision_content import DecisionWords, MeasureOrder

# Of every so many accounts one is decided on by itself, to compare with.
_SHARE = 20
# A decision from a list may take this much of the time of a single one.
_CEILING = 1.25
# To look at one account of a draft may take this much of the time to decide on it.
_DRAFT_CEILING = 0.1


def run(size: int) -> Iterator[Result]:
    """Decide on `size` accounts in one list and on some others one by one."""
    alone = max(size // _SHARE, 2)
    lay_accounts(size + alone)
    accounts = list(PublicAccount.objects.order_by("pk")[: size + alone])
    moderator = officer("bench-moderator", "moderator")
    supervisor = officer("bench-supervisor", "supervisor")
    second = officer("bench-officer", "compliance_officer")

    began = perf_counter()
    bulk = drafting.draft_bulk(
        entries=[Entry(each.platform_uid) for each in accounts[alone:]],
        words=_words(),
        actor=moderator,
        **GROUNDS,
    )
    drafted = (perf_counter() - began) / size
    proposing.propose_bulk(bulk=bulk, actor=moderator, **GROUNDS)
    proposing.approve_bulk(bulk=bulk, actor=supervisor, **GROUNDS)
    proposing.approve_bulk(bulk=bulk, actor=second, **GROUNDS)
    before = Decision.objects.count()
    single, listed = _side_by_side(
        (partial(_decide_alone, each, moderator, supervisor, second) for each in accounts[:alone]),
        carrying.carry_out_bulk(bulk=bulk, actor=staff.system_actor()),
    )
    done = Decision.objects.count() - before - alone
    assert done == size, "not every account was decided on"
    yield Result(
        name="bulk decisions: one of a list against a single one",
        ratio=listed / single,
        limit=_CEILING,
        is_ceiling=True,
        figures={
            "accounts": size,
            "ms each": round(listed * 1000, 1),
            "ms alone": round(single * 1000, 1),
        },
    )
    yield Result(
        name="bulk decisions: drafting an account against deciding on it",
        ratio=drafted / listed,
        limit=_DRAFT_CEILING,
        is_ceiling=True,
        figures={"accounts": size, "ms each": round(drafted * 1000, 2)},
    )


def _side_by_side(
    alone: Iterable[Callable[[], None]], carried: Iterator[object]
) -> tuple[float, float]:
    """
    Return the seconds that a single decision takes, and one of the list.

    They take turns, so that a machine that slows down slows both.
    """
    singles, listed, count = [], 0.0, 0
    for decide in alone:
        began = perf_counter()
        decide()
        singles.append(perf_counter() - began)
        began = perf_counter()
        count += len([*islice(carried, _SHARE)])
        listed += perf_counter() - began
    began = perf_counter()
    count += len([*carried])
    listed += perf_counter() - began
    return sum(singles) / len(singles), listed / count


def _said() -> dict[str, Any]:
    version = CatalogueVersion.objects.latest("pk")
    violation = ViolationType.objects.get(version=version, code="V08.2")
    return {
        "violation_type": violation,
        "severity": violation.default_severity,
        "facts": "名单内账号在两小时内由同一批设备集中注册，注册资料逐字相同。",
        "reasoning": "集中注册并囤积账号规避注册核验，属于批量恶意注册。",
        "clauses": [Clause.objects.get(provision=violation.provision)],
        "measures": [
            MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 30, ("monetise", "new_followers"))
        ],
        # A step above the ladder: two approve it, alone as on a list.
        "deviation_reason": "persistent",
        "deviation_note": "经提醒后仍继续集中注册，警示提醒不足以制止。",
        "content_kind": ContentKind.ACCOUNT,
    }


def _words() -> DecisionWords:
    return DecisionWords(private_note="", statute="", content_ref="", is_automated=False, **_said())


def _decide_alone(
    account: PublicAccount, moderator: StaffUser, supervisor: StaffUser, second: StaffUser
) -> None:
    """Decide on one account with the approvals that the catalogue asks for."""
    case = cases.open_case(
        account=account,
        source=CaseSource.OWN,
        summary="巡查发现的情况",
        actor=moderator,
        **GROUNDS,
    )
    decision = decisions.propose_decision(
        case=case,
        fence=work.claim_item(work_item=case.work_item, actor=moderator).fence,
        actor=moderator,
        **_said(),
        **GROUNDS,
    )
    for approver in (supervisor, second):
        if decisions.approve_decision(
            decision=Decision.objects.get(pk=decision.pk), actor=approver, **GROUNDS
        ):
            return

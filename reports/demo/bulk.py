"""Decisions on many accounts of the demo: one in every state, one with an account that failed."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Final

from django.utils import timezone

from accounts.enums import AccountStatus, ApplicationSource, GroundKind
from accounts.models import PublicAccount
from accounts.services.registration import register_batch
from accounts.services.restrictions import close_account
from compliance import roles
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import clauses_in_force
from enforcement.bulk_words import BulkStatus
from enforcement.enums import ContentKind, MeasureCode
from enforcement.models import BulkDecision, BulkItem
from enforcement.services.bulk import carrying, drafting, proposing, undoing
from enforcement.services.bulk.lists import Entry
from enforcement.services.decision_content import DecisionWords, MeasureOrder
from reports.demo.applicants import Applicants, application
from reports.demo.clock import Diary
from reports.demo.ladders import violation_in_force
from reports.demo.staff import Crew

_REGISTERED: Final = (
    "V08.2",
    "经核对注册时间、设备和资料，名单内账号在两小时内由同一批设备集中注册，资料逐字相同（演示）。",
    "集中注册并囤积账号规避注册核验，属于批量恶意注册。",
    (MeasureOrder(MeasureCode.WARN),),
)
_MATRIX: Final = (
    "V04.1",
    "名单内账号在同一天逐条发布内容相同的文章，发布间隔不足一分钟（演示）。",
    "以多个账号批量发布同质内容制造热点，扰乱传播秩序。",
    (MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 14, ("monetise", "recommend")),),
)
# Days ago, what was found, how many accounts, whether they are new, and how far it went, act by act.
_LISTS: Final = (
    (34, _REGISTERED, 12, True, ("propose", "approve", "close_one", "carry_out")),
    (20, _MATRIX, 3, True, ("propose", "approve", "carry_out", "undo", "undo_all")),
    (9, _MATRIX, 2, False, ("propose", "return")),
    (8, _MATRIX, 2, False, ("withdraw",)),
    (0, _MATRIX, 3, True, ("propose", "approve", "carry_out", "undo")),
    (0, _MATRIX, 3, False, ("propose", "approve", "begin", "stop")),
    (0, _MATRIX, 2, False, ("propose", "approve")),
    (0, _MATRIX, 2, False, ("propose",)),
    (0, _MATRIX, 2, False, ()),
)
# Far from the numbers of all other applicants of the demo.
_FIRST_NUMBER: Final = 460_001
_STEP: Final = timedelta(minutes=5)


class Bulks:
    """Notes the lists of the year and how far each went."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._make = Applicants(seed=46, first_number=_FIRST_NUMBER)

    def note_all(self) -> None:
        """Note every list; their accounts are in no other story."""
        for days, found, size, is_new, acts in _LISTS:
            at = self._diary.ago(days, hour=15)
            self._diary.note(at, partial(self._draft, found, size, is_new, acts))

    def _draft(
        self,
        found: tuple[str, str, str, Sequence[MeasureOrder]],
        size: int,
        is_new: bool,
        acts: Sequence[str],
    ) -> None:
        code, facts, reasoning, orders = found
        violation = violation_in_force(code)
        clauses = clauses_in_force(timezone.localdate())
        uids = self._register(size) if is_new else self._known(size)
        entries = [
            Entry(uid, f"注册顺序第{place}个（演示）。") for place, uid in enumerate(uids, start=1)
        ]
        if size > 10:
            closed = PublicAccount.objects.filter(status=AccountStatus.CLOSED).order_by("pk")[0]
            entries += [Entry(closed.platform_uid), Entry("demo-unbekannt"), entries[0]]
        bulk = drafting.draft_bulk(
            entries=entries,
            words=DecisionWords(
                violation_type=violation,
                severity=violation.default_severity,
                facts=facts,
                reasoning=reasoning,
                private_note="",
                statute="",
                content_kind=ContentKind.ACCOUNT,
                content_ref="",
                clauses=[each for each in clauses if each.provision == violation.provision][:1],
                measures=orders,
                is_automated=False,
            ),
            **_because(self._crew.next(roles.MODERATOR), "同一团伙的账号，一并处置"),
        )
        self._go_on(bulk.pk, acts)

    def _known(self, count: int) -> list[str]:
        """Return accounts of the first list on which no other decision is under way."""
        first = BulkItem.objects.filter(bulk=BulkDecision.objects.earliest("pk"))
        free = first.filter(account__status=AccountStatus.ACTIVE).exclude(
            account__bulk_items__bulk__status__in=(BulkStatus.APPROVED, BulkStatus.STOPPED)
        )
        uids = free.order_by("place").values_list("account__platform_uid", flat=True)
        return list(uids[:count])

    def _register(self, count: int) -> list[str]:
        """Register accounts that no other story is about."""
        rows = [self._make.person(timezone.now()) for _number in range(count)]
        for outcome in register_batch(
            rows=[application(cells) for cells in rows],
            source=ApplicationSource.API,
            **_because(self._crew.system, "平台推送的注册申请"),
        ):
            if isinstance(outcome, ActionRefused):
                raise outcome
        return [cells["platform_uid"] for cells in rows]

    def _go_on(self, number: int, acts: Sequence[str]) -> None:
        if acts:
            at = timezone.now() + _STEP
            self._diary.note(at, partial(self._act, number, acts))

    def _act(self, number: int, acts: Sequence[str]) -> None:
        bulk = BulkDecision.objects.select_related("proposal", "drafted_by").get(pk=number)
        getattr(self, f"_{acts[0]}")(bulk)
        self._go_on(number, acts[1:])

    def _proposer(self, bulk: BulkDecision) -> StaffUser:
        return StaffUser.objects.get(person=bulk.drafted_by, is_active=True)

    def _propose(self, bulk: BulkDecision) -> None:
        proposing.propose_bulk(bulk=bulk, **_because(self._proposer(bulk), "名单已逐一核对"))

    def _withdraw(self, bulk: BulkDecision) -> None:
        proposing.withdraw_bulk(bulk=bulk, **_because(self._proposer(bulk), "名单取自错误批次"))

    def _return(self, bulk: BulkDecision) -> None:
        supervisor = self._crew.next(roles.SUPERVISOR)
        proposing.return_bulk(
            bulk=bulk, **_because(supervisor, "请补充每个账号与同一控制者的关联依据")
        )

    def _approve(self, bulk: BulkDecision) -> None:
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER):
            proposing.approve_bulk(bulk=bulk, **_because(self._crew.next(role), "名单与事实相符"))

    def _close_one(self, bulk: BulkDecision) -> None:
        item = bulk.items.filter(left_out="").select_related("account").latest("place")
        close_account(
            account=item.account,
            ground_kind=GroundKind.STOP,
            ground_ref="运营者来函（演示）",
            is_name_barred=False,
            **_because(self._crew.system, "运营者要求注销"),
        )

    def _carry_out(self, bulk: BulkDecision) -> None:
        list(carrying.carry_out_bulk(bulk=bulk, actor=self._crew.system))

    def _begin(self, bulk: BulkDecision) -> None:
        list(islice(carrying.carry_out_bulk(bulk=bulk, actor=self._crew.system), 1))

    def _stop(self, bulk: BulkDecision) -> None:
        supervisor = self._crew.next(roles.SUPERVISOR)
        carrying.stop_bulk(bulk=bulk, **_because(supervisor, "接到来电，先核对余下账号"))

    def _undo(self, bulk: BulkDecision) -> None:
        officer = self._crew.next(roles.COMPLIANCE_OFFICER)
        undoing.undo_bulk(bulk=bulk, **_because(officer, "名单误含正常转载的账号"))

    def _undo_all(self, bulk: BulkDecision) -> None:
        list(undoing.undo_taken_back(actor=self._crew.system))


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason=reason)

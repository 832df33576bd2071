"""Transfers and stops of the demo: in every state, with papers, both sides, and what the days bring."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.enums import (
    ApplicationSource,
    IdType,
    SubjectNature,
)
from accounts.models import Finding, Hold, PublicAccount, Regularisation, Stop, Transfer
from accounts.services.stops import wishing
from accounts.services.transfers import applying, confirming, regularising, review, sweeping
from accounts.services.transfers.applying import Transferee
from accounts.services.transfers.materials import Paper
from accounts.transfer_words import TransferPaper, TransferParty
from compliance import roles, work
from compliance.evidence import services as evidence
from compliance.evidence.incoming import take_in
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import clauses_in_force
from enforcement.enums import CaseSource, MeasureCode
from enforcement.models import Case, CatalogueVersion, Decision, ViolationType
from enforcement.services import cases, decisions
from enforcement.services.decision_content import MeasureOrder
from reports.demo.applicants import Applicants
from reports.demo.clock import Diary
from reports.demo.hearings import say_nothing
from reports.demo.own_accounts import spare_accounts
from reports.demo.staff import Crew

_INK: Final = (75, 85, 99)
_FIRST: Final = 700_000
_PAPERS: Final = (
    TransferPaper.APPLICATION_LETTER,
    TransferPaper.NOTARISED_LETTER,
    TransferPaper.LICENCE,
)
# Days ago of the application, the proposal, the approval and each confirmation; what else became
# of it. Both sides together have fifteen days, the followers three.
_TRANSFERS: Final = (
    ((30, 29, 28, 27, 26), ""),
    ((28, 27, 26, 25), ""),
    ((20,), "refuse"),
    ((16,), "withdraw"),
    ((9, 8, 6, 2, 1), ""),
    ((8, 6, 5, 3), ""),
    ((6, 4), ""),
    ((3,), ""),
    ((2,), "bare"),
)


def _letter(number: int) -> bytes:
    """A made-up letter: lines that say nothing, and a seal."""
    paper = Image.new("RGB", (700, 990), (255, 255, 255))
    pen = ImageDraw.Draw(paper)
    for line in range(14):
        pen.line((80, 120 + 48 * line, 620 - 35 * ((line + number) % 4), 120 + 48 * line), _INK, 4)
    pen.ellipse((440, 780, 600, 940), outline=(185, 28, 28), width=7)
    body = io.BytesIO()
    paper.save(body, "PNG")
    return body.getvalue()


class Transfers:
    """Notes who hands an account on or gives it up, what people decide, and what the clock does."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._applicants = Applicants(7, uid_prefix="none-", first_number=_FIRST)
        self._made: dict[str, int] = {}

    def note_all(self) -> None:
        """Note everything that happens to transfers and stops."""
        for number, (steps, then) in enumerate(_TRANSFERS):
            self._note_transfer(f"t{number}", steps, then)
        self._note_unapproved()
        self._note_stops()
        for days in (22, 14, 10, 5, 0):
            self._note(days, 20, self._keep)

    def _note(self, days: int, hour: int, act: Callable[[], object]) -> None:
        self._diary.note(self._diary.ago(days, hour=hour), act)

    def _note_transfer(self, name: str, days: tuple[int, ...], then: str) -> None:
        acts: list[Callable[[], object]] = [
            partial(self._apply, name, is_bare=then == "bare"),
            partial(self._propose, name),
            partial(self._approve, name),
            *(partial(self._confirm, name, party) for party in TransferParty),
        ]
        for step, (day, act) in enumerate(zip(days, acts, strict=False)):
            self._note(day, 9 + step, act)
        if then == "refuse":
            self._note(days[0] - 1, 15, partial(self._refuse, name))
        if then == "withdraw":
            self._note(days[0] - 1, 15, partial(self._withdraw, name))

    def _note_unapproved(self) -> None:
        for name, days in (("u5", 60), ("u0", 40), ("u1", 25), ("u2", 12), ("u3", 5)):
            self._note(days, 9, partial(self._report, name))
            self._note(days - 1, 10, partial(self._suspend, name))
        self._note_transfer("u1", (23, 22, 21, 20, 19), "")
        self._note(9, 15, partial(self._clear, "u2"))
        self._note(1, 9, partial(self._report, "u4"))
        for days, act in ((20, self._open_case_of), (18, self._propose_end), (17, self._end)):
            self._note(days, 11, partial(act, "u5"))

    def _note_stops(self) -> None:
        for name, days in (("s0", 26), ("s1", 22), ("s2", 12), ("s3", 5)):
            self._note(days, 13, partial(self._close, name))
        self._note(20, 13, partial(self._open_case, "s1"))
        self._note(11, 13, partial(self._revoke, "s2"))
        for name, days in (("p0", 14), ("p1", 10)):
            self._note(days, 16, partial(self._pause, name))
        self._note(8, 16, partial(self._resume, "p0"))

    def _free(self, name: str) -> PublicAccount:
        """The youngest open account about which nothing is open; the same for one name."""
        if name in self._made:
            return PublicAccount.objects.get(pk=self._made[name])
        account = (
            spare_accounts()
            .filter(
                qualifications=None,
                restrictions=None,
                findings=None,
                category__in=["food", "life", "culture", "games", "travel", "tech", "sports"],
            )
            # What becomes of a minor's account is another story.
            .exclude(application__needs_guardian=True)
            .exclude(pk__in=self._made.values())
            .exclude(pk__in=Hold.objects.in_force().values("account"))
            .exclude(subject__standing__grade__in=["d", "e", "z"])
            .order_by("-pk")[0]
        )
        self._made[name] = account.pk
        return account

    def _transferee(self) -> Transferee:
        cells = self._applicants.company(timezone.now())
        return Transferee(
            subject_nature=SubjectNature.ENTERPRISE,
            id_type=IdType.USCC,
            subject_name=cells["subject_name"],
            id_number=cells["id_number"],
            mobile=cells["mobile"],
            contact=cells["contact"],
            registered_region=cells["registered_region"],
            operating_region=cells["operating_region"],
            business_scope=cells["business_scope"],
        )

    def _apply(self, name: str, *, is_bare: bool) -> None:
        ready = applying.verify_transferee(account=self._free(name), transferee=self._transferee())
        papers = [
            Paper(each, take_in(f"{each.label}.png", [_letter(number)]))
            for number, each in enumerate(_PAPERS)
        ]
        transfer = applying.apply_for_transfer(
            ready=ready,
            papers=[] if is_bare else papers,
            source=ApplicationSource.API,
            **self._because(self._crew.system, "平台提交的转让申请"),
        )
        for material in transfer.materials.select_related("file"):
            evidence.check_file(
                file=material.file, **self._because(self._crew.system, "检查收到的文件")
            )

    def _transfer(self, name: str) -> Transfer:
        found = Transfer.objects.with_identity().select_related("work_item__clock", "matter")
        return found.filter(account=self._made[name]).latest("pk")

    def _held(self, name: str) -> dict[str, Any]:
        transfer, moderator = self._transfer(name), self._crew.next(roles.MODERATOR)
        assert transfer.work_item is not None
        return {
            "transfer": transfer,
            "fence": work.claim_item(work_item=transfer.work_item, actor=moderator).fence,
            "expected_version": transfer.version,
            **self._because(moderator, "受让方核验一致，材料齐全"),
        }

    def _propose(self, name: str) -> None:
        review.propose_transfer(**self._held(name))

    def _refuse(self, name: str) -> None:
        review.refuse_transfer(**self._held(name), told="公证书所载账号与申请账号不一致。")

    def _withdraw(self, name: str) -> None:
        review.withdraw_transfer(
            transfer=self._transfer(name),
            fence=None,
            expected_version=None,
            **self._because(self._crew.system, "平台转达的撤回转让申请"),
        )

    def _approve(self, name: str) -> None:
        review.approve_transfer(
            transfer=self._transfer(name),
            **self._because(self._crew.next(roles.SUPERVISOR), "同意转让"),
        )

    def _confirm(self, name: str, party: TransferParty) -> None:
        confirming.confirm_transfer(
            transfer=self._transfer(name),
            party=party,
            source=ApplicationSource.API,
            **self._because(self._crew.system, "平台转达的转让确认"),
        )

    def _report(self, name: str) -> None:
        regularising.report_unapproved_transfer(
            account=self._free(name),
            facts="管理员登录设备和收益账户同日全部更换，未见转让申请（演示）",
            source_ref=f"demo:{name}",
            **self._because(self._crew.system, "平台发现的未经审核转让"),
        )

    def _suspend(self, name: str) -> None:
        moderator = self._crew.next(roles.MODERATOR)
        finding = Finding.objects.select_related("work_item").get(ground_ref=f"demo:{name}")
        regularising.suspend_for_transfer(
            finding=finding,
            fence=work.claim_item(work_item=finding.work_item, actor=moderator).fence,
            **self._because(moderator, "涉嫌擅自转让，暂停服务并限期补办"),
        )

    def _clear(self, name: str) -> None:
        regularising.clear_account(
            regularisation=Regularisation.objects.select_related(
                "account", "finding", "restriction", "clock"
            ).get(account=self._made[name]),
            **self._because(self._crew.next(roles.MODERATOR), "经核实系更换管理员，并非转让"),
        )

    def _open_case_of(self, name: str) -> None:
        """Open a case from the finding that a transfer was not put in order in time."""
        account = PublicAccount.objects.get(pk=self._made[name])
        finding = Finding.objects.open().get(account=account)
        moderator = self._crew.next(roles.MODERATOR)
        cases.open_case(
            account=account,
            source=CaseSource.FINDING,
            summary=f"{finding.get_kind_display()}：{finding.facts}",
            finding=finding,
            finding_fence=work.claim_item(work_item=finding.work_item, actor=moderator).fence,
            **self._because(moderator, "逾期未补办转让，予以立案"),
        )

    def _propose_end(self, name: str) -> None:
        actor = self._crew.next(roles.MODERATOR)
        case = Case.objects.filter(account=self._made[name]).latest("pk")
        violation = ViolationType.objects.get(
            version=CatalogueVersion.objects.in_force(timezone.now()), code="V08.4"
        )
        decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=actor).fence,
            violation_type=violation,
            severity=violation.default_severity,
            facts="账号未经平台审核转让，补办通知送达后，期限届满仍未补办（演示）。",
            reasoning="收益账户与管理员同日全部更换，且未在期限内补办转让手续，应当终止提供服务。",
            clauses=list(
                clauses_in_force(timezone.localdate()).filter(provision=violation.provision)
            ),
            measures=[MeasureOrder(MeasureCode.TERMINATE)],
            **self._because(actor, "事实清楚，期限已过，建议终止提供服务"),
        )

    def _end(self, name: str) -> None:
        decision = Decision.objects.filter(account=self._made[name]).latest("pk")
        say_nothing(decision, self._crew)
        decisions.approve_decision(
            decision=decision,
            **self._because(self._crew.next(roles.SUPERVISOR), "事实与依据相符，同意"),
        )

    def _close(self, name: str) -> None:
        wishing.apply_to_close(
            account=self._free(name),
            source=ApplicationSource.API,
            **self._stopping(self._crew.system, "平台转达的停止运营申请"),
        )

    def _stop(self, name: str) -> Stop:
        found = Stop.objects.select_related("account", "clock", "restriction")
        return found.get(account=self._made[name])

    def _revoke(self, name: str) -> None:
        wishing.revoke_stop(
            stop=self._stop(name), **self._stopping(self._crew.system, "运营者撤回申请")
        )

    def _open_case(self, name: str) -> None:
        cases.open_case(
            account=PublicAccount.objects.get(pk=self._made[name]),
            source=CaseSource.PATROL,
            summary="注销申请期间被指搬运他人内容（演示）",
            actor=self._crew.next(roles.MODERATOR),
            provision=Provision.PUBLIC_ACCOUNT_19_1,
            reason="初步核对，予以立案",
        )

    def _pause(self, name: str) -> None:
        wishing.pause_account(
            account=self._free(name),
            source=ApplicationSource.API,
            **self._stopping(self._crew.system, "平台转达的停止运营申请"),
        )

    def _resume(self, name: str) -> None:
        wishing.resume_account(
            stop=self._stop(name), **self._stopping(self._crew.system, "运营者申请恢复")
        )

    def _keep(self) -> None:
        now = timezone.now()
        sweeping.keep_transfers(now=now, actor=self._crew.system)
        wishing.carry_out_stops(now=now, actor=self._crew.system)

    def _because(self, actor: StaffUser, reason: str) -> Grounds:
        return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_11_2, reason=reason)

    def _stopping(self, actor: StaffUser, reason: str) -> Grounds:
        return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_11_3, reason=reason)

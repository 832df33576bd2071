"""More accounts, identities used without consent, and guardians of the demo, in every state."""

import io
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.allowance_words import AllowanceStatus, MultiAccountItem
from accounts.enums import AccountStatus, ApplicationSource, ApplicationStatus, IdType
from accounts.guardian_words import DECLARATION_VERSION
from accounts.models import (
    AccountAllowance,
    Application,
    GuardianConsent,
    PublicAccount,
    Repudiation,
)
from accounts.services import review as applications
from accounts.services.allowances import checklist
from accounts.services.allowances import review as allowances
from accounts.services.allowances.checklist import ItemAnswer
from accounts.services.allowances.submission import AllowanceDraft, submit_allowance
from accounts.services.guardians.withdrawal import decide_withdrawal, withdraw_consent
from accounts.services.invitations import GUARDIAN
from accounts.services.repudiations import notices, outcome, review
from accounts.services.repudiations.submission import Claim, submit_repudiation, verify_claim
from compliance import responses, roles, work
from compliance.evidence import services as evidence
from compliance.evidence.incoming import take_in
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import Proposal, ResponseInvitation, StaffUser
from compliance.provisions import Provision
from reports.demo.applicants import personal_number
from reports.demo.clock import Diary
from reports.demo.staff import Crew

# Days ago, and what became of it.
_ALLOWANCES: Final = (
    (60, "end"),
    (50, "grant"),
    (40, "refuse"),
    (30, "withdraw"),
    (6, "ask"),
    (4, "propose"),
    (1, ""),
)
_CLAIMS: Final = (
    (70, "undo"),
    (45, "uphold"),
    (35, "refuse"),
    (25, "withdraw"),
    (5, "ask_operator"),
    (4, "ask_claimant"),
    (3, "propose"),
    (2, "protect"),
    (1, "unverified"),
)
_TOLD: Final = "经核对材料与登记信息，事实清楚（演示）。"


class Identities:
    """Notes who applies for more, who says that an account is not theirs, and whose guardian consents."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note everything."""
        for number, (days, act) in enumerate(_ALLOWANCES):
            at = self._diary.ago(days, hour=10)
            self._diary.note(at, partial(self._apply, number))
            if act:
                self._diary.note(at + timedelta(hours=20), partial(self._decide, number, act))
        for number, (days, act) in enumerate(_CLAIMS):
            at = self._diary.ago(days, hour=13)
            self._diary.note(at, partial(self._claim, number, act))
            if act != "unverified":
                self._diary.note(at + timedelta(hours=5), partial(self._look, number, act))
        self._diary.note(self._diary.ago(11, hour=16), self._ask_guardians)
        self._diary.note(self._diary.ago(10, hour=16), self._guardians_answer)
        self._diary.note(self._diary.ago(9, hour=16), self._approve_minors)
        self._diary.note(self._diary.ago(2, hour=18), self._take_back)

    # More accounts.

    def _companies(self) -> QuerySet[PublicAccount]:
        return PublicAccount.objects.filter(
            subject__nature="enterprise", status=AccountStatus.ACTIVE
        ).order_by("pk")

    def _apply(self, number: int) -> None:
        submit_allowance(
            platform_uid=self._companies()[number].platform_uid,
            draft=AllowanceDraft(
                wanted=4,
                purpose="四个示范门店各运营一个账号，分别发布本店活动（演示）",
                uses=("东门店活动", "西门店活动", "南门店活动", "北门店活动"),
                business_scope="组织文化艺术交流活动；图文设计",
            ),
            source=ApplicationSource.API,
            **_because(self._crew.system, "平台推送的多账号申请", _ART_10),
        )

    def _decide(self, number: int, act: str) -> None:
        subject = self._companies()[number].subject
        allowance = AccountAllowance.objects.get(subject=subject)
        actor = self._crew.next(roles.MODERATOR)
        lease = work.claim_item(work_item=allowance.work_item, actor=actor)
        because = _because(actor, "四项逐一核对", _ART_10)
        on: dict[str, Any] = {
            "allowance": allowance,
            "fence": lease.fence,
            "expected_version": allowance.version,
            **because,
        }
        match act:
            case "refuse":
                allowances.refuse_allowance(**on, told="经营范围与申请用途不符（演示）。")
                return
            case "withdraw":
                allowances.withdraw_allowance(**on)
                return
            case "ask":
                allowances.ask_for_allowance_material(**on, told="请补充各门店的营业执照。")
                return
        checklist.answer_items(
            asked=allowance,
            answers={item.value: ItemAnswer(True) for item in MultiAccountItem},
            fence=lease.fence,
            **because,
        )
        proposal = allowances.propose_allowance(
            **on,
            granted=4,
            valid_until=timezone.localdate() + timedelta(days=365),
            told=_TOLD,
        )
        if act == "propose":
            return
        supervisor = self._crew.next(roles.SUPERVISOR)
        allowances.approve_allowance(
            proposal=proposal, **_because(supervisor, "材料齐全，同意", _ART_10)
        )
        if act == "end":
            granted = AccountAllowance.objects.get(pk=allowance.pk, status=AllowanceStatus.GRANTED)
            allowances.end_allowance(
                allowance=granted,
                expected_version=granted.version,
                told="门店已停业，不再需要（演示）。",
                **_because(supervisor, "门店停业", _ART_10),
            )

    # Identities used without consent.

    def _persons(self) -> QuerySet[PublicAccount]:
        return PublicAccount.objects.filter(
            subject__nature="natural_person",
            subject__id_type=IdType.RESIDENT_ID,
            subject__is_minor=False,
            status=AccountStatus.ACTIVE,
            decisions=None,
            cases=None,
            findings=None,
            repudiations=None,
        ).order_by("pk")

    def _claim(self, number: int, act: str) -> None:
        account = self._persons().first()
        assert account is not None
        assert account.subject.id_number is not None
        claim = Claim(
            name="示例甲",
            id_type=IdType.RESIDENT_ID,
            id_number=vault.read(account.subject.id_number),
            mobile="19900000001" if act == "unverified" else f"1970000{number:04d}",
            words="本人从未注册过公众账号，身份证曾经遗失（演示）。",
            account_hint=account.name,
        )
        # Pictures of documents come with the oldest two; their time is over by now.
        shown = [take_in(f"zhengjian-{number}.png", [_card(number)])] if number < 2 else []
        claimed, _invitation = submit_repudiation(
            verified=verify_claim(claim=claim),
            files=shown,
            source=ApplicationSource.RESPONSE,
            **_because(self._crew.system, "本人通过公开页面提出身份被冒用"),
        )
        for each in claimed.materials.filter(is_statement=False):
            evidence.check_file(file=each.file, **_because(self._crew.system, "检查收到的文件"))

    def _look(self, number: int, act: str) -> None:
        repudiation = Repudiation.objects.order_by("pk")[number]
        actor = self._crew.next(roles.MODERATOR)
        lease = work.claim_item(work_item=repudiation.work_item, actor=actor)
        on: dict[str, Any] = {
            "repudiation": repudiation,
            "fence": lease.fence,
            "expected_version": repudiation.version,
            **_because(actor, "已核对登记材料"),
        }
        match act:
            case "refuse":
                review.refuse_repudiation(**on, told=_TOLD)
            case "withdraw":
                review.withdraw_repudiation(**on)
            case "ask_operator":
                told = "请说明登记身份的来源，并附持证照片。"
                review.ask_side(**on, purpose=notices.STATEMENT, told=told)
            case "ask_claimant":
                told = "请补充身份证件的清晰照片。"
                review.ask_side(**on, purpose=notices.MATERIAL, told=told)
            case "protect":
                review.protect_account(**on, told="身份存疑，处理期间暂停服务（演示）。")
            case _:
                self._uphold(act, outcome.propose_uphold(**on, told=_TOLD))

    def _uphold(self, act: str, proposal: Proposal) -> None:
        if act == "propose":
            return
        supervisor = self._crew.next(roles.SUPERVISOR)
        upheld = outcome.uphold_repudiation(
            proposal=proposal, **_because(supervisor, "证据充分，同意")
        )
        if act == "undo":
            outcome.undo_repudiation(
                repudiation=upheld,
                expected_version=upheld.version,
                told="经查账号系本人注册，异议不实（演示）。",
                **_because(supervisor, "本人承认注册"),
            )

    # Guardians.

    def _minors(self, status: str) -> list[Application]:
        found = Application.objects.filter(needs_guardian=True, status=status)
        return list(found.select_related("work_item").order_by("pk")[:3])

    def _held(self, application: Application) -> tuple[StaffUser, dict[str, Any]]:
        actor = self._crew.next(roles.MODERATOR)
        assert application.work_item is not None
        lease = work.claim_item(work_item=application.work_item, actor=actor)
        return actor, {
            "application": application,
            "fence": lease.fence,
            "expected_version": application.version,
        }

    def _ask_guardians(self) -> None:
        for application in self._minors(ApplicationStatus.IN_REVIEW):
            actor, on = self._held(application)
            applications.ask_for_material(
                **on,
                told="申请人未满十八周岁，请监护人同意并上传监护证明。",
                asks_guardian=True,
                **_because(actor, "未成年人申请"),
            )

    def _guardians_answer(self) -> None:
        waiting = ResponseInvitation.objects.open().filter(kind=GUARDIAN).order_by("pk")
        for number, invitation in enumerate(waiting):
            born = timezone.localdate() - timedelta(days=45 * 366)
            responses.submit_response(
                invitation=invitation,
                words={
                    "name": "示例乙",
                    "relation": "mother",
                    "id_type": IdType.RESIDENT_ID,
                    "id_number": personal_number(born, number),
                    "mobile": f"1970001{number:04d}",
                    "agreed": DECLARATION_VERSION,
                },
                files={"files": [take_in("监护证明.txt", ["演示：户口簿摘录。".encode()])]},
                actor=self._crew.system,
            )

    def _approve_minors(self) -> None:
        for application in self._minors(ApplicationStatus.IN_REVIEW):
            if application.guardian_consents.exists():
                actor, on = self._held(application)
                applications.approve_application(
                    **on, told="监护人已同意，准予登记。", **_because(actor, "监护人同意有效")
                )

    def _take_back(self) -> None:
        consents = GuardianConsent.objects.filter(
            application__status=ApplicationStatus.APPROVED
        ).order_by("pk")
        for number, consent in enumerate(consents):
            taken = withdraw_consent(
                consent=consent,
                source=ApplicationSource.API,
                **_because(self._crew.system, "监护人在平台撤回同意"),
            )
            if number == 0:
                continue
            actor = self._crew.next(roles.MODERATOR)
            lease = work.claim_item(work_item=taken.work_item, actor=actor)
            act, told = (
                ("close", "监护人坚持撤回，账号关闭（演示）。")
                if number == 1
                else ("resume", "申请人已满十八周岁，恢复服务（演示）。")
            )
            decide_withdrawal(
                withdrawal=taken,
                act=act,
                fence=lease.fence,
                expected_version=taken.version,
                told=told,
                **_because(actor, "已与双方核实"),
            )


def _card(number: int) -> bytes:
    """A made-up card with lines that say nothing."""
    card = Image.new("RGB", (540, 340), (236, 244, 250))
    pen = ImageDraw.Draw(card)
    pen.rectangle((380, 60, 500, 220), outline=(31, 41, 55), width=4)
    for line in range(5):
        pen.line(
            (40, 70 + 48 * line, 320 - 40 * ((line + number) % 3), 70 + 48 * line), (31, 41, 55), 6
        )
    body = io.BytesIO()
    card.save(body, "PNG")
    return body.getvalue()


_ART_10: Final = Provision.PUBLIC_ACCOUNT_10_1


def _because(
    actor: StaffUser, reason: str, provision: Provision = Provision.PUBLIC_ACCOUNT_8_1
) -> Grounds:
    return Grounds(actor=actor, provision=provision, reason=reason)

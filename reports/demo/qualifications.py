"""Qualifications of the demo: in every state, with documents, ends that are near and checks that are due."""

import io
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.enums import AccountStatus, ApplicationSource
from accounts.models import PublicAccount, Qualification
from accounts.qualification_words import QualificationStatus
from accounts.services.qualifications import (
    catalogue,
    checking,
    review,
    standing,
    submission,
    terms,
)
from accounts.services.qualifications.checking import Tick
from accounts.services.qualifications.submission import QualificationDraft
from compliance import roles, work
from compliance.evidence import services as evidence
from compliance.evidence.incoming import take_in
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from reports.demo.clock import Diary
from reports.demo.staff import Crew

_INK: Final = (75, 85, 99)
# Type, category of the account, days until its end (None: without), days ago, and what became of it.
_SHOWN: Final = (
    ("nurse", "life", 5, 200, "verify"),
    ("pharm", "food", 26, 150, "verify"),
    ("school", "parenting", 80, 90, "verify"),
    ("lawyer", "culture", None, 60, "verify"),
    ("cpa", "tech", None, 40, "refuse"),
    ("notary", "travel", None, 30, "withdraw"),
    ("forensic", "sports", 400, 7, "ask"),
    ("economist", "games", None, 6, ""),
    ("doc_qual", "life", None, 3, ""),
    ("news_licence", "culture", 700, 1, ""),
)


def _certificate(number: int) -> bytes:
    """A made-up certificate: a frame, a seal, and lines that say nothing."""
    paper = Image.new("RGB", (1000, 700), (252, 250, 244))
    pen = ImageDraw.Draw(paper)
    pen.rectangle((20, 20, 980, 680), outline=(180, 83, 9), width=6)
    pen.rectangle((60, 90, 280, 370), outline=_INK, width=3)
    for line in range(6):
        pen.line((330, 120 + 55 * line, 900 - 40 * (line % 3), 120 + 55 * line), _INK, 5)
    pen.ellipse((700, 460, 880, 640), outline=(185, 28, 28), width=8)
    pen.line((60, 640, 60 + 12 * (number % 40 + 4), 640), _INK, 3)
    body = io.BytesIO()
    paper.save(body, "PNG")
    return body.getvalue()


class Qualifications:
    """Notes what is handed in through the year, what people decide, and what the days bring."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note everything that happens to qualifications."""
        for number, (type_, category, ends_in, days, act) in enumerate(_SHOWN):
            until = self._day(ends_in) if ends_in is not None else None
            at = self._diary.ago(days, hour=9 + number % 6)
            self._note_one(at, number, type_, category, until, act)
        renewed = self._diary.ago(20, hour=15)
        self._diary.note(renewed, lambda: self._renew("pharm"))
        self._diary.note(self._diary.ago(12, hour=15), lambda: self._revoke("lawyer"))
        self._diary.note(self._diary.ago(8, hour=9), self._put_up_teachers)
        for days in (100, 60, 31, 10, 0):
            self._diary.note(self._diary.ago(days, hour=8), self._keep)
        self._diary.note(self._diary.ago(2, hour=16), self._propose)
        self._diary.note(self._diary.ago(1, hour=16), lambda: self._revoke("news_licence"))

    def _day(self, days: int) -> date:
        return timezone.localdate(self._diary.present) + timedelta(days=days)

    def _note_one(
        self,
        at: datetime,
        number: int,
        type_: str,
        category: str,
        until: date | None,
        act: str,
    ) -> None:
        self._diary.note(at, lambda: self._hand_in(number, type_, category, until))
        if act:
            self._diary.note(at + timedelta(days=1), lambda: self._decide(type_, act))

    def _hand_in(
        self,
        number: int,
        type_: str,
        category: str,
        until: date | None,
        renews: Qualification | None = None,
    ) -> Qualification:
        account = renews.account if renews else self._account(category)
        rule = catalogue.rule_in_force(type_, timezone.now())
        entered = submission.submit_qualification(
            account=account,
            draft=QualificationDraft(
                type=type_,
                number=f"演示{20260000 + number:012d}",
                holder="示范持证人",
                issuer=rule.issuer,
                scope="演示范围",
                valid_until=until,
                renews=renews,
            ),
            source=ApplicationSource.API,
            **_because(self._crew.system, "平台推送的资质材料"),
        )
        for attached in submission.attach_documents(
            qualification=entered,
            files=[take_in(f"zheng-{number}.png", [_certificate(number)])],
            shows="证书照片（演示）",
            **_because(self._crew.system, "随资质一并提交"),
        ):
            evidence.check_file(file=attached.file, **_because(self._crew.system, "检查收到的文件"))
        return entered

    def _account(self, category: str) -> PublicAccount:
        """The oldest open account of a category that has shown nothing yet."""
        found = PublicAccount.objects.filter(
            status=AccountStatus.ACTIVE, qualifications=None
        ).order_by("pk")
        return found.filter(category=category).first() or found[0]

    def _held(self, qualification: Qualification) -> tuple[StaffUser, dict[str, Any]]:
        actor = self._crew.next(roles.MODERATOR)
        assert qualification.work_item is not None
        lease = work.claim_item(work_item=qualification.work_item, actor=actor)
        return actor, {
            "qualification": qualification,
            "fence": lease.fence,
            **_because(actor, "已核对材料"),
        }

    def _look(self, held: dict[str, Any], *, result: str, found: str) -> None:
        qualification: Qualification = held["qualification"]
        rule = catalogue.rule_in_force(qualification.type, timezone.now())
        ticks = {code: Tick(True) for code in rule.checklist}
        if result != "agrees":
            ticks[rule.checklist[0]] = Tick(False, "与官网信息不一致（演示）")
        checking.tick_checklist(**held, ticks=ticks)
        checking.record_lookup(
            **held, method="website", result=result, found=found, looked_up_at=timezone.now()
        )

    def _decide(self, type_: str, act: str) -> None:
        qualification = Qualification.objects.filter(
            type=type_, status=QualificationStatus.IN_REVIEW
        ).latest("pk")
        _actor, held = self._held(qualification)
        on = {**held, "expected_version": qualification.version}
        match act:
            case "verify":
                self._look(held, result="agrees", found="官网查询在册（演示）")
                review.verify_qualification(**on, told="资质材料齐全，与发证机关查询结果一致。")
            case "refuse":
                self._look(held, result="not_found", found="官网未查到（演示）")
                review.refuse_qualification(**on, told="经向发证机关查询，未查到该证件。")
            case "withdraw":
                review.withdraw_qualification(**on)
            case _:
                told = "请补充证件全部页面的清晰照片，四角完整、无遮挡。"
                review.ask_for_qualification_material(**on, told=told)

    def _renew(self, type_: str) -> None:
        old = Qualification.objects.filter(type=type_, status=QualificationStatus.VERIFIED).latest(
            "pk"
        )
        self._hand_in(90, type_, "", self._day(1800), renews=old)
        self._decide(type_, "verify")

    def _revoke(self, type_: str) -> None:
        found = Qualification.objects.filter(type=type_, status=QualificationStatus.VERIFIED)
        qualification = found.latest("pk")
        moderator = self._crew.next(roles.MODERATOR)
        standing.check_again(
            qualification=qualification,
            expected_version=qualification.version,
            **_because(moderator, "收到离任线索"),
        )
        qualification = Qualification.objects.get(pk=qualification.pk)
        _actor, held = self._held(qualification)
        self._look(held, result="not_in_force", found="官网显示已注销（演示）")
        standing.revoke_qualification(
            **held,
            expected_version=qualification.version,
            told="经向发证机关查询，该证件已被注销，不再有效。",
        )

    def _put_up_teachers(self) -> None:
        terms.open_checks_of_type(
            type_="teacher",
            **_because(self._crew.next(roles.MODERATOR), "教育部门公布撤销名单，逐一复核"),
        )

    def _keep(self) -> None:
        terms.keep_terms(today=timezone.localdate(), actor=self._crew.system)

    def _propose(self) -> None:
        rule = catalogue.rule_in_force("tax_agent", timezone.now())
        draft = catalogue.as_draft(rule)
        catalogue.propose_rule(
            draft=catalogue.RuleDraft(**{**vars(draft), "validity": "recheck", "months": 12}),
            **_because(self._crew.next(roles.COMPLIANCE_OFFICER), "行业协会改为年度考核"),
        )


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_9_1, reason=reason)

"""Corrections of the demo: in every state, with one that led to the end of the service."""

import io
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.correction_words import AnswerSource, CorrectionStatus
from accounts.enums import FindingKind
from accounts.models import Correction, Finding, PublicAccount
from accounts.services.corrections import answers, lapses, ordering, review
from accounts.services.corrections.answers import AnswerDraft
from accounts.services.corrections.ordering import CorrectionDraft, clauses_to_cite
from compliance import roles, work
from compliance.clocks.extensions import approve_extension
from compliance.evidence import services as evidence
from compliance.evidence.incoming import take_in
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import clauses_in_force
from enforcement.enums import CaseSource, MeasureCode
from enforcement.models import CatalogueVersion, ViolationType
from enforcement.services import cases, decisions
from enforcement.services.decision_content import MeasureOrder
from reports.demo.clock import Diary, at_work
from reports.demo.hearings import say_nothing
from reports.demo.own_accounts import spare_accounts
from reports.demo.staff import Crew

# Days ago, what is wrong, in what way, the facts, and what became of it in turn.
_FOUND: Final[tuple[tuple[int, tuple[str, ...], str, str, tuple[str, ...]], ...]] = (
    (
        120,
        ("name",),
        "organ",
        "账号名称使用机关名称，与核验的主体身份不符",
        ("correct", "accept"),
    ),
    (
        95,
        ("name",),
        "public_figure",
        "账号名称使用社会知名人士的姓名，未见授权",
        ("object", "withdraw"),
    ),
    (
        80,
        ("name", "bio"),
        "enterprise",
        "名称和简介称系某企业官方账号，主体为自然人",
        ("lapse", "case", "propose", "approve"),
    ),
    (47, ("bio",), "unlawful", "简介含有违规推广信息", ("lapse", "case")),
    (40, ("name",), "organ", "账号名称易被误认为机关账号", ("lapse",)),
    (
        25,
        ("name",),
        "other_identity",
        "账号名称与核验的主体不是同一人",
        ("refuse", "case", "propose"),
    ),
    (
        4,
        ("name", "avatar"),
        "enterprise",
        "名称和头像使用企业标识，主体为自然人",
        ("correct", "reject"),
    ),
    (3, ("name", "avatar"), "organ", "头像使用机关标识，名称与主体不符", ("correct",)),
    (2, ("bio",), "other_identity", "简介所称身份与核验的主体不符", ("more_time",)),
    (1, ("name",), "public_figure", "账号名称使用社会知名人士的姓名", ()),
)
_PAUSES: Final = {
    "correct": timedelta(hours=20),
    "object": timedelta(hours=20),
    "refuse": timedelta(hours=20),
    "more_time": timedelta(hours=20),
    "accept": timedelta(hours=5),
    "withdraw": timedelta(hours=5),
    "reject": timedelta(hours=5),
    "lapse": timedelta(days=18),
    "case": timedelta(days=1),
    "propose": timedelta(days=18),
    "approve": timedelta(hours=5),
}


def _picture(number: int) -> bytes:
    """A made-up picture of an account: rings that mean nothing."""
    paper = Image.new("RGB", (400, 400), (236, 253, 245))
    pen = ImageDraw.Draw(paper)
    for ring in range(4):
        edge = 40 + 40 * ring + number % 7
        pen.ellipse((edge, edge, 400 - edge, 400 - edge), outline=(4, 120, 87), width=10)
    body = io.BytesIO()
    paper.save(body, "PNG")
    return body.getvalue()


class Corrections:
    """Notes what is ordered through the year, what operators answer and what people decide."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note every correction, and the sweep that finds the missed ones."""
        for number, (days, wrong, ground, facts, acts) in enumerate(_FOUND):
            at = self._diary.ago(days, hour=9 + number % 6)
            order = partial(self._order, number, wrong, ground, facts, acts)
            self._diary.note(at, order)
        self._diary.note(self._diary.present, self._lapse)

    def _account(self) -> PublicAccount:
        """The latest open account that no matter is open about."""
        free = (
            spare_accounts()
            .filter(holds=None, corrections=None)
            .exclude(
                # What becomes of a minor's account is another story.
                application__needs_guardian=True
            )
        )
        return free.order_by("-pk")[0]

    def _order(
        self,
        number: int,
        wrong: tuple[str, ...],
        ground: str,
        facts: str,
        acts: tuple[str, ...],
    ) -> None:
        ordered = ordering.order_correction(
            account=self._account(),
            draft=CorrectionDraft(
                mismatches=wrong,
                ground=ground,
                facts=f"{facts}（演示）。",
                clause=clauses_to_cite().filter(provision="public-account-2021:18(1)")[0],
                private_note="演示备注：仅供同事参考",
            ),
            **_because(self._crew.next(roles.MODERATOR), "日常巡查中发现账号信息与主体身份不符"),
        )
        self._note_next(ordered.pk, number, acts)

    def _note_next(self, key: int, number: int, acts: tuple[str, ...]) -> None:
        if acts:
            at = at_work(timezone.now() + _PAUSES[acts[0]])
            self._diary.note(at, partial(self._go_on, key, number, acts))

    def _go_on(self, key: int, number: int, acts: tuple[str, ...]) -> None:
        correction = Correction.objects.select_related("account", "clock", "work_item").get(pk=key)
        act, *rest = acts
        match act:
            case "correct" | "object" | "refuse":
                self._answer(correction, number, act)
            case "lapse":
                self._lapse()
            case "more_time":
                self._give_time(correction)
            case "case":
                self._open_case(correction)
            case "propose":
                self._propose(correction)
            case "approve":
                self._approve(correction)
            case _:
                self._decide(correction, act)
        self._note_next(key, number, tuple(rest))

    def _answer(self, correction: Correction, number: int, act: str) -> None:
        kinds = {"correct": "corrected", "object": "objection", "refuse": "refusal"}
        corrects = act == "correct"
        wrong = correction.mismatches
        has_picture = corrects and "avatar" in wrong
        files = [take_in(f"touxiang-{number}.png", [_picture(number)])] if has_picture else []
        given = answers.answer_correction(
            correction=correction,
            draft=AnswerDraft(
                kind=kinds[act],
                name=f"河畔随笔{number + 1}号" if corrects and "name" in wrong else None,
                bio="记录日常生活（演示）" if corrects and "bio" in wrong else None,
                is_avatar_changed=has_picture,
                statement="" if act == "refuse" else "已按要求处理，请复核（演示）。",
            ),
            files=files,
            source=AnswerSource.API,
            **_because(self._crew.system, "平台转交运营者对改正通知的答复"),
        )
        for each in given.documents.all():
            evidence.check_file(file=each.file, **_because(self._crew.system, "检查收到的文件"))

    def _decide(self, correction: Correction, act: str) -> None:
        actor = self._crew.next(roles.MODERATOR)
        assert correction.work_item is not None
        on: dict[str, Any] = {
            "correction": correction,
            "fence": work.claim_item(work_item=correction.work_item, actor=actor).fence,
            "expected_version": correction.version,
            **_because(actor, "已核对运营者的答复"),
        }
        match act:
            case "accept":
                review.accept_correction(**on)
            case "reject":
                review.reject_answer(**on, told="新名称仍然容易使公众误认账号的主体，请重新改正。")
            case _:
                told = "经核对证明材料，名称系经授权使用，撤回限期改正通知。"
                ordering.withdraw_correction(**on, told=told)

    def _lapse(self) -> None:
        lapses.lapse_corrections(now=timezone.now(), actor=self._crew.system)

    def _give_time(self, correction: Correction) -> None:
        asked = answers.ask_for_more_time(
            correction=correction,
            **_because(self._crew.next(roles.MODERATOR), "运营者正在办理名称变更登记"),
        )
        approve_extension(
            extension=asked,
            **_because(self._crew.next(roles.SUPERVISOR), "情况属实，同意延长"),
        )

    def _open_case(self, correction: Correction) -> None:
        finding = Finding.objects.get(
            account=correction.account,
            kind=FindingKind.CORRECTION_MISSED,
            ground_ref=f"correction:{correction.pk}",
        )
        moderator = self._crew.next(roles.MODERATOR)
        cases.open_case(
            account=correction.account,
            source=CaseSource.FINDING,
            summary=f"{finding.get_kind_display()}：{finding.facts}",
            finding=finding,
            finding_fence=work.claim_item(work_item=finding.work_item, actor=moderator).fence,
            **_because(moderator, "逾期未改正或者拒绝改正，予以立案"),
        )

    def _propose(self, correction: Correction) -> None:
        actor = self._crew.next(roles.MODERATOR)
        case = correction.account.cases.latest("pk")
        violation = ViolationType.objects.get(
            version=CatalogueVersion.objects.in_force(timezone.now()), code="V01"
        )
        decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=actor).fence,
            violation_type=violation,
            severity=violation.default_severity,
            facts=f"{correction.facts}限期改正通知送达后，期限届满仍未改正。",
            reasoning="账号信息与核验的真实身份不符，经通知限期改正而拒不改正，应当终止提供服务。",
            clauses=list(
                clauses_in_force(timezone.localdate()).filter(provision=violation.provision)
            ),
            measures=[MeasureOrder(MeasureCode.TERMINATE)],
            **_because(actor, "事实清楚，期限已过，建议终止提供服务"),
        )

    def _approve(self, correction: Correction) -> None:
        decision = correction.account.decisions.latest("pk")
        say_nothing(decision, self._crew)
        decisions.approve_decision(
            decision=decision,
            **_because(self._crew.next(roles.SUPERVISOR), "事实与依据相符，同意"),
        )
        assert Correction.objects.get(pk=correction.pk).status == CorrectionStatus.TERMINATED


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_8_2, reason=reason)

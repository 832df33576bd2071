"""Earning, comments, credit and agencies of the demo: in every state, by rule or by people."""

import io
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.enums import AccountStatus, ApplicationSource
from accounts.models import Agency, AgencyContract, EarningApplication, PublicAccount
from accounts.powers_words import ContractStatus, EarningBehaviour, EarningStatus
from accounts.rules.identity_numbers import uscc_check_character
from accounts.services import formulas
from accounts.services.agencies import (
    AgencyDraft,
    ContractDraft,
    attach_contract_documents,
    keep_contracts,
    note_agency_claim,
    register_agency,
    review,
    strike_off_agency,
    submit_contract,
)
from accounts.services.comment_powers import set_powers
from accounts.services.earning import apply_for_earning, give_up_earning, sweep_rights
from accounts.services.formulas import FormulaDraft
from compliance import roles, work
from compliance.evidence import services as evidence
from compliance.evidence.incoming import take_in
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from reports.demo.clock import Diary
from reports.demo.staff import Crew

P: Final = Provision
_INK: Final = (75, 85, 99)
_AGENCIES: Final = (
    ("示范星河文化传播有限公司", "星河机构（演示）", "91110101MA01DEM01"),
    ("示范远帆传媒有限公司", "远帆传媒（演示）", "91110101MA01DEM02"),
    ("示范拾光网络科技有限公司", "拾光（演示）", "91110101MA01DEM03"),
)
# Days ago, agency, days until its end, and what became of it; "keep" is an end by its own day.
_CONTRACTS: Final = (
    (120, 0, 245, "approve"),
    (110, 0, 18, "approve"),
    (100, 1, -6, "approve"),
    (90, 2, 275, "approve"),
    (30, 1, 335, "refuse"),
    (22, 0, 343, "withdraw"),
    (9, 1, 356, "ask"),
    (2, 0, 363, ""),
    (1, 1, 364, ""),
)
_EARNING: Final = (
    EarningBehaviour.ECOMMERCE,
    EarningBehaviour.ADVERTISING,
    EarningBehaviour.PAID_KNOWLEDGE,
    EarningBehaviour.TIPS,
)


def _page(number: int) -> bytes:
    """The first page of a made-up agreement: lines that say nothing, and a seal."""
    paper = Image.new("RGB", (700, 990), (255, 255, 255))
    pen = ImageDraw.Draw(paper)
    pen.line((220, 90, 480, 90), _INK, 10)
    for line in range(14):
        pen.line((80, 180 + 44 * line, 620 - 30 * ((line + number) % 4), 180 + 44 * line), _INK, 4)
    pen.ellipse((430, 800, 590, 960), outline=(185, 28, 28), width=7)
    body = io.BytesIO()
    paper.save(body, "PNG")
    return body.getvalue()


class Powers:
    """Notes what platform and people do about earning, comments and agencies."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note everything that happens."""
        diary = self._diary
        diary.note(diary.ago(125, hour=9), self._register)
        for number, (days, agency, until, act) in enumerate(_CONTRACTS):
            at = diary.ago(days, hour=10 + number % 5)
            diary.note(at, partial(self._hand_in, number, agency, self._day(until)))
            if act:
                later = at + timedelta(hours=20)
                diary.note(later, partial(self._decide, number, act))
        for days in (12, 3, 0):
            diary.note(diary.ago(days, hour=7), self._keep)
        diary.note(diary.ago(40, hour=15), self._strike_off)
        diary.note(diary.ago(18, hour=11), self._apply)
        diary.note(diary.ago(10, hour=12), self._sweep)
        diary.note(diary.ago(8, hour=11), self._give_up)
        diary.note(diary.ago(5, hour=9), self._note_claim)
        diary.note(diary.ago(60, hour=14), self._change_formula)
        diary.note(diary.ago(1, hour=14), self._propose_formula)

    def _day(self, days: int) -> date:
        return timezone.localdate(self._diary.present) + timedelta(days=days)

    def _register(self) -> None:
        for name, public_name, code in _AGENCIES:
            register_agency(
                draft=AgencyDraft(
                    name=name,
                    public_name=public_name,
                    uscc=code + uscc_check_character(code),
                    contact="演示联系人 13900000000",
                ),
                **_because(self._crew.next(roles.COMPLIANCE_OFFICER), "机构提交登记材料"),
            )

    def _account(self, number: int) -> PublicAccount:
        """The accounts that were there before the first agreement, each once."""
        old = PublicAccount.objects.filter(status=AccountStatus.ACTIVE).order_by("pk")
        return old[number + 8]

    def _hand_in(self, number: int, agency: int, until: date) -> None:
        contract = submit_contract(
            account=self._account(number),
            agency=Agency.objects.order_by("pk")[agency],
            draft=ContractDraft(
                number=f"YS-2026-{number + 1:03d}",
                valid_from=timezone.localdate(),
                valid_until=until,
                covers="内容策划、商务合作与粉丝运营（演示）",
            ),
            source=ApplicationSource.API,
            **_because(self._crew.system, "平台推送的机构协议"),
        )
        for attached in attach_contract_documents(
            contract=contract,
            files=[take_in(f"xieyi-{number}.png", [_page(number)])],
            shows="协议首页和盖章页（演示）",
            **_because(self._crew.system, "随协议一并提交"),
        ):
            evidence.check_file(file=attached.file, **_because(self._crew.system, "检查收到的文件"))

    def _decide(self, number: int, act: str) -> None:
        contract = AgencyContract.objects.with_all().get(number=f"YS-2026-{number + 1:03d}")
        actor = self._crew.next(roles.MODERATOR)
        assert contract.work_item is not None
        on: dict[str, Any] = {
            "contract": contract,
            "fence": work.claim_item(work_item=contract.work_item, actor=actor).fence,
            "expected_version": contract.version,
            **_because(actor, "已核对协议文本"),
        }
        match act:
            case "approve":
                review.approve_contract(**on)
            case "refuse":
                review.refuse_contract(**on, told="协议未约定双方的信息安全义务。")
            case "withdraw":
                review.withdraw_contract(**on)
            case _:
                review.ask_for_contract_material(**on, told="请补充双方盖章页的清晰扫描件。")

    def _keep(self) -> None:
        keep_contracts(today=timezone.localdate(), actor=self._crew.system)

    def _strike_off(self) -> None:
        agency = Agency.objects.latest("pk")
        strike_off_agency(
            agency=agency,
            expected_version=agency.version,
            **_because(self._crew.next(roles.COMPLIANCE_OFFICER), "机构已注销"),
        )

    def _candidates(self) -> list[PublicAccount]:
        found = PublicAccount.objects.filter(
            status=AccountStatus.ACTIVE, violations=None, restrictions=None
        )
        return list(found.select_related("subject").order_by("registered_at", "pk"))

    def _apply(self) -> None:
        accounts = self._candidates()
        newest = PublicAccount.objects.filter(status=AccountStatus.ACTIVE).latest(
            "registered_at", "pk"
        )
        for number, account in enumerate([*accounts[:6], newest]):
            apply_for_earning(
                account=account,
                behaviour=_EARNING[number % len(_EARNING)],
                source=ApplicationSource.API,
                **_because(self._crew.system, "运营者经平台申请营利权限", P.PUBLIC_ACCOUNT_14_1),
            )
        set_powers([each.pk for each in accounts[:6]], actor=self._crew.system)

    def _sweep(self) -> None:
        sweep_rights(now=timezone.now(), actor=self._crew.system)

    def _give_up(self) -> None:
        right = EarningApplication.objects.filter(status=EarningStatus.GRANTED).latest("pk")
        give_up_earning(
            application=right,
            **_because(self._crew.system, "运营者经平台放弃营利权限", P.PUBLIC_ACCOUNT_14_1),
        )

    def _note_claim(self) -> None:
        running = AgencyContract.objects.filter(status=ContractStatus.IN_FORCE)
        account = PublicAccount.objects.filter(status=AccountStatus.ACTIVE).exclude(
            pk__in=running.values("account")
        )
        note_agency_claim(
            account=account.latest("pk"),
            agency_name="未登记的机构（演示）",
            source_ref="账号主页简介",
            **_because(self._crew.next(roles.MODERATOR), "巡查发现"),
        )

    def _change_formula(self) -> None:
        row = formulas.formula_row_in_force("metrics", timezone.now())
        proposal = formulas.propose_formula(
            draft=FormulaDraft(code="metrics", content={**row.content, "quiet_days": 10}),
            **_because(
                self._crew.next(roles.COMPLIANCE_OFFICER), "同一活动反复提示", P.PUBLIC_ACCOUNT_12_1
            ),
        )
        formulas.approve_formula(
            proposal=proposal,
            **_because(self._crew.next(roles.SUPERVISOR), "同意", P.PUBLIC_ACCOUNT_12_1),
        )

    def _propose_formula(self) -> None:
        row = formulas.formula_row_in_force("grades", timezone.now())
        content = {**row.content, "weights": {"quality": 0.4, "reach": 0.2, "credit": 0.4}}
        formulas.propose_formula(
            draft=FormulaDraft(code="grades", content=content),
            **_because(
                self._crew.next(roles.COMPLIANCE_OFFICER),
                "提高主体信用的权重",
                P.PUBLIC_ACCOUNT_7_2,
            ),
        )


def _because(
    actor: StaffUser, reason: str, provision: Provision = Provision.PUBLIC_ACCOUNT_16_4
) -> Grounds:
    return Grounds(actor=actor, provision=provision, reason=reason)

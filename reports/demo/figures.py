"""What the demo's platform pushes of accounts: figures, public contacts, consents."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from accounts.enums import AccountStatus, ConsentMethod, FollowAgreement, SubjectNature
from accounts.models import PublicAccount
from accounts.rules.disclosure import is_body
from accounts.services.disclosure import (
    Consent,
    Contact,
    check_due_disclosures,
    record_consents,
    record_contacts,
)
from accounts.services.grades import grade_accounts
from accounts.services.metrics import (
    CampaignConsent,
    DayFigures,
    evaluate_metrics,
    record_follow_consents,
    record_metrics,
)
from compliance.grounds import Grounds
from compliance.provisions import Provision
from reports.demo.staff import Crew

DAYS: Final = 60
_COUNTED: Final = 12
# Which account, how many days before today, what was other than usual on that day.
_JUMPS: Final[dict[int, tuple[int, dict[str, int]]]] = {
    2: (3, {"gain": 6_400}),
    5: (9, {"views": 88_000, "reposts": 4_100}),
    8: (1, {"gain": 9_800, "views": 41_000}),
}


def push_figures(crew: Crew, present: datetime) -> None:
    """Push everything as the platform would, and evaluate it."""
    active = PublicAccount.objects.filter(status=AccountStatus.ACTIVE)
    accounts = list(active.select_related("subject").order_by("pk"))
    _push_disclosures(crew, accounts, present)
    today = timezone.localdate(present)
    for number, account in enumerate(accounts[:_COUNTED]):
        record_metrics(days=_days_of(number, account, today), actor=crew.system)
    evaluate_metrics(now=present, actor=crew.system)
    grade_accounts(now=present, actor=crew.system)
    campaign: dict[str, Any] = {
        "campaign": "秋季内容推荐（演示）",
        "asked": "是否关注以下推荐账号？未勾选的账号不会被关注。",
        "agreement": FollowAgreement.UNTICKED_BOX,
        "began_at": present - timedelta(days=12),
        "ended_at": present - timedelta(days=5),
        "proof_ref": "演示截图 11",
    }
    record_follow_consents(
        consents=[
            CampaignConsent(
                platform_uid=account.platform_uid,
                shown_to=20_000 + 1_700 * number,
                agreed=2_300 + 310 * number,
                **campaign,
            )
            for number, account in enumerate(accounts[:3])
        ],
        **_because(crew, Provision.PUBLIC_ACCOUNT_12_2, "演示数据：推荐活动的关注同意"),
    )


def _push_disclosures(crew: Crew, accounts: Sequence[PublicAccount], present: datetime) -> None:
    bodies = [each for each in accounts if is_body(each.subject.nature)]
    persons = [
        each
        for each in accounts
        if each.subject.nature == SubjectNature.NATURAL_PERSON and not each.subject.is_minor
    ]
    grounds = _because(crew, Provision.PUBLIC_ACCOUNT_9_2, "演示数据：平台推送的公示信息")
    record_contacts(
        # Every fifth has not given one yet.
        contacts=[
            Contact(each.platform_uid, f"service{number}@example.com", f"演示表单 {number}")
            for number, each in enumerate(bodies)
            if number % 5 != 4
        ],
        **grounds,
    )
    consents = [
        Consent(
            each.platform_uid,
            is_given=True,
            at=present - timedelta(days=30 + number),
            source_ref=f"演示同意 {number}",
        )
        for number, each in enumerate(persons[:4])
    ]
    taken_back = Consent(
        persons[0].platform_uid,
        is_given=False,
        at=present - timedelta(days=2),
        source_ref="演示来信 1",
        method=ConsentMethod.LETTER,
    )
    record_consents(consents=[*consents, taken_back], **grounds)
    check_due_disclosures(now=present)


def _days_of(number: int, account: PublicAccount, today: date) -> list[DayFigures]:
    back, unusual = _JUMPS.get(number, (-1, {}))
    followers = 4_000 + 7_300 * number
    days = []
    for ago in range(DAYS, -1, -1):
        day = today - timedelta(days=ago)
        # Waves of a week that differ from account to account.
        wave = (day.toordinal() * 7 + number * 11) % 13
        figures = unusual if ago == back else {}
        followers += figures.get("gain", 15 + wave)
        days.append(
            DayFigures(
                platform_uid=account.platform_uid,
                day=day,
                followers=followers,
                views=figures.get("views", 6_000 + 500 * number + 90 * wave),
                click_rate=Decimal(40 + wave) / 1_000,
                reposts=figures.get("reposts", 30 + wave),
                comments=55 + 2 * wave,
            )
        )
    return days


def _because(crew: Crew, provision: Provision, reason: str) -> Grounds:
    return Grounds(actor=crew.system, provision=provision, reason=reason)

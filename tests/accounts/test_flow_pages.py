"""Small things that people who work with the flows of accounts all day rely on."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationSource, GroundKind, ListedNameKind, RestrictionKind
from accounts.models import Application, Correction, ProfileChange, PublicAccount, Qualification
from accounts.services.activity import Use, record_activity
from accounts.services.allowances.submission import present_cap
from accounts.services.corrections import lapses
from accounts.services.names import NameRow, add_names
from accounts.services.restrictions import impose_restriction
from accounts.services.stops import wishing
from compliance import work
from compliance.clocks.rules import last_day
from compliance.errors import InvalidInput
from compliance.models import ResponseInvitation, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from compliance.staff import system_actor
from reports.demo.clock import clock_at
from tests.accounts.corrections import order, order_long_ago
from tests.accounts.transfers import stop_grounds

pytestmark = pytest.mark.django_db


def page_of(correction: Correction) -> str:
    """Return the address at which the operator answers."""
    invitation = ResponseInvitation.objects.open().about(correction)
    return reverse(
        "public:response", args=[code_of(invitation.get(kind="accounts.correction_answer"))]
    )


def test_whoever_is_late_reads_that_the_time_is_over_and_no_day_far_ahead(
    make_account: Callable[..., PublicAccount],
    reviewer: StaffUser,
    system: StaffUser,
    at_once: None,
) -> None:
    in_time = order(make_account(), reviewer)
    late = order_long_ago(make_account(), reviewer)
    lapses.lapse_corrections(now=timezone.now(), actor=system)

    asked_in_time = Client().get(page_of(in_time)).text
    asked_late = Client().get(page_of(late)).text

    assert "期限已经届满，仍接受改正" in asked_late
    assert "前（含当日）答复" not in asked_late
    assert "前（含当日）答复" in asked_in_time
    assert "期限已经届满" not in asked_in_time
    for heading in ("发现的情况（", "依据：", "须完成的事项："):
        assert heading in asked_in_time


def test_the_receipt_says_what_comes_next(
    make_account: Callable[..., PublicAccount], reviewer: StaffUser, at_once: None
) -> None:
    page, visitor = page_of(order(make_account(), reviewer)), Client()

    sent = visitor.post(page, {"answer": "corrected", "name": "河畔闲谈", "complete": "1"})

    assert sent.status_code == 302
    assert "结果以通知告知" in visitor.get(page).text


def test_what_may_stay_empty_comes_after_the_reason_that_is_told(
    client: Client,
    make_account: Callable[..., PublicAccount],
    reviewer: StaffUser,
    changed: Callable[..., ProfileChange],
) -> None:
    waiting = changed(make_account(), name="上海弄堂小食")
    assert waiting.work_item is not None
    work.claim_item(work_item=waiting.work_item, actor=reviewer)
    client.force_login(reviewer)

    page = client.get(reverse("admin:review_profile_change", args=[waiting.work_item_id])).text

    form = page.partition('name="action" value="refuse"')[2].partition("</form>")[0]
    assert 0 < form.index('name="reason"') < form.index('name="note"')


def test_the_review_of_a_correction_names_who_runs_the_account_and_until_when(
    client: Client,
    make_account: Callable[..., PublicAccount],
    reviewer: StaffUser,
    at_once: None,
) -> None:
    account = make_account()
    ordered = order(account, reviewer)
    client.force_login(reviewer)

    page = client.get(reverse("admin:correction", args=[ordered.pk])).text

    assert account.subject.shown_name in page
    assert "改正期限" in page


def test_the_page_of_an_application_leads_to_its_review_and_says_until_when(
    client: Client, make_application: Callable[..., Application], reviewer: StaffUser
) -> None:
    waiting = make_application(category="education")
    item = WorkItem.objects.get(application=waiting)
    client.force_login(reviewer)

    page = client.get(reverse("admin:application", args=[waiting.pk])).text

    assert reverse("admin:review_application", args=[item.pk]) in page
    assert "到期时间" in page


def test_a_list_finds_a_record_by_the_number_that_it_shows(
    client: Client,
    make_account: Callable[..., PublicAccount],
    staff_user: Callable[..., StaffUser],
    reviewer: StaffUser,
    changed: Callable[..., ProfileChange],
    submitted: Callable[..., Qualification],
    at_once: None,
) -> None:
    accounts = [make_account(), make_account()]
    pairs = [
        [changed(each, bio=f"换过的简介{each.pk}") for each in accounts],
        [submitted(each, type="teacher") for each in accounts],
        [order(each, reviewer) for each in accounts],
    ]
    client.force_login(staff_user("auditor"))

    for first, other in pairs:
        address = reverse(f"admin:accounts_{first._meta.model_name}_changelist")
        found = client.get(address, {"q": first.reference.lower()}).text

        assert f"/{first.pk}/change/" in found
        assert f"/{other.pk}/change/" not in found


def test_pages_name_the_version_by_which_something_was_judged_and_lead_there(
    client: Client,
    make_account: Callable[..., PublicAccount],
    make_application: Callable[..., Application],
    changed: Callable[..., ProfileChange],
    system: StaffUser,
    staff_user: Callable[..., StaffUser],
) -> None:
    stop = wishing.apply_to_close(
        account=make_account(), source=ApplicationSource.API, **stop_grounds(system)
    )
    change = changed(make_account(), name="上海弄堂小食")
    application = make_application(category="education")
    client.force_login(staff_user("moderator", "compliance_officer"))

    for page, code, policy in (
        (reverse("admin:stop", args=[stop.pk]), "exits", stop.policy),
        (
            reverse("admin:review_profile_change", args=[change.work_item_id]),
            "profiles",
            change.policy,
        ),
        (
            reverse("admin:review_application", args=[application.work_item_id]),
            "registration",
            application.policy,
        ),
    ):
        assert policy is not None
        formula = reverse("admin:formula", args=[code])
        assert f"{formula}#version-{policy.pk}" in client.get(page).text
        assert f'id="version-{policy.pk}"' in client.get(formula).text


def test_forms_say_how_long_there_is_and_how_many_accounts_there_may_be(
    client: Client,
    make_account: Callable[..., PublicAccount],
    reviewer: StaffUser,
    staff_user: Callable[..., StaffUser],
) -> None:
    account = make_account()
    client.force_login(staff_user("moderator", "supervisor"))

    form = client.get(reverse("admin:order_correction", args=[account.pk])).text
    more = client.get(reverse("admin:enter_allowance", args=[account.subject_id])).text

    ordered = order(account, reviewer)
    assert f"至 {last_day(ordered.clock.due_at).isoformat()} 终" in form
    assert account.name in more
    assert present_cap(account.subject) in more


def test_an_instant_that_stands_for_a_day_is_shown_as_the_day_in_lists(
    client: Client, make_account: Callable[..., PublicAccount], reviewer: StaffUser
) -> None:
    zone = timezone.get_default_timezone()
    day, hour = datetime(2026, 3, 5, tzinfo=zone), datetime(2026, 3, 5, 9, 30, tzinfo=zone)
    for number, at in ((7, day), (8, hour)):
        place_bar(f"河畔旧名{number}", at, reviewer)
    client.force_login(reviewer)

    page = client.get(reverse("admin:accounts_listedname_changelist")).text

    assert "2026-03-05 09:30" in page
    assert "2026-03-05 00:00" not in page
    assert page.count("2026-03-05") == 2


def place_bar(name: str, at: datetime, actor: StaffUser) -> None:
    """List a name since an instant."""
    with clock_at(at):
        add_names(
            kind=ListedNameKind.BARRED,
            rows=[NameRow(name, "示例")],
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_8_3,
            reason="测试数据",
        )


def test_what_a_suspension_rests_on_is_called_as_people_call_it(
    client: Client,
    make_account: Callable[..., PublicAccount],
    system: StaffUser,
    reviewer: StaffUser,
) -> None:
    account = make_account()
    impose_restriction(
        account=account,
        kind=RestrictionKind.SUSPEND_SERVICE,
        from_=timezone.now(),
        until=None,
        ground_kind=GroundKind.DORMANCY,
        ground_ref="dormancy:3",
        **stop_grounds(system),
    )
    client.force_login(reviewer)

    for page in (
        reverse("admin:account", args=[account.pk]),
        reverse("admin:accounts_restriction_changelist"),
    ):
        text = client.get(page).text
        assert "DM00000003" in text
        assert "dormancy:3" not in text


class TestRegion:
    """Public Account Provisions, art. 9 §2: the province, or the country abroad."""

    def test_the_later_use_says_it_and_everybody_reads_it(
        self,
        make_account: Callable[..., PublicAccount],
        system: StaffUser,
        client: Client,
        reviewer: StaffUser,
    ) -> None:
        account, now = make_account(), timezone.now()
        public = reverse("public:account", args=[account.platform_uid])
        assert "IP 属地" in Client().get(public).text

        def push(region: str, hours: int) -> int:
            at = now - timedelta(hours=hours)
            use = Use(account.platform_uid, last_login_at=at, ip_region=region)
            return record_activity(uses=[use], actor=system).changed

        assert push("浙江杭州", 5) == 1
        assert push("四川", 9) == 0
        assert "浙江省" in Client().get(public).text
        assert push("", 4) == 1
        assert push("新西兰", 1) == 1

        client.force_login(reviewer)
        for page in (
            Client().get(public).text,
            client.get(reverse("admin:account", args=[account.pk])).text,
        ):
            assert "新西兰" in page
            assert "浙江省" not in page.partition("IP 属地")[2][:200]

    @pytest.mark.parametrize("region", ["10.2.3.4", "fe80::1", "浙江1", "()", "省" * 41])
    def test_nothing_else_is_taken_for_one(
        self, make_account: Callable[..., PublicAccount], system: StaffUser, region: str
    ) -> None:
        account = make_account()

        with pytest.raises(InvalidInput):
            record_activity(
                uses=[Use(account.platform_uid, timezone.now(), None, region)], actor=system
            )

        account.activity.refresh_from_db()
        assert (account.activity.ip_region, account.activity.last_login_at) == ("", None)

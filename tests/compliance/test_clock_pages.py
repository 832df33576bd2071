"""The pages of limits, calendar and deadlines: what is read there, and the acts by their buttons."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Application
from compliance import clocks
from compliance.clocks.alarms import raise_alarms
from compliance.clocks.extensions import ask_extension
from compliance.models import (
    ActionLog,
    ActionOutcome,
    CalendarNotice,
    Clock,
    ClockEscalation,
    EscalationTakeover,
    Proposal,
    StaffUser,
    TimeLimit,
)
from compliance.pages.desk_rows import titles_of
from compliance.provisions import Provision

pytestmark = pytest.mark.django_db
DAYS = "date,is_working_day,name\n2027-01-01,no,元旦\n2027-02-06,yes,调休上班\n"


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def told(moment: datetime) -> Any:
    return mock.patch.object(timezone, "now", return_value=moment)


@pytest.fixture
def opened(staff_user: Callable[..., StaffUser]) -> Callable[..., Client]:
    """A browser in which somebody of a role is logged in."""

    def open_as(role: str) -> Client:
        client = Client()
        client.force_login(staff_user(role))
        return client

    return open_as


def late_clock(system: StaffUser) -> Clock:
    with told(at("2026-05-06T10:00")):
        clock = clocks.start_clock(
            step="case_decision",
            actor=system,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
            reason="测试",
        )
    with told(at("2026-05-15T00:05")):
        raise_alarms(now=at("2026-05-15T00:05"), actor=system)
    return clock


class TestLimits:
    def test_a_change_goes_from_the_form_through_two_approvals_to_its_announcement(
        self, opened: Callable[..., Client]
    ) -> None:
        url = reverse("admin:limits")
        form = {
            "action": "propose",
            "code": "case_decision",
            "amount": "10",
            "unit": "working_day",
            "warn_percent": "60",
            "provision": "platform-default",
            "not_before": timezone.localdate().isoformat(),
            "reason": "案件复杂程度上升",
        }

        proposed = opened("compliance_officer").post(url, form)
        proposal = Proposal.objects.get()
        answers = [
            opened(role).post(
                url, {"action": "approve", "proposal": proposal.pk, "reason": "同意变更"}
            )
            for role in ("supervisor", "compliance_officer")
        ]
        shown = opened("moderator").get(url).content.decode()

        assert [each.status_code for each in (proposed, *answers)] == [302, 302, 302]
        limit = TimeLimit.objects.get(code="case_decision", amount=10)
        assert limit.warn_percent == 60
        assert f"10 工作日，自 {timezone.localtime(limit.effective_from):%Y-%m-%d} 起" in shown

    def test_a_form_with_mistakes_is_shown_again_and_stores_nothing(
        self, opened: Callable[..., Client]
    ) -> None:
        answer = opened("compliance_officer").post(
            reverse("admin:limits"), {"action": "propose", "code": "case_decision"}
        )

        assert answer.status_code == 422
        assert not Proposal.objects.exists()

    def test_a_moderator_reads_and_may_not_propose(self, opened: Callable[..., Client]) -> None:
        client = opened("moderator")

        page = client.get(reverse("admin:limits"))
        answer = client.post(
            reverse("admin:limits"), {"action": "approve", "proposal": "0", "reason": "x"}
        )

        assert page.status_code == 200
        assert page.context["form"] is None
        assert answer.status_code == 404

    def test_an_act_that_the_page_does_not_offer_is_refused_and_logged(
        self, opened: Callable[..., Client]
    ) -> None:
        opened("compliance_officer").post(
            reverse("admin:limits"),
            {
                "action": "propose",
                "code": "case_decision",
                "amount": "7",
                "unit": "working_day",
                "warn_percent": "70",
                "provision": "platform-default",
                "not_before": timezone.localdate().isoformat(),
                "reason": "没有变化",
            },
        )

        assert ActionLog.objects.get(outcome=ActionOutcome.REFUSED).action == (
            "compliance.timelimit.propose"
        )
        assert not Proposal.objects.exists()


class TestCalendar:
    def form(self, act: str, **more: object) -> dict[str, object]:
        return {
            "action": act,
            "year": "2027",
            "title": "测试通知〔2026〕9号",
            "published_on": "",
            "reason": "录入年度安排",
            **more,
        }

    def test_a_file_is_previewed_proposed_and_approved_by_another_person(
        self, opened: Callable[..., Client], system: StaffUser
    ) -> None:
        with told(at("2026-12-30T10:00")):
            clock = clocks.start_clock(
                step="application_review",
                actor=system,
                provision=Provision.PUBLIC_ACCOUNT_6_1,
                reason="测试",
            )
        url, officer = reverse("admin:calendar"), opened("compliance_officer")
        file = SimpleUploadedFile("2027.csv", DAYS.encode("gb18030"))

        preview = officer.post(url, self.form("preview", file=file))
        before = CalendarNotice.objects.filter(year=2027).exists()
        officer.post(url, self.form("propose", days=preview.context["preview_days"]))
        proposal = Proposal.objects.get()
        own = officer.post(url, {"action": "approve", "proposal": proposal.pk, "reason": "同意"})
        other = opened("supervisor").post(
            url, {"action": "approve", "proposal": proposal.pk, "reason": "与通知一致"}
        )

        clock.refresh_from_db()
        assert preview.context["preview_count"] == 1
        assert before is False
        assert (own.status_code, other.status_code) == (409, 302)
        assert CalendarNotice.objects.get(year=2027).days.count() == 2
        assert clock.due_at == at("2027-01-06T00:00")

    def test_a_bad_file_is_refused_with_its_line_and_what_was_typed_stays(
        self, opened: Callable[..., Client]
    ) -> None:
        answer = opened("compliance_officer").post(
            reverse("admin:calendar"),
            self.form("preview", days="date,is_working_day,name\n2027-01-02,no,元旦"),
        )

        assert answer.status_code == 409
        assert "2027-01-02" in answer.content.decode()
        assert "测试通知〔2026〕9号" in answer.content.decode()
        assert not Proposal.objects.exists()

    def test_says_which_year_is_missing_on_page_and_desk_and_not_once_it_is_there(
        self, opened: Callable[..., Client]
    ) -> None:
        with told(at("2026-12-01T09:00")):
            client = opened("compliance_officer")
            page = client.get(reverse("admin:calendar")).content.decode()
            desk = client.get(reverse("admin:index")).content.decode()
        with told(at("2026-05-01T09:00")):
            fine = opened("compliance_officer").get(reverse("admin:calendar"))

        assert "2027 年的工作日安排尚未录入" in page
        assert "2027 年的工作日安排尚未录入" in desk
        assert fine.context["calendar_warning"] == ""


class TestDeadlines:
    def test_a_supervisor_takes_over_what_is_late(
        self, opened: Callable[..., Client], system: StaffUser
    ) -> None:
        late_clock(system)
        client, url = opened("supervisor"), reverse("admin:overdue")

        shown = client.get(url)
        desk = client.get(reverse("admin:index")).content.decode()
        number = ClockEscalation.objects.get().pk
        client.post(url, {"action": "take_over", "escalation": number, "reason": "今日内办结"})

        assert len(shown.context["escalations"]) == 1
        assert "逾期待接手" in desk
        assert EscalationTakeover.objects.get().reason == "今日内办结"
        assert client.get(url).context["escalations"] == []
        assert "今日内办结" in client.get(url).content.decode()

    def test_what_is_late_is_named_on_the_page_and_on_the_desk(
        self,
        opened: Callable[..., Client],
        system: StaffUser,
        make_application: Callable[..., Application],
    ) -> None:
        late = [make_application(category="education") for _ in range(2)]
        items = [each.work_item for each in late if each.work_item is not None]
        then = max(each.due_at for each in items) + timedelta(days=30)
        raise_alarms(now=then, actor=system)
        titles = titles_of(items)
        client, url = opened("supervisor"), reverse("admin:overdue")

        shown = client.get(url)
        desk = client.get(reverse("admin:index")).content.decode()

        named = {row["place"].title for row in shown.context["escalations"]}
        assert named == {titles[each.pk] for each in items}
        assert len(named) == 2
        for title in named:
            assert title in shown.content.decode()
            assert title in desk

    def test_who_it_was_not_laid_before_is_offered_no_button_and_refused(
        self, opened: Callable[..., Client], system: StaffUser
    ) -> None:
        late_clock(system)
        client, url = opened("compliance_officer"), reverse("admin:overdue")

        shown = client.get(url).context["escalations"]
        (row,) = opened("auditor").get(url).context["escalations"]
        answer = client.post(
            url,
            {
                "action": "take_over",
                "escalation": ClockEscalation.objects.get().pk,
                "reason": "x",
            },
        )

        assert shown == []
        assert row["actions"] == []
        assert answer.status_code == 409
        assert not EscalationTakeover.objects.exists()

    def test_more_time_is_approved_there(
        self,
        opened: Callable[..., Client],
        staff_user: Callable[..., StaffUser],
        system: StaffUser,
    ) -> None:
        grounds = {
            "actor": staff_user("moderator"),
            "provision": Provision.PUBLIC_ACCOUNT_19_1,
            "reason": "案情复杂",
        }
        clock = clocks.start_clock(step="case_decision", **{**grounds, "actor": system})
        asked = ask_extension(clock=clock, **grounds)

        opened("supervisor").post(
            reverse("admin:overdue"),
            {"action": "approve", "proposal": asked.proposal_id, "reason": "同意延长"},
        )

        clock.refresh_from_db()
        assert clock.extension == asked.limit


class TestPanel:
    def test_an_applications_page_shows_date_state_pauses_and_reasons(
        self,
        opened: Callable[..., Client],
        staff_user: Callable[..., StaffUser],
        make_application: Callable[..., Application],
    ) -> None:
        application = make_application(category="education")
        item = application.work_item
        assert item is not None
        grounds = {
            "actor": staff_user("moderator"),
            "provision": Provision.PUBLIC_ACCOUNT_8_1,
            "reason": "等待发证机关回函",
        }
        clocks.pause_clock(clock=item.clock, **grounds)

        page = opened("moderator").get(reverse("admin:review_application", args=[item.pk]))

        panel = page.context["clock"]
        assert panel.badge.text == "暂停计时"
        assert "结束前" in panel.due
        assert "等待发证机关回函" in page.content.decode()
        assert [step.title for step in panel.steps] == ["暂停", "开始计时"]

    def test_a_date_in_a_year_without_notice_says_that_it_may_move(
        self, opened: Callable[..., Client], make_application: Callable[..., Application]
    ) -> None:
        with told(at("2026-12-30T10:00")):
            item = make_application(category="education").work_item
            assert item is not None
            page = opened("moderator").get(reverse("admin:review_application", args=[item.pk]))

        assert "2027 年的工作日安排尚未公布" in page.content.decode()

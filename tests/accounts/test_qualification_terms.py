"""What a day brings to qualifications: reminders, ends, checks; each once, however often it runs."""

from datetime import date, datetime, timedelta
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import (
    AccountMark,
    Qualification,
    QualificationReminder,
    QualificationRule,
    Restriction,
)
from accounts.qualification_words import QualificationStatus
from accounts.rules.qualifications import (
    Gap,
    Term,
    beginning_of,
    end_of,
    is_unusual_number,
    months_later,
    reminder_due,
    uncovered,
)
from accounts.services.qualifications import cover, review, standing, terms
from accounts.services.restrictions import state_of
from compliance.errors import ActionRefused
from compliance.models import Notice, WorkItem
from tests.accounts.qualifications import Desk, grounds, in_days

OFF = "publish_health"


def at(days: int) -> datetime:
    return end_of(in_days(days)) - timedelta(hours=12)


def told(moment: datetime) -> mock._patch:
    return mock.patch.object(timezone, "now", return_value=moment)


def keep(days, system):
    today = in_days(days)
    with told(at(days)):
        return terms.keep_terms(today=today, actor=system)


@pytest.fixture
def account(make_account):
    return make_account()


@pytest.fixture
def nurse(account, qualification_desk):
    return qualification_desk(account, type="nurse", valid_until=in_days(100)).verify()


class TestReminders:
    def test_are_sent_90_30_and_7_days_before_and_never_twice(self, nurse, system):
        sent = []
        for days in (0, 9, 10, 11, 69, 70, 71, 93, 94, 100):
            run_date = in_days(days)
            with told(at(days)):
                first = terms.send_reminders(today=run_date, **grounds(system))
                again = terms.send_reminders(today=run_date, **grounds(system))
            sent.append((days, first, again))

        assert [(days, first) for days, first, _again in sent if first] == [
            (10, 1),
            (70, 1),
            (93, 1),
        ]
        assert all(again == 0 for _days, _first, again in sent)
        notices = Notice.objects.filter(purpose="accounts.qualification_expiring").order_by("pk")
        assert ["90 日" in each.text for each in notices] == [True, False, False]
        assert QualificationReminder.objects.count() == 3

    def test_an_end_that_is_near_already_is_told_once_not_three_times(
        self, account, qualification_desk, system
    ):
        qualification_desk(account, type="nurse", valid_until=in_days(5)).verify()

        with told(at(0)):
            count = terms.send_reminders(today=in_days(0), **grounds(system))

        assert count == 1
        assert QualificationReminder.objects.get().days == 7

    def test_nobody_is_reminded_of_what_has_a_renewal_waiting(
        self, account, nurse, submitted, system
    ):
        submitted(account, type="nurse", renews=nurse)

        assert terms.send_reminders(today=in_days(20), **grounds(system)) == 0


class TestEnd:
    def test_mark_and_publishing_end_by_themselves_before_anybody_writes_it_down(
        self, account, nurse
    ):
        after = end_of(in_days(100)) + timedelta(seconds=1)

        assert cover.marks_of(account, after) == []
        assert OFF in state_of(account, after).functions_off
        assert state_of(account, after).may_publish
        assert Qualification.objects.get(pk=nurse.pk).status == QualificationStatus.VERIFIED

    def test_is_written_down_and_told_once_with_the_way_to_appeal(self, account, nurse, system):
        assert keep(100, system).expired == 0

        assert keep(101, system).expired == 1
        assert keep(101, system).expired == 0

        nurse.refresh_from_db()
        assert nurse.status == QualificationStatus.EXPIRED
        assert nurse.decided_by == system.person
        notice = Notice.objects.get(purpose="accounts.qualification_expired")
        assert str(in_days(100)) in notice.reasons
        assert notice.appeal
        assert Restriction.objects.filter(account=account).count() == 1
        account.refresh_from_db()
        assert account.status == "active"

    def test_a_renewal_after_the_end_turns_publishing_on_again_at_once(
        self, account, nurse, submitted, reviewer, system
    ):
        keep(101, system)
        until, later = in_days(900), at(104)
        with told(at(103)):
            nurse.refresh_from_db()
            desk = Desk(
                reviewer,
                submitted(account, type="nurse", renews=nurse, valid_until=until),
            ).take()
            assert OFF in state_of(account, timezone.now()).functions_off
            desk.verify()

            assert state_of(account, timezone.now() + timedelta(seconds=1)).is_unrestricted
        nurse.refresh_from_db()
        assert nurse.status == QualificationStatus.RENEWED
        (mark,) = AccountMark.objects.in_force(later)
        assert mark.qualification.renews == nurse

    def test_an_open_check_goes_with_it(self, nurse, reviewer, system):
        standing.check_again(
            qualification=nurse, expected_version=nurse.version, **grounds(reviewer)
        )

        keep(101, system)

        nurse.refresh_from_db()
        assert nurse.work_item.closed_at is not None


class TestChecks:
    @pytest.fixture
    def lawyer(self, account, qualification_desk):
        return qualification_desk(account, type="lawyer").verify()

    def test_what_has_no_end_comes_back_into_the_queue_by_the_interval_of_its_type(
        self, lawyer, system
    ):
        due = lawyer.next_check_on
        assert due == months_later(timezone.localdate(), 12)
        before = (due - timezone.localdate()).days - 1

        assert keep(before, system).to_check == 0
        assert keep(before + 1, system).to_check == 1
        assert keep(before + 2, system).to_check == 0

        lawyer.refresh_from_db()
        assert lawyer.status == QualificationStatus.VERIFIED
        assert lawyer.work_item.clock.step == "qualification_recheck"

    def test_confirming_sets_the_next_one(self, lawyer, reviewer):
        standing.check_again(
            qualification=lawyer, expected_version=lawyer.version, **grounds(reviewer)
        )
        desk = Desk(reviewer, lawyer).take()
        with pytest.raises(ActionRefused):
            desk.do(standing.confirm_qualification)

        desk.look().do(standing.confirm_qualification)

        lawyer.refresh_from_db()
        assert lawyer.status == QualificationStatus.VERIFIED
        assert lawyer.work_item.closed_at is not None
        assert len(cover.marks_of(lawyer.account, timezone.now())) == 1

    def test_a_dead_one_found_at_a_check_is_revoked(self, lawyer, reviewer, account):
        standing.check_again(
            qualification=lawyer, expected_version=lawyer.version, **grounds(reviewer)
        )
        desk = Desk(reviewer, lawyer).take().look(result="not_in_force")

        desk.do(standing.revoke_qualification, told="经查询，该证件已被注销")

        lawyer.refresh_from_db()
        assert lawyer.status == QualificationStatus.REVOKED
        assert lawyer.work_item.closed_at is not None
        assert "publish_judicial" in state_of(account, timezone.now()).functions_off

    def test_a_whole_type_is_put_up_at_once_and_nothing_twice(
        self, lawyer, make_account, qualification_desk, reviewer
    ):
        qualification_desk(make_account(), type="lawyer", issuer="另省司法厅").verify()
        qualification_desk(make_account(), type="teacher").verify()
        on = {"type_": "lawyer", **grounds(reviewer, "协会公布注销名单")}

        assert terms.open_checks_of_type(**on, issuer="另省") == 1
        assert terms.open_checks_of_type(**on) == 1
        assert terms.open_checks_of_type(**on) == 0
        assert WorkItem.objects.open().filter(queue="qualifications").count() == 2


class TestRules:
    NOW = beginning_of(date(2026, 3, 1))

    def test_terms_that_follow_one_another_leave_no_gap(self):
        day = date(2026, 3, 10)
        chain = [Term.of_days(None, day), Term.of_days(date(2026, 3, 11), None)]

        assert uncovered(chain, self.NOW) == []

    def test_nothing_at_all_is_a_gap_from_now_on(self):
        assert uncovered([], self.NOW) == [Gap(self.NOW, None)]

    def test_a_gap_between_two_terms_is_exactly_the_days_between(self):
        chain = [
            Term.of_days(date(2026, 4, 1), date(2026, 4, 30)),
            Term.of_days(None, date(2026, 3, 10)),
        ]

        assert uncovered(chain, self.NOW) == [
            Gap(end_of(date(2026, 3, 10)), beginning_of(date(2026, 4, 1))),
            Gap(end_of(date(2026, 4, 30)), None),
        ]

    @pytest.mark.parametrize(
        ("left", "sent", "expected"),
        [
            (91, (), None),
            (90, (), 90),
            (31, (90,), None),
            (30, (90,), 30),
            (3, (90,), 7),
            (3, (90, 30, 7), None),
            (0, (), 7),
            (-1, (), None),
        ],
    )
    def test_the_nearest_reminder_that_was_reached_is_due(self, left, sent, expected):
        today = date(2026, 3, 1)

        assert reminder_due(today + timedelta(days=left), today, (90, 30, 7), sent) == expected

    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2026, 12, 15), 12, date(2027, 12, 15)),
            (date(2026, 11, 30), 3, date(2027, 2, 28)),
            (date(2026, 5, 31), 36, date(2029, 5, 31)),
        ],
    )
    def test_months_later_is_the_same_day_or_the_last(self, day, months, expected):
        assert months_later(day, months) == expected

    def test_a_length_is_a_hint_where_lengths_are_known(self):
        assert is_unusual_number("123", (17,))
        assert not is_unusual_number("123", ())
        assert not is_unusual_number("1 2 3", (3,))


def test_every_type_of_the_catalogue_is_laid_with_its_field_and_checklist(db):
    rules = QualificationRule.objects.all()

    assert rules.count() == 28
    for rule in rules:
        assert rule.items
        assert rule.issuer
        assert Qualification(type=rule.code).field == rule.field
    assert not rules.get(code="press_card").opens_field


def test_what_waited_for_material_too_long_goes_back_into_its_queue(
    account, qualification_desk, system
):
    desk = qualification_desk(account)
    desk.do(review.ask_for_qualification_material, told="请补充")
    desk.qualification.refresh_from_db()
    over = desk.qualification.material_clock.due_at + timedelta(seconds=1)

    assert terms.return_lapsed(now=timezone.now(), actor=system) == 0
    assert terms.return_lapsed(now=over, actor=system) == 1

    desk.qualification.refresh_from_db()
    assert desk.qualification.status == QualificationStatus.IN_REVIEW

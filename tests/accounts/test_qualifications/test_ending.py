"""Qualifications are renewed, revoked, or run out, and what rested on them ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import FindingKind
from accounts.models import AccountMark, Finding, Restriction
from accounts.qualification_words import MarkCode, QualificationStatus
from accounts.rules.qualifications import end_of
from accounts.services.qualifications import cover, standing
from accounts.services.restrictions import state_of
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, TransitionRefused
from compliance.models import ActionLog, Notice
from tests.accounts.qualifications import grounds, in_days
from tests.accounts.test_qualifications.conftest import OFF, refused


class TestRenewal:
    @pytest.fixture
    def old(self, account, qualification_desk):
        return qualification_desk(account, type="nurse", valid_until=in_days(20)).verify()

    def test_takes_the_place_of_the_old_one_and_moves_the_end(
        self, account, old, qualification_desk
    ):
        desk = qualification_desk(account, type="nurse", renews=old, valid_until=in_days(500))

        new = desk.verify()

        old.refresh_from_db()
        assert old.status == QualificationStatus.RENEWED
        now = timezone.now()
        assert [each.qualification for each in cover.marks_of(account, now)] == [new]
        assert state_of(account, end_of(in_days(20)) + timedelta(hours=1)).is_unrestricted
        assert OFF in state_of(account, end_of(in_days(500))).functions_off

    def test_one_that_begins_later_leaves_exactly_the_days_between_off(
        self, account, old, qualification_desk
    ):
        qualification_desk(
            account,
            type="nurse",
            renews=old,
            valid_from=in_days(24),
            valid_until=in_days(500),
        ).verify()

        def is_off(days):
            return (
                OFF in state_of(account, end_of(in_days(days)) - timedelta(hours=1)).functions_off
            )

        assert [is_off(days) for days in (20, 21, 23, 24, 500, 501)] == [
            False,
            True,
            True,
            False,
            False,
            True,
        ]
        codes = [each.code for each in cover.marks_of(account, timezone.now())]
        assert codes == [MarkCode.FIELD_HEALTH]

    def test_ends_the_restriction_of_one_that_was_over(self, account, old, qualification_desk):
        later = end_of(in_days(20)) + timedelta(days=3)
        assert OFF in state_of(account, later).functions_off

        qualification_desk(account, type="nurse", renews=old, valid_until=in_days(900)).verify()

        assert state_of(account, later).is_unrestricted

    def test_refuses_two_at_once_and_another_type(self, account, old, submitted):
        submitted(account, type="nurse", renews=old)

        refused(ActionRefused, lambda: submitted(account, type="nurse", renews=old))
        refused(InvalidInput, lambda: submitted(account, type="pharm", renews=old))

    def test_refuses_to_renew_what_was_never_verified(self, account, submitted):
        waiting = submitted(account, type="nurse")

        refused(ActionRefused, lambda: submitted(account, type="nurse", renews=waiting))


class TestRevoking:
    def test_takes_the_mark_and_turns_publishing_off_but_not_the_account(
        self, account, qualification_desk, reviewer
    ):
        found = qualification_desk(account, type="nurse", valid_until=in_days(90)).verify()

        standing.revoke_qualification(
            qualification=found,
            fence=None,
            expected_version=found.version,
            told="发证机关已注销该证书",
            **grounds(reviewer),
        )

        now = timezone.now()
        assert cover.marks_of(account, now) == []
        state_now = state_of(account, now)
        assert OFF in state_now.functions_off
        assert state_now.is_open
        assert state_now.may_publish
        notice = Notice.objects.get(purpose="accounts.qualification_revoked")
        assert "已注销" in notice.reasons
        assert notice.appeal

    def test_another_document_of_the_field_keeps_publishing_on(
        self, account, qualification_desk, reviewer
    ):
        qualification_desk(account, type="doc_qual").verify()
        found = qualification_desk(account, type="nurse", valid_until=in_days(90)).verify()

        standing.revoke_qualification(
            qualification=found,
            fence=None,
            expected_version=found.version,
            told="发证机关已注销该证书",
            **grounds(reviewer),
        )

        assert state_of(account, timezone.now()).is_unrestricted
        assert len(cover.marks_of(account, timezone.now())) == 1

    def test_refuses_without_words_permission_or_a_verified_one(
        self, account, qualification_desk, submitted, reviewer, staff_user
    ):
        found = qualification_desk(account).verify()
        on = {"qualification": found, "fence": None, "expected_version": found.version}
        revoke = standing.revoke_qualification
        auditor = staff_user("auditor")

        refused(InvalidInput, lambda: revoke(**on, told=" ", **grounds(reviewer)))
        refused(NotPermitted, lambda: revoke(**on, told="x", **grounds(auditor)))
        revoke(**on, told="发证机关已注销", **grounds(reviewer))
        found.refresh_from_db()
        again = {**on, "expected_version": found.version}
        refused(TransitionRefused, lambda: revoke(**again, told="x", **grounds(reviewer)))


def test_a_press_card_alone_gives_no_mark_and_opens_nothing(make_account, qualification_desk):
    account = make_account()

    qualification_desk(account, type="press_card", valid_until=in_days(50)).verify()

    assert not AccountMark.objects.exists()
    assert not Restriction.objects.exists()


def test_without_the_licence_a_press_card_does_not_keep_news_on(
    make_account, qualification_desk, reviewer
):
    account = make_account()
    licence = qualification_desk(account, type="news_licence", valid_until=in_days(90)).verify()
    qualification_desk(account, type="press_card", valid_until=in_days(900)).verify()

    assert "publish_news" in state_of(account, end_of(in_days(90))).functions_off
    standing.revoke_qualification(
        qualification=licence,
        fence=None,
        expected_version=licence.version,
        told="许可证已被注销",
        **grounds(reviewer),
    )

    off = Restriction.objects.in_force(timezone.now()).get(account=account)
    assert off.functions == ["publish_news"]
    entry = ActionLog.objects.for_object(off).latest("id")
    assert entry.provision == "public-account-2021:5.2"


def test_a_dead_news_licence_is_a_finding_and_another_document_is_none(
    make_account, qualification_desk, reviewer
):
    account = make_account()
    licence = qualification_desk(account, type="news_licence", valid_until=in_days(90)).verify()
    nurse = qualification_desk(account, type="nurse", valid_until=in_days(90)).verify()

    for each in (nurse, licence):
        standing.revoke_qualification(
            qualification=each,
            fence=None,
            expected_version=each.version,
            told="已被注销",
            **grounds(reviewer),
        )

    finding = Finding.objects.get()
    assert (finding.account, finding.kind) == (account, FindingKind.LICENCE_DEAD)
    assert finding.ground_ref == f"qualification:{licence.pk}"

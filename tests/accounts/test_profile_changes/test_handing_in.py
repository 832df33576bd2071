"""Changes of profiles are handed in: checks decide, or refuse at the door."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import ApplicationSource, Category, GroundKind, HoldKind, RestrictionKind
from accounts.models import ProfileChange
from accounts.services.holds import place_hold
from accounts.services.profiles import Profile, review
from accounts.services.profiles.submission import (
    ProfileChangeConflict,
    ProfileChangeDraft,
    submit_profile_change,
)
from accounts.services.restrictions import close_account, impose_restriction
from compliance.errors import ActionRefused, InvalidInput, MissingReason, NotPermitted
from compliance.models import Notice, PlatformCommand, ResponseInvitation
from compliance.staff import system_actor
from tests.accounts.profiles import grounds
from tests.accounts.test_profile_changes.conftest import S, state
from tests.accounts.test_restrictions import ground


class TestChecksDecide:
    def test_what_hits_nothing_is_shown_at_once_and_told(self, account, changed):
        change = changed(account, name=" 山间晨读 ", bio="只谈散文", category=Category.LIFE)

        account.refresh_from_db()
        assert (account.name, account.bio, account.category) == ("山间晨读", "只谈散文", "life")
        assert (change.status, change.is_automated) == (S.APPROVED, True)
        assert (change.name_before, change.name_after) == ("河畔夜读", "山间晨读")
        assert change.parts == ["name", "bio", "category"]
        assert change.decided_by == system_actor().person
        assert PlatformCommand.objects.filter(kind="account.profile").count() == 1
        notice = Notice.objects.get(purpose="accounts.profile_approved")
        assert "山间晨读" in notice.text
        assert "河畔夜读" in notice.text
        assert change.work_item is None

    def test_a_barred_name_is_refused_with_reasons_appeal_and_a_way_to_try_again(
        self, account, changed, listed
    ):
        listed("barred", "旧日茶馆")

        change = changed(account, name="旧 日茶馆")

        account.refresh_from_db()
        assert account.name == "河畔夜读"
        assert (change.status, change.is_automated) == (S.REFUSED, True)
        assert "旧日茶馆" in change.decision_reason
        notice = Notice.objects.get(purpose="accounts.profile_refused")
        assert "旧日茶馆" in notice.text
        assert "申诉" in notice.text
        assert ResponseInvitation.objects.open().about(change).exists()
        assert not PlatformCommand.objects.exists()

    @pytest.mark.parametrize(
        ("profile", "reason"),
        [
            ({"name": "北京夜读"}, "division"),
            ({"name": "河畔卫视"}, ""),
            ({"bio": "本报记者随笔"}, ""),
        ],
    )
    def test_what_speaks_of_organs_media_or_divisions_waits_for_a_person(
        self, account, changed, profile, reason
    ):
        change = changed(account, **profile)

        assert (change.status, change.review_reason) == (S.IN_REVIEW, reason)
        account.refresh_from_db()
        assert account.name == "河畔夜读"
        assert change.work_item.clock.step == "profile_review"
        assert change.checks.count() == (0 if reason else 1)
        assert not Notice.objects.filter(purpose__startswith="accounts.profile").exists()

    def test_a_medium_may_say_so_and_is_looked_at_all_the_same(self, make_account, changed):
        medium = make_account(id_type="uscc", subject_nature="media", account_name="河畔新语")

        change = changed(medium, name="河畔晚报")

        assert change.checks.count() == 0
        assert change.review_reason == "organ_or_media"

    def test_the_same_number_with_the_same_content_changes_nothing(self, account, changed):
        first = changed(account, name="山间晨读", platform_ref="p-1")
        before = state()

        again = changed(account, name="山间晨读", platform_ref="p-1")

        assert again.pk == first.pk
        assert state() == before
        with pytest.raises(ProfileChangeConflict):
            changed(account, name="山间晚读", platform_ref="p-1")
        assert state() == before


class TestRefusedAtTheDoor:
    def refused(self, problem, act):
        before = state()
        with pytest.raises(problem) as refusal, transaction.atomic():
            act()
        assert state() == before
        return str(refusal.value)

    def test_what_changes_nothing_or_cannot_be(self, account, changed):
        self.refused(InvalidInput, lambda: changed(account, name="河畔夜读", bio="谈书"))
        self.refused(InvalidInput, lambda: changed(account, name="  "))
        self.refused(InvalidInput, lambda: changed(account, bio="长" * 5001))
        self.refused(InvalidInput, lambda: changed(account, bio="x", platform_ref="p" * 101))

    def test_whoever_may_not_and_without_a_reason(self, account, staff_user):
        def hand_in(actor, reason):
            submit_profile_change(
                account=account,
                draft=ProfileChangeDraft(profile=Profile(name="山间晨读")),
                source=ApplicationSource.CONSOLE,
                **grounds(actor, reason),
            )

        self.refused(NotPermitted, lambda: hand_in(staff_user("auditor"), "请求"))
        self.refused(MissingReason, lambda: hand_in(system_actor(), " "))

    def test_a_second_one_while_one_waits(self, account, changed):
        first = changed(account, name="北京夜读")

        said = self.refused(ActionRefused, lambda: changed(account, bio="只谈散文"))

        assert first.reference in said
        with pytest.raises(IntegrityError, match="profilechange_one_open"), transaction.atomic():
            ProfileChange.objects.bulk_create(
                [
                    ProfileChange(
                        account=account,
                        subject=account.subject,
                        parts=["bio"],
                        name_before="一",
                        name_after="一",
                        policy=first.policy,
                    )
                ]
            )

    def test_a_closed_account_a_correction_and_a_name_that_is_off(self, account, changed, system):
        with transaction.atomic():
            place_hold(
                account=account,
                kind=HoldKind.PENDING_CORRECTION,
                ground_ref="correction:1",
                **grounds(system),
            )
            self.refused(ActionRefused, lambda: changed(account, bio="只谈散文"))
            transaction.set_rollback(True)
        with transaction.atomic():
            impose_restriction(
                account=account,
                kind=RestrictionKind.RESTRICT_FUNCTIONS,
                functions=["rename"],
                from_=timezone.now(),
                until=None,
                ground_kind=GroundKind.DECISION,
                ground_ref="CZ1",
                **grounds(system),
            )
            self.refused(ActionRefused, lambda: changed(account, name="山间晨读"))
            assert changed(account, bio="只谈散文").status == S.APPROVED
            transaction.set_rollback(True)
        close_account(account=account, **ground(), **grounds(system))
        self.refused(ActionRefused, lambda: changed(account, bio="只谈散文"))

    def test_more_names_a_year_than_the_policy_lets_a_person_have(self, account, changed):
        for name in ("山间晨读", "山间晚读"):
            assert changed(account, name=name).status == S.APPROVED

        said = self.refused(ActionRefused, lambda: changed(account, name="林间晨读"))

        again = timezone.localdate(timezone.now() + timedelta(days=365)).isoformat()
        assert again in said
        # What staff enters on a request that it has looked at is not counted.
        by_staff = changed(account, name="林间晨读", source=ApplicationSource.CONSOLE)
        assert by_staff.status == S.APPROVED


class TestCategory:
    def test_a_field_without_its_qualification_is_refused_and_says_what_to_hand_in(
        self, account, changed
    ):
        before = state()

        with pytest.raises(ActionRefused, match="医疗"), transaction.atomic():
            changed(account, category=Category.HEALTH)

        assert state() == before

    def test_a_field_is_looked_at_and_approved_once_its_qualification_is_verified(
        self, account, changed, held, qualification_desk
    ):
        desk = qualification_desk(account, type="doc_qual")
        change = changed(account, category=Category.HEALTH)
        assert (change.status, change.review_reason) == (S.IN_REVIEW, "expert_field")
        on = held(change)
        before = state()
        with pytest.raises(ActionRefused), transaction.atomic():
            review.approve_profile_change(**on)
        assert state() == before

        desk.verify()
        review.approve_profile_change(**on)

        account.refresh_from_db()
        assert account.category == "health"

    def test_out_of_a_field_the_qualification_stays(self, expert_account, changed):
        account = expert_account()

        change = changed(account, category=Category.LIFE)

        assert change.status == S.APPROVED
        assert account.qualifications.get().status == "verified"

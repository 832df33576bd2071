"""Changes of profiles: handed in, checked, decided; what each refusal leaves behind."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from accounts.enums import (
    ApplicationSource,
    Category,
    GroundKind,
    HoldKind,
    ListedNameKind,
    RestrictionKind,
)
from accounts.models import AvatarImage, ProfileChange, ProfileChangeCheck, PublicAccount
from accounts.profile_words import ProfileChangeStatus
from accounts.services.holds import place_hold
from accounts.services.names import NameRow, add_names
from accounts.services.profiles import Profile, review, set_profile
from accounts.services.profiles.review import Verdict
from accounts.services.profiles.submission import (
    ProfileChangeConflict,
    ProfileChangeDraft,
    submit_profile_change,
)
from accounts.services.restrictions import close_account, impose_restriction
from compliance import work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    SamePerson,
    StaleLease,
    StaleVersion,
    TransitionRefused,
)
from compliance.models import (
    ActionLog,
    Clock,
    InvitationStatus,
    Notice,
    Participation,
    PlatformCommand,
    ResponseInvitation,
    Side,
    WorkItem,
)
from compliance.proposals import take_part
from compliance.staff import system_actor
from tests.accounts.profiles import grounds
from tests.accounts.test_restrictions import ground

S = ProfileChangeStatus


def state() -> Any:
    """Return everything a refused act must leave as it was."""
    return (
        list(ProfileChange.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values("name", "bio", "category", "version")),
        ProfileChange.history.count(),
        list(WorkItem.objects.order_by("pk").values()),
        list(ResponseInvitation.objects.order_by("pk").values("status")),
        [
            each.objects.count()
            for each in (
                ActionLog,
                AvatarImage,
                Clock,
                Notice,
                Participation,
                PlatformCommand,
                ProfileChangeCheck,
            )
        ],
    )


@pytest.fixture
def account(make_account):
    return make_account(account_name="河畔夜读", bio="谈书")


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


class TestPeopleDecide:
    def test_approving_sets_the_profile_in_the_same_act(self, account, changed, held):
        change = changed(account, name="北京夜读")

        review.approve_profile_change(**held(change), told="与主体相符")

        account.refresh_from_db()
        change.refresh_from_db()
        assert account.name == "北京夜读"
        assert (change.status, change.is_automated) == (S.APPROVED, False)
        assert change.work_item.closed_at is not None
        assert Notice.objects.filter(purpose="accounts.profile_approved").count() == 1

    def test_refusing_tells_the_reason_and_keeps_the_note_among_colleagues(
        self, account, changed, held
    ):
        change = changed(account, name="北京夜读")

        review.refuse_profile_change(
            **{**held(change), "reason": "与线索有关"}, told="未能证明与地名的关系"
        )

        account.refresh_from_db()
        change.refresh_from_db()
        assert (account.name, change.status) == ("河畔夜读", S.REFUSED)
        told = Notice.objects.get(purpose="accounts.profile_refused").text
        assert "未能证明与地名的关系" in told
        assert "与线索有关" not in told
        assert ActionLog.objects.filter(reason="与线索有关").exists()
        assert ResponseInvitation.objects.open().about(change).exists()

    def test_another_change_closes_the_way_that_the_refusal_opened(self, account, changed, held):
        change = changed(account, name="北京夜读")
        review.refuse_profile_change(**held(change), told="未能证明")

        changed(account, name="山间晨读")

        invitation = ResponseInvitation.objects.about(change).get()
        assert invitation.status == InvitationStatus.CLOSED

    def test_withdrawing_takes_it_from_the_colleague_who_holds_it(
        self, account, changed, held, system
    ):
        change = changed(account, name="北京夜读")
        on = held(change)

        review.withdraw_profile_change(
            change=change, expected_version=change.version, **grounds(system)
        )

        assert ProfileChange.objects.get(pk=change.pk).status == S.WITHDRAWN
        with pytest.raises((StaleLease, StaleVersion, TransitionRefused)):
            review.approve_profile_change(**on)
        assert changed(account, name="上海夜读").status == S.IN_REVIEW

    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ({"fence": 0}, StaleLease),
            ({"expected_version": 7}, StaleVersion),
            ({"reason": ""}, MissingReason),
            ({"told": " "}, InvalidInput),
        ],
    )
    def test_refusals_leave_nothing(self, account, changed, held, more, problem):
        on = {"told": "与主体不符", **held(changed(account, name="北京夜读"))}
        before = state()

        with pytest.raises(problem), transaction.atomic():
            review.refuse_profile_change(**{**on, **more})

        assert state() == before

    def test_whoever_is_on_another_side_or_may_not_does_not_decide(
        self, account, changed, held, staff_user, reviewer
    ):
        change = changed(account, name="北京夜读")
        on = held(change)
        before = state()
        with pytest.raises(NotPermitted), transaction.atomic():
            review.approve_profile_change(**{**on, "actor": staff_user("auditor")})
        with transaction.atomic():
            take_part(change.matter, reviewer, Side.APPEAL)
            with pytest.raises(SamePerson), transaction.atomic():
                review.approve_profile_change(**on)
            transaction.set_rollback(True)
        assert state()[:5] == before[:5]

    def test_an_approval_upon_another_state_of_the_account_is_refused(
        self, account, changed, held, system
    ):
        change = changed(account, name="北京夜读")
        set_profile(
            account=account,
            profile=Profile(name="另外的名称"),
            ground_ref="test:1",
            **grounds(system),
        )
        on = held(change)
        before = state()

        with pytest.raises(ActionRefused, match=r"refuse this change|名称"), transaction.atomic():
            review.approve_profile_change(**on)

        assert state() == before

    def test_a_name_that_was_barred_meanwhile_is_not_approved(
        self, account, changed, held, staff_user
    ):
        change = changed(account, name="北京夜读")
        add_names(
            kind=ListedNameKind.BARRED,
            rows=[NameRow("北京夜读", "已关闭账号的名称")],
            **grounds(staff_user("compliance_officer")),
        )
        on = held(change)
        before = state()

        with pytest.raises(ActionRefused, match="北京夜读"), transaction.atomic():
            review.approve_profile_change(**on)

        assert state() == before

    def test_several_without_a_hit_are_decided_with_one_reason_and_one_with_a_hit_stays(
        self, make_account, changed, reviewer
    ):
        clean = changed(make_account(), name="北京夜读")
        hit = changed(make_account(), name="河畔卫视")
        on = {"verdict": Verdict.APPROVE, "told": "与主体相符", **grounds(reviewer)}

        review.decide_clean_change(change=clean, expected_version=clean.version, **on)
        before = state()
        with pytest.raises(ActionRefused, match=hit.reference), transaction.atomic():
            review.decide_clean_change(change=hit, expected_version=hit.version, **on)

        assert state() == before
        assert PublicAccount.objects.get(pk=clean.account_id).name == "北京夜读"


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


def in_threads(*acts):
    """Run acts at once, each with a connection of its own; return what each came to."""
    barrier, results = threading.Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait(10)
            act()
            results.append("done")
        except (ActionRefused, IntegrityError) as problem:
            results.append(type(problem).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    return sorted(results)


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_and_of_two_decisions_at_once_one_stands(make_account, staff_user, changed):
    account = make_account(account_name="河畔夜读")

    came = in_threads(
        lambda: changed(account, name="北京夜读"), lambda: changed(account, name="上海夜读")
    )

    assert came == ["ActionRefused", "done"]
    change = ProfileChange.objects.get()
    reviewer = staff_user("moderator")
    lease = work.claim_item(work_item=change.work_item, actor=reviewer)
    on = {"fence": lease.fence, "expected_version": change.version, **grounds(reviewer)}
    decided = in_threads(
        lambda: review.approve_profile_change(change=ProfileChange.objects.get(), **on),
        lambda: review.refuse_profile_change(
            change=ProfileChange.objects.get(), told="未能证明", **on
        ),
    )

    assert decided.count("done") == 1
    change.refresh_from_db()
    is_approved = change.status == S.APPROVED
    assert (PublicAccount.objects.get().name == change.name_after) is is_approved
    assert Notice.objects.about(change).count() == 1

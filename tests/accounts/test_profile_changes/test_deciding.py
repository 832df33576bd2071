"""People decide on changes of profiles, one of two at once."""

import threading

import pytest
from django.db import IntegrityError, connections, transaction

from accounts.enums import ListedNameKind
from accounts.models import ProfileChange, PublicAccount
from accounts.services.names import NameRow, add_names
from accounts.services.profiles import Profile, review, set_profile
from accounts.services.profiles.review import Verdict
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
from compliance.models import ActionLog, InvitationStatus, Notice, ResponseInvitation, Side
from compliance.proposals import take_part
from tests.accounts.profiles import grounds
from tests.accounts.test_profile_changes.conftest import S, state


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

"""The blacklist: listed by a decision with two approvals, met by who comes back, removed by two."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import ApplicationStatus, FindingKind
from accounts.models import (
    Application,
    BlacklistEntry,
    BlacklistMatch,
    Finding,
    IdentityBar,
    ListedName,
    PublicAccount,
)
from accounts.services import review
from accounts.services.blacklist import matches
from compliance import audit, work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    ProposalClosed,
    SamePerson,
    TransitionRefused,
)
from compliance.models import ActionLog, Notice, Proposal, StaffUser, WorkItem
from enforcement.enums import MeasureCode
from enforcement.models import Decision, Measure, ReportDuty
from enforcement.services import measures, reversals
from enforcement.services.blacklist import reviewing, reviews
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.blacklist import (
    TOLD,
    Decide,
    OpenCase,
    entry_of,
    grounds,
    in_days,
    listing,
    number_of,
    proposed,
    reviewed_by,
)
from tests.enforcement.conftest import CLOSURE, Staff, approve, propose

pytestmark = pytest.mark.django_db

MakeApplication = Callable[..., Application]


@pytest.fixture
def account(make_application: MakeApplication) -> PublicAccount:
    """An account whose subject gave a mobile number and is known by its document."""
    return PublicAccount.objects.get(application=make_application(mobile="13700001111"))


def digests() -> int:
    return IdentityBar.objects.exclude(digest=None).count()


class TestOrdering:
    def test_a_listing_needs_two_approvals_and_is_reported(
        self, open_case: OpenCase, staff: Staff, account: PublicAccount
    ) -> None:
        decision = propose(open_case(account), staff.moderator, measures=listing())

        assert not approve(decision, staff.supervisor)
        assert not BlacklistEntry.objects.exists()
        assert approve(decision, staff.officer)

        entry = entry_of(decision)
        assert (entry.kind, entry.status, entry.approvals_given) == ("blacklist", "listed", 2)
        assert entry.subject == account.subject
        assert entry.ground_ref == decision.number
        assert ReportDuty.objects.filter(decision=decision).exists()
        account.refresh_from_db()
        assert account.status == "active"

    @pytest.mark.parametrize("order", [{}, {"review_date": 0}, {"review_date": 400}])
    def test_a_review_date_within_a_year_is_needed(
        self, open_case: OpenCase, staff: Staff, account: PublicAccount, order: dict[str, int]
    ) -> None:
        days = order.get("review_date")
        wanted = MeasureOrder(
            MeasureCode.BLACKLIST, review_date=in_days(days) if days is not None else None
        )

        with pytest.raises(InvalidInput):
            propose(open_case(account), staff.moderator, measures=[wanted])

        assert not Decision.objects.exists()
        assert not Proposal.objects.exists()

    def test_other_measures_have_no_review_date(
        self, open_case: OpenCase, staff: Staff, account: PublicAccount
    ) -> None:
        wanted = MeasureOrder(MeasureCode.WARN, review_date=in_days(30))

        with pytest.raises(InvalidInput):
            propose(open_case(account), staff.moderator, measures=[wanted])

        assert not Decision.objects.exists()

    def test_a_subject_without_a_document_number_cannot_be_listed(
        self, open_case: OpenCase, staff: Staff, account: PublicAccount
    ) -> None:
        case = open_case(account)
        audit.amend(account.subject, "clear", **grounds(staff.officer), id_number=None)

        with pytest.raises(ActionRefused, match="证件号码"):
            propose(case, staff.moderator, measures=listing())

        assert not Decision.objects.exists()

    def test_it_goes_with_a_closure_and_bars_the_name_once_for_each(
        self, decide: Decide, account: PublicAccount
    ) -> None:
        decision = decide(
            account,
            measures=listing(MeasureCode.BLACKLIST, MeasureCode.BAR_REREGISTRATION, also=CLOSURE),
        )

        assert {each.kind for each in BlacklistEntry.objects.all()} == {"blacklist", "bar"}
        barred = ListedName.objects.in_force().filter(name=account.name, kind="barred")
        assert barred.count() == 2
        assert all(each.ground_ref.startswith(decision.number) for each in barred)

    def test_the_operator_is_told_until_when_it_is_looked_at_in_both_languages(
        self, decide: Decide, account: PublicAccount
    ) -> None:
        decision = decide(account, measures=listing(days=300))

        texts = [each.text for each in Notice.objects.about(decision)]
        assert len(texts) == 2
        assert all(in_days(300).isoformat() in text for text in texts)

    def test_other_running_accounts_become_findings_and_nothing_more(
        self, decide: Decide, make_application: MakeApplication, system: StaffUser
    ) -> None:
        first = make_application().account
        other = make_application().account
        audit.amend(other, "set_subject", **grounds(system), subject=first.subject)

        decide(first, measures=listing())

        finding = Finding.objects.get(kind=FindingKind.BLACKLISTED_SUBJECT)
        assert finding.account == other
        other.refresh_from_db()
        assert other.status == "active"
        assert not other.restrictions.exists()


class TestTheDatabase:
    def test_refuses_an_entry_with_one_approval_or_of_another_decision(
        self, decide: Decide, account: PublicAccount, make_application: MakeApplication
    ) -> None:
        decision = decide(account, measures=listing())
        other = decide(measures=[MeasureOrder(MeasureCode.WARN)])
        entry = entry_of(decision)

        for changes, name in (
            ({"approvals_given": 1}, "blacklistentry_has_two_approvals"),
            ({"proposal": other.proposal}, "blacklistentry"),
            ({"review_date": in_days(500)}, "blacklistentry_reviewed_within_a_year"),
        ):
            copy = BlacklistEntry.objects.get(pk=entry.pk)
            copy.pk, copy._state.adding = None, True
            for field, value in {"kind": "bar", **changes}.items():
                setattr(copy, field, value)
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                copy.save(force_insert=True)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_a_lifted_bar_keeps_no_digest_and_is_not_put_back(
        self, decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        decision = decide(account, measures=listing())
        bar = IdentityBar.objects.filter(entry=entry_of(decision)).earliest("pk")
        reversals.reverse_decision(decision=decision, **grounds(staff_user("complaint_handler")))
        bar.refresh_from_db()

        assert bar.digest is None
        with (
            pytest.raises(IntegrityError, match="was lifted"),
            transaction.atomic(),
        ):
            IdentityBar.objects.filter(pk=bar.pk).update(
                removed_at=None, digest=b"0" * 32, version=bar.version + 1
            )


class TestComingBack:
    def test_the_same_number_is_refused_with_the_way_to_appeal_and_put_on_record(
        self, decide: Decide, account: PublicAccount, make_application: MakeApplication
    ) -> None:
        decide(account, measures=listing(also=CLOSURE))
        number = number_of(account)

        again = make_application(id_number=number, mobile="13911112222", account_name="山谷纪行")

        assert again.status == ApplicationStatus.REFUSED
        assert {each.code for each in again.checks.all()} == {"subject_blacklisted"}
        assert "申诉" in again.decision_reason
        match = BlacklistMatch.objects.get(application=again)
        assert match.fields == ["id_number"]
        assert match.is_exact
        assert match.work_item.queue == matches.QUEUE

    def test_the_same_mobile_alone_waits_for_a_person(
        self,
        decide: Decide,
        account: PublicAccount,
        make_application: MakeApplication,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decide(account, measures=listing())
        alike = make_application(mobile="13700001111")
        moderator = staff_user("moderator")

        assert alike.status == ApplicationStatus.IN_REVIEW
        assert "blacklist_likeness" in {each.code for each in alike.checks.all()}
        match = BlacklistMatch.objects.get(application=alike)
        fence = work.claim_item(work_item=alike.work_item, actor=moderator).fence
        on = {"application": alike, "fence": fence, "expected_version": alike.version}
        with pytest.raises(ActionRefused, match=match.reference):
            review.approve_application(**on, **grounds(moderator))
        alike.refresh_from_db()
        assert alike.status == ApplicationStatus.IN_REVIEW

        held = work.claim_item(work_item=match.work_item, actor=moderator)
        matches.decide_match(
            match=match, is_same=False, fence=held.fence, **grounds(moderator, "姓名与住址均不同")
        )

        alike.refresh_from_db()
        fence = work.claim_item(work_item=alike.work_item, actor=moderator).fence
        made = review.approve_application(
            application=alike,
            fence=fence,
            expected_version=alike.version,
            **grounds(moderator),
        )
        assert made.status == "active"

    def test_who_is_found_to_be_the_same_cannot_be_approved(
        self,
        decide: Decide,
        account: PublicAccount,
        make_application: MakeApplication,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decide(account, measures=listing())
        alike = make_application(mobile="13700001111")
        moderator = staff_user("moderator")
        match = BlacklistMatch.objects.get(application=alike)
        held = work.claim_item(work_item=match.work_item, actor=moderator)
        on = {"match": match, "fence": held.fence}
        with pytest.raises(NotPermitted):
            matches.decide_match(**on, is_same=True, **grounds(staff_user("auditor")))

        matches.decide_match(**on, is_same=True, **grounds(moderator, "手持证件照为同一人"))

        with pytest.raises(ActionRefused, match=match.reference):
            matches.require_cleared(alike)
        with pytest.raises(TransitionRefused):
            matches.decide_match(**on, is_same=False, **grounds(moderator))
        assert BlacklistMatch.objects.get().status == "confirmed"

    def test_an_organisation_of_the_same_name_waits_for_a_person(
        self, decide: Decide, make_application: MakeApplication
    ) -> None:
        first = make_application(id_type="uscc")
        name = first.subject.organisation_name
        decide(first.account, measures=listing())

        alike = make_application(id_type="uscc", subject_name=f"{name} ")

        assert alike.status == ApplicationStatus.IN_REVIEW
        assert "name" in BlacklistMatch.objects.get(application=alike).fields

    def test_nobody_else_is_touched(
        self, decide: Decide, account: PublicAccount, make_application: MakeApplication
    ) -> None:
        decide(account, measures=listing())

        assert make_application().status == ApplicationStatus.APPROVED
        assert not BlacklistMatch.objects.exists()

    def test_a_bar_refuses_the_number_and_the_name_to_anybody(
        self, decide: Decide, account: PublicAccount, make_application: MakeApplication
    ) -> None:
        decide(account, measures=listing(MeasureCode.BAR_REREGISTRATION))

        under_the_name = make_application(account_name=account.name)

        assert under_the_name.status == ApplicationStatus.REFUSED
        assert "name_barred" in {each.code for each in under_the_name.checks.all()}
        alike = make_application(mobile="13700001111", account_name="山谷纪行")
        assert alike.status == ApplicationStatus.APPROVED


class TestReview:
    def test_an_entry_is_laid_before_somebody_before_its_day_and_once(
        self, decide: Decide, account: PublicAccount, system: StaffUser
    ) -> None:
        decision = decide(account, measures=listing(days=100))
        entry = entry_of(decision)
        assert reviews.open_due_reviews(now=timezone.now(), actor=system) == 0

        with time_machine.travel(timezone.now() + timedelta(days=71)):
            assert reviews.open_due_reviews(now=timezone.now(), actor=system) == 1
            assert reviews.open_due_reviews(now=timezone.now(), actor=system) == 0

        entry.refresh_from_db()
        assert entry.review_item is not None
        assert timezone.localdate(entry.review_item.due_at) == in_days(101)

    def test_a_missed_review_leaves_the_entry_in_force_and_late(
        self, decide: Decide, account: PublicAccount, system: StaffUser
    ) -> None:
        entry = entry_of(decide(account, measures=listing(days=10)))

        with time_machine.travel(timezone.now() + timedelta(days=40)):
            reviews.open_due_reviews(now=timezone.now(), actor=system)

        entry.refresh_from_db()
        assert entry.status == "listed"

    def test_kept_it_has_a_new_date_and_the_operator_is_told(
        self, decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        entry = entry_of(decide(account, measures=listing(days=30)))
        reviewer = staff_user("moderator")
        fence = reviewed_by(entry, reviewer)
        on = {"entry": entry, "fence": fence, **grounds(reviewer)}
        for told, day in ((" ", in_days(60)), ("仍有风险", in_days(400)), ("仍有风险", None)):
            with pytest.raises(InvalidInput):
                reviewing.keep_entry(**on, told=told, review_date=day)
        entry.refresh_from_db()
        assert entry.review_date == in_days(30)
        assert WorkItem.objects.open().filter(pk=entry.review_item_id).exists()

        reviewing.keep_entry(**on, told="仍在以新账号从事同类行为", review_date=in_days(60))

        entry.refresh_from_db()
        assert (entry.status, entry.review_date) == ("listed", in_days(60))
        assert set(entry.bars.values_list("review_date", flat=True)) == {in_days(60)}
        told = Notice.objects.filter(purpose="enforcement.blacklist_kept")
        assert told.count() == 2
        assert not WorkItem.objects.open().filter(pk=entry.review_item_id).exists()

    def test_who_decided_the_listing_neither_reviews_nor_approves(
        self,
        decide: Decide,
        account: PublicAccount,
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        entry = entry_of(decide(account, measures=listing()))
        item = reviews.ask_for_review(entry=entry, **grounds(staff_user("moderator")))
        with pytest.raises(SamePerson):
            work.claim_item(work_item=item, actor=staff.moderator)
        reviewer = staff_user("moderator")
        fence = work.claim_item(work_item=item, actor=reviewer).fence
        proposal = reviewing.propose_removal(
            entry=entry, told=TOLD, fence=fence, **grounds(reviewer)
        )

        for actor in (staff.supervisor, staff.officer, reviewer):
            with pytest.raises((SamePerson, NotPermitted)):
                reviewing.approve_removal(proposal=proposal, **grounds(actor))

        assert not proposal.approvals.exists()
        entry.refresh_from_db()
        assert entry.status == "listed"

    def test_removed_by_two_it_is_erased_and_the_number_may_register_again(
        self,
        decide: Decide,
        account: PublicAccount,
        staff_user: Callable[..., StaffUser],
        make_application: MakeApplication,
    ) -> None:
        decision = decide(account, severity=1, measures=listing(also=CLOSURE))
        entry = entry_of(decision)
        assert digests() == 2
        proposal = proposed(entry, staff_user("moderator"))

        assert not reviewing.approve_removal(proposal=proposal, **grounds(staff_user("supervisor")))
        entry.refresh_from_db()
        assert (entry.status, digests()) == ("listed", 2)
        assert reviewing.approve_removal(
            proposal=proposal, **grounds(staff_user("compliance_officer"))
        )

        entry.refresh_from_db()
        assert (entry.status, entry.ended_reason, digests()) == ("removed", TOLD, 0)
        assert Measure.objects.get(entry=entry).status == "lifted"
        assert Notice.objects.filter(purpose="enforcement.blacklist_removed").count() == 2
        again = make_application(id_number=number_of(account), account_name="山谷纪行")
        assert again.status == ApplicationStatus.APPROVED
        with pytest.raises(ProposalClosed):
            reviewing.approve_removal(proposal=proposal, **grounds(staff_user("supervisor")))

    def test_returned_it_waits_for_its_review_again(
        self, decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        entry = entry_of(decide(account, measures=listing()))
        proposal = proposed(entry, staff_user("moderator"))
        with pytest.raises(ActionRefused):
            reviews.ask_for_review(entry=entry, **grounds(staff_user("moderator")))

        reviewing.end_removal_proposal(
            act="return", proposal=proposal, **grounds(staff_user("supervisor"), "理由不足")
        )

        entry = BlacklistEntry.objects.get(pk=entry.pk)
        assert reviews.open_review_item(entry) is not None
        assert entry.status == "listed"

    def test_it_is_not_lifted_like_another_measure(
        self, decide: Decide, account: PublicAccount, staff: Staff
    ) -> None:
        decision = decide(account, measures=listing())

        with pytest.raises(ActionRefused, match="两人"):
            measures.lift_measure(measure=decision.measures.get(), **grounds(staff.supervisor))

        assert entry_of(decision).status == "listed"


class TestUndoing:
    def test_a_reversal_takes_exactly_its_own_entries_back(
        self, decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        stays = decide(account, measures=listing(MeasureCode.BAR_REREGISTRATION))
        goes = decide(
            account, measures=listing(MeasureCode.BLACKLIST, MeasureCode.BAR_REREGISTRATION)
        )
        before = set(
            IdentityBar.objects.filter(entry=entry_of(stays)).values_list("pk", "removed_at")
        )

        report = reversals.reverse_decision(
            decision=goes, **grounds(staff_user("complaint_handler"))
        )

        assert len(report.restored) == 2
        assert entry_of(stays).status == "listed"
        assert before == set(
            IdentityBar.objects.filter(entry=entry_of(stays)).values_list("pk", "removed_at")
        )
        assert digests() == len(before)
        assert ListedName.objects.in_force().filter(name=account.name).count() == 1

    def test_what_cannot_be_given_back_is_said(
        self,
        decide: Decide,
        account: PublicAccount,
        make_application: MakeApplication,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decision = decide(account, measures=listing(also=CLOSURE))
        again = make_application(id_number=number_of(account), account_name="山谷纪行")
        assert again.status == ApplicationStatus.REFUSED

        report = reversals.reverse_decision(
            decision=decision, **grounds(staff_user("complaint_handler"))
        )

        listed = next(each for each in report.items if each.measure == MeasureCode.BLACKLIST)
        assert "1 件申请" in str(listed.explanation)
        again.refresh_from_db()
        assert again.status == ApplicationStatus.REFUSED

    def test_a_review_under_way_ends_with_the_decision(
        self, decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        decision = decide(account, measures=listing())
        proposal = proposed(entry_of(decision), staff_user("moderator"))
        reversals.reverse_decision(decision=decision, **grounds(staff_user("complaint_handler")))
        supervisor, officer = staff_user("supervisor"), staff_user("compliance_officer")
        reviewing.approve_removal(proposal=proposal, **grounds(supervisor))

        with pytest.raises(TransitionRefused):
            reviewing.approve_removal(proposal=proposal, **grounds(officer))

        assert entry_of(decision).status == "reversed"
        assert not Notice.objects.filter(purpose="enforcement.blacklist_removed").exists()


def test_no_history_and_no_log_holds_a_digest(
    decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
) -> None:
    decision = decide(account, measures=listing())
    kept = [bytes(each.digest).hex() for each in IdentityBar.objects.exclude(digest=None)]
    reversals.reverse_decision(decision=decision, **grounds(staff_user("complaint_handler")))

    logged = " ".join(ActionLog.objects.values_list("payload", flat=True))
    for digest in [*kept, number_of(account), "13700001111"]:
        assert digest not in logged
    assert not any("digest" in each.name for each in IdentityBar.history.model._meta.get_fields())


KINDS = st.sampled_from(
    [
        (MeasureCode.BLACKLIST,),
        (MeasureCode.BAR_REREGISTRATION,),
        (MeasureCode.BLACKLIST, MeasureCode.BAR_REREGISTRATION),
    ]
)


def facts_of_listing() -> dict[str, set[tuple[object, ...]]]:
    """Return everything by which somebody could be met, of all decisions."""
    return {
        "bars": {
            (each.entry_id, each.field, bytes(each.digest or b""))
            for each in IdentityBar.objects.in_force()
        },
        "names": set(ListedName.objects.in_force().values_list("name", "kind", "ground_ref")),
        "entries": set(BlacklistEntry.objects.in_force().values_list("pk", "review_date")),
    }


@given(before=st.lists(KINDS, max_size=2), undone=KINDS, after=st.lists(KINDS, max_size=2))
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_else_was_decided_a_reversal_leaves_what_was_there_without_it(
    decide: Decide,
    account: PublicAccount,
    staff_user: Callable[..., StaffUser],
    before: list[tuple[MeasureCode, ...]],
    undone: tuple[MeasureCode, ...],
    after: list[tuple[MeasureCode, ...]],
) -> None:
    with transaction.atomic():
        for codes in before:
            decide(account, measures=listing(*codes))
        decision = decide(account, measures=listing(*undone))
        for codes in after:
            decide(account, measures=listing(*codes))
        own = set(BlacklistEntry.objects.filter(measure__decision=decision))
        refs = {f"{each.ground_ref}/entry:{each.pk}" for each in own}
        numbers = {each.pk for each in own}
        there = facts_of_listing()
        expected = {
            "bars": {each for each in there["bars"] if each[0] not in numbers},
            "names": {each for each in there["names"] if each[2] not in refs},
            "entries": {each for each in there["entries"] if each[0] not in numbers},
        }

        reversals.reverse_decision(decision=decision, **grounds(staff_user("complaint_handler")))

        assert facts_of_listing() == expected
        transaction.set_rollback(True)

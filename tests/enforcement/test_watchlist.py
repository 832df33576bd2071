"""The watch list: approved by a second person, for a time, read on record, and never a sanction."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationStatus
from accounts.models import Application, PublicAccount, Restriction
from accounts.services.restrictions import state_of
from compliance import proposals
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    ProposalClosed,
    SamePerson,
    TransitionRefused,
)
from compliance.identity import vault
from compliance.models import Proposal, StaffUser
from enforcement.models import WatchEntry, WatchLook
from enforcement.services.watchlist import watching
from enforcement.services.watchlist.watching import WatchDraft
from enforcement.watch_words import WatchBasis
from tests.enforcement.blacklist import grounds, in_days, number_of
from tests.enforcement.conftest import Staff
from tests.enforcement.console import client_of, text_of

pytestmark = pytest.mark.django_db

WHY = "三个月内两次因同类行为被警示"


@pytest.fixture
def account(make_application: Callable[..., Application]) -> PublicAccount:
    """An account that was registered."""
    return PublicAccount.objects.get(application=make_application())


def draft(account: PublicAccount, owner: StaffUser, **changes: Any) -> WatchDraft:
    """Return what is proposed for an account; whatever is given instead."""
    return WatchDraft(
        **{
            "account": account,
            "basis": WatchBasis.EARLIER_VIOLATIONS,
            "reason": WHY,
            "steps": "每周查看一次公开内容",
            "owner": owner.person,
            "expires_on": in_days(90),
            **changes,
        }
    )


@pytest.fixture
def watched(account: PublicAccount, staff: Staff) -> WatchEntry:
    """An account on the watch list: proposed by the officer, approved by the supervisor."""
    entry = watching.propose_watch(draft=draft(account, staff.officer), **grounds(staff.officer))
    return watching.approve_watch(proposal=entry.proposal, **grounds(staff.supervisor))


class TestProposing:
    def test_a_second_person_approves(self, account: PublicAccount, staff: Staff) -> None:
        entry = watching.propose_watch(
            draft=draft(account, staff.officer), **grounds(staff.officer)
        )
        assert not WatchEntry.objects.in_force(timezone.localdate()).exists()
        with pytest.raises(SamePerson):
            watching.approve_watch(proposal=entry.proposal, **grounds(staff.officer))
        with pytest.raises(NotPermitted):
            watching.approve_watch(proposal=entry.proposal, **grounds(staff.moderator))

        watching.approve_watch(proposal=entry.proposal, **grounds(staff.supervisor))

        entry.refresh_from_db()
        assert entry.status == "listed"
        assert entry.review_date == in_days(30)
        with pytest.raises(ProposalClosed):
            watching.approve_watch(proposal=entry.proposal, **grounds(staff.supervisor))

    @pytest.mark.parametrize(
        "changes",
        [
            {"reason": " "},
            {"steps": ""},
            {"basis": "rumour"},
            {"expires_on": 0},
            {"expires_on": 181},
        ],
    )
    def test_what_does_not_do_leaves_nothing(
        self, account: PublicAccount, staff: Staff, changes: dict[str, Any]
    ) -> None:
        if "expires_on" in changes:
            changes = {"expires_on": in_days(changes["expires_on"])}

        with pytest.raises(InvalidInput):
            watching.propose_watch(
                draft=draft(account, staff.officer, **changes), **grounds(staff.officer)
            )

        assert not WatchEntry.objects.exists()
        assert not Proposal.objects.exists()

    def test_not_by_a_moderator_nor_twice_nor_owned_by_who_may_not_see_it(
        self, account: PublicAccount, staff: Staff, watched: WatchEntry
    ) -> None:
        with pytest.raises(NotPermitted):
            watching.propose_watch(draft=draft(account, staff.officer), **grounds(staff.moderator))
        with pytest.raises(InvalidInput):
            watching.propose_watch(draft=draft(account, staff.moderator), **grounds(staff.officer))
        with pytest.raises(ActionRefused):
            watching.propose_watch(draft=draft(account, staff.officer), **grounds(staff.officer))
        assert WatchEntry.objects.count() == 1

    @pytest.mark.parametrize(("act", "state"), [("return", "returned"), ("withdraw", "withdrawn")])
    def test_ended_without_approval_nobody_is_watched(
        self, account: PublicAccount, staff: Staff, act: str, state: str
    ) -> None:
        entry = watching.propose_watch(
            draft=draft(account, staff.officer), **grounds(staff.officer)
        )
        actor = staff.supervisor if act == "return" else staff.officer

        watching.end_watch_proposal(act=act, proposal=entry.proposal, **grounds(actor))

        entry.refresh_from_db()
        assert entry.status == state
        assert not proposals.is_open(entry.proposal)

    def test_the_database_refuses_an_entry_that_nobody_approved(
        self, account: PublicAccount, staff: Staff
    ) -> None:
        entry = watching.propose_watch(
            draft=draft(account, staff.officer), **grounds(staff.officer)
        )
        with (
            pytest.raises(IntegrityError, match="watchentry_listed_only_if_approved"),
            transaction.atomic(),
        ):
            WatchEntry.objects.filter(pk=entry.pk).update(
                status="listed", version=entry.version + 1
            )


class TestTime:
    def test_it_ends_by_comparison_with_now_alone(self, watched: WatchEntry, staff: Staff) -> None:
        assert WatchEntry.objects.in_force(in_days(90)).exists()
        assert not WatchEntry.objects.in_force(in_days(91)).exists()

        with time_machine.travel(timezone.now() + timedelta(days=92)):
            for act in (watching.keep_watch, watching.remove_watch):
                with pytest.raises(TransitionRefused):
                    act(entry=watched, **grounds(staff.officer))
            again = watching.propose_watch(
                draft=draft(watched.account, staff.officer, expires_on=in_days(10)),
                **grounds(staff.officer),
            )

        watched.refresh_from_db()
        assert watched.status == "listed"
        assert again.status == "proposed"

    def test_kept_it_is_due_again_never_past_its_end(
        self, watched: WatchEntry, staff: Staff
    ) -> None:
        assert not WatchEntry.objects.due_for_review(in_days(29)).exists()
        assert WatchEntry.objects.due_for_review(in_days(30)).exists()

        with time_machine.travel(timezone.now() + timedelta(days=80)):
            watching.keep_watch(entry=watched, **grounds(staff.supervisor))

        watched.refresh_from_db()
        assert watched.review_date == watched.expires_on

    def test_removed_with_a_reason(self, watched: WatchEntry, staff: Staff) -> None:
        with pytest.raises(MissingReason):
            watching.remove_watch(entry=watched, **grounds(staff.officer, " "))
        watched.refresh_from_db()
        assert watched.status == "listed"

        watching.remove_watch(entry=watched, **grounds(staff.officer, "情况已好转"))

        watched.refresh_from_db()
        assert (watched.status, watched.ended_reason) == ("removed", "情况已好转")


class TestNeverASanction:
    def test_nothing_about_the_account_or_its_subject_changes(
        self,
        account: PublicAccount,
        staff: Staff,
        make_application: Callable[..., Application],
    ) -> None:
        before = PublicAccount.objects.filter(pk=account.pk).values().get()
        state = state_of(account, timezone.now())

        entry = watching.propose_watch(
            draft=draft(account, staff.officer), **grounds(staff.officer)
        )
        watching.approve_watch(proposal=entry.proposal, **grounds(staff.supervisor))

        account.refresh_from_db()
        assert PublicAccount.objects.filter(pk=account.pk).values().get() == before
        assert state_of(account, timezone.now()) == state
        assert not Restriction.objects.exists()
        assert not account.holds.exists()
        assert not account.findings.exists()
        assert not hasattr(account.subject, "standing") or account.subject.standing is None
        alike = make_application(mobile=vault_mobile(account))
        assert alike.status == ApplicationStatus.APPROVED
        again = make_application(id_number=number_of(account))
        assert {each.code for each in again.checks.all()} == {"subject_cap"}


def vault_mobile(account: PublicAccount) -> str:
    """Return the mobile number that the account was registered with."""
    assert account.application.mobile is not None
    return vault.read(account.application.mobile)


class TestWhoSeesIt:
    def test_moderators_see_nothing_of_it_anywhere(self, watched: WatchEntry, staff: Staff) -> None:
        browser = client_of(staff.moderator)
        for name, arguments in (
            ("admin:watch_entry", [watched.pk]),
            ("admin:enforcement_watchentry_changelist", []),
            ("admin:enforcement_watchentry_history", [watched.pk]),
            ("admin:enforcement_watchlook_changelist", []),
            ("admin:add_watch_entry", []),
        ):
            assert browser.get(reverse(name, args=arguments)).status_code == 403
        page = text_of(browser.get(reverse("admin:account", args=[watched.account_id])))
        assert watched.reference not in page
        assert WHY not in page
        assert WHY not in text_of(browser.get(reverse("admin:index")))
        assert not WatchLook.objects.exists()

    def test_every_look_is_on_record_and_the_auditor_reads_who_looked(
        self, watched: WatchEntry, staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        browser = client_of(staff.supervisor)
        assert WHY in text_of(browser.get(reverse("admin:watch_entry", args=[watched.pk])))
        browser.get(reverse("admin:enforcement_watchentry_changelist"))
        browser.get(reverse("admin:account", args=[watched.account_id]))

        looks = WatchLook.objects.order_by("pk").values_list("place", "entry", "person")
        person = staff.supervisor.person_id
        assert list(looks) == [
            ("page", watched.pk, person),
            ("list", None, person),
            ("account", watched.pk, person),
        ]
        auditor = client_of(staff_user("auditor"))
        answer = auditor.get(reverse("admin:enforcement_watchlook_changelist"))
        assert staff.supervisor.person.name in text_of(answer)

    def test_the_words_of_an_entry_are_not_on_desks_or_in_the_list_of_proposals(
        self, account: PublicAccount, staff: Staff
    ) -> None:
        entry = watching.propose_watch(
            draft=draft(account, staff.officer), **grounds(staff.officer)
        )

        browser = client_of(staff.supervisor)
        desk = text_of(browser.get(reverse("admin:index")))
        listed = text_of(browser.get(reverse("admin:compliance_proposal_changelist")))

        assert entry.reference in desk
        assert WHY not in desk + listed


def test_the_whole_way_through_the_pages(account: PublicAccount, staff: Staff) -> None:
    officer, supervisor = client_of(staff.officer), client_of(staff.supervisor)
    form = {
        "platform_uid": account.platform_uid,
        "basis": "many_complaints",
        "reason": WHY,
        "steps": "每周查看一次",
        "owner": staff.officer.person_id,
        "expires_on": in_days(60).isoformat(),
    }
    wrong = officer.post(reverse("admin:add_watch_entry"), {**form, "platform_uid": "none"})
    assert wrong.status_code == 409
    assert not WatchEntry.objects.exists()

    officer.post(reverse("admin:add_watch_entry"), form)
    entry = WatchEntry.objects.get()
    page = reverse("admin:watch_entry", args=[entry.pk])
    verdict = {"action": "approve", "proposal": entry.proposal_id, "reason": "同意"}
    assert officer.post(page, verdict).status_code == 409
    assert supervisor.post(page, verdict).status_code == 302
    entry.refresh_from_db()
    assert entry.status == "listed"

    act = {"action": "keep", "version": entry.version, "reason": "仍需关注"}
    assert officer.post(page, act).status_code == 302
    entry.refresh_from_db()
    act = {"action": "remove", "version": entry.version, "reason": "已无必要"}
    assert officer.post(page, act).status_code == 302
    entry.refresh_from_db()
    assert entry.status == "removed"

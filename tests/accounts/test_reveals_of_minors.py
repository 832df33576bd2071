"""Identity data of a minor is shown only where somebody else approved it: once, and soon after."""

from contextlib import contextmanager
from datetime import date, timedelta
from unittest import mock

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Subject
from compliance import proposals
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from compliance.identity import minors, vault
from compliance.minor_reveals import approve_reveal, ask_reveal
from compliance.models import ActionLog, Proposal, ProposalOutcome, ProposalResult, Reveal
from compliance.provisions import Provision
from tests.accounts.applications import personal

pytestmark = pytest.mark.django_db


def because(actor, reason="核对监护材料"):
    return {"actor": actor, "provision": Provision.MINORS_36, "reason": reason}


@pytest.fixture
def moderator(staff_user):
    return staff_user("moderator")


@pytest.fixture
def supervisor(staff_user):
    return staff_user("supervisor")


@pytest.fixture
def minor(make_application):
    """An application of somebody who comes of age in about three years."""
    born = date(timezone.localdate().year - 15, 6, 1)
    return make_application(id_number=personal(f"110101{born:%Y%m%d}123"))


def approved(value, moderator, supervisor):
    proposal = ask_reveal(values=[value], **because(moderator))
    approve_reveal(proposal=proposal, **because(supervisor))
    return proposal


@contextmanager
def refused_by(constraint):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        yield
    assert refused.value.__cause__.diag.constraint_name == constraint


class TestApproval:
    def test_who_asked_is_shown_what_was_named_once(self, minor, moderator, supervisor):
        proposal = approved(minor.mobile, moderator, supervisor)

        shown = vault.reveal(value=minor.mobile, **because(moderator))

        assert shown == vault.read(minor.mobile)
        assert Reveal.objects.get().proposal == proposal
        logged = ActionLog.objects.get(action="compliance.identityvalue.reveal")
        assert str(proposal.pk) in logged.payload
        for value in (minor.mobile, minor.id_number):
            with pytest.raises(ActionRefused):
                vault.reveal(value=value, **because(moderator))
        assert Reveal.objects.count() == 1

    def test_without_it_nothing_is_shown_and_nothing_is_left(self, minor, moderator):
        ask_reveal(values=[minor.id_number], **because(moderator))

        with pytest.raises(ActionRefused):
            vault.reveal(value=minor.id_number, **because(moderator))

        assert not Reveal.objects.exists()
        assert not ActionLog.objects.filter(action="compliance.identityvalue.reveal").exists()

    def test_another_colleague_gains_nothing_by_it(self, minor, moderator, supervisor, staff_user):
        approved(minor.mobile, moderator, supervisor)

        with pytest.raises(ActionRefused):
            vault.reveal(value=minor.mobile, **because(staff_user("moderator")))
        assert not Reveal.objects.exists()

    def test_nobody_approves_what_they_asked_for(self, minor, moderator, staff_user):
        proposal = ask_reveal(values=[minor.mobile], **because(moderator))

        with pytest.raises(SamePerson):
            approve_reveal(proposal=proposal, **because(moderator))
        with pytest.raises(NotPermitted):
            approve_reveal(proposal=proposal, **because(staff_user("moderator")))
        assert not proposal.approvals.exists()

    def test_it_is_asked_for_one_person_and_once_at_a_time(
        self, minor, moderator, make_application
    ):
        adult = make_application()
        with pytest.raises(InvalidInput):
            ask_reveal(values=[minor.mobile, adult.mobile], **because(moderator))
        with pytest.raises(InvalidInput):
            ask_reveal(values=[], **because(moderator))
        with pytest.raises(ActionRefused):
            ask_reveal(values=[adult.mobile], **because(moderator))
        assert not Proposal.objects.exists()

        ask_reveal(values=[minor.mobile], **because(moderator))
        with pytest.raises(ActionRefused):
            ask_reveal(values=[minor.mobile], **because(moderator))
        assert Proposal.objects.count() == 1

    def test_an_adult_is_shown_as_ever(self, make_application, moderator):
        adult = make_application()

        vault.reveal(value=adult.mobile, **because(moderator))

        assert Reveal.objects.get().proposal is None

    def test_whoever_came_of_age_is_a_minor_no_more(self, minor, moderator):
        with time_machine.travel(date(timezone.localdate().year + 5, 1, 1)):
            vault.reveal(value=minor.mobile, **because(moderator))

        subject = Subject.objects.get(pk=minor.subject_id)
        assert not subject.is_minor
        assert ActionLog.objects.filter(action="accounts.subject.come_of_age").count() == 1


class TestDatabase:
    def kept(self, value, person, proposal=None):
        return Reveal.objects.create(
            value=value,
            person=person,
            reason="直接写入",
            proposal=proposal,
            approved_result=ProposalResult.APPROVED if proposal else None,
        )

    def test_it_takes_no_reveal_of_a_minor_without_approval(self, minor, moderator):
        with refused_by("reveal_of_minor_is_approved"):
            self.kept(minor.mobile, moderator.person)

    def test_it_takes_none_by_an_approval_that_is_open(self, minor, moderator):
        proposal = ask_reveal(values=[minor.mobile], **because(moderator))

        with refused_by("reveal_within_its_approval"):
            self.kept(minor.mobile, moderator.person, proposal)

    def test_it_takes_none_of_what_was_not_named_nor_by_somebody_else(
        self, minor, moderator, supervisor
    ):
        proposal = approved(minor.mobile, moderator, supervisor)

        with pytest.raises(IntegrityError, match="reveal_was_asked_for"), transaction.atomic():
            self.kept(minor.id_number, moderator.person, proposal)
            connection.check_constraints()
        with refused_by("reveal_within_its_approval"):
            self.kept(minor.mobile, supervisor.person, proposal)

    def test_it_takes_each_value_once(self, minor, moderator, supervisor):
        proposal = approved(minor.mobile, moderator, supervisor)
        vault.reveal(value=minor.mobile, **because(moderator))

        with pytest.raises(IntegrityError, match="reveal_once_an_approval"), transaction.atomic():
            self.kept(minor.mobile, moderator.person, proposal)

    def test_an_approval_lapses(self, minor, moderator, supervisor):
        proposal = ask_reveal(values=[minor.mobile], **because(moderator))
        with mock.patch.object(proposals, "_end"):
            proposals.approve_proposal(proposal=proposal, **because(supervisor))
        ProposalOutcome.objects.create(
            proposal=proposal,
            result=ProposalResult.APPROVED,
            at=timezone.now() - minors.APPROVED_FOR - timedelta(minutes=1),
        )

        with pytest.raises(ActionRefused):
            vault.reveal(value=minor.mobile, **because(moderator))
        with refused_by("reveal_within_its_approval"):
            self.kept(minor.mobile, moderator.person, proposal)
        assert not Reveal.objects.exists()


class TestPages:
    def test_asked_approved_and_shown_once_on_pages(self, minor, moderator, supervisor, staff_user):
        asker, approver, stranger = Client(), Client(), Client()
        asker.force_login(moderator)
        approver.force_login(supervisor)
        url = reverse("admin:reveal_identity", args=[minor.mobile_id])
        mobile = vault.read(minor.mobile)

        early = asker.post(url, {"action": "reveal", "reason": "想看"})
        assert early.status_code == 409
        assert mobile not in early.text
        assert not Reveal.objects.exists()
        assert asker.post(url, {"action": "ask", "reason": "无"}).status_code == 409
        ask = {"action": "ask", "reason": "核对监护材料", "values": [minor.mobile_id]}
        assert asker.post(url, ask).status_code == 302
        proposal = Proposal.objects.get()
        listed = reverse("admin:minor_reveals")
        act = {"action": "approve", "proposal": proposal.pk, "reason": "同意"}
        assert asker.post(listed, act).status_code == 409
        assert not proposal.approvals.exists()
        stranger.force_login(staff_user("moderator"))
        assert stranger.get(listed).context["proposed"] == []
        waiting = approver.get(listed)
        assert minor.mobile.masked in waiting.text
        assert mobile not in waiting.text
        assert approver.post(listed, act).status_code == 302

        shown = asker.post(url, {"action": "reveal", "reason": "核对监护材料"})
        again = asker.post(url, {"action": "reveal", "reason": "再看一次"})

        assert mobile in shown.text
        assert again.status_code == 409
        assert mobile not in again.text
        assert Reveal.objects.get().proposal == proposal
        assert approver.get(listed).context["past"][0]["shown"] == 1

    def test_a_request_is_taken_back(self, minor, moderator):
        asker = Client()
        asker.force_login(moderator)
        url = reverse("admin:reveal_identity", args=[minor.mobile_id])
        ask_reveal(values=[minor.mobile], **because(moderator))
        proposal = Proposal.objects.get()

        back = {"action": "withdraw", "proposal": proposal.pk, "reason": "不需要了"}
        assert asker.post(url, back).status_code == 302

        proposal.refresh_from_db()
        assert proposal.outcome.result == ProposalResult.WITHDRAWN
        assert asker.get(url).context["asked"]

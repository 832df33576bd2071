"""The blacklist when two come at once: nobody slips through, nothing ends twice."""

from collections.abc import Callable

import pytest

from accounts.enums import ApplicationSource, ApplicationStatus, FindingKind
from accounts.models import Application, BlacklistEntry, Finding, IdentityBar, PublicAccount
from accounts.services.registration import register_account
from compliance.errors import ActionRefused
from compliance.models import Notice, Proposal, StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.models import Decision
from enforcement.services.blacklist import reviewing
from tests.accounts.fixtures import application_data, unused_credit_code
from tests.enforcement.blacklist import Decide, OpenCase, entry_of, grounds, listing, proposed
from tests.enforcement.conftest import Staff, approve, propose
from tests.enforcement.test_races import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_registration_sees_the_entry_or_the_entry_sees_the_account(
    open_case: OpenCase, staff: Staff, make_application: Callable[..., Application]
) -> None:
    number = unused_credit_code()
    account = make_application(id_type="uscc", id_number=number).account
    decision = propose(open_case(account), staff.moderator, measures=listing())
    approve(decision, staff.supervisor)

    def register() -> Application:
        return register_account(
            data=application_data(id_type="uscc", id_number=number),
            source=ApplicationSource.API,
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_8_1,
            reason="测试",
        ).application

    results = at_once(
        lambda: approve(Decision.objects.get(pk=decision.pk), staff.officer), register, register
    )

    assert refusals(results) == []
    entry = BlacklistEntry.objects.get()
    for made in (each for each in results if isinstance(each, Application)):
        made.refresh_from_db()
        refused = made.status == ApplicationStatus.REFUSED
        assert refused == (
            made.checks.filter(code__in=["subject_blacklisted", "subject_cap"]).exists()
        )
        running = PublicAccount.objects.filter(application=made, status="active").first()
        if running is not None:
            assert Finding.objects.filter(
                account=running, kind=FindingKind.BLACKLISTED_SUBJECT
            ).exists()
    assert entry.matches.count() == sum(
        each.checks.filter(code="subject_blacklisted").exists()
        for each in results
        if isinstance(each, Application)
    )


def test_a_removal_that_is_approved_by_several_at_once_ends_the_entry_once(
    decide: Decide, staff_user: Callable[..., StaffUser]
) -> None:
    entry = entry_of(decide(measures=listing()))
    proposal = proposed(entry, staff_user("moderator"))
    reviewing.approve_removal(proposal=proposal, **grounds(staff_user("supervisor")))
    officers = [staff_user("compliance_officer"), staff_user("compliance_officer")]

    results = at_once(
        *(
            lambda officer=officer: reviewing.approve_removal(
                proposal=Proposal.objects.get(pk=proposal.pk), **grounds(officer)
            )
            for officer in officers
        )
    )

    assert [each for each in results if each is True] == [True]
    assert len([each for each in results if isinstance(each, ActionRefused)]) == 1
    entry.refresh_from_db()
    assert entry.status == "removed"
    assert not IdentityBar.objects.exclude(digest=None).exists()
    assert Notice.objects.filter(purpose="enforcement.blacklist_removed").count() == 2
    assert proposal.approvals.count() == 2

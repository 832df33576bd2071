"""Somebody is listed by a decision with two approvals."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.enums import FindingKind
from accounts.models import BlacklistEntry, Finding, IdentityBar, ListedName, PublicAccount
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import ActionLog, Notice, Proposal, StaffUser
from enforcement.enums import MeasureCode
from enforcement.models import Decision, ReportDuty
from enforcement.services import reversals
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.blacklist import (
    Decide,
    OpenCase,
    entry_of,
    grounds,
    in_days,
    listing,
    number_of,
)
from tests.enforcement.conftest import CLOSURE, Staff, approve, propose
from tests.enforcement.test_blacklist.conftest import MakeApplication

pytestmark = pytest.mark.django_db


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

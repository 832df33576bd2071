"""A claim is upheld exactly and undone exactly."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationStatus, FindingKind, GroundKind
from accounts.models import Application, Finding, PublicAccount, Repudiation, Restriction, Subject
from accounts.services.bars import bar_identity, is_barred
from accounts.services.repudiations import notices, outcome
from accounts.services.restrictions import impose_restriction
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from compliance.models import Notice, StaffUser
from compliance.staff import system_actor
from tests.accounts.test_repudiations.conftest import S, grounds, held, identity_of, refused, uphold

pytestmark = pytest.mark.django_db

MakeApplication = Callable[..., Application]


class TestUpheld:
    def test_everything_leaves_the_name_and_nothing_else_does(
        self,
        claimed: Repudiation,
        account: PublicAccount,
        moderator: StaffUser,
        supervisor: StaffUser,
        make_application: MakeApplication,
    ) -> None:
        victim = Subject.objects.select_related("id_number__key").get(pk=account.subject_id)
        number = identity_of(account)["id_number"]
        impose_restriction(
            account=account,
            kind="suspend_updates",
            from_=timezone.now(),
            until=timezone.now() + timedelta(days=7),
            ground_kind=GroundKind.DECISION,
            ground_ref="CZ00000077",
            **grounds(system_actor()),
        )
        because, other = (
            bar_identity(
                subject=victim,
                ground_kind=GroundKind.DECISION,
                ground_ref=ref,
                review_date=timezone.localdate() + timedelta(days=365),
                **grounds(system_actor()),
            )
            for ref in ("CZ00000077", "CZ00000078")
        )

        uphold(claimed, moderator, supervisor)

        account.refresh_from_db()
        claimed.refresh_from_db()
        because.refresh_from_db()
        other.refresh_from_db()
        assert claimed.status == S.UPHELD
        assert account.subject == claimed.unknown_subject
        assert account.subject.id_number is None
        assert (because.removed_at is None, other.removed_at is None) == (False, True)
        assert claimed.lifted_bars == [because.pk]
        finding = Finding.objects.get(kind=FindingKind.IDENTITY_REPUDIATED)
        assert finding.account == account
        kept = Restriction.objects.get(ground_kind=GroundKind.REPUDIATION)
        assert (kept.kind, kept.ended_at) == ("suspend_service", None)
        assert Application.objects.filter(subject=victim).count() == 1
        client = Client()
        client.force_login(supervisor)
        page = client.get(reverse("admin:subject", args=[victim.pk])).text
        assert reverse("admin:account", args=[account.pk]) not in page
        assert account.name not in page
        again = make_application(id_number=number)
        assert {each.code for each in again.checks.all()} == {"subject_blacklisted"}

    def test_a_later_registration_of_the_victim_is_as_if_it_never_was(
        self,
        claimed: Repudiation,
        account: PublicAccount,
        moderator: StaffUser,
        supervisor: StaffUser,
        make_application: MakeApplication,
    ) -> None:
        number = identity_of(account)["id_number"]
        assert make_application(id_number=number).status == ApplicationStatus.REFUSED

        uphold(claimed, moderator, supervisor)

        own = make_application(id_number=number, account_name=account.name + "本人")
        assert own.status == ApplicationStatus.APPROVED
        assert list(own.checks.all()) == []
        assert own.subject == claimed.subject
        assert "王" not in Notice.objects.get(purpose=notices.REMOVED).text
        told = Notice.objects.get(purpose=notices.RESULT)
        assert reverse("public:appeal") in told.text

    def test_needs_a_second_person_also_in_the_database(
        self, claimed: Repudiation, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        on = held(claimed, moderator)
        refused(InvalidInput, lambda: outcome.propose_uphold(**on, told=" "))
        proposal = outcome.propose_uphold(**on, told="经核对，登记身份系被冒用")
        refused(
            SamePerson,
            lambda: outcome.uphold_repudiation(proposal=proposal, **grounds(moderator)),
        )
        claimed.refresh_from_db()
        with pytest.raises(IntegrityError, match="only_if_approved"), transaction.atomic():
            Repudiation.objects.filter(pk=claimed.pk).update(
                status="upheld", version=claimed.version + 1
            )
        outcome.end_uphold_proposal(
            act="return", proposal=proposal, **grounds(supervisor, "先听运营者说明")
        )
        claimed.refresh_from_db()
        assert claimed.status == S.IN_REVIEW
        assert claimed.work_item.closed_at is None

    def test_undone_it_is_exactly_as_it_was(
        self,
        claimed: Repudiation,
        account: PublicAccount,
        moderator: StaffUser,
        supervisor: StaffUser,
    ) -> None:
        victim = account.subject
        impose_restriction(
            account=account,
            kind="suspend_updates",
            from_=timezone.now(),
            until=None,
            ground_kind=GroundKind.DECISION,
            ground_ref="CZ00000077",
            **grounds(system_actor()),
        )
        bar_identity(
            subject=victim,
            ground_kind=GroundKind.DECISION,
            ground_ref="CZ00000077",
            review_date=timezone.localdate() + timedelta(days=365),
            **grounds(system_actor()),
        )
        uphold(claimed, moderator, supervisor)
        assert not is_barred(victim)
        claimed.refresh_from_db()
        on: dict[str, Any] = {"repudiation": claimed, "expected_version": claimed.version}
        refused(
            NotPermitted,
            lambda: outcome.undo_repudiation(**on, told="不实", **grounds(moderator)),
        )
        claimed.refresh_from_db()

        outcome.undo_repudiation(**on, told="经查异议不实", **grounds(supervisor))

        account.refresh_from_db()
        assert account.subject == victim
        assert is_barred(victim)
        running = Restriction.objects.filter(account=account, ended_at=None)
        assert [each.ground_ref for each in running] == ["CZ00000077"]
        assert Finding.objects.open().count() == 0
        refused(
            ActionRefused,
            lambda: outcome.undo_repudiation(
                **{**on, "expected_version": None}, told="不实", **grounds(supervisor)
            ),
        )

"""What time does to a correction."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Correction, Finding, PublicAccount
from accounts.services.corrections import answers, lapses, ordering, review
from compliance import audit
from compliance.clocks.extensions import approve_extension, return_extension
from compliance.errors import ActionRefused
from compliance.models import Notice, StaffUser
from compliance.notices import dispatch
from reports.demo.clock import clock_at
from tests.accounts.corrections import again, answer, grounds, held, order, order_long_ago
from tests.accounts.test_corrections.conftest import S, kept, stop_of

pytestmark = pytest.mark.django_db


class TestTime:
    def test_what_is_missed_goes_up_once_with_when_it_was_told_and_due(
        self,
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
        system: StaffUser,
        at_once: None,
    ) -> None:
        missed = order_long_ago(make_account(), reviewer)
        running = order(make_account(), reviewer)

        first = lapses.lapse_corrections(now=timezone.now(), actor=system)
        second = lapses.lapse_corrections(now=timezone.now(), actor=system)

        assert (first, second) == (1, 0)
        missed = again(missed)
        assert missed.status == S.OVERDUE
        finding = Finding.objects.get()
        assert finding.account == missed.account
        due = timezone.localtime(missed.clock.due_at)
        assert finding.figures["due_at"] == f"{due:%Y-%m-%d %H:%M}"
        assert finding.figures["delivered_at"]
        assert again(running).status == S.ORDERED
        assert Notice.objects.about(missed).last().purpose == "accounts.correction_overdue"
        assert stop_of(missed.account) is not None

    def test_many_are_missed_in_as_many_statements_as_few(
        self,
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
        system: StaffUser,
        at_once: None,
        django_assert_max_num_queries: Any,
    ) -> None:
        for _number in range(4):
            order_long_ago(make_account(), reviewer)

        with django_assert_max_num_queries(70):
            assert lapses.lapse_corrections(now=timezone.now(), actor=system) == 4

    def test_nothing_is_missed_of_which_nobody_was_told(
        self,
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
        system: StaffUser,
        at_once: None,
    ) -> None:
        untold = order_long_ago(make_account(), reviewer, is_delivered=False)
        # Delivered in the end, but after the time was over.
        dispatch.drain_outbox()

        assert lapses.lapse_corrections(now=timezone.now(), actor=system) == 0
        assert again(untold).status == S.ORDERED
        assert not Finding.objects.exists()
        with (
            pytest.raises(DatabaseError, match="not overdue, or nobody was told"),
            transaction.atomic(),
        ):
            audit.move(
                again(untold),
                "lapse",
                **grounds(system),
                lapsed_at=timezone.now(),
                notice_delivered_at=timezone.now() - timedelta(days=9),
            )

        ordering.renew_time(
            correction=again(untold), expected_version=untold.version, **grounds(reviewer)
        )
        renewed = again(untold)
        assert renewed.clock.due_at > timezone.now()
        assert Notice.objects.about(renewed).count() == 2

    def test_the_time_is_not_set_anew_where_it_runs_or_was_told(
        self, corrected: Correction, reviewer: StaffUser
    ) -> None:
        before = kept()

        with pytest.raises(ActionRefused):
            ordering.renew_time(
                correction=corrected, expected_version=corrected.version, **grounds(reviewer)
            )

        assert kept() == before

    def test_the_database_takes_nothing_for_missed_before_its_time(
        self, corrected: Correction, system: StaffUser
    ) -> None:
        dispatch.drain_outbox()
        told = ordering.proof_of_delivery(corrected)
        assert told is not None

        with (
            pytest.raises(DatabaseError, match="is not overdue"),
            transaction.atomic(),
        ):
            audit.move(
                corrected,
                "lapse",
                **grounds(system),
                lapsed_at=timezone.now() + timedelta(seconds=1),
                notice_delivered_at=told,
            )

    def test_late_is_better_than_never_and_ends_what_was_missed(
        self,
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
        system: StaffUser,
        at_once: None,
    ) -> None:
        missed = order_long_ago(make_account(), reviewer)
        lapses.lapse_corrections(now=timezone.now(), actor=system)
        answer(again(missed), system)
        review.reject_answer(**held(missed, reviewer), told="新名称仍然使用机关名称")
        assert again(missed).status == S.OVERDUE
        answer(again(missed), system, name="河畔漫步新名")

        review.accept_correction(**held(missed, reviewer))

        assert again(missed).status == S.ACCEPTED
        assert stop_of(missed.account) is None
        assert Finding.objects.get().status == "set_aside"

    @pytest.mark.parametrize("is_approved", [True, False])
    def test_more_time_is_asked_for_once_and_decided_by_somebody_else(
        self,
        corrected: Correction,
        reviewer: StaffUser,
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
        is_approved: bool,
    ) -> None:
        dispatch.drain_outbox()
        due = corrected.clock.due_at
        asked = answers.ask_for_more_time(correction=corrected, **grounds(reviewer))
        before = kept()
        with pytest.raises(ActionRefused):
            answers.ask_for_more_time(correction=corrected, **grounds(system))
        assert kept() == before
        # While it waits for its answer nothing is missed.
        with clock_at(due + timedelta(hours=1)):
            assert lapses.lapse_corrections(now=timezone.now(), actor=system) == 0

        verdict = approve_extension if is_approved else return_extension
        verdict(extension=asked, **grounds(staff_user("supervisor")))

        corrected = again(corrected)
        assert (corrected.clock.due_at > due) == is_approved
        told = Notice.objects.about(corrected).last()
        assert told.purpose == "accounts.correction_extended"
        assert ("已延长" in told.text) == is_approved
        with clock_at(due + timedelta(hours=1)):
            lapsed = lapses.lapse_corrections(now=timezone.now(), actor=system)
        assert lapsed == (0 if is_approved else 1)

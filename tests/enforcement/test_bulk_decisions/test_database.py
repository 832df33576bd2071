"""What the database itself holds of a list."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import PublicAccount
from compliance import audit
from compliance.models import StaffUser
from enforcement.models import BulkDecision, BulkItem, Decision
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import Staff
from tests.enforcement.test_bulk_decisions.conftest import MakeAccount, grounds

pytestmark = pytest.mark.django_db


class TestDatabase:
    def test_nothing_is_added_to_a_list(
        self, ring: list[PublicAccount], make_account: MakeAccount, staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)
        item = bulk.items.latest("place")
        item.pk, item.account = None, make_account()

        for place, of_count, constraint in (
            (4, 3, "bulkitem_within_list"),
            (4, 4, "bulkitem_of_a_list_so_long"),
            (3, 3, "bulkitem_place_once"),
        ):
            item.place, item.of_count = place, of_count
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                audit.create(item, **grounds(system))
                connection.check_constraints()

        assert BulkItem.objects.filter(bulk=bulk).count() == 3

    def test_an_account_is_not_carried_out_before_the_list_is_approved(
        self, ring: list[PublicAccount], staff: Staff, decide: Callable[..., Decision]
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)
        item = bulk.items.get(account=ring[0])
        decision = decide(ring[0])

        with (
            pytest.raises(IntegrityError, match="bulkitem_approval_is_that_of_the_list"),
            transaction.atomic(),
        ):
            audit.move(
                item,
                "carry_out",
                decision=decision,
                approved_result="approved",
                **grounds(staff.moderator),
            )
            connection.check_constraints()

        item.refresh_from_db()
        assert item.status == "waiting"

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({}, "bulkitem_decision_is_of_its_list"),
            (
                {
                    "violation_type": "V08.2",
                    "severity": 3,
                    **{"deviation_reason": "", "deviation_note": ""},
                },
                "bulkitem_approved_by_the_same",
            ),
        ],
    )
    def test_a_decision_of_others_is_none_of_the_list(
        self,
        changes: dict[str, Any],
        constraint: str,
        ring: list[PublicAccount],
        staff: Staff,
        decide: Callable[..., Decision],
    ) -> None:
        if changes:
            given = lists.words()
            changes = {
                **changes,
                "violation_type": given.violation_type,
                "clauses": given.clauses,
            }
        decision = decide(ring[0], **changes)
        bulk = lists.approved(
            ring,
            staff,
            words=lists.words(
                deviation_reason="enough", deviation_note="警告足以制止，不需要更重的措施。"
            ),
        )
        item = bulk.items.get(account=ring[0])

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            audit.move(
                item,
                "carry_out",
                decision=decision,
                approved_result="approved",
                **grounds(staff.moderator),
            )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        problem = refused.value.__cause__
        assert isinstance(problem, psycopg.Error)
        assert problem.diag.constraint_name == constraint
        item.refresh_from_db()
        assert item.decision is None

    def test_one_approval_is_too_few(self, ring: list[PublicAccount], staff: Staff) -> None:
        bulk = lists.draft(ring, staff.moderator)

        with (
            pytest.raises(IntegrityError, match="bulkdecision_has_two_approvals"),
            transaction.atomic(),
        ):
            audit.move(
                bulk,
                "propose",
                approvals_needed=1,
                **grounds(staff.moderator),
            )

        assert BulkDecision.objects.get(pk=bulk.pk).status == "draft"

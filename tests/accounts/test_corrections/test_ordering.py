"""A correction is ordered: the account is suspended, and its operator told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.enums import GroundKind, RestrictionKind
from accounts.models import Correction, Hold, PublicAccount, Restriction
from accounts.services.corrections import ordering
from accounts.services.findings import FindingDraft, record_finding
from compliance import audit, work
from compliance.clocks import start_clock
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, StaleLease
from compliance.models import Notice, ResponseInvitation, StaffUser
from compliance.proposals import open_matter
from tests.accounts.corrections import FACTS, draft, grounds, order
from tests.accounts.test_corrections.conftest import kept, stop_of

pytestmark = pytest.mark.django_db


class TestOrdering:
    def test_the_service_is_suspended_and_the_operator_told_in_one_act(
        self, corrected: Correction, reviewer: StaffUser
    ) -> None:
        account = corrected.account

        assert stop_of(account) is not None
        own = Restriction.objects.get(account=account)
        assert (own.kind, own.ground_kind, own.ground_ref, own.in_force_until) == (
            RestrictionKind.SUSPEND_SERVICE,
            GroundKind.CORRECTION,
            corrected.reference,
            None,
        )
        hold = Hold.objects.in_force().get(account=account)
        assert (hold.kind, hold.ground_ref) == ("pending_correction", f"correction:{corrected.pk}")
        notice = Notice.objects.about(corrected).get()
        for told in (FACTS, account.name, "第八条第二款", "3.1", "申诉", "终止"):
            assert told in notice.text
        assert "同事参考" not in notice.text
        assert corrected.profile_found["name"] == account.name
        kinds = ResponseInvitation.objects.open().about(corrected).values_list("kind", flat=True)
        assert set(kinds) == {
            "accounts.correction_answer",
            "accounts.correction_more_time",
        }

    @pytest.mark.parametrize(
        "wrong",
        [
            {"mismatches": ()},
            {"mismatches": ("colour",)},
            {"ground": "weather"},
            {"facts": "不符"},
            {"facts": f"看不\u200b见{FACTS}"},
        ],
    )
    def test_what_says_too_little_is_refused_and_leaves_nothing(
        self, make_account: Callable[..., PublicAccount], reviewer: StaffUser, wrong: dict[str, Any]
    ) -> None:
        account = make_account()
        before = kept()

        with pytest.raises(InvalidInput):
            ordering.order_correction(account=account, draft=draft(**wrong), **grounds(reviewer))

        assert kept() == before

    def test_one_is_open_at_a_time_and_only_for_whoever_may(
        self, corrected: Correction, reviewer: StaffUser, staff_user: Callable[..., StaffUser]
    ) -> None:
        supervisor = staff_user("supervisor")
        before = kept()

        with pytest.raises(ActionRefused, match=corrected.reference):
            order(corrected.account, reviewer, "bio")
        with pytest.raises(NotPermitted):
            order(corrected.account, supervisor)

        assert kept() == before

    def test_the_database_holds_one_open_correction_an_account(
        self, corrected: Correction, reviewer: StaffUser
    ) -> None:
        twin = Correction.objects.get(pk=corrected.pk)
        twin.pk = None
        with pytest.raises(IntegrityError, match="correction_one_open"), transaction.atomic():
            twin.clock_id, twin.matter_id = _other_clock_and_matter(reviewer)
            audit.create(twin, **grounds(reviewer))

    def test_a_finding_is_taken_up_with_the_order_by_whoever_holds_it(
        self, make_account: Callable[..., PublicAccount], reviewer: StaffUser, system: StaffUser
    ) -> None:
        account = make_account()
        finding = record_finding(
            FindingDraft(account=account, kind="patrol_failed", facts=FACTS, ground_ref="patrol:1"),
            **grounds(system),
        )
        before = kept()
        with pytest.raises(StaleLease):
            ordering.order_correction(
                account=account, draft=draft(), finding=finding, **grounds(reviewer)
            )
        assert kept() == before

        fence = work.claim_item(work_item=finding.work_item, actor=reviewer).fence
        ordered = ordering.order_correction(
            account=account,
            draft=draft(),
            finding=finding,
            finding_fence=fence,
            **grounds(reviewer),
        )

        finding.refresh_from_db()
        assert finding.taken_up_as == f"correction:{ordered.pk}"
        assert ordered.origin_ref == f"finding:{finding.pk}"


def _other_clock_and_matter(actor: StaffUser) -> tuple[int, int]:
    return start_clock(step="correction", **grounds(actor)).pk, open_matter("correction").pk


def test_the_frozen_profile_and_the_facts_never_change(
    corrected: Correction, owner_connection: Any
) -> None:
    for column, value in (("facts", "别的事实"), ("profile_found", "{}")):
        with (
            pytest.raises(DatabaseError, match="never changes"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"UPDATE accounts_correction SET {column} = %s, version = version + 1 "
                "WHERE id = %s",
                [value, corrected.pk],
            )

"""Lists of accounts are read and drafted: who is on them, who is left out and why."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.enums import GroundKind, SubjectNature
from accounts.models import AccountActivity, PublicAccount
from accounts.services.restrictions import close_account
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.models import StaffUser
from enforcement.enums import MeasureCode
from enforcement.models import BulkDecision, Case, Decision
from enforcement.services.bulk import proposing
from enforcement.services.bulk.drafting import require_possible_for_many
from enforcement.services.bulk.lists import Entry, read_file, read_list, read_pasted
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import Staff, propose, violation
from tests.enforcement.test_bulk_decisions.conftest import MakeAccount, grounds, of_one_subject

pytestmark = pytest.mark.django_db

SUSPENSION = MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7)


class TestList:
    def test_a_pasted_list_has_one_account_a_line_with_its_own_facts(self) -> None:
        entries = read_list('u1\nu2, 注册于三时\n\n"u3","三时, 四时"\n')

        assert entries == [Entry("u1"), Entry("u2", "注册于三时"), Entry("u3", "三时, 四时")]

    def test_a_pasted_line_may_have_marks_of_either_width_and_facts_with_commas(self) -> None:
        entries = read_pasted(
            'u1\nu2，注册于三时，又于四时改名\n\nu3\t甲\n"u4","三时, 四时"\nu5,称"甲"者'
        )

        assert entries == [
            Entry("u1"),
            Entry("u2", "注册于三时，又于四时改名"),
            Entry("u3", "甲"),
            Entry("u4", "三时, 四时"),
            Entry("u5", '称"甲"者'),
        ]
        with pytest.raises(InvalidInput) as refused:
            read_pasted("u1\n\n，只有事实")
        assert "3" in str(refused.value)

    def test_a_file_may_have_a_heading_a_mark_and_an_older_encoding(self) -> None:
        assert read_file("\ufeffplatform_uid,line\nu1,甲\n".encode()) == [Entry("u1", "甲")]
        assert read_file("u1,甲\n".encode("gb18030")) == [Entry("u1", "甲")]

    @pytest.mark.parametrize("text", ["u1,a,b", ",只有事实", "u1," + "长" * 1001])
    def test_a_line_that_cannot_be_read_is_named(self, text: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            read_list(f"u0\n{text}")

        assert "2" in str(refused.value)


class TestDraft:
    def test_everybody_on_the_list_is_looked_at_and_who_is_left_out_has_a_reason(
        self,
        make_account: MakeAccount,
        open_case: Callable[..., Case],
        staff: Staff,
        system: StaffUser,
    ) -> None:
        good, closed, busy, organ, known = (make_account() for _place in range(5))
        close_account(
            account=closed, ground_kind=GroundKind.DECISION, ground_ref="CZ1", **grounds(system)
        )
        propose(open_case(busy), staff.moderator)
        audit.amend(organ.subject, "turn", nature=SubjectNature.GOVERNMENT_ORGAN, **grounds(system))
        AccountActivity.objects.create(account=known, followers=600_000)
        entries = [Entry(each.platform_uid) for each in (good, closed, busy, organ, known, good)]

        drafted = lists.draft([], staff.moderator, entries=[*entries, Entry("niemand")])

        rows = {each.account_id: each for each in drafted.items.all()}
        assert [each.status for each in drafted.items.order_by("place")] == [
            *("waiting", "left_out", "left_out", "waiting", "waiting")
        ]
        assert rows[closed.pk].left_out == "closed"
        assert rows[busy.pk].left_out == "open_decision"
        assert [rows[each.pk].needs_care for each in (good, organ, known)] == [False, True, True]
        assert rows[good.pk].offence_number == 1
        assert rows[good.pk].points > 0
        assert '"unknown":["niemand"]' in drafted.words
        assert f'"doubled":["{good.platform_uid}"]' in drafted.words
        assert drafted.count == 5

    def test_a_measure_before_which_operators_are_heard_is_decided_one_by_one(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        with pytest.raises(ActionRefused):
            lists.draft(ring, staff.moderator, words=lists.words(measures=[SUSPENSION]))

        assert not BulkDecision.objects.exists()

    @pytest.mark.parametrize(
        "order",
        [
            MeasureOrder(MeasureCode.LABEL, label="rumour"),
            MeasureOrder(
                MeasureCode.HANDLE_CONTENT, content_refs=("article-1",), content_acts=("stop",)
            ),
        ],
    )
    def test_what_is_about_the_contents_of_one_account_is_decided_one_by_one(
        self, ring: list[PublicAccount], staff: Staff, order: MeasureOrder
    ) -> None:
        words = lists.words(measures=[order])
        with pytest.raises(ActionRefused):
            require_possible_for_many(words)
        with pytest.raises(ActionRefused):
            lists.draft(ring, staff.moderator, words=words)

        assert not BulkDecision.objects.exists()

    def test_an_offence_repeated_is_off_the_ladder_and_left_out_without_a_reason_for_it(
        self, ring: list[PublicAccount], staff: Staff, decide: Callable[..., Decision]
    ) -> None:
        decide(
            ring[0], violation_type=violation("V08.2"), severity=3, clauses=lists.words().clauses
        )

        drafted = lists.draft(ring, staff.moderator)
        reasoned = lists.draft(
            ring,
            staff.moderator,
            words=lists.words(
                deviation_reason="enough", deviation_note="首次批量注册已自行停止，警告足以制止。"
            ),
        )

        first = drafted.items.get(account=ring[0])
        assert (first.status, first.left_out) == ("left_out", "refused")
        assert first.problem
        again = reasoned.items.get(account=ring[0])
        assert (again.status, again.offence_number, again.deviation) == ("waiting", 2, "lighter")

    def test_of_several_accounts_of_a_subject_the_first_takes_the_points(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        of_one_subject(ring[0], ring[1], system)

        drafted = lists.draft(ring, staff.moderator)

        assert [each.points > 0 for each in drafted.items.order_by("place")] == [True, False, True]

    def test_fewer_than_two_known_accounts_are_no_list(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        with pytest.raises(InvalidInput):
            lists.draft(ring[:1], staff.moderator)

        assert not BulkDecision.objects.exists()

    def test_a_role_without_the_right_drafts_nothing(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        with pytest.raises(NotPermitted):
            lists.draft(ring, staff.officer)

        assert not BulkDecision.objects.exists()

    def test_a_draft_of_yesterday_is_not_proposed(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        drafted = lists.draft(ring, staff.moderator)

        with (
            time_machine.travel(timezone.now() + timedelta(hours=25)),
            pytest.raises(ActionRefused),
        ):
            proposing.propose_bulk(bulk=drafted, **grounds(staff.moderator))

        drafted.refresh_from_db()
        assert (drafted.status, drafted.proposal) == ("draft", None)

    def test_only_whoever_drafted_a_list_proposes_it(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        drafted = lists.draft(ring, staff.moderator)

        with pytest.raises(ActionRefused):
            proposing.propose_bulk(bulk=drafted, **grounds(staff_user("moderator")))

        drafted.refresh_from_db()
        assert drafted.status == "draft"

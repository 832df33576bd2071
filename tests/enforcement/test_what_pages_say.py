"""What pages say once more is known: undone lists, empty drafts, liftings, refused words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import PublicAccount
from compliance.staff import system_actor
from enforcement.models import BulkDecision, Decision
from enforcement.services.bulk import undoing
from enforcement.services.lifting import proposing
from enforcement.services.lifting.ending import LiftDraft
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import P, Staff, clause, suspension, violation
from tests.enforcement.console import client_of, refusals, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(make_account: Callable[..., PublicAccount]) -> list[PublicAccount]:
    return [make_account() for _place in range(2)]


def test_of_an_undone_list_it_does_not_say_when_operators_are_told(
    ring: list[PublicAccount], staff: Staff
) -> None:
    bulk = lists.approved(ring, staff)
    lists.carry_out(bulk)
    page = reverse("admin:bulk_decision", args=[bulk.pk])
    client = client_of(staff.supervisor)

    def said() -> tuple[str, set[str]]:
        context = client.get(page).context
        return context["told_from"], {str(each.label) for each in context["facts"]}

    told_from, labels = said()
    assert told_from
    assert "开始告知运营者" in labels

    undoing.undo_bulk(bulk=bulk, actor=staff.supervisor, provision=P, reason="取错批次")
    list(undoing.undo_taken_back(actor=system_actor()))

    told_from, labels = said()
    assert told_from == ""
    assert "开始告知运营者" not in labels
    assert "已整批撤销" in labels


def test_a_draft_without_anybody_to_decide_on_is_not_proposed(
    ring: list[PublicAccount], staff: Staff
) -> None:
    # Of V04.1 the ladder proposes more than a warning, and no reason for less is given.
    given: dict[str, Any] = lists.posted(accounts="\n".join(each.platform_uid for each in ring))
    given["violation"] = violation("V04.1").pk
    given["clauses"] = [clause("public-account-2021:18(4)").pk]
    client = client_of(staff.moderator)

    drafted = client.post(reverse("admin:draft_bulk"), given, follow=True)

    bulk = BulkDecision.objects.get()
    assert not bulk.items.exclude(status="left_out").exists()
    shown = text_of(drafted)
    assert "名单中没有可以处置的账号，请查看原因后重新拟定" in shown
    assert 'value="propose"' not in shown
    assert 'value="withdraw"' in shown


def test_the_timeline_of_a_measure_tells_of_every_proposal_to_lift_it(
    decide: Callable[..., Decision], staff: Staff
) -> None:
    measure = decide(measures=suspension(7)).measures.get()
    proposal = proposing.propose_lift(
        measure=measure,
        draft=LiftDraft("put_right", "运营者已全部更正并公开说明"),
        actor=staff.moderator,
        provision=P,
        reason="整改完成，提议解除",
    )
    proposing.end_lift_proposal(
        act="return",
        proposal=proposal,
        actor=staff.supervisor,
        provision=P,
        reason="请补充整改材料",
    )

    page = client_of(staff.moderator).get(reverse("admin:measure", args=[measure.pk]))

    said = [step.text for step in page.context["steps"]]
    assert "整改完成，提议解除" in said
    assert "请补充整改材料" in said


def test_it_is_said_which_of_the_words_tells_the_operator_nothing(
    ring: list[PublicAccount], staff: Staff
) -> None:
    client = client_of(staff.moderator)
    given = lists.posted(accounts="\n".join(each.platform_uid for each in ring), reasoning="短")

    refused = client.post(reverse("admin:draft_bulk"), given)

    assert refused.status_code == 409
    assert "理由：内容过短" in text_of(refused)
    assert not BulkDecision.objects.exists()
    assert len(refusals()) == 1


def test_a_time_that_is_none_says_how_to_write_it(staff: Staff) -> None:
    refused = client_of(staff.moderator).post(
        reverse("admin:open_rumour"),
        {"claim": "某水库决堤", "source": "own", "warned_at": "昨天", "reason": "提示"},
    )

    assert refused.status_code == 422
    shown = text_of(refused)
    assert "请按 2026-01-31 09:30 的格式填写时间。" in shown
    assert 'value="昨天"' in shown

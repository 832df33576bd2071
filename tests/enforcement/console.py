"""What the tests of the pages share: who is at the screen, addresses, and a form filled in."""

import html
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from compliance import work
from compliance.models import ActionLog, ActionOutcome, StaffUser
from enforcement.models import (
    Case,
    Decision,
)
from tests.enforcement.conftest import (
    FACTS,
    NOTE,
    REASONING,
    WHY_OTHERWISE,
    clause,
    violation,
)


def client_of(login: StaffUser) -> Client:
    client = Client()
    client.force_login(login)
    return client


def text_of(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def case_page(case: Case) -> str:
    return reverse("admin:work_on_case", args=[case.work_item_id])


def approval_page(decision: Decision) -> str:
    item = decision.approval_item
    return reverse(work.get_queue(item.queue).url_name, args=[item.pk])


def decision_page(decision: Decision) -> str:
    return reverse("admin:decision", args=[decision.pk])


def hold(case: Case, login: StaffUser) -> int:
    return work.claim_item(work_item=case.work_item, actor=login).fence


def words(case: Case, fence: int, **changes: Any) -> dict[str, Any]:
    return {
        "fence": fence,
        "version": case.version,
        "violation": violation().pk,
        "severity": 4,
        "deviation_reason": "step_unfit",
        "deviation_note": WHY_OTHERWISE,
        "facts": FACTS,
        "reasoning": REASONING,
        "private_note": NOTE,
        "statute": "",
        "content_kind": "text",
        "content_ref": "article-1",
        "clauses": [clause().pk],
        "measures": ["suspend_updates", "warn"],
        "term_suspend_updates": 7,
        **changes,
    }


def look_and_propose(client: Client, case: Case, fence: int, **changes: Any) -> HttpResponse:
    posted = words(case, fence, **changes)
    seen = client.post(case_page(case), {**posted, "action": "preview"})
    return client.post(
        case_page(case),
        {**posted, "action": "propose", "previewed": seen.context["previewed"]},
    )


def refusals() -> list[tuple[str, int]]:
    rows = ActionLog.objects.filter(outcome=ActionOutcome.REFUSED).order_by("pk")
    return [(row.action, row.actor_number) for row in rows]

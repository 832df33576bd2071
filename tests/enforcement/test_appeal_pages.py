"""Appeals through their real doors: the page that a code opens, the console, programs."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import ActionLog, ActionOutcome, ResponseInvitation, StaffUser
from compliance.responses.codes import code_of
from enforcement.models import Appeal, Decision
from enforcement.services.appeals.hearing import ask_appellant
from enforcement.services.decision_content import MeasureOrder
from tests.compliance.api_fixtures import Caller
from tests.compliance.evidence_files import HONEST
from tests.enforcement.appeals import TOLD, WORDS, accept, filed, fresh, grounds, hold
from tests.enforcement.conftest import Staff, suspension
from tests.enforcement.console import client_of, decision_page, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("complaint_handler")


def code(decision: Decision) -> str:
    return code_of(ResponseInvitation.objects.about(decision).get(kind="enforcement.appeal"))


def page(decision: Decision) -> str:
    return reverse("public:appeal_case", args=[code(decision)])


def send(decision: Decision, **changes: Any) -> Any:
    given = {"act": "file", "ground": "facts", "words": WORDS, "complete": "1", **changes}
    return Client().post(page(decision), given)


class TestTheCode:
    def test_the_link_of_the_notice_leads_to_the_page_of_the_appeal(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(measures=suspension(7))

        answer = Client().get(reverse("public:response", args=[code(decision)]), follow=True)

        assert answer.redirect_chain[-1][0] == page(decision)
        assert decision.number in text_of(answer)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"

    def test_the_public_page_takes_number_and_code_and_tells_nothing_else(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide()
        entrance = reverse("public:appeal")

        found = Client().post(entrance, {"number": decision.number, "code": code(decision)})
        other = Client().post(entrance, {"number": "CZ99999999", "code": code(decision)})
        wrong = Client().post(entrance, {"number": decision.number, "code": "x" * 32})

        assert found.status_code == 302
        assert (other.status_code, wrong.status_code) == (409, 409)
        assert decision.account.name not in text_of(other)

    def test_filed_once_with_a_picture_and_followed_by_the_same_code(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(measures=suspension(7))
        photo = SimpleUploadedFile("证据.jpg", HONEST["photo.jpg"](), "image/jpeg")

        first = send(decision, files=[photo])
        again = send(decision)

        assert (first.status_code, again.status_code) == (302, 409)
        appeal = Appeal.objects.get()
        assert appeal.statements.get().documents.count() == 2
        shown = text_of(Client().get(page(decision)))
        assert appeal.number in shown
        assert WORDS not in shown

    def test_without_reasons_nothing_is_kept(self, decide: Callable[..., Decision]) -> None:
        decision = decide()

        assert send(decision, words="").status_code == 409
        assert not Appeal.objects.exists()
        refused = ActionLog.objects.filter(outcome=ActionOutcome.REFUSED).latest("pk")
        assert code(decision) not in refused.payload

    def test_supplemented_answered_and_withdrawn_on_the_same_page(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide()
        send(decision)
        assert send(decision, act="supplement").status_code == 302
        appeal = accept(Appeal.objects.get(), handler)
        ask_appellant(appeal=appeal, text=TOLD, fence=hold(appeal, handler), **grounds(handler))
        assert TOLD in text_of(Client().get(page(decision)))
        assert send(decision, act="answer").status_code == 302
        assert fresh(appeal).status == "accepted"
        assert send(decision, act="withdraw").status_code == 302
        assert fresh(appeal).status == "withdrawn"
        assert send(decision, act="withdraw").status_code == 409
        kinds = list(appeal.statements.order_by("pk").values_list("kind", flat=True))
        assert kinds == ["filing", "supplement", "answer"]


class TestTheConsole:
    def item(self, appeal: Appeal) -> str:
        return reverse("admin:hear_appeal", args=[fresh(appeal).work_item_id])

    def post(self, appeal: Appeal, who: StaffUser, act: str, fence: int, **given: Any) -> Any:
        return client_of(who).post(
            self.item(appeal),
            {
                "action": act,
                "fence": fence,
                "version": fresh(appeal).version,
                "reason": "测试理由",
                **given,
            },
        )

    def test_heard_and_reduced_with_what_undoing_would_do(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(measures=(MeasureOrder("warn"), *suspension(7)))
        appeal = filed(decision)
        fence = hold(appeal, handler)

        assert self.post(appeal, handler, "accept", fence).status_code == 302
        shown = text_of(client_of(handler).get(self.item(appeal)))
        assert "现在撤销的效果" in shown
        assert decision.facts in shown
        fence = hold(appeal, handler)
        answer = self.post(
            appeal,
            handler,
            "reduce",
            fence,
            ground="too_heavy",
            text=TOLD,
            measures=["suspend_updates"],
        )

        assert answer.status_code == 302
        assert fresh(appeal).status == "decided"
        assert Decision.objects.get().measures.get(measure="suspend_updates").status == "reversed"

    def test_whoever_decided_reads_it_and_states_once_but_does_not_hear_it(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        appeal = filed(decide(measures=suspension(7)))

        refused = self.post(appeal, staff.supervisor, "accept", 1)
        stated = self.post(appeal, staff.moderator, "state", 0, text=TOLD)

        assert refused.status_code in (403, 409)
        assert stated.status_code == 302
        assert fresh(appeal).status == "filed"
        assert appeal.statements.filter(kind="other_side").exists()

    def test_a_letter_is_written_down_from_the_page_of_the_decision(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide()
        address = reverse("admin:write_down_appeal", args=[decision.pk])
        assert address in text_of(client_of(handler).get(decision_page(decision)))

        answer = client_of(handler).post(
            address,
            {
                "channel": "letter",
                "arrived_on": timezone.localdate().isoformat(),
                "ground": "facts",
                "words": WORDS,
                "reason": "来信",
                "complete": "1",
            },
        )

        assert answer.status_code == 302
        assert Appeal.objects.get().channel == "letter"

    def test_the_list_shows_it_and_what_is_overdue(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        appeal = filed(decide())

        listed = text_of(client_of(handler).get(reverse("admin:enforcement_appeal_changelist")))

        assert appeal.number in listed


class TestPrograms:
    def test_an_appeal_is_filed_for_an_operator_once_and_read(
        self, decide: Callable[..., Decision], make_caller: Callable[..., Caller]
    ) -> None:
        decision = decide()
        caller = make_caller("appeals:read", "appeals:write")
        given = {
            "decision": decision.number,
            "ground": "facts",
            "words": WORDS,
            "reason": "运营者在平台登录后提出",
        }

        first = caller.post("/api/v1/appeals/", given)
        again = caller.post("/api/v1/appeals/", given)

        assert first.status_code == 201
        assert again.status_code == 409
        (row,) = json.loads(caller.get("/api/v1/appeals/").content)["results"]
        assert (row["decision"], row["status"], row["channel"]) == (
            decision.number,
            "filed",
            "platform",
        )
        assert WORDS not in json.dumps(row, ensure_ascii=False)

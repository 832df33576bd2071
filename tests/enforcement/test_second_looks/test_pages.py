"""Second looks on their pages."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse

from compliance.models import StaffUser
from enforcement.consistency_words import LookConclusion, LookOutcome
from enforcement.models import SecondLook
from enforcement.services.consistency.drawing import QUEUE
from enforcement.services.consistency.looking import REVIEW_QUEUE
from tests.enforcement.conftest import Staff, suspension, violation
from tests.enforcement.console import client_of, text_of
from tests.enforcement.second_looks import NOTHING, WHY, give, look_at


@pytest.mark.django_db
class TestThePages:
    def test_the_page_shows_what_was_found_and_not_what_was_decided(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = drawn(measures=suspension(13))
        decision = look.decision
        client = client_of(other)
        taken = client.post(reverse("admin:claim_next", args=[QUEUE]))

        text = text_of(client.get(taken["Location"]))

        assert decision.facts in text
        assert decision.clauses.get().text in text
        for hidden in (
            decision.number,
            decision.case.number,
            decision.account.name,
            decision.proposed_by.name,
            decision.reasoning,
            decision.private_note,
            decision.deviation_note,
            "13 天",
        ):
            # The number of somebody else may begin with the same digits.
            assert not re.search(rf"{re.escape(hidden)}(?!\d)", text)
        assert not re.search(rf"/decisions?/{decision.pk}/", text)

    def test_it_is_given_in_the_form_and_the_next_one_comes(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = drawn()
        client = client_of(other)
        page = client.post(reverse("admin:claim_next", args=[QUEUE]))["Location"]
        shown = client.get(page).context
        posted = {
            "action": "look",
            "fence": shown["lease"].fence,
            "version": look.version,
            "reason": WHY,
        }

        empty = client.post(page, posted)
        given = client.post(
            page,
            {**posted, "violation": violation().pk, "severity": 4, "measures": ["warn"]},
        )

        assert empty.status_code == 422
        assert WHY in text_of(empty)
        assert given.status_code == 302
        assert look_at(look.decision).outcome == LookOutcome.AGREE

    def test_a_supervisor_concludes_on_the_page(
        self,
        drawn: Callable[..., SecondLook],
        other: StaffUser,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        look = give(drawn(), other, NOTHING)
        client = client_of(staff_user("supervisor"))
        page = client.post(reverse("admin:claim_next", args=[REVIEW_QUEUE]))["Location"]
        shown = client.get(page)

        answer = client.post(
            page,
            {
                "action": "review",
                "fence": shown.context["lease"].fence,
                "version": look.version,
                "conclusion": "unclear",
                "reason": "目录释义不够清楚，列入下一版修订。",
            },
        )

        assert look.decision.number in text_of(shown)
        assert answer.status_code == 302
        assert look_at(look.decision).conclusion == LookConclusion.UNCLEAR

    def test_a_figure_of_the_month_leads_to_its_looks_and_they_to_their_pages(
        self, drawn: Callable[..., SecondLook], staff: Staff
    ) -> None:
        look = drawn()
        client = client_of(staff.supervisor)

        month = text_of(client.get(reverse("admin:second_look_draws")))
        behind = reverse("admin:second_looks_of_code", args=[look.draw_id, "V06.1"])
        listed = text_of(client.get(behind))
        record = client.get(reverse("admin:second_look", args=[look.pk]))

        assert behind in month
        assert look.draw.seed in month
        assert look.reference in listed
        assert record.status_code == 200

    def test_the_record_leads_supervisors_to_where_they_conclude_while_one_has_to(
        self, drawn: Callable[..., SecondLook], other: StaffUser, staff: Staff
    ) -> None:
        look = give(drawn(), other, NOTHING)
        record = reverse("admin:second_look", args=[look.pk])
        there = reverse("admin:conclude_second_look", args=[look.review_item_id])

        assert there in text_of(client_of(staff.supervisor).get(record))
        assert there not in text_of(client_of(staff.officer).get(record))

    @pytest.mark.parametrize("name", ["second_look_draws", "enforcement_secondlook_changelist"])
    def test_those_who_give_second_looks_do_not_see_how_others_came_out(
        self, other: StaffUser, name: str
    ) -> None:
        assert client_of(other).get(reverse(f"admin:{name}")).status_code == 403

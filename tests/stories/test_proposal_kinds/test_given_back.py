"""What came back leads on, until it is proposed anew or let rest."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from compliance.api import clients
from compliance.clocks.extensions import EXTENSION_KIND
from compliance.clocks.limit_changes import LIMIT_KIND
from compliance.clocks.notices import CALENDAR_KIND
from compliance.desk import kinds, waiting
from compliance.models import Proposal
from compliance.notices.templates import TEMPLATE_KIND
from tests.compliance.desk_cases import cards_of, client_of, give_back
from tests.stories.test_proposal_kinds.conftest import (
    KINDS,
    OF_A_RECORD,
    Make,
    login_of,
    roles_with,
)
from tests.stories.test_proposal_kinds.proposing import Proposing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", sorted(set(KINDS) - OF_A_RECORD))
def test_what_came_back_leads_its_proposer_on(
    propose: Proposing, staff_user: Make, kind: str
) -> None:
    proposal = propose(kind)
    slot = proposal.slots.order_by("number").first()
    assert slot is not None
    proposer = login_of(proposal.proposer_id)

    give_back(proposal, staff_user(roles_with(slot.permission)[0]))

    card = cards_of(proposer)["Returned to me"]
    assert (card.value, len(card.rows)) == (1, 1)
    assert card.rows[0].value
    assert client_of(proposer).get(card.rows[0].url).status_code == 200


@pytest.mark.parametrize("kind", sorted(set(KINDS) - OF_A_RECORD))
def test_what_was_proposed_anew_has_left_the_desk(
    propose: Proposing, staff_user: Make, kind: str
) -> None:
    first = propose(kind)
    proposer = login_of(first.proposer_id)
    slot = first.slots.order_by("number").first()
    assert slot is not None
    give_back(first, staff_user(roles_with(slot.permission)[0]))
    assert list(waiting.returned_proposals(proposer)) == [first]

    second = propose(kind)

    assert second.pk != first.pk
    assert waiting.counts_of(proposer, timezone.now()).returned == 0


@pytest.mark.parametrize(
    ("kind", "way", "other"),
    [
        (LIMIT_KIND, "limit", "application_review"),
        (CALENDAR_KIND, "calendar", 2028),
        (TEMPLATE_KIND, "notice_text", 1),
        (EXTENSION_KIND, "extension", "another case"),
        (clients.SCOPE_KIND, "scope", "agreements:write"),
    ],
)
def test_a_proposal_about_something_else_leaves_it_there(
    propose: Proposing, staff_user: Make, kind: str, way: str, other: Any
) -> None:
    first = propose(kind)
    slot = first.slots.order_by("number").first()
    assert slot is not None
    give_back(first, staff_user(roles_with(slot.permission)[0]))

    getattr(propose, way)(other)

    assert list(waiting.returned_proposals(login_of(first.proposer_id))) == [first]


def test_what_nobody_wrote_anew_is_let_rest(
    propose: Proposing, staff_user: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = propose(LIMIT_KIND)
    give_back(proposal, staff_user("supervisor"))
    assert Proposal.objects.filter(kinds.came_back_lately()).get() == proposal

    monkeypatch.setattr(kinds, "RESTS_AFTER", timedelta(0))

    assert not Proposal.objects.filter(kinds.came_back_lately()).exists()

"""Requests for more time: found, withdrawn, and refused for what is done."""

import pytest
from django.urls import reverse
from django.utils import timezone

from compliance import clocks
from compliance.clocks.extensions import EXTENSION_KIND
from compliance.desk import waiting
from compliance.models import Proposal
from tests.compliance.desk_cases import client_of
from tests.stories.test_proposal_kinds.conftest import Make, words_of
from tests.stories.test_proposal_kinds.on_accounts import grounds
from tests.stories.test_proposal_kinds.proposing import Proposing

pytestmark = pytest.mark.django_db


def test_a_request_for_more_time_is_found_and_withdrawn_on_the_page_of_deadlines(
    propose: Proposing, staff_user: Make
) -> None:
    earlier, proposal = propose.extension("another case"), propose(EXTENSION_KIND)
    browser = client_of(propose.people.moderator)

    page = browser.get(words_of(proposal).url)
    answer = browser.post(
        reverse("admin:overdue"),
        {"action": "withdraw", "proposal": proposal.pk, "reason": "已经查清"},
    )

    assert [row["extension"].proposal for row in page.context["extensions"]] == [proposal, earlier]
    assert answer.status_code == 302
    assert list(Proposal.objects.open().filter(kind=EXTENSION_KIND)) == [earlier]


def test_more_time_for_what_is_done_is_still_refused_by_its_approver(
    propose: Proposing, staff_user: Make
) -> None:
    proposal, supervisor = propose(EXTENSION_KIND), staff_user("supervisor")
    clock = proposal.clock_extension.clock
    clocks.stop_clock(clock=clock, **grounds(propose.people.moderator))
    browser = client_of(supervisor)

    row = browser.get(words_of(proposal).url).context["extensions"][0]
    answer = browser.post(
        reverse("admin:overdue"), {"action": "return", "proposal": proposal.pk, "reason": "已办结"}
    )

    assert [each.code for each in row["actions"]] == ["return"]
    assert answer.status_code == 302
    assert not waiting.awaiting_approval(supervisor, timezone.now()).exists()
    assert not waiting.returned_proposals(propose.people.moderator).exists()

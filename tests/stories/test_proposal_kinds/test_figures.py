"""The figures of the desk with one proposal of every kind, and what they cost."""

import pytest
from django.db.models import Q
from django.utils import timezone

from compliance.desk import waiting
from compliance.models import Proposal
from compliance.pages.desk_rows import proposal_rows
from tests.compliance.desk_cases import CaptureCount, cards_of, give_back
from tests.compliance.test_desk import AWAITING, sql_named
from tests.stories.test_proposal_kinds.conftest import (
    KINDS,
    OF_A_RECORD,
    Make,
    login_of,
    roles_with,
)
from tests.stories.test_proposal_kinds.proposing import Proposing

pytestmark = pytest.mark.django_db

RETURNED = """
SELECT count(*) FROM compliance_proposal p
JOIN compliance_proposaloutcome o ON o.proposal_id = p.id AND o.result = 'returned'
WHERE p.proposer_id = %(me)s
"""


def test_the_figures_are_those_of_bare_sql_with_one_of_every_kind(
    propose: Proposing, staff_user: Make
) -> None:
    made = [propose(kind) for kind in KINDS]
    supervisor, officer = staff_user("supervisor"), staff_user("compliance_officer")
    now = timezone.now()

    for login in (supervisor, officer):
        bare = sql_named(
            AWAITING, me=login.person_id, permissions=list(login.get_group_permissions())
        )
        shown = waiting.counts_of(login, now).awaiting
        assert shown == bare == cards_of(login)["Awaiting my approval"].value
        assert shown > len(KINDS) // 3

    given_back = [each for each in made if each.kind not in OF_A_RECORD]
    for each in given_back:
        slot = each.slots.order_by("number").first()
        assert slot is not None
        give_back(each, supervisor if "supervisor" in roles_with(slot.permission) else officer)
    for number in {each.proposer_id for each in given_back}:
        shown = waiting.counts_of(login_of(number), timezone.now()).returned
        assert shown == sql_named(RETURNED, me=number) > 0


def test_words_cost_the_same_whatever_the_number_of_proposals(propose: Proposing) -> None:
    one = [propose(kind) for kind in KINDS]
    more = [propose.limit("application_review"), propose.calendar(2028), propose.notice_text(1)]
    more += [propose.extension("another case"), propose.decision()]
    more += [propose.scope("agreements:write"), propose.qualification_rule("nurse")]
    numbers = []
    for found in (one, [*one, *more]):
        rows = Proposal.objects.filter(Q(pk__in=[each.pk for each in found]))
        listed = list(rows.select_related("proposer"))
        with CaptureCount() as counted:
            proposal_rows(listed)
        numbers.append(counted.number)

    assert numbers[0] == numbers[1]

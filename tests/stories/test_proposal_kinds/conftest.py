"""Every kind of proposal, and who is there to propose and approve it."""

from collections.abc import Callable

import pytest

from accounts.services.dormancy.batches import TERMINATION_KIND
from compliance import roles
from compliance.desk import kinds
from compliance.models import EvidenceFile, Proposal, StaffUser
from compliance.pages.desk_rows import proposal_rows
from enforcement.models import Case
from enforcement.services.decisions import DECISION_KIND
from enforcement.services.holds.placing import HOLD_KIND
from reports.services.filings import RELEASE_KIND
from tests.compliance.api_fixtures import Caller
from tests.compliance.rule_documents import RuleStaff
from tests.enforcement.conftest import (  # noqa: F401  fixtures: cases without a story before
    Staff,
    make_account,
    open_case,
    staff,
)
from tests.stories.test_proposal_kinds.proposing import Proposing

Make = Callable[..., StaffUser]
# A sweep needs a rule of dormancy that nobody is changing: its kind comes first.
KINDS = sorted(kinds._kinds, key=lambda kind: (kind != TERMINATION_KIND, kind))
# Their packages close what came back with the case, keep it with the filing, or sweep it anew; a hold
# that nobody confirmed is over.
OF_A_RECORD = {DECISION_KIND, HOLD_KIND, RELEASE_KIND, TERMINATION_KIND}


@pytest.fixture
def propose(
    staff: Staff,
    staff_user: Make,
    open_case: Callable[..., Case],
    available: Callable[..., EvidenceFile],
    make_caller: Callable[..., Caller],
    api_keeper: StaffUser,
) -> Proposing:
    """Proposes one of each kind; a kind that nobody can make here fails the tests below."""
    return Proposing(
        staff, RuleStaff(staff_user), staff_user, open_case, available, make_caller(), api_keeper
    )


def words_of(proposal: Proposal) -> kinds.ProposalWords:
    return proposal_rows([proposal])[0].words


def roles_with(permission: str) -> list[str]:
    return [each.code for each in roles.definitions() if permission in each.permissions]


def login_of(person_id: int) -> StaffUser:
    return StaffUser.objects.select_related("person").get(person=person_id)

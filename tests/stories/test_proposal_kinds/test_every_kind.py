"""Every kind of proposal: whoever approves it finds it, and whoever proposed it, if it comes back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from compliance import deputies, roles
from compliance.api import clients
from tests.compliance.desk_cases import client_of, fresh
from tests.stories.test_proposal_kinds.conftest import (
    KINDS,
    OF_A_RECORD,
    Make,
    roles_with,
    words_of,
)
from tests.stories.test_proposal_kinds.on_accounts import grounds
from tests.stories.test_proposal_kinds.proposing import Proposing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_it_leads_all_who_approve_it_to_its_page(
        self, propose: Proposing, staff_user: Make, kind: str
    ) -> None:
        proposal = propose(kind)
        page = words_of(proposal).url
        permissions = list(proposal.slots.values_list("permission", flat=True))

        assert permissions
        assert not page.startswith(reverse("admin:compliance_proposal_changelist"))
        for permission in permissions:
            assert roles_with(permission)
            assert permission in roles.delegable()
            for role in roles_with(permission):
                approver = staff_user(role)
                listed = client_of(approver).get(reverse("admin:proposal_list"))
                answer = client_of(approver).get(page)

                assert [row.words.url for row in listed.context["rows"]] == [page]
                assert answer.status_code == 200
                if kind not in OF_A_RECORD:
                    assert 'value="approve' in answer.content.decode()

    def test_a_deputy_without_any_role_opens_it_and_nobody_else_without_one_does(
        self, propose: Proposing, staff_user: Make, kind: str
    ) -> None:
        proposal, deputy, stranger = propose(kind), staff_user(), staff_user()
        slot = proposal.slots.order_by("number").first()
        assert slot is not None
        page, now = words_of(proposal).url, timezone.now()
        deputies.name_deputy(
            deputy=deputy.person,
            permission=slot.permission,
            matter=proposal.matter,
            valid_from=now - timedelta(hours=1),
            valid_until=now + timedelta(days=1),
            **grounds(staff_user("supervisor")),
        )

        assert client_of(fresh(deputy)).get(page).status_code == 200
        assert client_of(stranger).get(page).status_code == 403


def test_after_the_verdict_of_a_deputy_the_page_is_closed_to_them_again(
    propose: Proposing, staff_user: Make
) -> None:
    proposal, deputy, now = propose(clients.SCOPE_KIND), staff_user(), timezone.now()
    page = words_of(proposal).url
    deputies.name_deputy(
        deputy=deputy.person,
        permission=clients.APPROVER,
        matter=proposal.matter,
        valid_from=now - timedelta(hours=1),
        valid_until=now + timedelta(days=1),
        **grounds(staff_user("supervisor")),
    )
    browser = client_of(fresh(deputy))

    answer = browser.post(page, {"action": "approve", "proposal": proposal.pk, "reason": "同意"})

    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:index")
    assert propose.caller.client.scopes.filter(scope="applications:write").exists()
    assert browser.get(page).status_code == 403

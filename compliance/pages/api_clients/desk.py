"""What the desk says of scopes with which clients of the API want to write."""

import json
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.api.clients import SCOPE_KIND
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.models import ApiClient, Proposal
from compliance.scopes import scope_label


def client_url(client: ApiClient) -> str:
    """Return the address of a client's page."""
    return reverse("admin:api_client", args=[client.pk])


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which client wants to write what."""
    clients = {
        each.matter_id: each
        for each in ApiClient.objects.filter(matter__in=[each.matter_id for each in found])
    }
    return {
        each.pk: ProposalWords(
            f"{clients[each.matter_id].name}: {scope_label(json.loads(each.content)['scope'])}",
            client_url(clients[each.matter_id]),
            _("propose it with other reasons, or do without it"),
        )
        for each in found
    }


def register() -> None:
    """Describe writing scopes to the desk; called when apps are ready."""
    in_use = ApiClient.objects.filter(matter=OuterRef("matter"), is_active=True)
    register_kind(
        ProposalKind(
            code=SCOPE_KIND,
            label=gettext_lazy("writing scope of an API client"),
            still_waits=Q(
                came_back_lately(), Exists(in_use), ~proposed_anew(SCOPE_KIND, "client", "scope")
            ),
            describe=words_of,
        )
    )

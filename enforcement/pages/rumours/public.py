"""The public pages of refutations: those in force, those withdrawn, and each at an address for good."""

from datetime import datetime
from typing import Any, Final

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.presentation import instant
from compliance.public.pages import (
    PublicEntry,
    PublicPage,
    Text,
    public_url,
    register_public_page,
)
from compliance.public.rules import Crumb
from compliance.ui.pagination import Position, slice_from, total_order
from enforcement.models import Refutation
from enforcement.rumour_words import RefutationStatus

# Our choice; no article sets it.
SHOWN: Final = 20


class RefutationsPage(PublicPage):
    """Refutations in force, newest first; on demand those that were withdrawn."""

    title = gettext_lazy("Refutations")
    template_name = "public/refutations.html"
    is_cacheable = True

    def get_context_data(self) -> dict[str, Any]:
        is_withdrawn = self.request.GET.get("withdrawn") == "1"
        status = RefutationStatus.WITHDRAWN if is_withdrawn else RefutationStatus.PUBLISHED
        rows = Refutation.objects.filter(status=status).select_related("rumour").order_by("-pk")
        orders = total_order(rows)
        place = self.request.GET.get("from", "")
        position = Position.unseal(place, length=len(orders)) if place else None
        page = slice_from(rows, orders, position=position, size=SHOWN)
        return {
            **super().get_context_data(),
            "is_withdrawn": is_withdrawn,
            "rows": [shown(each) for each in page.rows],
            "previous": page.previous,
            "following": page.following,
        }


class RefutationPage(PublicPage):
    """One refutation, at an address that stays, also once it was withdrawn."""

    template_name = "public/refutation.html"
    is_cacheable = True

    @cached_property
    def refutation(self) -> Refutation:
        """The refutation that the address names."""
        found = Refutation.objects.select_related("rumour").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_title(self) -> Text:
        return _("Refutation %(number)s") % {"number": self.refutation.number}

    def last_modified(self) -> datetime | None:
        return self.refutation.withdrawn_at or self.refutation.published_at

    def get_context_data(self) -> dict[str, Any]:
        return {
            **super().get_context_data(),
            "crumbs": [Crumb(_("Refutations"), public_url("refutations"))],
            "each": shown(self.refutation),
        }


def shown(refutation: Refutation) -> dict[str, Any]:
    """Return what everybody reads of a refutation; nothing of accounts or of who worked on it."""
    is_withdrawn = refutation.status == RefutationStatus.WITHDRAWN
    return {
        "number": refutation.number,
        "url": public_url("refutation", refutation.pk),
        "claim": refutation.rumour.claim,
        "text": refutation.text,
        "published_in": refutation.published_in,
        "link": refutation.link,
        "published_at": instant(refutation.published_at),
        "is_withdrawn": is_withdrawn,
        "withdrawn_at": instant(refutation.withdrawn_at) if is_withdrawn else "",
        "note": refutation.withdrawn_note,
    }


def register() -> None:
    """Give the pages their addresses and the first public page its line; called when apps are ready."""
    register_public_page(
        "refutations/",
        RefutationsPage,
        name="refutations",
        entry=PublicEntry(
            title=RefutationsPage.title,
            text=gettext_lazy("Rumours that were refuted, and refutations that were withdrawn."),
            order=45,
        ),
    )
    register_public_page("refutations/<int:pk>/", RefutationPage, name="refutation")

"""Pages on which proposals are read and approved: open to all who may approve one there."""

from abc import ABC, abstractmethod

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from compliance.desk import waiting
from compliance.pages.door import staff_of
from compliance.ui.pages import ConsolePage, Text


class ApprovingPage(ConsolePage, ABC):
    """
    A page that also opens to whoever a proposal on it waits for.

    A deputy gives an approval without holding the roles of those for whom they stand in, and may
    otherwise have no business on the page.
    """

    @abstractmethod
    def proposals_here(self) -> Q:
        """Return the condition for the proposals that are approved on this page."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) or self.awaits(request)

    def awaits(self, request: HttpRequest) -> bool:
        """Return whether a proposal on this page waits for the person at the screen."""
        if not (self.site or admin.site).has_permission(request):
            return False
        waiting_now = waiting.awaiting_approval(staff_of(request), timezone.now())
        return waiting_now.filter(self.proposals_here()).exists()

    def redirect(self, url: str, message: Text = "") -> HttpResponse:
        # With the verdict of a deputy the page may have closed to them.
        is_open = super().has_permission(self.request)
        return super().redirect(url if is_open else reverse("admin:index"), message)

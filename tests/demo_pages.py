"""Which pages of the product there are, and how each is reached with the data of the demo."""

from collections.abc import Iterator

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from compliance.identity import vault
from compliance.models import IdentityValue, StaffUser, WorkItem
from compliance.provisions import Provision
from enforcement.models import Case
from enforcement.services.decisions import APPROVALS_OFFICER
from reports.demo.staff import LOGINS
from tests.screens import patterns

# Answers to forms and scripts: nothing to read where nothing was sent.
NOT_READ = {
    "admin:logout",
    "admin:jsi18n",
    "admin:autocomplete",
    "admin:search",
    "admin:claim_item",
    "admin:claim_next",
    "admin:heart_beat",
    "admin:leave_item",
    "admin:download_filing",
    "admin:evidence_copy",
    "set_language",
    "healthz",
    # Only where a model has an address of its own outside the console.
    "admin:view_on_site",
}


def pages_without_writing() -> Iterator[str]:
    """Return the names of addresses that Django gives every record, but that ours do not open."""
    for model, page in admin.site._registry.items():
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if not page.allows_add:
            yield f"{place}_add"
        if not page.allows_delete:
            yield f"{place}_delete"


def show_identity_once() -> None:
    """Put on record what no demo does by itself: somebody was shown identity data."""
    vault.reveal(
        value=IdentityValue.objects.earliest("pk"),
        actor=StaffUser.objects.get(username="shenhe1"),
        provision=Provision.PIPL_51,
        reason="核对申请材料",
    )


def ways() -> list[str]:
    """
    Return where pages stand that no link leads to: what a form goes on to, and what a script asks.

    A new page that no other page leads to is entered here with a record of the demo.
    """
    officer = WorkItem.objects.filter(queue=APPROVALS_OFFICER, closed_at=None).earliest("pk")
    case = Case.objects.earliest("pk")
    return [
        reverse("admin:approve_as_officer", args=[officer.pk]),
        reverse("admin:attach_evidence", args=[case.pk]),
        reverse("admin:case_evidence_list", args=[case.pk]),
        f"{reverse('admin:comparable_decisions', args=[case.pk])}?code=V06.1",
    ]


def logged_in(username: str, language: str) -> Client:
    client = Client()
    client.cookies.load({"django_language": language})
    client.force_login(StaffUser.objects.get(username=username))
    return client


def visitors(language: str) -> Iterator[tuple[str, Client]]:
    """Return who looks by login name: one colleague in each role, and nobody in particular, ""."""
    for login in {each.role: each for each in LOGINS}.values():
        yield login.username, logged_in(login.username, language)
    yield "", Client(headers={"cookie": f"django_language={language}"})


def unreached(opened: set[str]) -> set[str]:
    """Return the names of pages that are not among those that were opened."""
    # What has no name leads nowhere, or on to what has one. The API has readers of its own.
    named = {
        name
        for name, _route in patterns()
        if name and not name.endswith(":") and not name.startswith("api:")
    }
    return named - opened - NOT_READ - set(pages_without_writing())

"""The page on which records are found by number, name or code, and what the floor lets be found."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import Clause, Person
from compliance.numbers import read_number, read_plain_number
from compliance.ui.kit import Badge
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page
from compliance.ui.search import (
    Group,
    Hit,
    find,
    find_all,
    is_identity,
    kinds_for,
    register_search,
    tidy,
)

PERSON_PREFIX = "P"


class SearchPage(ConsolePage):
    """Finds records of every kind that the person at the screen may search."""

    title = gettext_lazy("Search")
    template_name = "search/records.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if is_identity(tidy(request.GET.get("q", ""))):
            # Out of the address at once, and so out of what the browser remembers.
            return self.redirect(f"{reverse('admin:search_records')}?held")
        context = self.get_context_data(**self.kwargs)
        found = [hit for _group, hits in context["groups"] for hit, _key in hits]
        # The one record that was meant opens at once; a page of a kind was asked for as such.
        if not context["kind"] and len(found) == 1:
            return self.redirect(found[0].url)
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = self.request.GET.get("q", "")
        words = tidy(typed)
        allowed, denied = kinds_for(self.request)
        kind = next((each for each in allowed if each.code == self.request.GET.get("kind")), None)
        groups: list[Group] = []
        if words:
            if kind is None:
                groups = find_all(allowed, words)
            else:
                group = find(kind, words, position=self.request.GET.get("from", ""))
                groups = [group] if group is not None and group.hits else []
        return {
            "words": words,
            "is_unfit": bool(typed.strip()) and not words,
            "is_identity": "held" in self.request.GET,
            "may_search_identity": self.request.user.has_perm("compliance.search_identity"),
            "groups": with_keys(groups),
            "kind": kind,
            "allowed": allowed,
            "denied": denied,
            **super().get_context_data(**kwargs),
        }


def with_keys(groups: Sequence[Group]) -> list[tuple[Group, list[tuple[Hit, str]]]]:
    """Return what was found with the keys 1 to 9 for the first hits, whatever their kind."""
    keys = iter("123456789")
    return [(group, [(hit, next(keys, "")) for hit in group.hits]) for group in groups]


def find_people(words: str) -> QuerySet | None:
    """Return the colleague of a number, or those whose name begins with the words."""
    number = read_number(PERSON_PREFIX, words) or read_plain_number(words)
    people = Person.objects.filter(is_system=False)
    if number is not None:
        return people.filter(pk=number).order_by("pk")
    return people.filter(name__startswith=words).order_by("name", "pk")


def person_hit(person: Person) -> Hit:
    """Return how a colleague is shown among what was found."""
    has_left = person.left_date is not None
    return Hit(
        title=str(person),
        hint=person.post,
        url=reverse("admin:compliance_person_change", args=[person.pk]),
        badge=Badge(text=_("has left")) if has_left else None,
    )


def find_clauses(words: str) -> QuerySet | None:
    """Return the clauses whose number begins with the words, in every version of a document."""
    clauses = Clause.objects.filter(number__startswith=words)
    return clauses.select_related("rule_version__document").order_by("number", "-pk")


def clause_hit(clause: Clause) -> Hit:
    """Return how a clause is shown among what was found."""
    version = clause.rule_version
    return Hit(
        title=f"{version.document.title} {clause.number}",
        hint=f"{version.label} · {clause.text[:80]}",
        url=reverse("admin:compliance_ruledocument_change", args=[version.document_id]),
    )


def register() -> None:
    """Give the page its address, and let the floor's own records be found."""
    register_page("search/records/", SearchPage, name="search_records")
    register_link(
        "desk",
        gettext_lazy("Search"),
        view="admin:search_records",
        icon="search",
        key="g s",
        order=10,
    )
    register_search(
        "clause",
        gettext_lazy("Rule clauses"),
        "compliance.view_ruledocument",
        find_clauses,
        hit=clause_hit,
        by=gettext_lazy("how the number of the clause begins"),
        icon="gavel",
        order=80,
    )
    register_search(
        "person",
        gettext_lazy("People"),
        "compliance.view_person",
        find_people,
        hit=person_hit,
        by=gettext_lazy("person number, or how the name begins"),
        icon="badge",
        order=90,
    )

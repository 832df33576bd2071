"""The platform's rules for everybody: what holds, what is announced, what held before."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import register_converter
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import Clause, DocumentKind, RuleDocument, RuleVersion
from compliance.public.pages import (
    PublicEntry,
    PublicPage,
    Text,
    TooManyRequests,
    public_url,
    register_public_page,
)
from compliance.rulebook.comparison import ClausePair, Difference, compare_clauses
from compliance.rulebook.documents import (
    Standing,
    VersionState,
    clauses_of,
    standing_of,
    standings,
    texts_of,
)
from compliance.rulebook.drafts import LABEL
from compliance.rulebook.filings import document_text, file_name
from compliance.rulebook.limits import PublishedLimit, published_limits

# Long documents take a second to compare; one at a time leaves the process to everybody else.
_COMPARING: Final = threading.Semaphore(1)
_PATIENCE: Final = 5

STATE_LABELS: Final = {
    VersionState.ANNOUNCED: gettext_lazy("announced"),
    VersionState.IN_FORCE: gettext_lazy("in force"),
    VersionState.SUPERSEDED: gettext_lazy("no longer in force"),
    VersionState.WITHDRAWN: gettext_lazy("withdrawn before it came into force"),
}
DIFFERENCE_LABELS: Final = {
    Difference.SAME: gettext_lazy("unchanged"),
    Difference.RENUMBERED: gettext_lazy("moved, text unchanged"),
    Difference.CHANGED: gettext_lazy("changed"),
    Difference.ADDED: gettext_lazy("new"),
    Difference.REMOVED: gettext_lazy("left out"),
}


class LabelConverter:
    """The name of a version as a part of an address."""

    regex = LABEL.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Crumb:
    """A step of the way to a page."""

    title: Text
    url: str


def anchor_of(clause: Clause) -> str:
    """Return the name under which a clause is found on the page of its version, for good."""
    return f"c-{clause.number}"


def chapters_of(clauses: Sequence[Clause]) -> list[dict[str, Any]]:
    """Return clauses under the chapters in which they stand."""
    return [
        {
            "title": chapter,
            "clauses": [{"clause": each, "anchor": anchor_of(each)} for each in members],
        }
        for chapter, members in groupby(clauses, key=lambda each: each.chapter)
    ]


def began(version: RuleVersion) -> datetime:
    """Return the first instant of the day on which a version came into force."""
    return timezone.make_aware(datetime.combine(version.effective_date, time.min))


def newest_instant(versions: Sequence[RuleVersion], now: datetime) -> datetime | None:
    """Return when what is shown of versions last changed: announced, withdrawn or come into force."""
    instants = [each.announced_at for each in versions if each.announced_at is not None]
    instants += [began(each) for each in versions]
    for each in versions:
        withdrawal = getattr(each, "withdrawal", None)
        if withdrawal is not None:
            instants.append(withdrawal.withdrawn_at)
    return max((each for each in instants if each <= now), default=None)


class RulesPage(PublicPage):
    """Every published document by its kind, with what holds and what is announced."""

    title = gettext_lazy("Rules and agreements")
    template_name = "public/rules.html"
    is_cacheable = True

    @cached_property
    def standings(self) -> list[Standing]:
        """The published documents with their versions."""
        documents = RuleDocument.objects.filter(is_public=True).order_by("pk")
        found = standings(documents, timezone.localdate())
        return [each for each in found if each.versions]

    def get_context_data(self) -> dict[str, Any]:
        kinds = [
            {
                "label": kind.label,
                "is_law": kind == DocumentKind.LAW,
                "documents": [each for each in self.standings if each.document.kind == kind],
            }
            for kind in (
                *(each for each in DocumentKind if each != DocumentKind.LAW),
                DocumentKind.LAW,
            )
        ]
        return {
            **super().get_context_data(),
            "kinds": [each for each in kinds if each["documents"]],
        }

    def last_modified(self) -> datetime | None:
        versions = [version for each in self.standings for version in each.versions]
        return newest_instant(versions, timezone.now())


class DocumentPage(PublicPage):
    """A document at its standing address: the version in force now, and all others beside it."""

    template_name = "public/rule_version.html"
    is_cacheable = True

    @cached_property
    def standing(self) -> Standing:
        """The document that the address names, if it is published and has a version."""
        document = RuleDocument.objects.filter(code=self.kwargs["code"], is_public=True).first()
        if document is None:
            raise Http404
        standing = standing_of(document, timezone.localdate())
        if not standing.versions:
            raise Http404
        return standing

    def version_named(self, label: str) -> RuleVersion:
        """
        Return a version of the document by its name.

        :raises Http404: if there is none.
        """
        for version in self.standing.versions:
            if version.label == label:
                return version
        raise Http404

    @cached_property
    def version(self) -> RuleVersion:
        """The version that is shown: in force, else announced, else the last there was."""
        standing = self.standing
        return next(iter([*standing.present, *standing.superseded, *standing.withdrawn]))

    def get_title(self) -> Text:
        return self.standing.document.title

    def crumbs(self) -> list[Crumb]:
        """Return the way to this page."""
        return [Crumb(_("Rules and agreements"), public_url("rules"))]

    def get_context_data(self) -> dict[str, Any]:
        standing, version = self.standing, self.version
        state = standing.state_of(version)
        earlier = self.before(version)
        return {
            **super().get_context_data(),
            "crumbs": self.crumbs(),
            "document": standing.document,
            "is_law": standing.document.kind == DocumentKind.LAW,
            "version": version,
            "state": state,
            "state_label": STATE_LABELS[state],
            "in_force": standing.in_force,
            "announced": standing.announced,
            "earlier": earlier,
            "chapters": chapters_of(list(clauses_of(version))),
            "versions": [
                {
                    "version": each,
                    "state": STATE_LABELS[standing.state_of(each)],
                    "before": self.before(each),
                    "is_shown": each == version,
                }
                for each in standing.versions
            ],
        }

    def before(self, version: RuleVersion) -> RuleVersion | None:
        """Return the version that a version replaced or will replace."""
        earlier = [
            each
            for each in self.standing.versions
            if each.effective_date < version.effective_date and each not in self.standing.withdrawn
        ]
        return earlier[0] if earlier else None

    def last_modified(self) -> datetime | None:
        return newest_instant(self.standing.versions, timezone.now())


class VersionPage(DocumentPage):
    """One version at its own address, which stays whatever comes after it."""

    @cached_property
    def version(self) -> RuleVersion:
        """The version that the address names."""
        return self.version_named(self.kwargs["label"])

    def get_title(self) -> Text:
        return _("%(title)s, version %(label)s") % {
            "title": self.standing.document.title,
            "label": self.version.label,
        }

    def crumbs(self) -> list[Crumb]:
        document = self.standing.document
        return [*super().crumbs(), Crumb(document.title, public_url("rule", document.code))]


class VersionTextPage(VersionPage):
    """The text of a version as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version = self.version
        response = HttpResponse(
            document_text(version).encode(), content_type="text/plain; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{file_name(version)}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


class ComparisonPage(DocumentPage):
    """Two versions of a document beside each other."""

    template_name = "public/rule_comparison.html"

    @cached_property
    def pair(self) -> tuple[RuleVersion, RuleVersion]:
        """The two versions that the address names."""
        return self.version_named(self.kwargs["old"]), self.version_named(self.kwargs["new"])

    def get_title(self) -> Text:
        old, new = self.pair
        return _("%(title)s: version %(old)s and version %(new)s") % {
            "title": self.standing.document.title,
            "old": old.label,
            "new": new.label,
        }

    def crumbs(self) -> list[Crumb]:
        document = self.standing.document
        return [*super().crumbs(), Crumb(document.title, public_url("rule", document.code))]

    def get_context_data(self) -> dict[str, Any]:
        old, new = self.pair
        pairs = compared_versions(old.pk, new.pk)
        return {
            **PublicPage.get_context_data(self),
            "crumbs": self.crumbs(),
            "document": self.standing.document,
            "old": old,
            "new": new,
            "pairs": [
                {"pair": each, "label": DIFFERENCE_LABELS[each.difference]}
                for each in pairs
                if each.difference != Difference.SAME
            ],
            "same": sum(each.difference == Difference.SAME for each in pairs),
        }


def compared_versions(old: int, new: int) -> Sequence[ClausePair]:
    """
    Return the clauses of two versions in pairs; their texts never change, so it is done once.

    :raises TooManyRequests: if another comparison takes too long at this moment.
    """
    if not _COMPARING.acquire(timeout=_PATIENCE):
        raise TooManyRequests(retry_after=_PATIENCE)
    try:
        return _compared(old, new)
    finally:
        _COMPARING.release()


@lru_cache(maxsize=64)
def _compared(old: int, new: int) -> Sequence[ClausePair]:
    versions = RuleVersion.objects.in_bulk([old, new])
    return compare_clauses(texts_of(versions[old]), texts_of(versions[new]))


class TimeLimitsPage(PublicPage):
    """How long each step takes at most, as the platform has published it."""

    title = gettext_lazy("Time limits")
    template_name = "public/time_limits.html"
    is_cacheable = True

    @cached_property
    def now(self) -> datetime:
        """The instant for which the page is drawn."""
        return timezone.now()

    @cached_property
    def limits(self) -> list[PublishedLimit]:
        """The limits that are shown."""
        return published_limits(self.now)

    def get_context_data(self) -> dict[str, Any]:
        return {
            **super().get_context_data(),
            "crumbs": [Crumb(_("Rules and agreements"), public_url("rules"))],
            "limits": self.limits,
            "has_announced": any(each.announced for each in self.limits),
        }

    def last_modified(self) -> datetime | None:
        instants = [each.in_force.effective_from for each in self.limits if each.in_force]
        return max(instants, default=None)


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_converter(LabelConverter, "rule_label")
    register_public_page(
        "rules/",
        RulesPage,
        name="rules",
        entry=PublicEntry(
            title=gettext_lazy("Rules and agreements"),
            text=gettext_lazy(
                "Management rules, convention, service agreement and systems: what holds now, what "
                "is announced, and every earlier version."
            ),
            order=10,
        ),
    )
    register_public_page(
        "rules/time-limits/",
        TimeLimitsPage,
        name="time_limits",
        entry=PublicEntry(
            title=gettext_lazy("Time limits"),
            text=gettext_lazy("How long each step of our work takes at most."),
            order=20,
        ),
    )
    register_public_page("rules/<slug:code>/", DocumentPage, name="rule")
    register_public_page(
        "rules/<slug:code>/versions/<rule_label:label>/", VersionPage, name="rule_version"
    )
    register_public_page(
        "rules/<slug:code>/versions/<rule_label:label>/text/", VersionTextPage, name="rule_text"
    )
    register_public_page(
        "rules/<slug:code>/compare/<rule_label:old>/<rule_label:new>/",
        ComparisonPage,
        name="rule_comparison",
    )

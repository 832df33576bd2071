"""What stands in the rule book on a day: versions in force and announced, what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet

from compliance.models import (
    CITED_KINDS,
    Clause,
    DocumentKind,
    RuleDocument,
    RuleVersion,
)
from compliance.rulebook.texts import ClauseText


class VersionState(StrEnum):
    """Where a version stands on a day."""

    ANNOUNCED = "announced"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass
class Standing:
    """A document with its versions as they stand on a day."""

    document: RuleDocument
    day: date
    in_force: RuleVersion | None = None
    # Nearest first.
    announced: list[RuleVersion] = field(default_factory=list)
    # Newest first.
    superseded: list[RuleVersion] = field(default_factory=list)
    withdrawn: list[RuleVersion] = field(default_factory=list)

    @property
    def newest(self) -> RuleVersion | None:
        """The version that will stand last: the one announced farthest ahead, or the present one."""
        return self.announced[-1] if self.announced else self.in_force

    @property
    def present(self) -> list[RuleVersion]:
        """The versions that bind or will bind."""
        return [*([self.in_force] if self.in_force else []), *self.announced]

    @property
    def versions(self) -> list[RuleVersion]:
        """Every version, the farthest ahead first."""
        return sorted(
            [*self.present, *self.superseded, *self.withdrawn],
            key=lambda each: (each.effective_date, each.pk),
            reverse=True,
        )

    def state_of(self, version: RuleVersion) -> VersionState:
        """Return where one of the versions stands."""
        if version in self.withdrawn:
            return VersionState.WITHDRAWN
        if version in self.announced:
            return VersionState.ANNOUNCED
        return VersionState.IN_FORCE if version == self.in_force else VersionState.SUPERSEDED


def standings(documents: Iterable[RuleDocument], day: date) -> list[Standing]:
    """Return documents with their versions as they stand on `day`, in one query."""
    found = {each.pk: Standing(each, day) for each in documents}
    versions = (
        RuleVersion.objects.filter(document__in=list(found))
        .select_related("withdrawal", "document")
        .order_by("effective_date", "pk")
    )
    for version in versions:
        standing = found[version.document_id]
        if getattr(version, "withdrawal", None) is not None:
            standing.withdrawn.insert(0, version)
        elif version.effective_date > day:
            standing.announced.append(version)
        else:
            if standing.in_force is not None:
                standing.superseded.insert(0, standing.in_force)
            standing.in_force = version
    return list(found.values())


def standing_of(document: RuleDocument, day: date) -> Standing:
    """Return one document with its versions as they stand on `day`."""
    return standings([document], day)[0]


def version_in_force(kind: DocumentKind, day: date) -> RuleVersion | None:
    """Return the version in force on `day` of the one document of a kind."""
    return RuleVersion.objects.in_force(day).filter(document__kind=kind).first()


def missing_kinds(day: date) -> list[DocumentKind]:
    """
    Return which of the documents that a platform must have has no version in force on `day`.

    Public Account Provisions, art. 6 §1 and §2: the nine management systems, the management rules,
    the platform convention and the service agreement.
    """
    there = set(
        RuleVersion.objects.in_force(day).values_list("document__kind", flat=True).distinct()
    )
    return [kind for kind in DocumentKind if kind != DocumentKind.LAW and kind not in there]


def clauses_of(version: RuleVersion) -> QuerySet[Clause]:
    """Return the clauses of a version in their order."""
    return version.clauses.order_by("position", "pk")


def texts_of(version: RuleVersion | None) -> tuple[ClauseText, ...]:
    """Return the clauses of a version as plain texts."""
    if version is None:
        return ()
    return tuple(
        ClauseText(
            number=each.number,
            text=each.text,
            heading=each.heading,
            chapter=each.chapter,
            provision=each.provision,
        )
        for each in clauses_of(version)
    )


def clauses_in_force(day: date) -> QuerySet[Clause]:
    """
    Return the clauses that a decision may cite on `day`.

    Public Account Provisions, art. 19 §2: measures rest on the law and on what was agreed. The
    management systems bind the platform itself and are not cited.
    """
    return (
        Clause.objects.filter(
            rule_version__in=RuleVersion.objects.in_force(day).values("pk"),
            rule_version__document__kind__in=CITED_KINDS,
        )
        .select_related("rule_version__document")
        .order_by("rule_version__document_id", "position", "pk")
    )

"""Kinds of proposals as their packages describe them: what they are called, where they lead."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Exists, JSONField, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Now
from django.urls import reverse
from django.utils.functional import Promise

from compliance.models import Proposal
from compliance.models.matters import name_kind

Text = str | Promise

# Our choice; no article sets it. No case stays open over such a proposal: whoever has not written
# it anew by then lets it rest.
RESTS_AFTER: Final = timedelta(days=30)


@dataclass(frozen=True)
class ProposalWords:
    """What a proposal is about, where it is read, and what its proposer can do once it came back."""

    title: str
    url: str
    next_step: str = ""


Describe = Callable[[Sequence[Proposal]], Mapping[int, ProposalWords]]


@dataclass(frozen=True, kw_only=True)
class ProposalKind:
    """
    A kind of proposal.

    `still_waits` says which returned ones still wait for their proposer, by what the package knows
    of them: whatever was written anew, closed or withdrawn has left the desk. `describe` finds the
    words for all proposals of a page at once. `not_yet` says which open ones wait for somebody outside
    first, so that no approver is sent to them.
    """

    code: str
    label: Text
    still_waits: Q
    describe: Describe
    not_yet: Q | None = None


_kinds: dict[str, ProposalKind] = {}


def register_kind(kind: ProposalKind) -> None:
    """Describe a kind of proposal to the desk; called when apps are ready."""
    name_kind(kind.code, kind.label)
    _kinds[kind.code] = kind


def came_back_lately() -> Q:
    """Return the condition that a returned proposal is not yet one that its proposer lets rest."""
    return Q(outcome__at__gt=Now() - RESTS_AFTER)


def proposed_anew(kind: str, *keys: str) -> Exists:
    """Return whether there is a later proposal of a kind whose content says the same under `keys`."""
    later = Proposal.objects.filter(kind=kind, pk__gt=OuterRef("pk"))
    for key in keys:
        theirs = KeyTextTransform(key, Cast("content", JSONField()))
        ours = KeyTextTransform(key, Cast(OuterRef("content"), JSONField()))
        later = later.alias(**{f"said_{key}": theirs}).filter(**{f"said_{key}": ours})
    return Exists(later)


def still_waits() -> Q:
    """Return which returned proposals still wait for their proposer, of every kind."""
    # Of a kind that nobody described: as long as nothing new was proposed in its matter.
    later = Proposal.objects.filter(matter=OuterRef("matter"), pk__gt=OuterRef("pk"))
    condition = Q(~Q(kind__in=list(_kinds)), ~Exists(later))
    for kind in _kinds.values():
        condition |= Q(kind=kind.code) & kind.still_waits
    return condition


def ready_for_approval() -> Q:
    """Return which open proposals wait for an approver and for nobody outside before, of every kind."""
    condition = Q()
    for kind in _kinds.values():
        if kind.not_yet is not None:
            condition &= ~(Q(kind=kind.code) & kind.not_yet)
    return condition


def describe(proposals: Iterable[Proposal]) -> dict[int, ProposalWords]:
    """Return the words for proposals of any kind, one question for each kind among them."""
    by_kind: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        by_kind.setdefault(proposal.kind, []).append(proposal)
    words: dict[int, ProposalWords] = {}
    for code, found in by_kind.items():
        if code in _kinds:
            words.update(_kinds[code].describe(found))
        for proposal in found:
            # Of a kind that nobody described: the record itself, which says what it is.
            url = reverse("admin:compliance_proposal_change", args=[proposal.pk])
            words.setdefault(proposal.pk, ProposalWords(str(proposal), url))
    return words

"""Two versions of a rule document beside each other, clause by clause."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from compliance.rulebook.texts import ClauseText
from compliance.ui.kit import Span, compare_texts

# From which likeness on two clauses are taken for one that was changed. Our choice.
LIKENESS: Final = 0.55
# Longer sentences are shown whole, old and new: character by character takes time and says little.
LONGEST_SENTENCE: Final = 400
# So many comparisons of one clause with another take a blink; beyond, the number alone decides.
MOST_COMPARISONS: Final = 2500
_SENTENCES: Final = re.compile(r"[^。；！？\n]*[。；！？\n]?")


class Difference(StrEnum):
    """What became of a clause."""

    SAME = "same"
    RENUMBERED = "renumbered"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class ClausePair:
    """A clause in the old and in the new version; one of them may be missing."""

    difference: Difference
    old: ClauseText | None
    new: ClauseText | None
    old_spans: Sequence[Span] = field(default_factory=tuple)
    new_spans: Sequence[Span] = field(default_factory=tuple)

    @property
    def number(self) -> str:
        """The number by which the pair is called."""
        clause = self.new or self.old
        assert clause is not None
        return clause.number

    @property
    def has_new_heading(self) -> bool:
        """Whether number or heading are others than before."""
        if self.old is None or self.new is None:
            return False
        return (self.old.number, self.old.heading) != (self.new.number, self.new.heading)


def compare_clauses(old: Sequence[ClauseText], new: Sequence[ClauseText]) -> list[ClausePair]:
    """
    Return the clauses of both versions in pairs, in the order of the new one.

    Clauses that only moved to another number are known by their text, so that a clause put in
    between does not make all that follow look changed.
    """
    pairs: list[ClausePair] = []
    matcher = SequenceMatcher(
        a=[_words(each) for each in old], b=[_words(each) for each in new], autojunk=False
    )
    for tag, old_from, old_until, new_from, new_until in matcher.get_opcodes():
        if tag == "equal":
            pairs += [
                ClausePair(_kind_of_equal(before, after), before, after)
                for before, after in zip(
                    old[old_from:old_until], new[new_from:new_until], strict=True
                )
            ]
        else:
            pairs += _pair_up(old[old_from:old_until], new[new_from:new_until])
    return pairs


def _words(clause: ClauseText) -> tuple[str, str, str]:
    return clause.heading, clause.text, clause.provision


def _kind_of_equal(before: ClauseText, after: ClauseText) -> Difference:
    is_same = (before.number, before.chapter) == (after.number, after.chapter)
    return Difference.SAME if is_same else Difference.RENUMBERED


def _pair_up(old: Sequence[ClauseText], new: Sequence[ClauseText]) -> list[ClausePair]:
    left = list(old)
    partners: dict[int, ClauseText] = {}
    # The same number first, then whatever is like enough.
    is_small = len(old) * len(new) <= MOST_COMPARISONS
    for wants_number in (True, False) if is_small else (True,):
        for place, clause in enumerate(new):
            if place in partners:
                continue
            likely = [each for each in left if not wants_number or each.number == clause.number]
            likenesses = [_likeness(each, clause) for each in likely]
            if max(likenesses, default=0.0) >= LIKENESS:
                partners[place] = likely[likenesses.index(max(likenesses))]
                left.remove(partners[place])
    pairs: list[ClausePair] = []
    gone = list(left)
    for place, clause in enumerate(new):
        partner = partners.get(place)
        if partner is None:
            pairs.append(ClausePair(Difference.ADDED, None, clause))
            continue
        while gone and old.index(gone[0]) < old.index(partner):
            pairs.append(ClausePair(Difference.REMOVED, gone.pop(0), None))
        spans = mark_differences(partner.text, clause.text)
        pairs.append(ClausePair(Difference.CHANGED, partner, clause, *spans))
    pairs += [ClausePair(Difference.REMOVED, each, None) for each in gone]
    return pairs


def _likeness(old: ClauseText, new: ClauseText) -> float:
    if old.heading and old.heading == new.heading:
        return 1.0
    # An upper bound by counting characters: fast, and enough to tell clauses apart.
    return SequenceMatcher(a=old.text, b=new.text, autojunk=False).quick_ratio()


def mark_differences(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """Return both texts cut into runs that agree and runs that differ, sentence by sentence."""
    olds = [each for each in _SENTENCES.findall(old) if each]
    news = [each for each in _SENTENCES.findall(new) if each]
    lefts: list[Span] = []
    rights: list[Span] = []
    matcher = SequenceMatcher(a=olds, b=news, autojunk=False)
    for tag, old_from, old_until, new_from, new_until in matcher.get_opcodes():
        before, after = "".join(olds[old_from:old_until]), "".join(news[new_from:new_until])
        if tag == "equal":
            lefts.append(Span(before, False))
            rights.append(Span(after, False))
        elif before and after and max(len(before), len(after)) <= LONGEST_SENTENCE:
            finer = compare_texts(before, after)
            lefts += finer[0]
            rights += finer[1]
        else:
            lefts += [Span(before, True)] if before else []
            rights += [Span(after, True)] if after else []
    return lefts, rights

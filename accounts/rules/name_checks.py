"""The registration checks of a name: listed, near to a listed or live one, claiming too much."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.enums import CheckCode, ListedNameKind, QualificationType, SubjectNature
from accounts.rules.application_data import ProfileData
from accounts.rules.check_results import CheckReason, CheckResult, failed, passed
from accounts.rules.names import NameHit, fold
from accounts.rules.screening.near_names import LIVE, NearHit


@dataclass(frozen=True, slots=True)
class NameClaim:
    """Words by which a name says what its subject is, and who may say so."""

    claim: str
    natures: frozenset[SubjectNature]
    qualifications: frozenset[str]
    """Whoever shows one of these may say so, whatever its nature."""
    words: tuple[str, ...]
    """Anywhere in the name."""
    endings: tuple[str, ...]
    """At its end only: 大学生日常 claims nothing."""
    bio: tuple[str, ...]
    """Anywhere in the bio."""

    @classmethod
    def from_catalogue(cls, row: Mapping[str, Any]) -> "NameClaim":
        """
        Return a claim from plain values; words are folded as names are.

        :raises KeyError: if it does not say what is claimed and by whom it may be.
        :raises ValueError: if a nature or a qualification is unknown.
        """

        def folded(column: str) -> tuple[str, ...]:
            return tuple(fold(word) for word in row.get(column, ()))

        return cls(
            claim=str(row["claim"]),
            natures=frozenset(map(SubjectNature, row["natures"])),
            qualifications=frozenset(
                QualificationType(each).value for each in row.get("qualifications", ())
            ),
            words=folded("words"),
            endings=folded("endings"),
            bio=folded("bio"),
        )

    def is_open_to(self, nature: SubjectNature, qualifications: Collection[str]) -> bool:
        """Return whether a subject with such qualifications may say this of itself."""
        return nature in self.natures or not self.qualifications.isdisjoint(qualifications)

    def found_in(self, name: str, bio: str) -> Iterator[tuple[str, str]]:
        """Yield the column and the word where a folded name or bio says it."""
        words = [word for word in self.words if word in name]
        words += [word for word in self.endings if name.endswith(word)]
        if words:
            # 执业医师 says 医师 too: the longest word is what was meant.
            yield "account_name", max(words, key=len)
        spoken = [word for word in self.bio if word in bio]
        if spoken:
            yield "bio", max(spoken, key=len)


def _described(hit: NameHit, kind: str) -> dict[str, object]:
    return {
        "name": hit.listed,
        "kind": kind,
        "why": [difference.value for difference in hit.why],
        "spans": [[span.start, span.end] for span in hit.spans],
    }


def listed_names(barred: NameHit | None, reserved: Iterable[NameHit]) -> Iterator[CheckResult]:
    """Yield whether the name equals a barred name, and whether it contains a reserved one."""
    if barred is None:
        yield passed(CheckCode.NAME_BARRED)
    else:
        hits = [_described(barred, ListedNameKind.BARRED.value)]
        yield failed(CheckCode.NAME_BARRED, CheckReason.EQUALS, hits=hits)
    if reserved:
        hits = [_described(hit, ListedNameKind.RESERVED.value) for hit in reserved]
        yield failed(CheckCode.NAME_RESERVED, CheckReason.CONTAINS, hits=hits)
    else:
        yield passed(CheckCode.NAME_RESERVED)


def near_names(near: Iterable[NearHit]) -> CheckResult:
    """
    Return whether the name comes close to a listed or a live one.

    Public Account Provisions, art. 8 §2 and §3. What folding alone shows of a listed name is the
    matter of the checks for barred and reserved names.
    """
    hits = [hit for hit in near if hit.known.kind == LIVE or not hit.is_exact]
    if not hits:
        return passed(CheckCode.NAME_SIMILAR)
    return failed(
        CheckCode.NAME_SIMILAR,
        CheckReason.NEAR,
        near=[
            {
                "name": hit.known.name,
                "kind": str(hit.known.kind),
                "why": [reason.value for reason in hit.why],
                "distance": hit.distance,
                "spans": [[span.start, span.end] for span in hit.spans],
                "platform_uid": hit.known.platform_uid,
            }
            for hit in hits
        ],
    )


def claims(
    data: ProfileData,
    claims_known: Iterable[NameClaim],
    *,
    qualifications: Collection[str],
    is_reserved: bool,
) -> CheckResult | None:
    """
    Return whether name or bio claims an organ, organisation or trade that the subject is not.

    Public Account Provisions, art. 8 §2. Skipped without a nature, and where a reserved name was
    hit: then a person looks at the claim anyway.
    """
    nature = data.subject_nature
    name, bio = fold(data.account_name), fold(data.bio)
    if nature is None or is_reserved or not (name or bio):
        return None
    found = [
        {"field": column, "word": word, "claim": each.claim}
        for each in claims_known
        if not each.is_open_to(nature, qualifications)
        for column, word in each.found_in(name, bio)
    ]
    if not found:
        return passed(CheckCode.NAME_MISMATCH)
    return failed(
        CheckCode.NAME_MISMATCH, CheckReason.CLAIM, claims=found, subject_nature=nature.value
    )

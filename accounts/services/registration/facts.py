"""What is looked up for a batch of applications, and kept up to date while they are decided."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.enums import AccountStatus, ApplicationStatus, IdType
from accounts.models import Application, PublicAccount, Subject
from accounts.rules.applications import (
    Allowance,
    Conclusion,
    Duplicate,
    DuplicateKind,
    Examined,
    RegistrationFacts,
    VerificationFact,
)
from accounts.rules.identity_numbers import IdentityKey
from accounts.rules.names import NameIndex, barred_hit, reserved_hits
from accounts.services.allowances.standing import allowances_in_force
from accounts.services.blacklist.meeting import MetBars
from accounts.services.name_lookup import barred_index, reserved_index
from accounts.services.screening import NearNames
from accounts.services.stops.protecting import protected_names
from compliance.identity import vault

# As long as the column; of a longer fold only this much is compared, within one identity.
FOLDED_LENGTH = 400


def subject_purpose(id_type: IdType) -> str:
    """Return the purpose under which a subject is found by its document number."""
    return f"subject:{id_type.value}"


def stored_fold(folded: str) -> str:
    """Return as much of a folded name as its column holds."""
    return folded[:FOLDED_LENGTH]


@dataclass
class Usage:
    """By how many subjects a mobile number or contact was given, and when."""

    purpose: str
    subjects: Counter[str] = field(default_factory=Counter)
    known: set[tuple[str, IdentityKey]] = field(default_factory=set)
    moments: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def load(
        self,
        values: Iterable[str],
        subjects: dict[int, IdentityKey],
        window: tuple[datetime, datetime] | None,
    ) -> None:
        """Read what is stored about these values; `window` is the time in which a burst counts."""
        value_of = {
            digest: value
            for value in set(values) - {""}
            for digest in vault.digests(self.purpose, value)
        }
        if not value_of:
            return
        digest = f"{self.purpose}__indexes__digest"
        in_window = (
            Q(applied_at__gt=window[0], applied_at__lte=window[1]) if window else Q(pk__isnull=True)
        )
        rows = (
            Application.objects.filter(
                **{f"{self.purpose}__indexes__purpose": self.purpose, f"{digest}__in": [*value_of]}
            )
            .values_list(digest)
            .annotate(
                count=Count("subject", distinct=True, filter=Q(subject__id_number__isnull=False)),
                among=ArrayAgg(
                    "subject", distinct=True, filter=Q(subject__in=[*subjects]), default=[]
                ),
                moments=ArrayAgg("applied_at", filter=in_window, default=[]),
            )
            .order_by()
        )
        for found, count, among, moments in rows:
            value = value_of[bytes(found)]
            self.subjects[value] += count
            self.known |= {(value, subjects[number]) for number in among}
            self.moments[value] = sorted([*self.moments[value], *moments])

    def subjects_with(self, value: str, identity: IdentityKey | None) -> int:
        """Return the number of subjects that gave the value, this one included."""
        is_known = identity is not None and (value, identity) in self.known
        return self.subjects[value] + (not is_known)

    def recent_with(self, value: str, at: datetime | None, hours: int) -> int:
        """Return how often the value was given in the hours up to `at`, this once included."""
        if at is None:
            return 1
        moments = self.moments[value]
        earliest = bisect_right(moments, at - timedelta(hours=hours))
        return bisect_right(moments, at) - earliest + 1

    def add(self, value: str, identity: IdentityKey | None, at: datetime | None) -> None:
        """Count an application that was just decided."""
        if not value:
            return
        if identity is not None and (value, identity) not in self.known:
            self.known.add((value, identity))
            self.subjects[value] += 1
        if at is not None:
            moments = self.moments[value]
            moments.insert(bisect_left(moments, at), at)


class Registry:
    """
    What the applications of one batch are decided by.

    Loaded with a handful of statements for the whole batch under its locks, then kept up to date in
    memory, so that each row sees the rows before it as if they were stored.
    """

    def __init__(self, batch: Sequence[Examined], hours: int) -> None:
        self.hours = hours
        self.subjects: dict[IdentityKey, Subject] = {}
        self.places: Counter[IdentityKey] = Counter()
        self.allowances: dict[IdentityKey, Allowance] = {}
        self.duplicates: dict[tuple[IdentityKey, str], Duplicate] = {}
        self.bars = MetBars()
        names = [examined.data.account_name for examined in batch]
        self.barred: NameIndex = barred_index(names)
        self.reserved: NameIndex = reserved_index(names)
        self.now = timezone.now()
        self.protected = protected_names(
            (stored_fold(examined.folded_name) for examined in batch), self.now
        )
        self.near = NearNames(names)
        self.mobile = Usage("mobile")
        self.contact = Usage("contact")
        self._load(batch)

    def _load(self, batch: Sequence[Examined]) -> None:
        identities = {each.identity for each in batch if each.identity is not None}
        self._load_subjects(identities)
        by_number = {subject.pk: key for key, subject in self.subjects.items()}
        self._load_places(by_number)
        self.bars.load(batch, identities)
        moments = [each.data.applied_at for each in batch if each.data.applied_at is not None]
        window = None
        if moments:
            window = (min(moments) - timedelta(hours=self.hours), max(moments))
        self.mobile.load((each.mobile for each in batch), by_number, window)
        self.contact.load((each.contact for each in batch), by_number, window)

    def _load_subjects(self, identities: set[IdentityKey]) -> None:
        key_of = {
            digest: key
            for key in identities
            for digest in vault.digests(subject_purpose(key.id_type), key.number)
        }
        # Locked in one order. A decision about an application locks its subject as well, so that
        # neither counts the places of a subject while the other takes one.
        found = (
            Subject.objects.filter(id_number__indexes__digest__in=[*key_of])
            .annotate(digest=F("id_number__indexes__digest"))
            .select_related("key", "id_number")
            .select_for_update(of=("self",), no_key=True)
            .order_by("pk")
        )
        for subject in found if key_of else ():
            self.subjects[key_of[bytes(subject.digest)]] = subject

    def _load_places(self, by_number: dict[int, IdentityKey]) -> None:
        if not by_number:
            return
        # Under the lock of the subjects, which whoever grants or ends one takes as well.
        for number, granted in allowances_in_force(by_number).items():
            self.allowances[by_number[number]] = Allowance(granted.granted or 0, granted.reference)
        waiting = Application.objects.open().filter(subject__in=by_number).order_by("pk")
        for number, status, name, uid in waiting.values_list(
            "subject", "status", "folded_name", "platform_uid"
        ):
            key = by_number[number]
            self.places[key] += status == ApplicationStatus.IN_REVIEW
            self.duplicates.setdefault((key, name), Duplicate(uid, DuplicateKind.OPEN_APPLICATION))
        accounts = PublicAccount.objects.filter(
            subject__in=by_number, status=AccountStatus.ACTIVE
        ).order_by("pk")
        for number, name, uid in accounts.values_list("subject", "folded_name", "platform_uid"):
            key = by_number[number]
            self.places[key] += 1
            self.duplicates[key, name] = Duplicate(uid, DuplicateKind.ACTIVE_ACCOUNT)

    def facts(self, examined: Examined, verification: VerificationFact | None) -> RegistrationFacts:
        """Return what is known for one application at its place in the order."""
        identity = examined.identity
        name = examined.data.account_name
        at = examined.data.applied_at
        return RegistrationFacts(
            accounts_of_identity=self.places[identity] if identity else 0,
            allowance=self.allowances.get(identity) if identity else None,
            duplicate=(
                self.duplicates.get((identity, stored_fold(examined.folded_name)))
                if identity
                else None
            ),
            blacklisted_fields=("id_number",) if self.bars.is_barred(examined) else (),
            alike_fields=self.bars.alike_columns(examined),
            barred=barred_hit(name, self.barred),
            reserved=reserved_hits(name, self.reserved),
            near=self.near.hits_of(name, own=self._owners(identity)),
            protected_until=self._protected_until(examined),
            verification=verification,
            subjects_of_mobile=self.mobile.subjects_with(examined.mobile, identity),
            subjects_of_contact=self.contact.subjects_with(examined.contact, identity),
            recent_of_mobile=self.mobile.recent_with(examined.mobile, at, self.hours),
            recent_of_contact=self.contact.recent_with(examined.contact, at, self.hours),
        )

    def _protected_until(self, examined: Examined) -> datetime | None:
        """Return until when the name is kept for somebody else, who gave it up."""
        known = self.subjects.get(examined.identity) if examined.identity else None
        return max(
            (
                each.protected_until
                for each in self.protected.get(stored_fold(examined.folded_name), ())
                if known is None or each.subject_id != known.pk
            ),
            default=None,
        )

    def _owners(self, identity: IdentityKey | None) -> set[Hashable]:
        """Return by what the accounts of an identity are known: stored ones and those of now."""
        if identity is None:
            return set()
        stored = self.subjects.get(identity)
        return {identity, stored.pk} if stored is not None else {identity}

    def add(self, examined: Examined, conclusion: Conclusion) -> None:
        """Count a decided application for those after it."""
        identity = examined.identity
        self.mobile.add(examined.mobile, identity, examined.data.applied_at)
        self.contact.add(examined.contact, identity, examined.data.applied_at)
        if identity is None or conclusion.outcome == ApplicationStatus.REFUSED:
            return
        uid = examined.data.platform_uid
        key = (identity, stored_fold(examined.folded_name))
        if conclusion.outcome in {ApplicationStatus.APPROVED, ApplicationStatus.IN_REVIEW}:
            self.places[identity] += 1
        if conclusion.outcome == ApplicationStatus.APPROVED:
            self.duplicates[key] = Duplicate(uid, DuplicateKind.ACTIVE_ACCOUNT)
            self.near.add_live(examined.data.account_name, owner=identity, platform_uid=uid)
        else:
            self.duplicates.setdefault(key, Duplicate(uid, DuplicateKind.OPEN_APPLICATION))

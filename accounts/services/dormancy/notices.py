"""What operators are told of the dormancy of their accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dormancy_words import DormancyStatus
from accounts.models import Dormancy
from accounts.services.decision_texts import way_to_appeal
from accounts.services.invitations import ACCOUNT
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.models import Audience, Clause, StaffUser
from compliance.notices.many import Addressee, write_alike
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference

NOTICED: Final = "accounts.dormancy_noticed"
SUSPENDED: Final = "accounts.dormancy_suspended"
RESUMED: Final = "accounts.dormancy_resumed"
TERMINATED: Final = "accounts.dormancy_terminated"
UNDONE: Final = "accounts.dormancy_undone"
PURPOSE_OF: Final = {
    DormancyStatus.NOTICED: NOTICED,
    DormancyStatus.SUSPENDED: SUSPENDED,
    DormancyStatus.RETURNED: RESUMED,
    DormancyStatus.TERMINATED: TERMINATED,
    DormancyStatus.UNDONE: UNDONE,
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a notice needs to know of one dormancy; sweeps have thousands of them."""

    number: int
    status: str
    platform_uid: str
    account_name: str
    idle_since: datetime
    clause: Clause
    return_by: datetime
    terminate_from: datetime | None = None

    @classmethod
    def of(cls, dormancy: Dormancy) -> "Told":
        """Return it from a row that comes with its account and clause."""
        return cls(
            number=dormancy.pk,
            status=dormancy.status,
            platform_uid=dormancy.account.platform_uid,
            account_name=dormancy.account.name,
            idle_since=dormancy.idle_since,
            clause=dormancy.clause,
            return_by=dormancy.return_by,
            terminate_from=dormancy.terminate_from,
        )


def tell_all(told: Sequence[Told], *, actor: StaffUser) -> None:
    """
    Tell operators what the dormancy of their accounts has come to, set-based.

    Public Account Provisions, art. 10 §2 and art. 20 §2: by which clause, until when to return,
    what comes next and how to appeal.
    """
    groups: dict[tuple[object, ...], list[Told]] = {}
    for each in told:
        key = (each.status, each.clause.pk, each.return_by, each.terminate_from)
        groups.setdefault(key, []).append(each)
    for same in groups.values():
        write_alike(
            [
                Addressee(
                    about_id=each.number,
                    who=Reference(ACCOUNT, each.platform_uid),
                    own=_own(each),
                )
                for each in same
            ],
            purpose=PURPOSE_OF[DormancyStatus(same[0].status)],
            audience=Audience.OPERATOR,
            about=Dormancy,
            values=partial(_alike, same[0]),
            actor=actor,
        )


def _own(each: Told) -> dict[str, str]:
    """Return what only this operator is told."""
    return {
        "reference": Dormancy.reference_of(each.number),
        "platform_uid": each.platform_uid,
        "account_name": each.account_name,
        "idle_since": timezone.localdate(each.idle_since).isoformat(),
    }


def _alike(first: Told, _language: str) -> dict[str, str]:
    """Return what all are told whose state, clause and days are the same."""
    return {
        "clause": clause_in_words(first.clause),
        "clause_text": first.clause.text,
        "told": _reason(first),
        "appeal": way_to_appeal(timezone.now()),
    }


def _day(at: datetime | None) -> str:
    return last_day(at).isoformat() if at is not None else ""


def clause_in_words(clause: Clause) -> str:
    """Return a clause with its document and version, as notices cite it."""
    version = clause.rule_version
    return _("%(document)s (version %(label)s), %(clause)s") % {
        "document": version.document.title,
        "label": version.label,
        "clause": clause.number,
    }


def _reason(first: Told) -> str:
    if first.status == DormancyStatus.NOTICED:
        return _(
            "Nobody has logged in to the account or published with it for longer than the "
            "agreement allows. Log in by %(day)s and nothing happens. Otherwise its service is "
            "suspended after that day, and may be ended later."
        ) % {"day": _day(first.return_by)}
    if first.status == DormancyStatus.SUSPENDED:
        return _(
            "Nobody came back to the account by %(day)s, so its service is suspended. Log in and "
            "it goes on the same day. From %(end)s on it may be proposed to end the service; this "
            "is no sanction, and the name becomes free."
        ) % {"day": _day(first.return_by), "end": _day(first.terminate_from)}
    if first.status == DormancyStatus.TERMINATED:
        return _(
            "Nobody came back to the account after its service was suspended. Its service was "
            "ended as the agreement says. This is no sanction: the operator may register again, "
            "and the name is free."
        )
    if first.status == DormancyStatus.UNDONE:
        return _("The end of the service was undone: the account is open again.")
    return _("The account is in use again: nothing about it is limited for dormancy any more.")


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    dormancy = Dormancy.objects.select_related("account", "clause__rule_version__document").get(
        pk=about_id
    )
    if PURPOSE_OF.get(DormancyStatus(dormancy.status)) != purpose:
        raise ActionRefused(_("The dormancy has moved on: this is no longer to be told."))
    told = Told.of(dormancy)
    return {**_alike(told, ""), **_own(told)}


def _latest(purpose: str) -> Example | None:
    status = next(each for each, known in PURPOSE_OF.items() if known == purpose)
    found = Dormancy.objects.filter(status=status).order_by("-pk").first()
    return Example(str(found.pk), found.reference) if found is not None else None


_ABOUT: Final = (
    Placeholder(name="reference", label=gettext_lazy("number of the dormancy"), is_required=True),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="idle_since", label=gettext_lazy("since when it is not used")),
    Placeholder(name="clause", label=gettext_lazy("clause of the agreement")),
    Placeholder(name="clause_text", label=gettext_lazy("what the clause says")),
    Placeholder(name="told", label=gettext_lazy("reason told to the operator")),
    Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal")),
)


def _purpose(code: str, label: object, **parts: str) -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.OPERATOR,),
        placeholders=_ABOUT,
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=lambda: _latest(code),
        is_in_every_language=False,
        reasons_in="told",
        appeal_in=parts.get("appeal_in", ""),
    )


PURPOSES: Final = (
    _purpose(NOTICED, gettext_lazy("dormant account, in advance"), appeal_in="appeal"),
    _purpose(SUSPENDED, gettext_lazy("dormant account that was suspended"), appeal_in="appeal"),
    _purpose(RESUMED, gettext_lazy("dormant account that is in use again")),
    _purpose(
        TERMINATED, gettext_lazy("dormant account whose service was ended"), appeal_in="appeal"
    ),
    _purpose(UNDONE, gettext_lazy("dormant account that was opened again")),
)

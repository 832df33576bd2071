"""How changes of profiles and avatars are worded for the pages that show them."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Category, CheckOutcome
from accounts.models import Application, AvatarImage, ProfileChange, ReservedAvatar
from accounts.pages.addresses import account_url, subject_url
from accounts.pages.formulas.links import version_facts
from accounts.pages.presentation import checks_in_words, instant, name_hits, state_in_words
from accounts.pages.references import reference_in_words, reference_url
from accounts.powers_words import FormulaCode
from accounts.profile_words import ProfileChangeStatus, ProfilePart, ProfileReviewReason
from accounts.qualification_words import QUALIFIED_FIELDS
from accounts.rules.check_results import CheckReason, CheckResult
from accounts.services.profiles.stored import checks_of_change
from accounts.services.qualifications.cover import is_covered
from accounts.services.registration import stored_checks
from compliance.models import StaffUser
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Badge, Check, Fact

TONES: Final = {
    ProfileChangeStatus.SUBMITTED: "info",
    ProfileChangeStatus.IN_REVIEW: "info",
    ProfileChangeStatus.APPROVED: "good",
    ProfileChangeStatus.REFUSED: "danger",
    ProfileChangeStatus.WITHDRAWN: "",
    ProfileChangeStatus.RESET: "warning",
    ProfileChangeStatus.UNDONE: "",
}


def change_url(change: ProfileChange) -> str:
    """Return the address of a change's page."""
    return reverse("admin:profile_change", args=[change.pk])


def avatar_url(image: AvatarImage | None) -> str:
    """Return where staff sees a picture, "" where there is none."""
    return reverse("admin:avatar", args=[image.pk]) if image is not None else ""


def state_badge(change: ProfileChange) -> Badge:
    """Return how a change stands."""
    status = ProfileChangeStatus(change.status)
    return Badge(text=status.label, tone=TONES[status])


def change_facts(change: ProfileChange, staff: StaffUser) -> list[Fact]:
    """Return what is known of a change and of whoever runs the account, masked."""
    account, subject = change.account, change.subject
    facts = [
        Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
        Fact(_("What it may do now"), state_in_words(account, timezone.now())),
        Fact(
            _("Run by"),
            subject.shown_name,
            hint=subject.get_nature_display(),
            url=subject_url(subject, staff),
        ),
        Fact(
            subject.get_id_type_display() or _("Document"),
            subject.id_number.masked if subject.id_number is not None else subject.uscc,
            url=reveal_url(subject.id_number, staff),
            is_code=True,
        ),
        Fact(_("What changes"), _(", ").join(change.parts_in_words)),
        Fact(_("Source"), change.get_source_display(), hint=change.platform_ref),
        Fact(_("Received"), instant(change.received_at)),
        *version_facts(FormulaCode.PROFILES, change.policy, staff),
    ]
    if change.clause is not None:
        facts += [
            Fact(_("Facts told to the operator"), change.facts),
            Fact(_("Clause cited"), str(change.clause)),
        ]
    if change.origin_ref:
        facts.append(
            Fact(
                _("Rests on"),
                reference_in_words(change.origin_ref),
                url=reference_url(change.origin_ref, staff),
            )
        )
    if change.decided_at is not None and change.decided_by is not None:
        hint = _("by the checks alone") if change.is_automated else str(change.decided_by.name)
        facts.append(Fact(_("Decided at"), instant(change.decided_at), hint=hint))
    return facts


@dataclass(frozen=True)
class TextPair:
    """One part in words: what it was and what it is to be."""

    label: str
    before: str
    after: str


def text_pairs(change: ProfileChange) -> list[TextPair]:
    """Return the parts in words that change, old and new."""
    values = {
        ProfilePart.NAME: (change.name_before, change.name_after),
        ProfilePart.BIO: (change.bio_before, change.bio_after),
        ProfilePart.CATEGORY: (
            str(Category(change.category_before).label),
            str(Category(change.category_after).label),
        ),
    }
    return [
        TextPair(str(part.label), *values[part])
        for part in map(ProfilePart, change.parts)
        if part in values
    ]


@dataclass(frozen=True)
class PicturePair:
    """Two pictures beside each other, and what is to be said of the pair."""

    left_url: str
    left_label: str
    right_url: str = ""
    right_label: str = ""
    hint: str = ""


def sides_in_words(change: ProfileChange) -> tuple[str, str]:
    """Return what the two sides of a change are called, by what has become of it."""
    if change.status in (ProfileChangeStatus.RESET, ProfileChangeStatus.UNDONE):
        return _("Before the reset"), _("After the reset")
    if change.status == ProfileChangeStatus.APPROVED:
        return _("Before"), _("Afterwards")
    return _("Shown now"), _("Is to be shown")


def stands_now(change: ProfileChange) -> list[Fact]:
    """Return what the account shows now of the parts that were set back, once that was undone."""
    if change.status != ProfileChangeStatus.UNDONE:
        return []
    account = change.account
    values = {
        ProfilePart.NAME: account.name,
        ProfilePart.BIO: account.bio or _("none"),
        ProfilePart.AVATAR: _("a picture") if account.avatar_id else _("none"),
    }
    return [
        Fact(_("Shown now: %(part)s") % {"part": part.label}, values[part])
        for part in map(ProfilePart, change.parts)
        if part in values
    ]


def picture_pairs(change: ProfileChange) -> list[PicturePair]:
    """Return the old avatar beside the new one, and the new one beside what it looks like."""
    if ProfilePart.AVATAR not in change.parts:
        return []
    before_label, after_label = sides_in_words(change)
    after = avatar_url(change.avatar_after)
    pairs = [PicturePair(avatar_url(change.avatar_before), before_label, after, after_label)]
    pairs += [
        PicturePair(after, after_label, url, name, hint)
        for url, name, hint in reserved_beside(checks_of_change(change))
    ]
    return pairs


def pictures_of_application(application: Application) -> list[PicturePair]:
    """Return the avatar of an application beside each reserved one that it looks like."""
    latest = application.avatars.select_related("image").defer("image__body").order_by("pk").last()
    if latest is None:
        return []
    shown, label = avatar_url(latest.image), _("Avatar applied for")
    beside = reserved_beside(stored_checks(application))
    if not beside:
        return [PicturePair(shown, label)]
    return [PicturePair(shown, label, *each) for each in beside]


def reserved_beside(results: tuple[CheckResult, ...]) -> list[tuple[str, str, str]]:
    """Return address, name and distance of each reserved picture that was hit."""
    found = [
        hit
        for check in results
        if check.reason == CheckReason.AVATAR
        for hit in check.params["avatars"]
    ]
    listed = ReservedAvatar.objects.select_related("image").defer("image__body")
    by_number = {each.pk: each for each in listed.filter(pk__in=[hit["number"] for hit in found])}
    return [
        (
            avatar_url(by_number[hit["number"]].image),
            hit["name"],
            _("%(reason)s · %(distance)s of 64 traits differ")
            % {"reason": by_number[hit["number"]].reason, "distance": hit["distance"]},
        )
        for hit in found
    ]


def shown_checks(change: ProfileChange) -> list[Check]:
    """Return what the checks found, and why a person looks where they found nothing."""
    checks = checks_in_words(checks_of_change(change))
    if change.review_reason:
        reason = ProfileReviewReason(change.review_reason)
        checks.append(
            Check(
                code=reason.name,
                title=_("Review without a hit"),
                outcome=CheckOutcome.IN_REVIEW.label,
                tone="info",
                explanation=_("No check found anything. A person looks at it: %(why)s.")
                % {"why": reason.label},
            )
        )
    return checks


def cover_fact(change: ProfileChange) -> Fact | None:
    """Return whether a verified qualification covers the field that the account is to have."""
    field = Category(change.category_after)
    if ProfilePart.CATEGORY not in change.parts or field not in QUALIFIED_FIELDS:
        return None
    is_there = is_covered(change.account, field, timezone.now())
    shown = change.account.qualifications.select_related("rule").order_by("-pk")
    of_field = [each for each in shown if each.field == field]
    return Fact(
        _("Qualification of the field “%(field)s”") % {"field": field.label},
        _("covered by a verified document") if is_there else _("not covered"),
        hint=_("; ").join(f"{each.reference} {each.get_status_display()}" for each in of_field[:3]),
    )


def change_context(change: ProfileChange, staff: StaffUser) -> dict[str, Any]:
    """Return what every page of a change shows of it."""
    cover = cover_fact(change)
    left_label, right_label = sides_in_words(change)
    return {
        "left_label": left_label,
        "right_label": right_label,
        "badge": state_badge(change),
        "facts": [
            *change_facts(change, staff),
            *([cover] if cover is not None else []),
            *stands_now(change),
        ],
        "pairs": text_pairs(change),
        "pictures": picture_pairs(change),
        "checks": shown_checks(change),
        "name_hits": name_hits(checks_of_change(change)),
    }

"""The avatar that a correction found, beside the one that an answer brings."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.correction_words import Mismatch
from accounts.models import AvatarImage, Correction, CorrectionAnswer
from accounts.pages.profiles.presentation import PicturePair, avatar_url
from compliance.models import CopyKind, EvidenceCopy, EvidenceStatus


def avatar_found(correction: Correction) -> AvatarImage | None:
    """Return the avatar that the account had when its correction was ordered, as it is stored."""
    versions = correction.account.history.filter(history_date__lte=correction.ordered_at)
    version = versions.order_by("-history_id").first()
    shown = version if version is not None else correction.account
    if shown.avatar_id is None:
        return None
    return AvatarImage.objects.defer("body").filter(pk=shown.avatar_id).first()


def avatar_pairs(correction: Correction, answer: CorrectionAnswer) -> list[PicturePair]:
    """Return the old avatar beside each new one that came with an answer; none where it is not wrong."""
    if Mismatch.AVATAR not in correction.mismatches:
        return []
    before = avatar_url(avatar_found(correction))
    labels = _("As it was found"), _("As the operator corrects it")
    if not answer.is_avatar_changed:
        return [PicturePair(before, labels[0], hint=_("The picture is unchanged."))]
    drawn = EvidenceCopy.objects.filter(
        file__correction_document__answer=answer,
        file__correction_document__is_statement=False,
        file__status=EvidenceStatus.AVAILABLE,
        kind=CopyKind.PICTURE,
    ).order_by("file", "number")
    pairs = [
        PicturePair(
            before,
            labels[0],
            reverse("admin:evidence_copy", args=[each.file_id, each.number]),
            labels[1],
        )
        for each in drawn
    ]
    if pairs:
        return pairs
    waiting = _("The new picture is not to be seen yet: it is being checked, or was not attached.")
    return [PicturePair(before, labels[0], hint=waiting)]

"""Services for what one person is changing in the catalogue before it is proposed."""

from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import ActionRefused, InvalidInput
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.models import CatalogueDraft, CatalogueVersion
from enforcement.rules.catalogue_content import ContentProblem, problem_of
from enforcement.services.catalogue.contents import (
    Content,
    changes_between,
    completed,
    content_of,
    patched,
)

PROPOSE: Final = "enforcement.propose_catalogue"

_SENTENCES: Final[dict[ContentProblem, Promise]] = {
    ContentProblem.MONTHS: gettext_lazy("Earlier decisions count within 1 to 60 months."),
    ContentProblem.SEVERITIES: gettext_lazy(
        "%(code)s: severities lie from 1 to 4, and the usual one between the lowest and the highest."
    ),
    ContentProblem.NO_LADDER: gettext_lazy("%(code)s: no step holds for its lowest severity."),
    ContentProblem.GAP: gettext_lazy(
        "%(code)s: the steps of one severity are numbered from 1 on, without a gap."
    ),
    ContentProblem.EMPTY_STEP: gettext_lazy("%(code)s: every step needs a measure."),
    ContentProblem.UNKNOWN_MEASURE: gettext_lazy(
        "%(code)s: a step has a measure that the catalogue does not know."
    ),
    ContentProblem.MEASURE_UNFIT: gettext_lazy(
        "%(code)s: a measure of a step has a term or functions that it cannot have."
    ),
    ContentProblem.TOO_WIDE: gettext_lazy(
        "%(code)s: a step has a measure that is not allowed for this violation."
    ),
    ContentProblem.NO_APPROVER: gettext_lazy("%(code)s: nobody is named who approves it."),
    ContentProblem.CLOSING_BY_ONE: gettext_lazy("A closure is always approved by two."),
    ContentProblem.HEAVIER_BY_ONE: gettext_lazy(
        "Whatever goes beyond the ladder is always approved by two."
    ),
    ContentProblem.FACTOR_UNNAMED: gettext_lazy(
        "Every factor has a title in Chinese and in English: %(code)s."
    ),
}


def newest_version() -> CatalogueVersion:
    """Return the version that was announced last, in force or not yet."""
    return CatalogueVersion.objects.latest("effective_from")


def draft_of(actor: StaffUser) -> CatalogueDraft | None:
    """Return what somebody is changing in the catalogue, or None."""
    return CatalogueDraft.objects.select_related("base").filter(owner=actor.person_id).first()


def content_of_draft(draft: CatalogueDraft) -> Content:
    """Return the whole content that a version made from a draft would have."""
    return patched(content_of(draft.base), draft.changes)


def require_possible(content: Content) -> None:
    """
    Refuse a content whose rows cannot stand together.

    Opinions on Platform Responsibility, point 2.

    :raises InvalidInput: with the sentence that says what is missing, and for which code.
    """
    found = problem_of(content)
    if found is not None:
        problem, code = found
        raise InvalidInput(str(_SENTENCES[problem]) % {"code": code})


@transaction.atomic
def save_draft(
    *,
    content: Content,
    version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> CatalogueDraft:
    """
    Keep what somebody changes in the catalogue; nothing is decided by it and nobody else sees it.

    Our choice, no article: `version` is that of the draft that was changed, 0 where there is none
    yet. Who, why and by which article stand in the proposal that is made of it.

    :raises NotPermitted: if the actor may not propose catalogues.
    :raises InvalidInput: if a row cannot be as it is written.
    :raises ActionRefused: if the draft was changed in another window, or a newer version announced.
    """
    require_permission(actor, PROPOSE)
    draft = CatalogueDraft.objects.select_for_update().filter(owner=actor.person_id).first()
    if (draft.version if draft is not None else 0) != version:
        raise ActionRefused(
            _("The draft was changed in another window. Open it again and repeat your change.")
        )
    if draft is None:
        draft = CatalogueDraft(owner=actor.person, base=newest_version(), version=0)
    require_present(draft)
    content = completed(content)
    require_possible(content)
    draft.changes = changes_between(content_of(draft.base), content)
    draft.version += 1
    draft.save()
    return draft


def require_present(draft: CatalogueDraft) -> None:
    """
    Refuse to go on with a draft of a version that has been replaced.

    Our choice, no article: what the newer version changed would be undone unseen.

    :raises ActionRefused: if a newer version was announced.
    """
    if draft.base_id != newest_version().pk:
        raise ActionRefused(
            _("A newer version has been announced since this draft was begun. Discard it first.")
        )


@transaction.atomic
def discard_draft(*, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    Throw away what one was changing in the catalogue and has not proposed.

    Our choice, no article: a draft binds nobody.

    :raises ActionRefused: if there is none.
    """
    draft = draft_of(actor)
    if draft is None:
        raise ActionRefused(_("There is no draft."))
    draft.delete()

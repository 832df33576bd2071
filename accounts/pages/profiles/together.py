"""The page on which changes that no check found anything in are decided together, with one reason."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import ProfileChange
from accounts.pages.profiles.presentation import change_url, text_pairs
from accounts.pages.profiles.presentation import picture_pairs as pictures_of
from accounts.pages.profiles.review import templates_for
from accounts.services.profiles import review
from accounts.services.profiles.review import Verdict
from accounts.services.profiles.submission import provision_of
from compliance.errors import ActionRefused, InvalidInput
from compliance.pages.clock_panel import due_in_words
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page

_CHOSEN: Final = "change"
# Our choice; no article sets it: as many as a person can have looked at before one button.
MOST_AT_ONCE: Final = 50


class TogetherPage(ConsolePage):
    """Lists what waits without a hit, the most pressing first, with a box before each."""

    title = gettext_lazy("Decide changes of profiles together")
    permission = review.REVIEW
    template_name = "accounts/profiles/together.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        waiting = (
            ProfileChange.objects.open()
            .filter(checks=None, work_item__closed_at=None)
            .exclude(work_item__lease__until__gt=now)
            .shown()
            .order_by("work_item__due_at", "pk")[:MOST_AT_ONCE]
        )
        chosen = set(self.request.POST.getlist(_CHOSEN))
        return {
            "rows": [
                {
                    "value": f"{each.pk}-{each.version}",
                    "change": each,
                    "url": change_url(each),
                    "pairs": text_pairs(each),
                    "pictures": pictures_of(each),
                    "due": due_in_words(each.work_item.due_at)
                    if each.work_item is not None
                    else "",
                    "is_overdue": each.work_item is not None and each.work_item.due_at < now,
                    "why": each.get_review_reason_display(),
                    "is_chosen": f"{each.pk}-{each.version}" in chosen,
                }
                for each in waiting
            ],
            "approve_reasons": templates_for("approve"),
            "refuse_reasons": templates_for("refuse"),
            "reason": self.request.POST.get("reason", ""),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor, provision = staff_of(request), Provision.PUBLIC_ACCOUNT_8_2
        act, reason = request.POST.get("action", ""), request.POST.get("reason", "")
        if act not in list(Verdict):
            raise InvalidInput(_("This page does not offer that act."))
        chosen = self.chosen()
        stayed = []
        for change, version in chosen:
            try:
                with refusals_logged(
                    action=f"accounts.profilechange.{act}",
                    target=change,
                    actor=actor,
                    provision=provision,
                ):
                    review.decide_clean_change(
                        change=change,
                        expected_version=version,
                        verdict=Verdict(act),
                        told=reason,
                        actor=actor,
                        provision=provision_of(change.parts),
                        reason=reason,
                    )
            except ActionRefused as refusal:
                stayed.append((change, refusal))
        if len(stayed) == len(chosen):
            # Nothing was done: what was typed is kept.
            raise ActionRefused(said_of(0, stayed))
        return self.redirect(request.path, said_of(len(chosen) - len(stayed), stayed))

    def chosen(self) -> list[tuple[ProfileChange, int]]:
        """Return the changes that were ticked, each with the version that was shown."""
        versions: dict[int, int] = {}
        for value in self.request.POST.getlist(_CHOSEN):
            number, _dash, version = value.partition("-")
            if not all(
                part.isascii() and part.isdigit() and len(part) < 10 for part in (number, version)
            ):
                raise InvalidInput
            versions[int(number)] = int(version)
        if not 1 <= len(versions) <= MOST_AT_ONCE:
            raise InvalidInput(
                _("Choose at least one change and at most %(count)s.") % {"count": MOST_AT_ONCE}
            )
        found = ProfileChange.objects.filter(pk__in=versions).select_related("account")
        return [(each, versions[each.pk]) for each in found.order_by("pk")]


def said_of(done: int, stayed: Sequence[tuple[ProfileChange, ActionRefused]]) -> str:
    """Return how many were decided, and why the others were not."""
    said = ngettext("%(count)s change decided.", "%(count)s changes decided.", done) % {
        "count": done
    }
    others = [
        _("%(reference)s stays: %(why)s") % {"reference": change.reference, "why": refusal}
        for change, refusal in stayed
    ]
    return " ".join([said, *others])


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("profile-changes/together/", TogetherPage, name="profile_changes_together")
    register_link(
        "accounts",
        gettext_lazy("Decide changes of profiles together"),
        view="admin:profile_changes_together",
        permission=review.REVIEW,
        icon="checklist",
        order=33,
    )

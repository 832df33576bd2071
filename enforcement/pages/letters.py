"""Letters about decisions in the console: where they stand, how they are found and handed out."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.context import record_language
from compliance.errors import ActionRefused
from compliance.letters.rendering import hand_out_letter
from compliance.models import LETTER_PREFIX, Letter, NoticeLanguage, StaffUser
from compliance.numbers import read_number
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.public.letters import pdf_answer
from compliance.refusals import refusals_logged
from compliance.ui.pages import ConsolePage, register_page
from compliance.ui.search import Hit, register_search
from enforcement.models import Appeal, Decision
from enforcement.pages.appeals.presentation import VIEW as VIEW_APPEAL
from enforcement.pages.presentation import decision_url, instant
from enforcement.services.letters import ABOUT, decision_of, letters_about

VIEW: Final = "enforcement.view_decision"
_OF_APPEAL: Final = Appeal._meta.label_lower


@dataclass(frozen=True)
class LetterRow:
    """One letter on the page of what it tells of."""

    number: str
    title: str
    language: str
    language_label: str
    issued: str
    url: str


def may_see(letter: Letter, staff: StaffUser) -> bool:
    """Return whether a person may read what a letter tells of."""
    of_appeal = letter.notice.about_type == _OF_APPEAL
    return staff.has_perm(VIEW) and (not of_appeal or staff.has_perm(VIEW_APPEAL))


def letter_rows(decision: Decision, staff: StaffUser) -> list[LetterRow]:
    """Return the letters about a decision and its appeals that a person may see, the newest first."""
    here = translation.get_language()
    letters = [each for each in letters_about(decision) if may_see(each, staff)]
    return [
        LetterRow(
            number=each.number,
            title=each.title,
            language=each.notice.language,
            language_label=str(NoticeLanguage(each.notice.language).label),
            issued=instant(each.issued_at),
            url=reverse("admin:download_letter", args=[each.pk]),
        )
        # Those in the language of the screen first; the order within a language stays.
        for each in sorted(letters, key=lambda each: each.notice.language != here)
    ]


class DownloadLetterPage(ConsolePage):
    """Hands out the PDF of one letter; who took it is on record before the first byte goes out."""

    permission = VIEW
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        letter = get_object_or_404(Letter.objects.select_related("notice"), pk=pk)
        decision = decision_of(letter)
        if decision is None:
            raise Http404
        actor = staff_of(request)
        if not may_see(letter, actor):
            raise PermissionDenied
        with record_language():
            reason = _("Download of %(number)s from the console") % {"number": letter.number}
        try:
            with refusals_logged(action="compliance.letter.export", target=letter, actor=actor):
                drawn = hand_out_letter(
                    letter=letter,
                    actor=actor,
                    provision=Provision.PUBLIC_ACCOUNT_20_2,
                    reason=reason,
                )
        except ActionRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(decision_url(decision))
        return pdf_answer(letter, drawn)


def find_letters(words: str) -> QuerySet | None:
    """Return the letter of a number, if it tells of a decision or of an appeal."""
    number = read_number(LETTER_PREFIX, words)
    if number is None:
        return None
    found = Letter.objects.select_related("notice").filter(notice__about_type__in=ABOUT)
    return found.filter(pk=number).order_by("pk")


def letter_hit(letter: Letter) -> Hit:
    """Return how a letter is shown among what was found: it leads to the page of its decision."""
    decision = decision_of(letter)
    return Hit(
        title=f"{letter.number} {letter.account_name}",
        hint=letter.title,
        url=decision_url(decision) if decision is not None else "",
    )


def register() -> None:
    """Give the download its address and let letters be found; called when apps are ready."""
    register_page("letters/<int:pk>/download/", DownloadLetterPage, name="download_letter")
    register_search(
        "letter",
        gettext_lazy("Letters"),
        VIEW,
        find_letters,
        hit=letter_hit,
        by=gettext_lazy("number of the letter"),
        icon="description",
        order=57,
    )

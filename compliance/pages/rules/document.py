"""One rule document: its versions, what is proposed about it, and its filings."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import FILED_KINDS, RuleDocument, RuleFiling, RuleVersion, StaffUser
from compliance.pages.door import staff_of
from compliance.pages.rules.presentation import (
    VIEW,
    change_url,
    document_url,
    filing_badge,
    public_address,
    result_of,
    shown_day,
    title_of,
    version_badge,
)
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.rulebook import changes, filings
from compliance.rulebook.documents import Standing, standing_of
from compliance.rulebook.filings import FiledVersion, filings_of
from compliance.ui.kit import AllowedAction, Choice, Fact, Input
from compliance.ui.pages import ConsolePage, Crumb


class RuleDocumentPage(ConsolePage):
    """A document for whoever keeps it."""

    permission = VIEW
    template_name = "rules/document.html"

    @cached_property
    def document(self) -> RuleDocument:
        """The document that the address names."""
        return get_object_or_404(RuleDocument, code=self.kwargs["code"])

    @cached_property
    def standing(self) -> Standing:
        """The document with its versions as of today."""
        return standing_of(self.document, timezone.localdate())

    @cached_property
    def filed(self) -> dict[int, FiledVersion]:
        """The versions with their filings, where such documents are filed."""
        is_filed = self.document.kind in FILED_KINDS
        return filings_of(self.standing.versions if is_filed else ())

    def get_title(self) -> str:
        return self.document.title

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("Rule documents"), reverse("admin:rule_documents")),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document, standing = self.document, self.standing
        staff = staff_of(self.request)
        found = list(
            document.changes.select_related("proposal__proposer", "document").order_by("-pk")
        )
        is_waiting = document.changes.open().exists()
        can_draft = staff.has_perm(changes.PROPOSE) and not is_waiting
        return {
            "document": document,
            "facts": [
                Fact(_("kind"), document.get_kind_display()),
                Fact(_("code"), document.code, is_code=True),
                Fact(
                    _("published"),
                    reverse("public:rule", args=[document.code])
                    if document.is_public
                    else _("no, a system of the platform itself"),
                    url=reverse("public:rule", args=[document.code])
                    if document.is_public and standing.versions
                    else "",
                ),
            ],
            "versions": [self.version_line(each) for each in standing.versions],
            "changes": [
                {
                    "title": title_of(each),
                    "url": change_url(each),
                    "badge": result_of(each),
                    "proposer": each.proposal.proposer.name,
                    "at": each.proposal.proposed_at,
                }
                for each in found
            ],
            "draft_url": reverse("admin:draft_rule", args=[document.code]) if can_draft else "",
            "actions": self.allowed_actions(staff),
            "steps": timeline_of(document, *standing.versions, *self.all_filings()),
            **super().get_context_data(**kwargs),
        }

    def version_line(self, version: RuleVersion) -> dict[str, Any]:
        """Return what the page says of one version."""
        filed = self.filed.get(version.pk)
        return {
            "version": version,
            "badge": version_badge(self.standing, version),
            "public_url": public_address(version),
            "filing_badge": filing_badge(filed.state)
            if filed is not None and version in self.standing.present
            else None,
            "filings": filed.filings if filed is not None else (),
        }

    def all_filings(self) -> list[RuleFiling]:
        """Return the filings of every version."""
        return [filing for each in self.filed.values() for filing in each.filings]

    def allowed_actions(self, staff: StaffUser) -> list[AllowedAction]:
        """Return what the person at the screen may do now."""
        found = []
        url, today = document_url(self.document), shown_day(timezone.localdate())
        unfiled = [each for each in self.standing.present if each.pk in self.filed]
        waiting = [each for each in self.all_filings() if not each.is_receipted]
        if staff.has_perm(filings.FILE) and unfiled:
            found.append(
                AllowedAction(
                    code="file",
                    label=_("Record a filing with the regulator"),
                    url=url,
                    hint=_("The text as it stands is kept with the record, with its digest."),
                    choices_name="rule_version",
                    choices_label=_("Version"),
                    choices=[Choice(str(each.pk), each.label) for each in unfiled],
                    inputs=[
                        Input(name="filed_with", label=_("Filed with"), longest=120),
                        Input(name="day", label=_("Filed on"), hint=today, suggestions=[today]),
                    ],
                )
            )
        if staff.has_perm(filings.FILE) and waiting:
            found.append(
                AllowedAction(
                    code="receipt",
                    label=_("Record the receipt"),
                    url=url,
                    choices_name="filing",
                    choices_label=_("Filing"),
                    choices=[
                        Choice(
                            str(each.pk),
                            f"{self.filed[each.version_id].version.label} · "
                            f"{each.filed_with} · {shown_day(each.filed_on)}",
                        )
                        for each in waiting
                    ],
                    inputs=[
                        Input(name="receipt_number", label=_("Receipt number")),
                        Input(name="day", label=_("Received on"), hint=today, suggestions=[today]),
                    ],
                )
            )
        is_waiting = self.document.changes.open().exists()
        if staff.has_perm(changes.PROPOSE) and self.standing.announced and not is_waiting:
            found.append(
                AllowedAction(
                    code="propose",
                    label=_("Propose to withdraw an announced version"),
                    url=url,
                    hint=_("Two others approve it. The reason is published."),
                    choices_name="rule_version",
                    choices_label=_("Version"),
                    choices=[Choice(str(each.pk), each.label) for each in self.standing.announced],
                    tone="danger",
                )
            )
        return found

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        actor, act = staff_of(request), request.POST.get("action", "")
        provision = (
            Provision.PUBLIC_ACCOUNT_6_2 if act == "propose" else Provision.PUBLIC_ACCOUNT_7_3
        )
        with refusals_logged(
            action=f"compliance.ruledocument.{act or 'unknown'}",
            target=self.document,
            actor=actor,
            provision=provision,
        ):
            said = self.carry_out(
                act,
                Grounds(actor=actor, provision=provision, reason=request.POST.get("reason", "")),
            )
        return self.redirect(document_url(self.document), said)

    def carry_out(self, act: str, grounds: Grounds) -> str:
        """
        Call the one service that the button stands for and return what to say about it.

        :raises InvalidInput: if the form names something that is not offered.
        """
        posted = self.request.POST
        if act == "propose":
            changes.propose_withdrawal(version=self.chosen_version(), **grounds)
            return _("Proposed. Two others have to approve it.")
        if act == "file":
            filings.file_version(
                version=self.chosen_version(),
                filed_with=posted.get("filed_with", ""),
                filed_on=self.posted_day(),
                **grounds,
            )
            return _("The filing is on record.")
        if act == "receipt":
            chosen = [each for each in self.all_filings() if str(each.pk) == posted.get("filing")]
            if not chosen:
                raise InvalidInput(_("Choose a filing."))
            filings.receipt_rule_filing(
                filing=RuleFiling.objects.select_related("version__document").get(pk=chosen[0].pk),
                receipt_number=posted.get("receipt_number", ""),
                received_on=self.posted_day(),
                **grounds,
            )
            return _("The receipt is on record.")
        raise InvalidInput(_("This page does not offer that act."))

    def chosen_version(self) -> RuleVersion:
        """
        Return the version that the form names.

        :raises InvalidInput: if it names none of this document.
        """
        for version in self.standing.versions:
            if str(version.pk) == self.request.POST.get("rule_version"):
                return version
        raise InvalidInput(_("Choose a version."))

    def posted_day(self) -> date:
        """
        Return the day that the form names.

        :raises InvalidInput: if it names none.
        """
        try:
            day = parse_date(self.request.POST.get("day", "").strip())
        except ValueError:
            day = None
        if day is None:
            raise InvalidInput(_("Give the day as year-month-day, for example 2026-03-01."))
        return day


class FiledTextPage(ConsolePage):
    """The text of a filing as it was handed in, byte for byte."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        filing = get_object_or_404(
            RuleFiling.objects.select_related("version__document"), pk=kwargs["pk"]
        )
        response = HttpResponse(bytes(filing.content), content_type="text/plain; charset=utf-8")
        name = filings.file_name(filing.version)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response

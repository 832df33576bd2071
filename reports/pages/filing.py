"""The page of one filing: what it says, how it differs from the last, and the next step."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.pages.desk import posted_number, staff_of
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import ConsolePage, Crumb
from reports.enums import STANDING_STATUSES, FilingStatus, OutputFormat
from reports.exports.frozen import manifest_of
from reports.models import Filing
from reports.pages.presentation import (
    compared,
    filing_facts,
    filing_url,
    previous_number,
)
from reports.services import filings, preparation

PREPARE: Final = "reports.prepare_filing"
RELEASE: Final = "reports.release_filing"
MARK_FILED: Final = "reports.mark_filed"
VIEW: Final = "reports.view_filing"

Act = Callable[[Filing, Grounds, int, Mapping[str, str]], Filing]


def _resume(filing: Filing, grounds: Grounds, version: int, posted: Mapping[str, str]) -> Filing:
    return preparation.resume_filing(filing=filing, **grounds)


def _review(filing: Filing, grounds: Grounds, version: int, posted: Mapping[str, str]) -> Filing:
    return filings.review_filing(filing=filing, expected_version=version, **grounds)


def _request(filing: Filing, grounds: Grounds, version: int, posted: Mapping[str, str]) -> Filing:
    filings.request_release(filing=filing, expected_version=version, **grounds)
    return filing


def _release(filing: Filing, grounds: Grounds, version: int, posted: Mapping[str, str]) -> Filing:
    return filings.release_filing(filing=filing, expected_version=version, **grounds)


def _return(filing: Filing, grounds: Grounds, version: int, posted: Mapping[str, str]) -> Filing:
    return filings.return_filing(filing=filing, expected_version=version, **grounds)


def _file(filing: Filing, grounds: Grounds, version: int, posted: Mapping[str, str]) -> Filing:
    channel = posted.get("channel", "")
    return filings.mark_filed(filing=filing, channel=channel, expected_version=version, **grounds)


def _receipt(filing: Filing, grounds: Grounds, version: int, posted: Mapping[str, str]) -> Filing:
    number = posted.get("receipt_number", "")
    return filings.receipt_filing(
        filing=filing, receipt_number=number, expected_version=version, **grounds
    )


def _withdraw(filing: Filing, grounds: Grounds, version: int, posted: Mapping[str, str]) -> Filing:
    return filings.withdraw_filing(filing=filing, expected_version=version, **grounds)


def _correct(filing: Filing, grounds: Grounds, version: int, posted: Mapping[str, str]) -> Filing:
    return preparation.correct_filing(filing=filing, **grounds)


# One service a button.
ACTS: Final[dict[str, Act]] = {
    "prepare": _resume,
    "review": _review,
    "request_release": _request,
    "release": _release,
    "return": _return,
    "file": _file,
    "receipt": _receipt,
    "withdraw": _withdraw,
    "correct": _correct,
}


class FilingPage(ConsolePage):
    """One filing, for whoever takes its next step."""

    permission = VIEW
    template_name = "reports/filing.html"

    def filing(self) -> Filing:
        """Return the filing that the address names."""
        return get_object_or_404(
            Filing.objects.select_related(
                "prepared_by", "requested_by", "corrects", "manifest", "release_proposal", "matter"
            ),
            pk=self.kwargs["pk"],
        )

    def get_title(self) -> str:
        return _("Filing %(number)s") % {"number": self.filing().number}

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("filings"), reverse("admin:reports_filing_changelist")),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filing = self.filing()
        context = {
            "filing": filing,
            "facts": filing_facts(filing),
            "steps": timeline_of(filing),
            "actions": self.allowed_actions(filing),
            "hint": self.hint(filing),
            **super().get_context_data(**kwargs),
        }
        if filing.manifest_sha256 is None:
            return context
        manifest = manifest_of(filing)
        return {
            "downloads": [(each.value, each.label) for each in OutputFormat],
            "is_period_over": manifest["is_period_over"],
            "manifest": json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True),
            "changes": compared(filing),
            "previous": previous_number(filing),
            **context,
        }

    def hint(self, filing: Filing) -> str:
        """Return why the person at the screen is not offered the release that waits."""
        if filings.open_release(filing) is None or self._may_release(filing):
            return ""
        return _("Its release was asked for. Somebody who did not prepare it has to release it.")

    def _may_release(self, filing: Filing) -> bool:
        staff = staff_of(self.request)
        is_requester = filing.matter.participations.filter(
            person=staff.person_id, side=Side.REQUESTER
        )
        return staff.has_perm(RELEASE) and not is_requester.exists()

    def allowed_actions(self, filing: Filing) -> list[AllowedAction]:
        """Return what the person at the screen may do now."""
        staff = staff_of(self.request)
        status = filing.status
        is_waiting = filings.open_release(filing) is not None
        found: list[AllowedAction] = []
        if staff.has_perm(PREPARE):
            if status == FilingStatus.PREPARING:
                found.append(self._action(filing, "prepare", _("Prepare again")))
            if status == FilingStatus.PREPARED:
                found.append(self._action(filing, "review", _("Record the review")))
            if status == FilingStatus.REVIEWED and not is_waiting:
                found.append(self._action(filing, "request_release", _("Ask for release")))
            if status in STANDING_STATUSES:
                found.append(self._action(filing, "correct", _("Prepare a correction")))
        if is_waiting and self._may_release(filing):
            found.append(self._action(filing, "release", _("Release")))
            found.append(self._action(filing, "return", _("Return")))
        if staff.has_perm(MARK_FILED):
            if status == FilingStatus.RELEASED:
                found.append(self._action(filing, "file", _("Record that it was handed in")))
            if status == FilingStatus.FILED:
                found.append(self._action(filing, "receipt", _("Record the receipt")))
        is_own = not is_waiting or filing.requested_by_id == staff.person_id
        can_end = any(each.name == "withdraw" for each in Filing.workflow.available(status))
        if staff.has_perm(PREPARE) and can_end and is_own:
            found.append(self._action(filing, "withdraw", _("Withdraw"), tone="danger"))
        return found

    def _action(self, filing: Filing, code: str, label: str, *, tone: str = "") -> AllowedAction:
        return AllowedAction(
            code=code, label=label, url=filing_url(filing), version=filing.version, tone=tone
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing, actor = self.filing(), staff_of(request)
        code = request.POST.get("action", "")
        with refusals_logged(
            action=f"reports.filing.{code if code in ACTS else 'unknown'}",
            target=filing,
            actor=actor,
        ):
            result = self.carry_out(code, filing, actor)
        return self.redirect(filing_url(result), _("It is done and on record."))

    def carry_out(self, code: str, filing: Filing, actor: StaffUser) -> Filing:
        """
        Call the one service that the button stands for.

        :raises InvalidInput: if the form names something that is not offered.
        """
        if code not in ACTS:
            raise InvalidInput
        grounds: Grounds = {
            "actor": actor,
            "provision": Provision.PUBLIC_ACCOUNT_19_2,
            "reason": self.request.POST.get("reason", ""),
        }
        version = posted_number(self.request, "version")
        return ACTS[code](filing, grounds, version, self.request.POST.dict())

"""The page of one filing: what it says, how it differs from the last, and the next step."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import posted_number, staff_of
from compliance.pages.record import RecordPage
from compliance.pages.timeline import timeline_of
from compliance.proposals import may_decide
from compliance.ui.kit import AllowedAction
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


class FilingPage(ApprovingPage, RecordPage):
    """One filing, for whoever takes its next step."""

    permission = VIEW
    template_name = "reports/filing.html"

    list_title = gettext_lazy("filings")
    list_url_name = "admin:reports_filing_changelist"
    # A correction is a filing of its own, to which the page goes on.
    followed_by: Filing | None = None

    def proposals_here(self) -> Q:
        return Q(pk=self.record.release_proposal_id)

    def find_record(self) -> Filing:
        return get_object_or_404(
            Filing.objects.select_related(
                "prepared_by", "requested_by", "corrects", "manifest", "release_proposal", "matter"
            ),
            pk=self.kwargs["pk"],
        )

    def get_title(self) -> str:
        return _("Filing %(number)s") % {"number": self.record.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filing = self.record
        context = {
            "filing": filing,
            "facts": filing_facts(filing),
            "steps": timeline_of(filing),
            "hint": self.hint(filing),
            **super().get_context_data(**kwargs),
        }
        if filing.manifest_sha256 is None:
            return context
        manifest = manifest_of(filing)
        return {
            "downloads": [(each.value, each.label) for each in OutputFormat],
            "is_period_over": manifest["is_period_over"],
            "figures_url": reverse("admin:filing_figures", args=[filing.pk])
            if "records" in manifest
            else "",
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
        proposal = filings.open_release(filing)
        return proposal is not None and may_decide(proposal, staff_of(self.request))

    def allowed_actions(self) -> list[AllowedAction]:
        filing, staff = self.record, staff_of(self.request)
        status = filing.status
        is_waiting = filings.open_release(filing) is not None
        found: list[AllowedAction] = []
        if staff.has_perm(PREPARE):
            if status == FilingStatus.PREPARING:
                found.append(self.action("prepare", _("Prepare again")))
            if status == FilingStatus.PREPARED:
                found.append(self.action("review", _("Record the review")))
            if status == FilingStatus.REVIEWED and not is_waiting:
                found.append(self.action("request_release", _("Ask for release")))
            if status in STANDING_STATUSES:
                found.append(self.action("correct", _("Prepare a correction")))
        if is_waiting and self._may_release(filing):
            found.append(self.action("release", _("Release")))
            found.append(self.action("return", _("Return")))
        if staff.has_perm(MARK_FILED):
            if status == FilingStatus.RELEASED:
                found.append(self.action("file", _("Record that it was filed")))
            if status == FilingStatus.FILED:
                found.append(self.action("receipt", _("Record the receipt")))
        is_own = not is_waiting or filing.requested_by_id == staff.person_id
        can_end = any(each.name == "withdraw" for each in Filing.workflow.available(status))
        if staff.has_perm(PREPARE) and can_end and is_own:
            found.append(self.action("withdraw", _("Withdraw"), tone="danger"))
        return found

    def logged_act(self, act: str) -> str:
        return act if act in ACTS else "unknown"

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        if act not in ACTS:
            raise InvalidInput
        grounds: Grounds = {"actor": actor, "provision": self.provision, "reason": reason}
        version = posted_number(self.request, "version")
        self.followed_by = ACTS[act](self.record, grounds, version, self.request.POST.dict())
        return _("It is done and on record.")

    def next_url(self) -> str:
        return filing_url(self.followed_by or self.record)

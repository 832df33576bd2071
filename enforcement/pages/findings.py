"""What enforcement does with findings: it opens cases from them, and says where these are."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Finding
from accounts.pages.findings import FindingAct, register_finding_act
from accounts.pages.references import register_reference
from compliance.grounds import Grounds
from compliance.models import StaffUser
from enforcement.enums import CaseSource
from enforcement.models.cases import NUMBER_PREFIX
from enforcement.pages.open_case import PERMISSION
from enforcement.pages.presentation import case_url
from enforcement.services import cases

VIEW_CASE = "enforcement.view_case"


def open_case(finding: Finding, fence: int, grounds: Grounds) -> tuple[str, str]:
    """Open a case about what was found and lead to it."""
    case = cases.open_case(
        account=finding.account,
        source=CaseSource.FINDING,
        summary=f"{finding.get_kind_display()}: {finding.facts}",
        finding=finding,
        finding_fence=fence,
        **grounds,
    )
    return _("%(number)s is open.") % {"number": case.number}, case_url(case)


def case_in_words(key: str) -> str:
    """Return the number by which people call a case."""
    return _("Case %(number)s") % {
        "number": f"{NUMBER_PREFIX}{int(key):08d}" if key.isdecimal() else key
    }


def case_page(key: str, staff: StaffUser) -> str:
    """Return the page of a case, for whoever may read it."""
    if not key.isdecimal() or not staff.has_perm(VIEW_CASE):
        return ""
    return reverse("admin:case", args=[int(key)])


def register() -> None:
    """Offer the act on the page of findings and name cases there; called when apps are ready."""
    register_reference("case", words=case_in_words, url=case_page)
    register_finding_act(
        FindingAct(
            code="open_case",
            label=gettext_lazy("Open a case"),
            hint=gettext_lazy("The case goes into its queue; the account as it is now is kept."),
            permission=PERMISSION,
            carry_out=open_case,
            key="y",
            tone="primary",
        )
    )

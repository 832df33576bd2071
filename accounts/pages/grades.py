"""The grade of an account on its page: the letter, why, and what it was before."""

from typing import Final

from django.utils.translation import gettext as _

from accounts.models import AccountGrade, PublicAccount
from accounts.pages.presentation import instant
from accounts.services.grades.words import reasons_of
from compliance.models import StaffUser
from compliance.pages.record import Panel, PanelRow, register_panel
from compliance.ui.kit import Fact

SHOWN: Final = 6


def grade_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the grade of an account with its three indicators and its history."""
    if not staff.has_perm("accounts.view_accountgrade"):
        return None
    rows = list(
        AccountGrade.objects.filter(account=account).select_related("rule").order_by("-pk")[:SHOWN]
    )
    if not rows:
        return Panel(
            title=_("Grade"), empty=_("Not graded: too few days of figures are known of it.")
        )
    present, *earlier = rows
    return Panel(
        title=_("Grade"),
        facts=[
            Fact(
                present.get_grade_display(),
                _("%(total)s of 100") % {"total": present.total},
                hint=_("formula %(label)s, %(at)s")
                % {"label": present.rule.label, "at": instant(present.graded_at)},
            )
        ],
        rows=[
            *(PanelRow(label=sentence) for sentence in reasons_of(present)),
            *(
                PanelRow(
                    label=_("Before: %(grade)s") % {"grade": each.get_grade_display()},
                    value=str(each.total),
                    hint=instant(each.graded_at),
                )
                for each in earlier
            ),
        ],
    )


def register() -> None:
    """Put the panel in its place; called when apps are ready."""
    register_panel("accounts.publicaccount", grade_panel, order=40)

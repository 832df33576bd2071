"""How decisions on many accounts are worded for the pages that show them."""

import json
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.enums import SubjectNature
from compliance.models import StaffUser
from compliance.ui.kit import Badge, Fact
from enforcement.bulk_words import BulkItemStatus, BulkStatus, LeftOutBecause
from enforcement.enums import DeviationKind, DeviationReason, MeasureCode
from enforcement.models import BulkDecision
from enforcement.pages.presentation import (
    case_url,
    instant,
    order_in_words,
    severity_in_words,
)
from enforcement.services.bulk.figures import BANDS, BulkDates, BulkFigures

TONES = {
    BulkStatus.DRAFT: "",
    BulkStatus.PROPOSED: "info",
    BulkStatus.RETURNED: "warning",
    BulkStatus.WITHDRAWN: "",
    BulkStatus.APPROVED: "warning",
    BulkStatus.STOPPED: "danger",
    BulkStatus.DONE: "good",
    BulkStatus.UNDOING: "warning",
    BulkStatus.UNDONE: "",
}


def bulk_badge(bulk: BulkDecision) -> Badge:
    """Return the state of a decision on many accounts as a word with a colour."""
    status = BulkStatus(bulk.status)
    return Badge(text=status.label, tone=TONES[status])


def bulk_url(bulk: BulkDecision) -> str:
    """Return the address of its page."""
    return reverse("admin:bulk_decision", args=[bulk.pk])


def items_url(bulk: BulkDecision, status: str = "") -> str:
    """Return the address of the accounts on its list, or of those in one state."""
    url = f"{reverse('admin:enforcement_bulkitem_changelist')}?bulk__id__exact={bulk.pk}"
    return f"{url}&status__exact={status}" if status else url


def orders_of(bulk: BulkDecision) -> list[str]:
    """Return the measures that it orders, in words."""
    return [
        order_in_words(
            each["measure"], each["term_days"], each["functions"], each.get("review_date")
        )
        for each in json.loads(bulk.words)["measures"]
    ]


def bulk_facts(bulk: BulkDecision, staff: StaffUser) -> list[Fact]:
    """Return what is decided on the accounts of a list, on what, and by whom it was drafted."""
    content = json.loads(bulk.words)
    facts = [
        Fact(_("Violation"), str(bulk.violation_type), hint=severity_in_words(bulk.severity)),
        Fact(_("Measures"), "\n".join(orders_of(bulk))),
        Fact(_("Accounts on the list"), f"{bulk.count:,}"),
        Fact(
            _("Drafted"),
            _("%(time)s by %(name)s")
            % {"time": instant(bulk.drafted_at), "name": bulk.drafted_by.name},
        ),
    ]
    lead = bulk.lead_case
    if lead is not None:
        may_open = staff.has_perm("enforcement.view_case")
        facts.append(Fact(_("Evidence"), lead.number, url=case_url(lead) if may_open else ""))
    deviation = content["deviation"]
    if deviation["reason"]:
        facts.append(
            Fact(
                _("Where it departs from the ladder"),
                DeviationReason(deviation["reason"]).label,
                hint=deviation["note"],
            )
        )
    if bulk.held_until is not None and bulk.undone_by is None:
        facts.append(Fact(_("Operators are told from"), instant(bulk.held_until)))
    if bulk.undone_by is not None:
        facts.append(
            Fact(
                pgettext("list of accounts", "Undone"),
                _("%(time)s by %(name)s")
                % {"time": instant(bulk.undone_at), "name": bulk.undone_by.name},
                hint=bulk.undone_reason,
            )
        )
    facts.append(Fact(_("SHA-256 of the list"), bulk.list_sha256, is_code=True))
    return facts


def effect_facts(figures: BulkFigures, dates: BulkDates) -> list[Fact]:
    """Return what the list would do if its last approval were given now."""
    facts = [
        Fact(_("Decisions"), f"{figures.to_decide:,}", hint=_("one of its own for each account")),
        Fact(
            _("Operators concerned"),
            f"{figures.subjects:,}",
            hint=_("of several accounts of one operator the first one takes the points"),
        ),
    ]
    for measure, end in dates.ends:
        label = MeasureCode(measure).label
        facts.append(
            Fact(label, _("until %(time)s") % {"time": instant(end)} if end else _("on record"))
        )
    facts += [
        Fact(
            _("Credit"),
            ngettext("%(count)s point in all", "%(count)s points in all", figures.points)
            % {"count": f"{figures.points:,}"},
            hint=_("uses up the credit of %(count)s operators") % {"count": figures.used_up}
            if figures.used_up
            else "",
        ),
        Fact(
            _("Notices"),
            f"{figures.notices:,}",
            hint=_("one text in each language for every account; held until %(time)s")
            % {"time": instant(dates.held_until)},
        ),
        Fact(_("Appeals until"), instant(dates.appealable_until)),
    ]
    if dates.report_due_at is not None:
        facts.append(
            Fact(
                _("Reports to the regulator"),
                f"{figures.to_decide:,}",
                hint=_("due %(time)s") % {"time": instant(dates.report_due_at)},
            )
        )
    facts.append(
        Fact(
            _("Organs, media, many followers"),
            f"{figures.needing_care:,}",
            hint=_("look at each of them on the list") if figures.needing_care else "",
        )
    )
    return facts


def groups_of(figures: BulkFigures) -> list[tuple[str, list[Fact]]]:
    """Return how the accounts to be decided on divide, each way with its heading."""
    return [
        (
            _("By nature of the operator"),
            _facts((SubjectNature(k).label, n) for k, n in figures.natures),
        ),
        (_("By followers"), _facts((_band(int(k)), n) for k, n in sorted_bands(figures))),
        (
            _("By offence"),
            _facts((_("Offence %(number)s") % {"number": k}, n) for k, n in figures.offences),
        ),
        (
            _("By the ladder"),
            _facts(
                (DeviationKind(k or DeviationKind.NONE).label, n) for k, n in figures.deviations
            ),
        ),
    ]


def sorted_bands(figures: BulkFigures) -> list[tuple[str, int]]:
    """Return the groups by followers, the smallest first."""
    return sorted(figures.bands, key=lambda pair: int(pair[0]))


def left_out_facts(bulk: BulkDecision, figures: BulkFigures) -> list[Fact]:
    """Return how many accounts are left out and why, and what was named but is no account."""
    content = json.loads(bulk.words)
    facts = _facts((LeftOutBecause(k).label, n) for k, n in figures.left_out)
    for label, uids in (
        (_("no account has this number"), content["unknown"]),
        (_("named more than once, counted once"), content["doubled"]),
    ):
        if uids:
            facts.append(Fact(label, f"{len(uids):,}", hint=_shown(uids)))
    return facts


def _shown(uids: list[str]) -> str:
    shown = _(", ").join(uids[:20])
    return _("%(some)s and more") % {"some": shown} if len(uids) > 20 else shown


def _facts(pairs: Iterable[tuple[Any, int]]) -> list[Fact]:
    return [Fact(label, f"{count:,}") for label, count in pairs]


def _band(least: int) -> str:
    place = BANDS.index(least)
    if place + 1 < len(BANDS):
        return _("%(least)s to %(most)s") % {
            "least": f"{least:,}",
            "most": f"{BANDS[place + 1] - 1:,}",
        }
    return _("%(least)s and more") % {"least": f"{least:,}"}


def progress_facts(bulk: BulkDecision, counted: dict[str, int]) -> list[Fact]:
    """Return how many accounts stand in each state, each leading to its part of the list."""
    return [
        Fact(
            BulkItemStatus(status).label,
            f"{count:,}",
            url=items_url(bulk, status) if count else "",
        )
        for status, count in counted.items()
    ]

"""How filings are worded for the pages that show them."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from compliance.pages.clock_panel import clock_badge, due_in_words
from compliance.ui.kit import Change, Fact
from reports.exports.differences import differences, previous_filing
from reports.exports.tallies import tally_in_words
from reports.models import Filing


def instant(at: Any) -> str:
    """Return an instant as people in the office read it."""
    if at is None:
        return ""
    return str(date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT"))


def filing_url(filing: Filing) -> str:
    """Return the address of a filing's page."""
    return reverse("admin:filing", args=[filing.pk])


def filing_facts(filing: Filing) -> list[Fact]:
    """Return where a filing is on its way and what it reports on."""
    facts = [
        Fact(_("form"), filing.get_code_display()),
        Fact(_("period"), filing.period_in_words),
        Fact(_("state"), filing.get_status_display()),
        Fact(_("prepared by"), filing.prepared_by.name),
    ]
    if filing.corrects is not None:
        facts.append(Fact(_("corrects"), filing.corrects.number, url=filing_url(filing.corrects)))
    if filing.manifest_sha256 is not None:
        facts += [
            Fact(_("rows"), filing.manifest.row_count),
            Fact(_("state of the records at"), instant(filing.manifest.snapshot_at)),
            Fact(_("rule catalogue"), filing.manifest.rule_catalogue),
            Fact(_("what is masked"), filing.get_masking_profile_display()),
            Fact(_("SHA-256 of the manifest"), filing.manifest_sha256, is_code=True),
        ]
    if filing.requested_by is not None:
        facts.append(Fact(_("release asked for by"), filing.requested_by.name))
    if filing.release_clock is not None and filing.released_at is None:
        badge = clock_badge(filing.release_clock)
        facts.append(
            Fact(_("release due"), due_in_words(filing.release_clock.due_at), hint=badge.text)
        )
    if filing.released_at is not None:
        facts.append(Fact(pgettext("filing", "released at"), instant(filing.released_at)))
    if filing.filed_at is not None:
        facts += [
            Fact(_("filed at"), instant(filing.filed_at)),
            Fact(_("filed how"), filing.filed_channel),
            Fact(_("receipt number"), filing.receipt_number, is_code=True),
        ]
    return facts


def compared(filing: Filing) -> list[Change]:
    """Return every figure of a filing beside that of the filing before."""
    return [
        Change(
            tally_in_words(each.tally, each.key),
            before=each.after if each.before is None else each.before,
            after=each.after,
        )
        for each in differences(filing)
    ]


def previous_number(filing: Filing) -> str:
    """Return the number of the filing that the figures are compared with, or nothing."""
    previous = previous_filing(filing)
    return previous.number if previous is not None else ""

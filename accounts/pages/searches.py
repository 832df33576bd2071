"""How accounts, applications, subjects and listed names are found."""

import re
import unicodedata
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationStatus, IdType, ListedNameKind
from accounts.models import Application, Finding, ListedName, PublicAccount, Subject
from accounts.models.findings import FINDING_PREFIX
from accounts.pages.addresses import account_url, application_url, finding_url
from accounts.pages.findings import finding_badge
from accounts.pages.presentation import standing_badge
from accounts.pages.subject import APPLICATION_TONES
from accounts.rules.identity_numbers import normalised, uscc_problem
from accounts.rules.names import fold
from compliance.numbers import read_item_number, read_number
from compliance.ui.kit import Badge
from compliance.ui.search import Hit, register_search

# "uid:…" names an account by its number and nothing else.
_UID: Final = re.compile(r"uid:\s*(?P<uid>\S+)", re.IGNORECASE)


def _uid_of(words: str) -> str:
    named = _UID.fullmatch(unicodedata.normalize("NFKC", words))
    return named["uid"] if named is not None else words


def find_accounts(words: str) -> QuerySet | None:
    """Return the accounts whose platform number begins with the words; the exact one comes first."""
    accounts = PublicAccount.objects.filter(platform_uid__startswith=_uid_of(words))
    return accounts.prefetch_related("restrictions").order_by("platform_uid")


def find_named_accounts(words: str) -> QuerySet | None:
    """Return the accounts whose name, folded as names are compared, begins with the words."""
    folded = fold(words)
    if not folded:
        return None
    return PublicAccount.objects.filter(folded_name__startswith=folded).order_by(
        "folded_name", "pk"
    )


def account_hit(account: PublicAccount) -> Hit:
    """Return how an account is shown among what was found."""
    return Hit(
        title=account.name,
        hint=account.platform_uid,
        url=account_url(account),
        badge=standing_badge(account, timezone.now()),
    )


def find_applications(words: str) -> QuerySet | None:
    """Return the application of a work item, or of a platform number that became no account."""
    item = read_item_number(words)
    if item is not None:
        return Application.objects.filter(work_item_id=item).order_by("pk")
    without_account = Application.objects.filter(account__isnull=True)
    return without_account.filter(platform_uid=_uid_of(words)).order_by("pk")


def application_hit(application: Application) -> Hit:
    """Return how an application is shown among what was found."""
    return Hit(
        title=application.account_name or application.platform_uid,
        hint=application.platform_uid,
        url=application_url(application.pk),
        badge=Badge(
            text=application.get_status_display(),
            tone=APPLICATION_TONES.get(ApplicationStatus(application.status), ""),
        ),
    )


def find_subjects(words: str) -> QuerySet | None:
    """
    Return the bodies whose public name begins with the words, or that have the code.

    Of a natural person nothing is found here: names are identity data.
    """
    code = normalised(IdType.USCC, words)
    if uscc_problem(code) is None:
        return Subject.objects.filter(uscc=code).order_by("pk")
    bodies = Subject.objects.exclude(organisation_name="")
    return bodies.filter(organisation_name__startswith=words).order_by("organisation_name", "pk")


def subject_hit(subject: Subject) -> Hit:
    """Return how a body is shown among what was found."""
    return Hit(
        title=subject.organisation_name,
        hint=f"{subject.get_nature_display()} · {subject.uscc}",
        url=reverse("admin:subject", args=[subject.pk]),
    )


def find_listed_names(words: str) -> QuerySet | None:
    """Return the barred and reserved names that equal the words after folding."""
    folded = fold(words)
    if not folded:
        return None
    return ListedName.objects.in_force().filter(folded_name=folded).order_by("folded_name", "pk")


def listed_name_hit(listed: ListedName) -> Hit:
    """Return how a listed name is shown among what was found."""
    is_barred = listed.kind == ListedNameKind.BARRED
    return Hit(
        title=listed.name,
        hint=listed.reason,
        url=reverse("admin:accounts_listedname_change", args=[listed.pk]),
        badge=Badge(text=listed.get_kind_display(), tone="danger" if is_barred else "warning"),
    )


def find_findings(words: str) -> QuerySet | None:
    """Return the finding of a number, or of the work item in which it waits."""
    found = Finding.objects.select_related("account").order_by("pk")
    item = read_item_number(words)
    if item is not None:
        return found.filter(work_item_id=item)
    number = read_number(FINDING_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def finding_hit(finding: Finding) -> Hit:
    """Return how a finding is shown among what was found."""
    return Hit(
        title=f"{finding.number} {finding.account.name}",
        hint=finding.get_kind_display(),
        url=finding_url(finding),
        badge=finding_badge(finding),
    )


def register() -> None:
    """Let the records of the package be found; called when apps are ready."""
    register_search(
        "account",
        gettext_lazy("Accounts by account number"),
        "accounts.view_publicaccount",
        find_accounts,
        hit=account_hit,
        by=gettext_lazy("how the account number begins, or uid: and the number"),
        icon="account_circle",
        order=10,
    )
    register_search(
        "account_name",
        gettext_lazy("Accounts by name"),
        "accounts.view_publicaccount",
        find_named_accounts,
        hit=account_hit,
        by=gettext_lazy("how the name begins, in whatever width, case or script"),
        icon="account_circle",
        order=20,
    )
    register_search(
        "application",
        gettext_lazy("Applications"),
        "accounts.view_application",
        find_applications,
        hit=application_hit,
        by=gettext_lazy("account number, or # and the number of the work item"),
        icon="assignment_ind",
        order=30,
    )
    register_search(
        "finding",
        gettext_lazy("Findings"),
        "accounts.view_finding",
        find_findings,
        hit=finding_hit,
        by=gettext_lazy("FX and the number, or # and the number of the work item"),
        icon="flag",
        order=32,
    )
    register_search(
        "subject",
        gettext_lazy("Organisations"),
        "accounts.view_subject",
        find_subjects,
        hit=subject_hit,
        by=gettext_lazy("how the public name begins, or the unified social credit code"),
        icon="groups",
        order=35,
    )
    register_search(
        "listed_name",
        gettext_lazy("Barred and reserved names"),
        "accounts.view_listedname",
        find_listed_names,
        hit=listed_name_hit,
        by=gettext_lazy("the name, in whatever width, case or script"),
        icon="playlist_remove",
        order=38,
    )

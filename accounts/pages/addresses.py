"""Where accounts, subjects and applications are read."""

from django.urls import reverse

from accounts.models import Finding, PublicAccount, Subject
from compliance.models import StaffUser


def account_url(account: PublicAccount) -> str:
    """Return the address of an account's page."""
    return reverse("admin:account", args=[account.pk])


def subject_url(subject: Subject, staff: StaffUser) -> str:
    """Return the address of a subject's page, or "" for whoever may not read it."""
    if not staff.has_perm("accounts.view_subject"):
        return ""
    return reverse("admin:subject", args=[subject.pk])


def application_url(number: int) -> str:
    """Return the address of an application's page."""
    return reverse("admin:application", args=[number])


def finding_url(finding: Finding) -> str:
    """Return the address of the page on which a finding is looked at."""
    return reverse("admin:look_at_finding", args=[finding.work_item_id])

"""The service that notes that an account publishes outside the category it is registered for."""

from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, FindingKind
from accounts.models import Finding, PublicAccount
from accounts.services.findings import FindingDraft, record_finding
from compliance.errors import ActionRefused
from compliance.models import StaffUser
from compliance.provisions import Provision


def report_category_mismatch(
    *,
    account: PublicAccount,
    facts: str,
    source_ref: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Finding:
    """
    Record that an account seems to publish outside its category, for a person to look at.

    Public Account Provisions, art. 15 §2. Nothing happens to the account by itself; of the same
    report the finding that is open is returned.

    :raises NotPermitted: if the actor may not record findings.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if it is not said what was found, or on what it rests.
    :raises ActionRefused: if the account is closed.
    """
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed."))
    return record_finding(
        FindingDraft(
            account=account,
            kind=FindingKind.CATEGORY_MISMATCH,
            facts=facts,
            ground_ref=source_ref,
        ),
        actor=actor,
        provision=provision,
        reason=reason,
    )

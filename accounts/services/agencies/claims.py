"""The service that notes that an account is said to be run by an agency, where nobody showed why."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import FindingKind
from accounts.models import AgencyContract, Finding, PublicAccount
from accounts.services.findings import RECORD, FindingDraft, record_finding
from compliance.context import record_language
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

LONGEST_NAME: Final = 100


@transaction.atomic
def note_agency_claim(
    *,
    account: PublicAccount,
    agency_name: str,
    source_ref: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Finding | None:
    """
    Record a finding where an account is said to be run by an agency without an agreement with it.

    Public Account Provisions, art. 16 §4. Returns None where an agreement with an agency of that
    name is in force; of the same agency the finding that is open is returned.

    :raises NotPermitted: if the actor may not record findings.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if no agency is named, the name is too long, or it is not said who says so.
    """
    require_permission(actor, RECORD)
    name, source = agency_name.strip(), source_ref.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput(
            _("Name the agency, in at most %(count)s characters.") % {"count": LONGEST_NAME}
        )
    if not source or len(source) > LONGEST_NAME:
        raise InvalidInput(_("Say where that was said, in at most 100 characters."))
    running = AgencyContract.objects.in_force(timezone.localdate()).filter(account=account)
    agencies = [each.agency for each in running.select_related("agency")]
    if any(name in (each.name, each.public_name) for each in agencies):
        return None
    with record_language():
        facts = _(
            "The account is said to be run by the agency “%(name)s” (%(source)s), but no agreement "
            "with it is in force."
        ) % {"name": name, "source": source}
        if agencies:
            facts += _(" In force is one with “%(agency)s”.") % {"agency": agencies[0].public_name}
    return record_finding(
        FindingDraft(
            account=account,
            kind=FindingKind.AGENCY_WITHOUT_CONTRACT,
            facts=facts,
            figures={"agency_name": name},
            ground_ref=f"agency:{name}"[:60],
        ),
        **Grounds(actor=actor, provision=provision, reason=reason),
    )

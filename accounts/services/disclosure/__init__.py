"""What everybody may see of accounts: read, recorded, checked for what is missing."""

from accounts.services.disclosure.checking import (
    check_due_disclosures,
    disclosure_figures,
)
from accounts.services.disclosure.recording import (
    Consent,
    Contact,
    Pushed,
    record_consents,
    record_contacts,
)
from accounts.services.disclosure.sheets import Sheet, find_public_accounts, sheet_of
from accounts.services.disclosure.sources import (
    Mark,
    SubjectChange,
    register_subject_change_source,
)

__all__ = [
    "Consent",
    "Contact",
    "Mark",
    "Pushed",
    "Sheet",
    "SubjectChange",
    "check_due_disclosures",
    "disclosure_figures",
    "find_public_accounts",
    "record_consents",
    "record_contacts",
    "register_subject_change_source",
    "sheet_of",
]

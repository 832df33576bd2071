"""Agencies that run accounts for others: their register, their agreements, what is said of them."""

from accounts.services.agencies.claims import note_agency_claim
from accounts.services.agencies.register import (
    REGISTER,
    AgencyDraft,
    AgencyFigures,
    agencies_of,
    agency_names_of,
    amend_agency,
    figures_of,
    register_agency,
    restore_agency,
    strike_off_agency,
)
from accounts.services.agencies.submission import (
    SUBMIT,
    ContractDraft,
    attach_contract_documents,
    submit_contract,
)
from accounts.services.agencies.terms import keep_contracts

__all__ = [
    "REGISTER",
    "SUBMIT",
    "AgencyDraft",
    "AgencyFigures",
    "ContractDraft",
    "agencies_of",
    "agency_names_of",
    "amend_agency",
    "attach_contract_documents",
    "figures_of",
    "keep_contracts",
    "note_agency_claim",
    "register_agency",
    "restore_agency",
    "strike_off_agency",
    "submit_contract",
]

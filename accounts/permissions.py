"""Who may do what with accounts, by role; who may stand in for whom."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from compliance import roles

_READERS: Final = (
    roles.MODERATOR,
    roles.SUPERVISOR,
    roles.COMPLIANCE_OFFICER,
    roles.AUDITOR,
    roles.COMPLAINT_HANDLER,
)
# What every one of the readers sees.
_SEEN: Final = (
    "view_accountallowance",
    "view_accountgrade",
    "view_accountmark",
    "view_accountpowers",
    "view_affiliation",
    "view_agency",
    "view_agencycontract",
    "view_agreementacceptance",
    "view_application",
    "view_applicationmaterial",
    "view_blacklistentry",
    "view_blacklistmatch",
    "view_correction",
    "view_disclosure",
    "view_disclosureconsent",
    "view_dormancy",
    "view_dormancybatch",
    "view_dormancyrule",
    "view_dormancysweep",
    "view_earningapplication",
    "view_eligibilityrule",
    "view_finding",
    "view_followconsent",
    "view_guardianconsent",
    "view_guardianwithdrawal",
    "view_hold",
    "view_listedname",
    "view_metricalert",
    "view_nameprotection",
    "view_patrolcheck",
    "view_patrolrule",
    "view_patrolrun",
    "view_profilechange",
    "view_publicaccount",
    "view_publiccontact",
    "view_qualification",
    "view_qualificationrule",
    "view_regularisation",
    "view_repudiation",
    "view_reservedavatar",
    "view_restriction",
    "view_standing",
    "view_stop",
    "view_subject",
    "view_transfer",
    "view_violationfact",
)
_GRANTED: Final = {
    roles.MODERATOR: (
        "check_patrol",
        "decide_match",
        "decide_guardian_withdrawal",
        "handle_dormancy",
        "handle_finding",
        "handle_regularisation",
        "order_correction",
        "record_finding",
        "record_guardian_withdrawal",
        "register_agency",
        "reset_profile",
        "review_allowance",
        "review_application",
        "review_blacklist",
        "review_contract",
        "review_correction",
        "review_profilechange",
        "review_qualification",
        "review_repudiation",
        "review_transfer",
        "revoke_qualification",
        "submit_allowance",
        "submit_contract",
        "submit_profilechange",
        "submit_qualification",
        "submit_repudiation",
        "submit_stop",
        "submit_transfer",
        "terminate_contract",
        "undo_profilereset",
        "withdraw_application",
        "withdraw_correction",
    ),
    roles.SUPERVISOR: (
        "approve_allowance",
        "approve_blacklist_removal",
        "approve_dormancy_rule",
        "approve_dormancybatch",
        "approve_formula",
        "approve_patrol_rule",
        "approve_qualification_rule",
        "approve_repudiation",
        "approve_transfer",
        "handle_dormancy",
        "plan_patrol",
        "sweep_dormancy",
        "undo_dormancy",
        "undo_profilereset",
        "withdraw_correction",
    ),
    roles.COMPLIANCE_OFFICER: (
        "add_avatars",
        "add_names",
        "approve_blacklist_removal_as_officer",
        "approve_dormancybatch_as_officer",
        "follow_disclosure",
        "note_affiliation",
        "plan_patrol",
        "propose_dormancy_rule",
        "propose_formula",
        "propose_patrol_rule",
        "propose_qualification_rule",
        "register_agency",
        "sweep_dormancy",
    ),
}
# What somebody who is away may leave to a named deputy, in words.
_DELEGABLE: Final = {
    "approve_transfer": _("transfer of an account"),
    "approve_formula": _("formulas of accounts"),
    "approve_repudiation": _("accounts that leave a name"),
    "approve_allowance": _("more accounts of a subject"),
    "approve_blacklist_removal": _("removal from the blacklist, as supervisor"),
    "approve_blacklist_removal_as_officer": _("removal from the blacklist, as compliance officer"),
    "approve_qualification_rule": _("how a type of qualification is checked"),
    "approve_dormancy_rule": _("what counts as dormant"),
    "approve_patrol_rule": _("how patrols go"),
    "approve_dormancybatch": _("terminations for dormancy"),
    "approve_dormancybatch_as_officer": _("large batches of terminations for dormancy"),
}


def register() -> None:
    """Grant the permissions to the roles; called when apps are ready."""
    for role in _READERS:
        roles.grant_to(role, *(f"accounts.{name}" for name in _SEEN))
    for role, names in _GRANTED.items():
        roles.grant_to(role, *(f"accounts.{name}" for name in names))
    for name, words in _DELEGABLE.items():
        roles.make_delegable(f"accounts.{name}", words)

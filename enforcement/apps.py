"""The package as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VIEWED = (
    "enforcement.view_case",
    "enforcement.view_casesnapshot",
    "enforcement.view_caseevidence",
    "enforcement.view_decision",
    "enforcement.view_decisionclause",
    "enforcement.view_orderedmeasure",
    "enforcement.view_measure",
    "enforcement.view_reportduty",
    "enforcement.view_catalogueversion",
    "enforcement.view_violationtype",
    "enforcement.view_measuretype",
    "enforcement.view_approvalrule",
)


class EnforcementConfig(AppConfig):
    """Registers what the package adds to the console."""

    name = "enforcement"
    verbose_name = _("Enforcement")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are loaded only now.
        from accounts.services.repudiations.grounds import register_ground_source
        from compliance import roles
        from compliance.guards import register_guards
        from compliance.notices.purposes import register_purpose
        from enforcement import guards
        from enforcement.api import decisions
        from enforcement.pages import (
            approval,
            case,
            decision,
            desk,
            evidence,
            findings,
            histories,
            open_case,
            searches,
        )
        from enforcement.services import (
            corrections,
            ended_accounts,
            grounds,
            notices,
            regularisations,
        )

        register_guards(guards)
        ended_accounts.register()
        corrections.register()
        regularisations.register()
        register_ground_source(grounds.decisions_about)
        for purpose in notices.PURPOSES:
            register_purpose(purpose)
        roles.make_delegable("enforcement.approve_decision", _("decisions, as supervisor"))
        roles.make_delegable(
            "enforcement.approve_decision_as_officer", _("decisions, as compliance officer")
        )
        evidence.register()
        findings.register()
        open_case.register()
        case.register()
        approval.register()
        decision.register()
        desk.register()
        decisions.register()
        histories.register()
        searches.register()
        for role in (
            roles.MODERATOR,
            roles.COMPLAINT_HANDLER,
            roles.SUPERVISOR,
            roles.COMPLIANCE_OFFICER,
            roles.AUDITOR,
        ):
            roles.grant_to(role, *VIEWED)
        roles.grant_to(
            roles.MODERATOR,
            "enforcement.attach_evidence",
            "enforcement.open_case",
            "enforcement.propose_decision",
        )
        roles.grant_to(
            roles.SUPERVISOR,
            "enforcement.approve_decision",
            "enforcement.lift_measure",
            "enforcement.close_case",
        )
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "enforcement.approve_decision_as_officer",
            "enforcement.send_report",
            "enforcement.close_case",
        )
        roles.grant_to(roles.COMPLAINT_HANDLER, "enforcement.reverse_decision")

"""The package as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VIEWED = (
    "enforcement.view_case",
    "enforcement.view_casesnapshot",
    "enforcement.view_caseevidence",
    "enforcement.view_appeal",
    "enforcement.view_appealruling",
    "enforcement.view_appealstatement",
    "enforcement.view_appealmediation",
    "enforcement.view_bulkdecision",
    "enforcement.view_bulkitem",
    "enforcement.view_decision",
    "enforcement.view_hearing",
    "enforcement.view_hearingstatement",
    "enforcement.view_statementweighing",
    "enforcement.view_emergencyhold",
    "enforcement.view_decisionclause",
    "enforcement.view_orderedmeasure",
    "enforcement.view_measure",
    "enforcement.view_measurelift",
    "enforcement.view_reportduty",
    "enforcement.view_catalogueversion",
    "enforcement.view_violationtype",
    "enforcement.view_measuretype",
    "enforcement.view_approvalrule",
    "enforcement.view_allowedmeasure",
    "enforcement.view_approvalcondition",
    "enforcement.view_decisionfactor",
    "enforcement.view_factor",
    "enforcement.view_laddermeasure",
    "enforcement.view_ladderstep",
    "enforcement.view_offencefamily",
    "enforcement.view_creditscore",
    "enforcement.view_creditentry",
    "enforcement.view_creditrule",
    "enforcement.view_creditpreset",
    "enforcement.view_creditrepair",
    "enforcement.view_emergencyorder",
    "enforcement.view_hearingoutcome",
    "enforcement.view_rumour",
    "enforcement.view_rumourstep",
    "enforcement.view_refutation",
    "enforcement.view_rumourreview",
)
# Who complains of an account is none of a moderator's business; that somebody did is.
COMPLAINTS = (
    "enforcement.view_complaint",
    "enforcement.view_complaintappeal",
    "enforcement.view_infringement",
    "enforcement.view_complaintbatch",
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
        from compliance.clocks.extensions import register_teller
        from compliance.guards import register_guards
        from compliance.identity import vault
        from compliance.models.commands import name_command
        from compliance.notices.purposes import register_purpose
        from compliance.notices.recipients import register_address_book, register_reach
        from compliance.responses import register_response_kind
        from enforcement import (
            appeal_guards,
            complaint_appeal_guards,
            emergency_guards,
            guards,
            rumour_guards,
        )
        from enforcement.api import appeals as appeals_api
        from enforcement.api import blacklist as read_blacklist
        from enforcement.api import bulk as bulk_api
        from enforcement.api import catalogue as catalogue_api
        from enforcement.api import complaints as complaints_api
        from enforcement.api import credit as credit_api
        from enforcement.api import decisions
        from enforcement.api import hearings as hearings_api
        from enforcement.api import letters as letters_api
        from enforcement.api import measures as measures_api
        from enforcement.api import rumours as rumours_api
        from enforcement.api import second_looks as second_looks_api
        from enforcement.pages import (
            appeals,
            approval,
            blacklist,
            bulk,
            case,
            catalogue,
            complaint_appeals,
            complaints,
            consistency,
            credit,
            decision,
            desk,
            evidence,
            findings,
            histories,
            late_cards,
            letters,
            open_case,
            rumours,
            searches,
            watchlist,
        )
        from enforcement.pages.emergencies import afterwards as emergency_page
        from enforcement.pages.hearings import record as hearing_page
        from enforcement.pages.holds import panels as hold_panels
        from enforcement.pages.holds import placing as hold_form
        from enforcement.pages.holds import record as hold_page
        from enforcement.pages.holds import review as hold_review
        from enforcement.pages.lifting import record as measure_page
        from enforcement.services import (
            corrections,
            ended_accounts,
            grounds,
            notice_purposes,
            ordered_corrections,
            regularisations,
        )
        from enforcement.services.appeals import telling as appeal_notices
        from enforcement.services.appeals import wiring as appeal_wiring
        from enforcement.services.blacklist import telling
        from enforcement.services.complaint_appeals import telling as complaint_appeal_notices
        from enforcement.services.complaints import answers as complaint_answers
        from enforcement.services.complaints import notices as complaint_notices
        from enforcement.services.complaints.sealing import permission_to_reveal
        from enforcement.services.consistency import rule as consistency_rule
        from enforcement.services.contents import commands as content_commands
        from enforcement.services.contents import labels as account_labels
        from enforcement.services.credit import formula as credit_formula
        from enforcement.services.credit import telling as credit_notices
        from enforcement.services.emergencies import telling as emergency_notices
        from enforcement.services.hearings import answering
        from enforcement.services.hearings import notices as hearing_notices
        from enforcement.services.holds import commands as hold_commands
        from enforcement.services.holds import notices as hold_notices
        from enforcement.services.infringements import countering
        from enforcement.services.infringements import notices as infringement_notices

        register_guards(guards)
        register_guards(rumour_guards)
        register_guards(emergency_guards)
        register_guards(appeal_guards)
        register_guards(complaint_appeal_guards)
        ended_accounts.register()
        corrections.register()
        regularisations.register()
        register_ground_source(grounds.decisions_about)
        for purpose in (
            *notice_purposes.PURPOSES,
            *credit_notices.PURPOSES,
            *hearing_notices.PURPOSES,
            *hold_notices.PURPOSES,
            *emergency_notices.PURPOSES,
            *telling.PURPOSES,
            *complaint_notices.PURPOSES,
            *complaint_appeal_notices.PURPOSES,
            *appeal_notices.PURPOSES,
            *infringement_notices.PURPOSES,
            *complaint_answers.PURPOSES,
        ):
            register_purpose(purpose)
        register_address_book(complaint_notices.RECIPIENT, complaint_notices.contact_of)
        register_reach(complaint_notices.RECIPIENT, complaint_notices.reach_of)
        register_teller("complaint_decision", complaint_notices.tell_of_more_time)
        vault.register_reveal_permission(permission_to_reveal)
        credit_formula.register()
        appeal_wiring.register()
        for command, label in {**hold_commands.LABELS, **content_commands.LABELS}.items():
            name_command(command, label)
        account_labels.register()
        ordered_corrections.register()
        for kind in (*answering.KINDS, *countering.KINDS):
            register_response_kind(kind)
        roles.make_delegable("enforcement.approve_decision", _("decisions, as supervisor"))
        roles.make_delegable("enforcement.confirm_hold", _("emergency holds"))
        roles.make_delegable("enforcement.approve_lift", _("liftings of measures, as supervisor"))
        roles.make_delegable(
            "enforcement.approve_lift_as_officer",
            _("liftings of measures, as compliance officer"),
        )
        roles.make_delegable(
            "enforcement.approve_decision_as_officer", _("decisions, as compliance officer")
        )
        roles.make_delegable(
            "enforcement.approve_catalogue", _("versions of the catalogue, as supervisor")
        )
        roles.make_delegable(
            "enforcement.approve_catalogue_as_officer",
            _("versions of the catalogue, as compliance officer"),
        )
        evidence.register()
        findings.register()
        open_case.register()
        case.register()
        approval.register()
        decision.register()
        letters.register()
        letters_api.register()
        measure_page.register()
        desk.register()
        late_cards.register()
        credit_api.register()
        decisions.register()
        bulk_api.register()
        catalogue_api.register()
        catalogue.register()
        hearing_page.register()
        for page in (hold_form, hold_page, hold_review, hold_panels):
            page.register()
        hearings_api.register()
        appeals.register()
        appeals_api.register()
        complaints_api.register()
        measures_api.register()
        rumours.register()
        emergency_page.register()
        rumours_api.register()
        histories.register()
        searches.register()
        credit.register()
        blacklist.register()
        watchlist.register()
        consistency.register()
        consistency_rule.register()
        second_looks_api.register()
        bulk.register()
        read_blacklist.register()
        complaints.register()
        complaint_appeals.register()
        for role in (
            roles.COMPLAINT_HANDLER,
            roles.SUPERVISOR,
            roles.COMPLIANCE_OFFICER,
            roles.AUDITOR,
        ):
            roles.grant_to(role, *COMPLAINTS)
        roles.grant_to(
            roles.COMPLAINT_HANDLER,
            "enforcement.enter_complaint",
            "enforcement.handle_complaint",
            "enforcement.hear_complaint_appeal",
            "enforcement.reveal_complainant",
        )
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "enforcement.enter_complaint",
            "enforcement.handle_platform_complaint",
            "enforcement.hear_complaint_appeal",
            "enforcement.reveal_complainant",
            "enforcement.view_platform_complaint",
        )
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
            "enforcement.handle_rumour",
            "enforcement.open_case",
            "enforcement.place_hold",
            "enforcement.propose_bulkdecision",
            "enforcement.propose_decision",
            "enforcement.propose_lift",
            "enforcement.propose_creditrepair",
            "enforcement.renew_hearing",
            "enforcement.state_for_decision",
            "enforcement.give_secondlook",
        )
        roles.grant_to(
            roles.SUPERVISOR,
            "enforcement.approve_catalogue",
            "enforcement.approve_creditrepair",
            "enforcement.approve_decision",
            "enforcement.approve_lift",
            "enforcement.confirm_hold",
            "enforcement.decide_later_hearing",
            "enforcement.handle_rumour",
            "enforcement.reopen_rumour",
            "enforcement.hear_second_appeal",
            "enforcement.reverse_decision",
            "enforcement.state_for_decision",
            "enforcement.lift_measure",
            "enforcement.propose_lift",
            "enforcement.undo_bulkdecision",
            "enforcement.renew_hearing",
            "enforcement.close_case",
        )
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "enforcement.approve_catalogue_as_officer",
            "enforcement.approve_decision_as_officer",
            "enforcement.approve_lift_as_officer",
            "enforcement.propose_catalogue",
            "enforcement.confirm_hold",
            "enforcement.send_report",
            "enforcement.state_for_decision",
            "enforcement.undo_bulkdecision",
            "enforcement.close_case",
        )
        roles.grant_to(
            roles.COMPLAINT_HANDLER,
            "enforcement.file_appeal",
            "enforcement.hear_appeal",
            "enforcement.hear_second_appeal",
            "enforcement.propose_creditrepair",
            "enforcement.reverse_decision",
            "compliance.propose_extension",
        )
        # Whoever gives second looks does not see how others came out.
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER, roles.AUDITOR):
            roles.grant_to(
                role,
                "enforcement.view_secondlook",
                "enforcement.view_secondlookdraw",
                "enforcement.view_consistencyfigure",
                "enforcement.view_consistencyreport",
                "enforcement.view_consistencyrow",
                "enforcement.view_consistencyrule",
            )
        roles.grant_to(
            roles.SUPERVISOR,
            "enforcement.draw_secondlook",
            "enforcement.freeze_consistencyreport",
            "enforcement.resolve_moderator",
            "enforcement.review_secondlook",
        )
        roles.grant_to(roles.COMPLIANCE_OFFICER, "enforcement.freeze_consistencyreport")
        roles.make_delegable("enforcement.approve_creditrepair", _("repairs of credit"))
        # Nobody who decides cases by the queue learns who is watched.
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER):
            roles.grant_to(
                role,
                "enforcement.view_watchentry",
                "enforcement.propose_watchentry",
                "enforcement.approve_watchentry",
            )
        roles.grant_to(roles.AUDITOR, "enforcement.view_watchentry", "enforcement.view_watchlook")
        roles.make_delegable("enforcement.approve_watchentry", _("entries of the watch list"))

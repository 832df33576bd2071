"""The floor as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplianceConfig(AppConfig):
    """People, log, proposals, work and identity data."""

    name = "compliance"
    verbose_name = _("Console")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are loaded only now.
        from compliance import checks, roles  # noqa: F401
        from compliance.api import commands, rulebook
        from compliance.api.clients import APPROVER, SCOPE_KIND
        from compliance.clocks.extensions import EXTENSION_KIND
        from compliance.clocks.limit_changes import LIMIT_KIND
        from compliance.clocks.notices import CALENDAR_KIND
        from compliance.evidence import tasks  # noqa: F401
        from compliance.evidence.erasure import ERASURE_KIND
        from compliance.models.matters import name_kind
        from compliance.pages import (
            api_clients,
            calendar,
            deliveries,
            desk,
            desk_cards,
            desk_lists,
            evidence,
            limits,
            notice_texts,
            outbox_desk,
            overdue,
            reveal,
            search,
            staff,
            standing_in,
        )
        from compliance.pages.rules import registration as rule_pages
        from compliance.public import pages as public_pages
        from compliance.public import rules as public_rules
        from compliance.rulebook import changes, filings

        name_kind(CALENDAR_KIND, _("working-day notice"))
        name_kind(LIMIT_KIND, _("change of a time limit"))
        name_kind(EXTENSION_KIND, _("more time on a step"))
        name_kind(changes.VERSION_KIND, _("new version of a rule document"))
        name_kind(changes.WITHDRAWAL_KIND, _("withdrawal of an announced rule version"))
        name_kind(ERASURE_KIND, _("erasure of evidence"))
        public_pages.register()
        public_rules.register()
        desk.register()
        desk_cards.register()
        desk_lists.register()
        standing_in.register()
        evidence.register()
        limits.register()
        calendar.register()
        overdue.register()
        reveal.register()
        staff.register()
        search.register()
        rule_pages.register()
        api_clients.register()
        rulebook.register()
        commands.register()
        name_kind(SCOPE_KIND, _("writing scope of an API client"))
        deliveries.register()
        notice_texts.register()
        outbox_desk.register()

        roles.grant_to(
            roles.SYSTEM_ADMINISTRATOR,
            "compliance.view_person",
            "compliance.add_person",
            "compliance.change_person",
            "compliance.view_staffuser",
            "compliance.add_staffuser",
            "compliance.change_staffuser",
            "compliance.view_roleassignment",
            "compliance.add_roleassignment",
            "compliance.change_roleassignment",
            "compliance.view_apiclient",
            "compliance.change_apiclient",
        )
        for codename, label in (
            ("approve_limit", _("time limits and calendars, as supervisor")),
            ("approve_limit_as_officer", _("time limits, as compliance officer")),
            ("approve_extension", _("more time on a step")),
            ("approve_rule", _("rule documents, as supervisor")),
            ("approve_rule_as_officer", _("rule documents, as compliance officer")),
            ("approve_noticetemplate", _("texts of notices, as supervisor")),
            ("approve_noticetemplate_as_officer", _("texts of notices, as compliance officer")),
            ("approve_erasure", _("erasure of evidence, as supervisor")),
            ("approve_erasure_as_officer", _("erasure of evidence, as compliance officer")),
            ("approve_scope", _("scopes of the API")),
        ):
            roles.make_delegable(f"compliance.{codename}", label)
        for role in (roles.SUPERVISOR, roles.AUDITOR, roles.COMPLIANCE_OFFICER):
            roles.grant_to(
                role,
                "compliance.view_absence",
                "compliance.view_deputy",
                "compliance.view_handover",
                "compliance.view_recusal",
                "compliance.view_actionlog",
                "compliance.view_proposal",
                "compliance.view_approval",
                "compliance.view_person",
                "compliance.view_ruledocument",
                "compliance.view_timelimit",
                "compliance.view_clock",
            )
        for role in (roles.MODERATOR, roles.COMPLAINT_HANDLER):
            roles.grant_to(
                role,
                "compliance.view_timelimit",
                "compliance.view_clock",
                "compliance.propose_extension",
            )
        roles.grant_to(
            roles.SUPERVISOR,
            "compliance.propose_limit",
            "compliance.approve_limit",
            "compliance.approve_extension",
            "compliance.take_over_breach",
        )
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "compliance.propose_limit",
            "compliance.approve_limit_as_officer",
            "compliance.take_over_breach",
        )
        roles.grant_to(
            roles.AUDITOR,
            "compliance.view_identitysearch",
            "compliance.view_reveal",
            "compliance.view_roleassignment",
            "compliance.view_staffuser",
            "compliance.view_apiclient",
        )
        roles.make_delegable(changes.APPROVE, _("approval of rules by the supervisor"))
        roles.make_delegable(
            changes.APPROVE_AS_OFFICER, _("approval of rules by the compliance officer")
        )
        roles.grant_to(roles.SUPERVISOR, changes.APPROVE)
        roles.grant_to(
            roles.COMPLIANCE_OFFICER, changes.PROPOSE, changes.APPROVE_AS_OFFICER, filings.FILE
        )
        roles.grant_to(
            roles.SUPERVISOR,
            "compliance.assign_work",
            "compliance.delegate_approval",
            "compliance.enter_absence",
            "compliance.recuse_others",
        )
        # Where the one supervisor is bound by their own proposal, somebody else names the deputy.
        roles.grant_to(roles.COMPLIANCE_OFFICER, "compliance.delegate_approval")
        for role in (roles.SUPERVISOR, roles.AUDITOR, roles.COMPLIANCE_OFFICER):
            roles.grant_to(
                role,
                "compliance.view_notice",
                "compliance.view_delivery",
                "compliance.view_noticetemplate",
                "compliance.view_platformcommand",
            )
        for role in (roles.MODERATOR, roles.COMPLAINT_HANDLER):
            roles.grant_to(role, "compliance.view_own_notices")
        roles.grant_to(
            roles.SUPERVISOR, "compliance.cancel_delivery", "compliance.approve_noticetemplate"
        )
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "compliance.propose_noticetemplate",
            "compliance.approve_noticetemplate_as_officer",
            "compliance.resend_delivery",
            "compliance.repeat_platformcommand",
        )
        roles.grant_to(roles.COMPLIANCE_OFFICER, "compliance.view_apiclient", APPROVER)
        for role in (
            roles.MODERATOR,
            roles.COMPLAINT_HANDLER,
            roles.SUPERVISOR,
            roles.COMPLIANCE_OFFICER,
        ):
            roles.grant_to(
                role,
                "compliance.view_evidencefile",
                "compliance.look_at_evidence",
                "compliance.show_sensitive_evidence",
                "compliance.rate_evidence",
            )
        roles.grant_to(
            roles.MODERATOR, "compliance.take_out_evidence", "compliance.propose_erasure"
        )
        roles.grant_to(roles.SUPERVISOR, "compliance.approve_erasure")
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "compliance.take_out_evidence",
            "compliance.propose_erasure",
            "compliance.approve_erasure_as_officer",
        )
        roles.grant_to(
            roles.AUDITOR, "compliance.view_evidencefile", "compliance.view_evidenceview"
        )
        roles.grant_to(roles.SUPERVISOR, "compliance.view_evidenceview")
        roles.grant_to(roles.MODERATOR, "compliance.reveal_identity", "compliance.search_identity")
        roles.grant_to(
            roles.COMPLIANCE_OFFICER, "compliance.reveal_identity", "compliance.search_identity"
        )

"""The package as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Registers what the package adds to the console."""

    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are loaded only now.
        from accounts import guards
        from accounts.api import accounts, applications
        from accounts.api import agencies as pushed_agencies
        from accounts.api import agreements as pushed_agreements
        from accounts.api import avatars as pushed_avatars
        from accounts.api import corrections as answered_corrections
        from accounts.api import disclosure as pushed_disclosure
        from accounts.api import dormancy as read_dormancy
        from accounts.api import findings as read_findings
        from accounts.api import grades as read_grades
        from accounts.api import metrics as pushed_metrics
        from accounts.api import patrol as read_patrol
        from accounts.api import powers as pushed_powers
        from accounts.api import profile_changes as pushed_profile_changes
        from accounts.api import qualifications as pushed_qualifications
        from accounts.api import stops as pushed_stops
        from accounts.api import transfers as pushed_transfers
        from accounts.pages import (
            account,
            agencies,
            agreements,
            application,
            application_review,
            corrections,
            disclosure,
            dormancy,
            findings,
            formulas,
            grades,
            histories,
            identity_search,
            materials,
            metrics,
            patrol,
            powers,
            profiles,
            public_accounts,
            qualifications,
            searches,
            stops,
            subject,
            transfers,
        )
        from accounts.services import (
            commands,
            correction_notices,
            invitations,
            material,
            notices,
            qualification_notices,
            stop_notices,
            transfer_notices,
        )
        from accounts.services.agencies import answers as contract_answers
        from accounts.services.agencies import telling as contract_notices
        from accounts.services.comment_powers import telling as comment_notices
        from accounts.services.corrections import responding
        from accounts.services.disclosure import register_subject_change_source
        from accounts.services.dormancy import notices as dormancy_notices
        from accounts.services.earning import telling as earning_notices
        from accounts.services.profiles import answers as profile_answers
        from accounts.services.profiles import notices as profile_notices
        from accounts.services.qualifications import answers
        from accounts.services.stops import answers as stop_answers
        from accounts.services.transfers import answers as transfer_answers
        from accounts.services.transfers import parties, publishing
        from compliance import roles
        from compliance.clocks.extensions import register_teller
        from compliance.guards import register_guards
        from compliance.models.commands import name_command
        from compliance.notices.purposes import register_purpose
        from compliance.notices.recipients import register_address_book
        from compliance.responses import register_response_kind

        register_guards(guards)
        for purpose in (
            *notices.PURPOSES,
            *qualification_notices.PURPOSES,
            *profile_notices.PURPOSES,
            *dormancy_notices.PURPOSES,
            *transfer_notices.PURPOSES,
            *stop_notices.PURPOSES,
            *correction_notices.PURPOSES,
            *earning_notices.PURPOSES,
            *contract_notices.PURPOSES,
            comment_notices.PURPOSE,
        ):
            register_purpose(purpose)
        register_teller("correction", correction_notices.tell_of_more_time)
        register_address_book(invitations.ACCOUNT, notices.contact_of)
        register_address_book("transferor", parties.contact_of_transferor)
        register_address_book("transferee", parties.contact_of_transferee)
        register_subject_change_source(publishing.published_changes)
        for kind, label in (*commands.LABELS.items(), *earning_notices.LABELS.items()):
            name_command(kind, label)
        register_response_kind(material.KIND)
        for response_kind in (
            *answers.KINDS,
            profile_answers.KIND,
            *transfer_answers.KINDS,
            stop_answers.KIND,
            *responding.KINDS,
            contract_answers.KIND,
        ):
            register_response_kind(response_kind)
        application.register()
        application_review.register()
        applications.register()
        pushed_disclosure.register()
        pushed_metrics.register()
        read_grades.register()
        read_dormancy.register()
        read_patrol.register()
        pushed_powers.register()
        pushed_agencies.register_all()
        accounts.register()
        pushed_agreements.register()
        pushed_qualifications.register()
        pushed_profile_changes.register()
        pushed_avatars.register()
        pushed_transfers.register()
        pushed_stops.register()
        answered_corrections.register()
        read_findings.register()
        findings.register()
        materials.register()
        account.register()
        agreements.register()
        qualifications.register()
        profiles.register()
        transfers.register()
        stops.register()
        corrections.register()
        subject.register()
        histories.register()
        identity_search.register()
        searches.register()
        public_accounts.register()
        disclosure.register()
        metrics.register()
        grades.register()
        dormancy.register()
        patrol.register()
        powers.register()
        agencies.register()
        formulas.register()
        seen = [
            "accounts.view_application",
            "accounts.view_subject",
            "accounts.view_publicaccount",
            "accounts.view_restriction",
            "accounts.view_listedname",
            "accounts.view_agreementacceptance",
            "accounts.view_qualification",
            "accounts.view_qualificationrule",
            "accounts.view_accountmark",
            "accounts.view_disclosure",
            "accounts.view_disclosureconsent",
            "accounts.view_publiccontact",
            "accounts.view_metricalert",
            "accounts.view_followconsent",
            "accounts.view_accountgrade",
            "accounts.view_applicationmaterial",
            "accounts.view_correction",
            "accounts.view_finding",
            "accounts.view_hold",
            "accounts.view_profilechange",
            "accounts.view_reservedavatar",
            "accounts.view_dormancy",
            "accounts.view_dormancybatch",
            "accounts.view_dormancyrule",
            "accounts.view_dormancysweep",
            "accounts.view_patrolcheck",
            "accounts.view_patrolrule",
            "accounts.view_patrolrun",
            "accounts.view_transfer",
            "accounts.view_regularisation",
            "accounts.view_stop",
            "accounts.view_nameprotection",
            "accounts.view_earningapplication",
            "accounts.view_accountpowers",
            "accounts.view_violationfact",
            "accounts.view_standing",
            "accounts.view_agency",
            "accounts.view_agencycontract",
            "accounts.view_eligibilityrule",
        ]
        for role in (
            roles.MODERATOR,
            roles.SUPERVISOR,
            roles.COMPLIANCE_OFFICER,
            roles.AUDITOR,
            roles.COMPLAINT_HANDLER,
        ):
            roles.grant_to(role, *seen)
        roles.grant_to(
            roles.MODERATOR,
            "accounts.review_application",
            "accounts.withdraw_application",
            "accounts.record_finding",
            "accounts.handle_finding",
        )
        roles.grant_to(
            roles.MODERATOR,
            "accounts.submit_qualification",
            "accounts.review_qualification",
            "accounts.revoke_qualification",
        )
        roles.grant_to(
            roles.MODERATOR,
            "accounts.submit_profilechange",
            "accounts.review_profilechange",
        )
        roles.grant_to(
            roles.MODERATOR,
            "accounts.submit_transfer",
            "accounts.review_transfer",
            "accounts.handle_regularisation",
            "accounts.submit_stop",
        )
        roles.grant_to(roles.SUPERVISOR, "accounts.approve_transfer")
        roles.make_delegable("accounts.approve_transfer", _("transfer of an account"))
        roles.grant_to(
            roles.MODERATOR,
            "accounts.order_correction",
            "accounts.review_correction",
            "accounts.withdraw_correction",
            "accounts.submit_contract",
            "accounts.review_contract",
            "accounts.terminate_contract",
            "accounts.register_agency",
        )
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "accounts.register_agency",
            "accounts.propose_formula",
            "accounts.add_names",
            "accounts.add_avatars",
            "accounts.propose_qualification_rule",
            "accounts.follow_disclosure",
        )
        roles.grant_to(
            roles.SUPERVISOR,
            "accounts.approve_qualification_rule",
            "accounts.withdraw_correction",
            "accounts.approve_formula",
        )
        roles.make_delegable("accounts.approve_formula", _("formulas of accounts"))
        roles.make_delegable(
            "accounts.approve_qualification_rule", _("how a type of qualification is checked")
        )
        roles.grant_to(roles.MODERATOR, "accounts.handle_dormancy", "accounts.check_patrol")
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "accounts.propose_dormancy_rule",
            "accounts.sweep_dormancy",
            "accounts.approve_dormancybatch_as_officer",
            "accounts.plan_patrol",
            "accounts.propose_patrol_rule",
        )
        roles.grant_to(
            roles.SUPERVISOR,
            "accounts.approve_dormancy_rule",
            "accounts.approve_patrol_rule",
            "accounts.sweep_dormancy",
            "accounts.handle_dormancy",
            "accounts.undo_dormancy",
            "accounts.approve_dormancybatch",
            "accounts.plan_patrol",
        )
        roles.make_delegable("accounts.approve_dormancy_rule", _("what counts as dormant"))
        roles.make_delegable("accounts.approve_patrol_rule", _("how patrols go"))
        roles.make_delegable("accounts.approve_dormancybatch", _("terminations for dormancy"))
        roles.make_delegable(
            "accounts.approve_dormancybatch_as_officer",
            _("large batches of terminations for dormancy"),
        )

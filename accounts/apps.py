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
        from accounts.api import accounts, applications
        from accounts.api import agreements as pushed_agreements
        from accounts.api import allowances as pushed_allowances
        from accounts.api import disclosure as pushed_disclosure
        from accounts.api import findings as read_findings
        from accounts.api import grades as read_grades
        from accounts.api import guardians as pushed_guardians
        from accounts.api import metrics as pushed_metrics
        from accounts.api import qualifications as pushed_qualifications
        from accounts.api import repudiations as pushed_repudiations
        from accounts.pages import (
            account,
            agreements,
            allowances,
            application,
            application_review,
            disclosure,
            findings,
            grades,
            guardians,
            histories,
            identity_search,
            materials,
            metrics,
            public_accounts,
            public_more_accounts,
            qualifications,
            repudiations,
            searches,
            subject,
        )
        from accounts.services import (
            commands,
            invitations,
            material,
            notices,
            qualification_notices,
        )
        from accounts.services.allowances import answers as allowance_answers
        from accounts.services.allowances import notices as allowance_notices
        from accounts.services.guardians import consent as guardian_consent
        from accounts.services.guardians import notices as guardian_notices
        from accounts.services.qualifications import answers
        from accounts.services.repudiations import answers as repudiation_answers
        from accounts.services.repudiations import notices as repudiation_notices
        from accounts.services.repudiations.submission import CLAIMANT
        from compliance import roles
        from compliance.models.commands import name_command
        from compliance.notices.purposes import register_purpose
        from compliance.notices.recipients import register_address_book
        from compliance.responses import register_response_kind

        for purpose in (
            *notices.PURPOSES,
            *qualification_notices.PURPOSES,
            *allowance_notices.PURPOSES,
            *repudiation_notices.PURPOSES,
            *guardian_notices.PURPOSES,
        ):
            register_purpose(purpose)
        register_address_book(invitations.ACCOUNT, notices.contact_of)
        register_address_book(guardian_notices.RECIPIENT, guardian_notices.contact_of)
        register_address_book(CLAIMANT, repudiation_notices.contact_of)
        for kind, label in commands.LABELS.items():
            name_command(kind, label)
        register_response_kind(material.KIND)
        for response_kind in (
            *answers.KINDS,
            *repudiation_answers.KINDS,
            *guardian_consent.KINDS,
        ):
            register_response_kind(response_kind)
        register_response_kind(allowance_answers.KIND)
        guardians.register()
        pushed_guardians.register()
        allowances.register()
        repudiations.register()
        pushed_repudiations.register()
        pushed_allowances.register()
        public_more_accounts.register()
        application.register()
        application_review.register()
        applications.register()
        pushed_disclosure.register()
        pushed_metrics.register()
        read_grades.register()
        accounts.register()
        pushed_agreements.register()
        pushed_qualifications.register()
        read_findings.register()
        findings.register()
        materials.register()
        account.register()
        agreements.register()
        qualifications.register()
        subject.register()
        histories.register()
        identity_search.register()
        searches.register()
        public_accounts.register()
        disclosure.register()
        metrics.register()
        grades.register()
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
            "accounts.view_finding",
            "accounts.view_hold",
            "accounts.view_accountallowance",
            "accounts.view_repudiation",
            "accounts.view_guardianconsent",
            "accounts.view_guardianwithdrawal",
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
            roles.COMPLIANCE_OFFICER,
            "accounts.add_names",
            "accounts.propose_qualification_rule",
            "accounts.follow_disclosure",
        )
        roles.grant_to(roles.MODERATOR, "accounts.submit_allowance", "accounts.review_allowance")
        roles.grant_to(
            roles.MODERATOR,
            "accounts.submit_repudiation",
            "accounts.review_repudiation",
            "accounts.record_guardian_withdrawal",
            "accounts.decide_guardian_withdrawal",
        )
        roles.grant_to(
            roles.SUPERVISOR, "accounts.approve_allowance", "accounts.approve_repudiation"
        )
        roles.make_delegable("accounts.approve_repudiation", _("accounts that leave a name"))
        roles.make_delegable("accounts.approve_allowance", _("more accounts of a subject"))
        roles.grant_to(roles.SUPERVISOR, "accounts.approve_qualification_rule")
        roles.make_delegable(
            "accounts.approve_qualification_rule", _("how a type of qualification is checked")
        )

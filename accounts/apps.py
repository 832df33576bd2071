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
        from accounts import guards, permissions
        from accounts.api import accounts, applications
        from accounts.api import agencies as pushed_agencies
        from accounts.api import agreements as pushed_agreements
        from accounts.api import allowances as pushed_allowances
        from accounts.api import avatars as pushed_avatars
        from accounts.api import category_mismatches as reported_mismatches
        from accounts.api import corrections as answered_corrections
        from accounts.api import disclosure as pushed_disclosure
        from accounts.api import dormancy as read_dormancy
        from accounts.api import findings as read_findings
        from accounts.api import grades as read_grades
        from accounts.api import guardians as pushed_guardians
        from accounts.api import metrics as pushed_metrics
        from accounts.api import patrol as read_patrol
        from accounts.api import powers as pushed_powers
        from accounts.api import profile_changes as pushed_profile_changes
        from accounts.api import qualifications as pushed_qualifications
        from accounts.api import repudiations as pushed_repudiations
        from accounts.api import stops as pushed_stops
        from accounts.api import transfers as pushed_transfers
        from accounts.pages import (
            account,
            affiliations,
            agencies,
            agreements,
            allowances,
            application,
            application_review,
            blacklist,
            category_mismatches,
            corrections,
            disclosure,
            dormancy,
            findings,
            formulas,
            grades,
            guardians,
            histories,
            identity_search,
            materials,
            metrics,
            patrol,
            powers,
            profiles,
            public_accounts,
            public_more_accounts,
            qualifications,
            repudiations,
            searches,
            stops,
            subject,
            transfers,
        )
        from accounts.pages import minors as whose_minors
        from accounts.services import (
            commands,
            correction_notices,
            ended_matters,
            identity_pictures,
            invitations,
            material,
            notices,
            operators,
            qualification_notices,
            stop_notices,
            transfer_notices,
        )
        from accounts.services.agencies import answers as contract_answers
        from accounts.services.agencies import telling as contract_notices
        from accounts.services.allowances import answers as allowance_answers
        from accounts.services.allowances import notices as allowance_notices
        from accounts.services.comment_powers import telling as comment_notices
        from accounts.services.corrections import responding
        from accounts.services.disclosure import register_subject_change_source
        from accounts.services.dormancy import notices as dormancy_notices
        from accounts.services.earning import telling as earning_notices
        from accounts.services.guardians import consent as guardian_consent
        from accounts.services.guardians import notices as guardian_notices
        from accounts.services.minors import SubjectRegister
        from accounts.services.profiles import answers as profile_answers
        from accounts.services.profiles import notices as profile_notices
        from accounts.services.qualifications import answers
        from accounts.services.repudiations import answers as repudiation_answers
        from accounts.services.repudiations import notices as repudiation_notices
        from accounts.services.repudiations.submission import CLAIMANT
        from accounts.services.stops import answers as stop_answers
        from accounts.services.transfers import answers as transfer_answers
        from accounts.services.transfers import parties, publishing
        from compliance.clocks.extensions import register_teller
        from compliance.evidence.retention import register_keeping
        from compliance.guards import register_guards
        from compliance.identity.minors import register_minors
        from compliance.models.commands import name_command
        from compliance.notices.purposes import register_purpose
        from compliance.notices.recipients import register_address_book, register_forwarding
        from compliance.responses import register_response_kind

        register_guards(guards)
        ended_matters.register()
        register_minors(SubjectRegister())
        for keeping in identity_pictures.KEEPINGS:
            register_keeping(keeping)
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
            *allowance_notices.PURPOSES,
            *repudiation_notices.PURPOSES,
            *guardian_notices.PURPOSES,
        ):
            register_purpose(purpose)
        register_teller("correction", correction_notices.tell_of_more_time)
        register_address_book(invitations.ACCOUNT, notices.contact_of)
        register_forwarding(invitations.ACCOUNT, operators.whoever_ran)
        register_address_book("transferor", parties.contact_of_transferor)
        register_address_book("transferee", parties.contact_of_transferee)
        register_subject_change_source(publishing.published_changes)
        register_address_book(guardian_notices.RECIPIENT, guardian_notices.contact_of)
        register_address_book(CLAIMANT, repudiation_notices.contact_of)
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
            *repudiation_answers.KINDS,
            *guardian_consent.KINDS,
            allowance_answers.KIND,
        ):
            register_response_kind(response_kind)
        guardians.register()
        whose_minors.register()
        pushed_guardians.register()
        allowances.register()
        blacklist.register()
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
        reported_mismatches.register()
        category_mismatches.register()
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
        affiliations.register()
        agencies.register()
        formulas.register()
        permissions.register()

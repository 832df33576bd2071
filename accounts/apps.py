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
        from accounts.api import disclosure as pushed_disclosure
        from accounts.api import metrics as pushed_metrics
        from accounts.pages import (
            account,
            agreements,
            application,
            application_review,
            disclosure,
            histories,
            identity_search,
            metrics,
            public_accounts,
            searches,
            subject,
        )
        from accounts.services import commands, notices
        from compliance import roles
        from compliance.models.outbox import name_command
        from compliance.notices.purposes import register_purpose
        from compliance.notices.recipients import register_address_book

        for purpose in notices.PURPOSES:
            register_purpose(purpose)
        register_address_book(notices.ACCOUNT, notices.contact_of)
        for kind, label in commands.LABELS.items():
            name_command(kind, label)
        application.register()
        application_review.register()
        applications.register()
        pushed_disclosure.register()
        pushed_metrics.register()
        accounts.register()
        pushed_agreements.register()
        account.register()
        agreements.register()
        subject.register()
        histories.register()
        identity_search.register()
        searches.register()
        public_accounts.register()
        disclosure.register()
        metrics.register()
        seen = [
            "accounts.view_application",
            "accounts.view_subject",
            "accounts.view_publicaccount",
            "accounts.view_restriction",
            "accounts.view_listedname",
            "accounts.view_agreementacceptance",
            "accounts.view_disclosure",
            "accounts.view_disclosureconsent",
            "accounts.view_publiccontact",
            "accounts.view_metricalert",
            "accounts.view_followconsent",
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
            roles.MODERATOR, "accounts.review_application", "accounts.withdraw_application"
        )
        roles.grant_to(roles.COMPLIANCE_OFFICER, "accounts.add_names", "accounts.follow_disclosure")

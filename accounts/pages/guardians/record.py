"""The page of one consent: who agreed to what, how far it holds, and that it is taken back."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource
from accounts.guardian_words import DECLARATION, DECLARATION_VERSION
from accounts.models import GuardianConsent, PublicAccount
from accounts.pages.addresses import account_url, application_url
from accounts.pages.guardians.presentation import ConsentState, consent_facts, state_badge, state_of
from accounts.pages.guardians.review import URL_NAME as REVIEW
from accounts.pages.presentation import instant
from accounts.pages.shown_files import files_context
from accounts.services.guardians.withdrawal import RECORD, withdraw_consent
from compliance.models import ResponseInvitation, StaffUser
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.record import RecordPage
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.pages import register_page


class GuardianConsentPage(RecordPage):
    """One consent of a guardian, masked: what was agreed to, until when, and what became of it."""

    permission = "accounts.view_guardianconsent"
    template_name = "accounts/guardians/record.html"
    list_title = gettext_lazy("consents of guardians")
    list_url_name = "admin:accounts_guardianconsent_changelist"
    provision = Provision.PUBLIC_ACCOUNT_8_1

    def find_record(self) -> GuardianConsent:
        found = GuardianConsent.objects.select_related(
            "application__id_number__key", "application__guardian_consent", "name", "id_number"
        ).select_related("mobile", "receipt", "withdrawal__work_item", "withdrawal__decided_by")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        uid = self.record.application.platform_uid
        return _("Consent of a guardian to the account %(uid)s") % {"uid": uid}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        withdrawal = getattr(record, "withdrawal", None)
        is_shown_here = record.declaration == DECLARATION_VERSION
        documents = record.documents.select_related("file__key", "file__attached_by")
        return {
            "badge": state_badge(record),
            "facts": [*self.what_for(staff), *consent_facts(record, staff), *self.how_long()],
            "declaration": DECLARATION if is_shown_here else "",
            "withdrawn": self.what_became_of_it(staff),
            **(
                files_context(
                    [(_("Document that shows the guardianship"), each.file) for each in documents],
                    staff,
                )
                if staff.has_perm("accounts.review_application")
                else {}
            ),
            "shows_documents": staff.has_perm("accounts.review_application"),
            "told": notice_rows([each for each in (record, withdrawal) if each], staff),
            "steps": timeline_of(*(each for each in (record, withdrawal) if each is not None)),
            **super().get_context_data(**kwargs),
        }

    def what_for(self, staff: StaffUser) -> list[Fact]:
        """Return which application and account the consent carries."""
        application = self.record.application
        account = PublicAccount.objects.filter(application=application).first()
        may_go = staff.has_perm("accounts.view_application")
        facts = [
            Fact(
                _("Application"),
                application.platform_uid,
                hint=application.get_status_display(),
                url=application_url(application.pk) if may_go else "",
            )
        ]
        if account is not None:
            facts.append(
                Fact(
                    _("Account"),
                    account.name,
                    hint=account.get_status_display(),
                    url=account_url(account),
                )
            )
        return facts

    def how_long(self) -> list[Fact]:
        """Return until when the consent holds, and until when it can be taken back by its link."""
        record = self.record
        facts = [
            Fact(
                _("Holds until"),
                _("whoever applied comes of age, or a guardian takes it back"),
                hint=_("still a minor today")
                if state_of(record) != ConsentState.NOT_NEEDED
                else _("of age by now"),
            )
        ]
        link = ResponseInvitation.objects.open().about(record).first()
        if link is not None:
            facts.append(Fact(_("Can be taken back by the link until"), instant(link.until)))
        if record.receipt is not None:
            facts.append(Fact(_("Receipt"), record.receipt.number))
        return facts

    def what_became_of_it(self, staff: StaffUser) -> list[Fact]:
        """Return that the consent was taken back, and what was decided."""
        withdrawal = getattr(self.record, "withdrawal", None)
        if withdrawal is None:
            return []
        may_go = staff.has_perm("accounts.view_guardianwithdrawal")
        facts = [
            Fact(
                _("Taken back"),
                instant(withdrawal.received_at),
                hint=withdrawal.get_source_display(),
            ),
            Fact(
                _("What follows"),
                withdrawal.get_status_display(),
                url=reverse(f"admin:{REVIEW}", args=[withdrawal.work_item_id]) if may_go else "",
            ),
        ]
        if withdrawal.decided_by is not None:
            facts.append(
                Fact(
                    _("Decided"),
                    _("%(time)s by %(name)s")
                    % {
                        "time": instant(withdrawal.decided_at),
                        "name": withdrawal.decided_by.name,
                    },
                )
            )
        return facts

    def allowed_actions(self) -> list[AllowedAction]:
        record, staff = self.record, staff_of(self.request)
        account = PublicAccount.objects.filter(application=record.application_id).first()
        is_open = account is not None and account.status == "active"
        if getattr(record, "withdrawal", None) is not None or not is_open:
            return []
        if not staff.has_perm(RECORD):
            return []
        return [
            AllowedAction(
                code="withdraw",
                label=_("The guardian takes it back"),
                url=self.request.path,
                hint=_(
                    "The service of the account is suspended at once, and a colleague decides what "
                    "becomes of it. Say how the guardian told it."
                ),
                tone="danger",
                key="w",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        if act != "withdraw":
            return super().carry_out(act, actor, reason)
        withdraw_consent(
            consent=self.record,
            source=ApplicationSource.CONSOLE,
            actor=actor,
            provision=self.provision,
            reason=reason,
        )
        return _("Recorded; the service is suspended until it is decided.")


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("guardian-consents/<int:pk>/", GuardianConsentPage, name="guardian_consent")

"""Whose the identity data is that a colleague asks to be shown: the child's or the guardian's."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import GuardianConsent, PublicAccount, Subject
from accounts.pages.addresses import account_url, subject_url
from compliance.models import IdentityValue, StaffUser
from compliance.pages.whose import Whose, register_whose
from compliance.ui.kit import Fact


def of_minor(value: IdentityValue, staff: StaffUser) -> Whose | None:
    """
    Return whose a value is that lies under the key of a subject, masked, with its accounts.

    What a guardian told lies under the key of the minor and is kept from sight with it.
    """
    subject = Subject.objects.select_related("name").filter(key=value.key_id).first()
    if subject is None:
        return None
    told = Q(name=value) | Q(id_number=value) | Q(mobile=value)
    is_guardians = GuardianConsent.objects.filter(told).exists()
    facts = [
        Fact(
            _("Child") if subject.is_minor else _("Subject"),
            subject.shown_name,
            url=subject_url(subject, staff),
        )
    ]
    accounts = PublicAccount.objects.filter(subject=subject).order_by("pk")
    may_see = staff.has_perm("accounts.view_publicaccount")
    facts += [
        Fact(_("Account"), each.name, each.platform_uid, account_url(each) if may_see else "")
        for each in accounts
    ]
    if not subject.is_minor:
        return Whose(side=_("of the subject"), facts=facts)
    return Whose(side=_("of the guardian") if is_guardians else _("of the child"), facts=facts)


def register() -> None:
    """Say whose values are; called when apps are ready."""
    register_whose(of_minor)

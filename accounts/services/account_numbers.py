"""Accounts by their number on the platform."""

from django.utils.translation import gettext as _

from accounts.models import PublicAccount
from compliance.errors import InvalidInput


def account_numbered(platform_uid: str) -> PublicAccount:
    """
    Return the account that has this number on the platform.

    :raises InvalidInput: if none has it.
    """
    account = PublicAccount.objects.filter(platform_uid=platform_uid).first()
    if account is None:
        raise InvalidInput(_("No account has this number."))
    return account

"""What the platform's systems name by its number on the platform."""

from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount
from compliance.errors import InvalidInput


def account_numbered(platform_uid: str) -> PublicAccount:
    """
    Return the account that has this number on the platform.

    :raises InvalidInput: if none has it.
    """
    account = PublicAccount.objects.filter(platform_uid=platform_uid).first()
    if account is None:
        raise InvalidInput(gettext_lazy("No account has this number."))
    return account

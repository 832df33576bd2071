"""Accounts that belong to one story of the demo alone, each registered when it is needed."""

from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import AccountStatus, ApplicationSource
from accounts.models import PublicAccount
from accounts.services.registration import register_account
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from reports.demo.applicants import UID_PREFIX, Applicants, application

# Told apart by it from those of which a story takes the next one that is free.
_PREFIX: Final = f"{UID_PREFIX}own-"


def spare_accounts() -> QuerySet[PublicAccount]:
    """Return the active accounts that belong to no story alone."""
    active = PublicAccount.objects.filter(status=AccountStatus.ACTIVE)
    return active.exclude(platform_uid__startswith=_PREFIX)


class OwnAccounts:
    """
    Registers accounts of natural persons, one after the other.

    `first_number` keeps the numbers of one story apart from those of every other.
    """

    def __init__(self, system: StaffUser, *, first_number: int) -> None:
        self._system = system
        self._make = Applicants(first_number, uid_prefix=_PREFIX, first_number=first_number)

    def register(self) -> PublicAccount:
        """
        Register the next account now.

        :raises PublicAccount.DoesNotExist: if the checks did not approve it.
        """
        cells = self._make.person(timezone.now())
        grounds = Grounds(
            actor=self._system,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
            reason="平台推送的注册申请",
        )
        register_account(data=application(cells), source=ApplicationSource.API, **grounds)
        return PublicAccount.objects.get(platform_uid=cells["platform_uid"])

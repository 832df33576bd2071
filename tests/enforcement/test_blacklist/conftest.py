"""The blacklist: an account with an identity, and the digests that are kept."""

from collections.abc import Callable

import pytest

from accounts.models import Application, IdentityBar, PublicAccount

MakeApplication = Callable[..., Application]


@pytest.fixture
def account(make_application: MakeApplication) -> PublicAccount:
    """An account whose subject gave a mobile number and is known by its document."""
    return PublicAccount.objects.get(application=make_application(mobile="13700001111"))


def digests() -> int:
    return IdentityBar.objects.exclude(digest=None).count()

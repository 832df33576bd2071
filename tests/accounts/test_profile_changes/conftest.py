"""Changes of profiles: an account, and what each refusal leaves as it was."""

from typing import Any

import pytest

from accounts.models import AvatarImage, ProfileChange, ProfileChangeCheck, PublicAccount
from accounts.profile_words import ProfileChangeStatus
from compliance.models import (
    ActionLog,
    Clock,
    Notice,
    Participation,
    PlatformCommand,
    ResponseInvitation,
    WorkItem,
)

S = ProfileChangeStatus


def state() -> Any:
    """Return everything a refused act must leave as it was."""
    return (
        list(ProfileChange.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values("name", "bio", "category", "version")),
        ProfileChange.history.count(),
        list(WorkItem.objects.order_by("pk").values()),
        list(ResponseInvitation.objects.order_by("pk").values("status")),
        [
            each.objects.count()
            for each in (
                ActionLog,
                AvatarImage,
                Clock,
                Notice,
                Participation,
                PlatformCommand,
                ProfileChangeCheck,
            )
        ],
    )


@pytest.fixture
def account(make_account):
    return make_account(account_name="河畔夜读", bio="谈书")

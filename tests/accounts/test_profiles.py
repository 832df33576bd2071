"""A profile becomes another by one service, and what finds its name goes with it."""

import json

import pytest

from accounts.enums import Category
from accounts.models import AccountNameKey, PublicAccount
from accounts.services.profiles import Profile, set_profile
from accounts.services.restrictions import close_account
from compliance.errors import ActionRefused, InvalidInput, StaleVersion
from compliance.models import PlatformCommand
from tests.accounts.test_restrictions import ground, grounds


def change(account, system, **profile):
    set_profile(
        account=account, profile=Profile(**profile), ground_ref="profile:1", **grounds(system)
    )


def test_a_new_name_is_found_in_place_of_the_old_one(make_account, make_application, system):
    account = make_account(account_name="河畔夜读")

    change(account, system, name=" 山间晨读 ", bio="只谈散文", category=Category.CULTURE)

    account = PublicAccount.objects.get(pk=account.pk)
    assert (account.name, account.folded_name) == ("山间晨读", "山间晨读")
    assert (account.bio, account.category) == ("只谈散文", "culture")
    assert make_application(account_name="河畔夜读").checks.count() == 0
    near = make_application(account_name="山间 晨读")
    assert [check.code for check in near.checks.all()] == ["name_similar"]
    command = PlatformCommand.objects.get(kind="account.profile")
    assert json.loads(command.payload) == {
        "account": account.platform_uid,
        "name": "山间晨读",
        "bio": "只谈散文",
        "category": "culture",
        "avatar": "",
        "is_avatar_removed": False,
    }


@pytest.mark.parametrize("profile", [{}, {"name": "  "}, {"name": "长" * 201}])
def test_refuses_a_profile_that_is_none_and_leaves_nothing(make_account, system, profile):
    account = make_account()
    keys = list(AccountNameKey.objects.values_list("key"))

    with pytest.raises(InvalidInput):
        change(account, system, **profile)

    assert account.history.count() == 1
    assert list(AccountNameKey.objects.values_list("key")) == keys
    assert not PlatformCommand.objects.exists()


def test_refuses_the_profile_of_a_closed_account_and_of_one_that_moved_on(make_account, system):
    account = make_account()
    with pytest.raises(StaleVersion):
        set_profile(
            account=account,
            profile=Profile(name="山间晨读"),
            ground_ref="profile:1",
            expected_version=7,
            **grounds(system),
        )
    close_account(account=account, **ground(), **grounds(system))
    with pytest.raises(ActionRefused):
        change(account, system, name="山间晨读")

    assert PublicAccount.objects.get(pk=account.pk).name == account.name

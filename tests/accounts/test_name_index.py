"""Keys of names that were changed behind the services' back are found out and repaired."""

import io
import json
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.enums import ListedNameKind
from accounts.models import AccountNameKey, ListedNameKey
from tests.accounts.test_screening import found, listing


def run(*options):
    out = io.StringIO()
    complaint = ""
    try:
        call_command("rebuild_name_index", "--json", *options, stdout=out)
    except CommandError as problem:
        complaint = str(problem)
    return {(line := json.loads(text))["label"]: line for text in out.getvalue().splitlines()}, (
        complaint
    )


@pytest.fixture
def names(system, make_account):
    listing(system, ListedNameKind.RESERVED, "人民日报", "新华社")
    return make_account(account_name="千寻读书小站")


def keys():
    return set(ListedNameKey.objects.values_list("key", "listed_name_id")), set(
        AccountNameKey.objects.values_list("key", "account_id")
    )


def test_finds_the_keys_in_step_that_the_services_wrote(names):
    lines, complaint = run("--check")

    assert complaint == ""
    assert {label: line["names"] for label, line in lines.items()} == {"listed": 2, "live": 1}
    assert all(line["is_in_step"] for line in lines.values())


def test_finds_what_is_missing_and_left_over_and_repairs_it(names):
    before = keys()
    listed = ListedNameKey.objects.order_by("key").first()
    ListedNameKey.objects.filter(key=listed.key).delete()
    ListedNameKey.objects.create(key=7, listed_name_id=listed.listed_name_id)
    AccountNameKey.objects.all().delete()
    AccountNameKey.objects.create(key=7, account=names)

    seen, complaint = run("--check")
    assert complaint
    assert (seen["listed"]["missing"], seen["listed"]["surplus"]) == (1, 1)
    assert (seen["live"]["missing"], seen["live"]["surplus"]) == (1, 1)
    assert found("干寻读书小站")[1] == []

    repaired, complaint = run()
    assert complaint == ""
    assert repaired == seen | {label: {**line, "is_in_step": False} for label, line in seen.items()}
    assert keys() == before
    assert run("--check")[1] == ""


def test_the_migration_builds_the_keys_that_the_services_write(names):
    before = keys()
    ListedNameKey.objects.all().delete()
    AccountNameKey.objects.all().delete()
    migration = import_module("accounts.migrations.0013_name_keys_and_claims")

    migration.build_keys(apps, SimpleNamespace(connection=connection))

    assert keys() == before

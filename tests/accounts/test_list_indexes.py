"""Every filter and search of a list of accounts begins an index, so that none reads a whole table."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.db import models

from accounts.admin.accounts import AgreementFilter
from accounts.admin.corrections import MismatchFilter
from accounts.admin.disclosure import MissingFilter
from accounts.admin.profiles import PartFilter
from accounts.admin.qualifications import EndFilter
from accounts.models import Restriction

# Filters of our own say here by which columns they ask.
ASKED_BY: dict[type, tuple[str, ...]] = {
    AgreementFilter: ("status",),
    # Whose check is due is asked of the verified alone, by an index of its own.
    EndFilter: ("valid_until", "status"),
    MismatchFilter: ("mismatches",),
    MissingFilter: ("missing",),
    PartFilter: ("parts",),
}
LISTS = [
    (model, page)
    for model, page in admin.site._registry.items()
    if model._meta.app_label == "accounts"
]


def is_index_of(index: models.Index, column: models.Field) -> bool:
    """Whether the index begins with the column, and leaves out at most rows that have nothing in it."""
    there = {
        None,
        ~models.Q(**{column.name: None}),
        models.Q(**{f"{column.name}__isnull": False}),
        ~models.Q(**{column.name: ""}),
    }
    begins = index.fields[:1] in ([column.name], [f"-{column.name}"])
    # Of a yes or no the rare answer alone is looked for.
    yes = isinstance(column, models.BooleanField) and models.Q(**{column.name: True})
    return (begins and index.condition in there) or index.condition == yes


def carries(model: type[models.Model], column: models.Field) -> bool:
    if column.unique or column.db_index:
        return True
    keys = [
        each.fields[0]
        for each in model._meta.constraints
        if isinstance(each, models.UniqueConstraint) and each.condition is None and each.fields
    ]
    return column.name in keys or any(is_index_of(each, column) for each in model._meta.indexes)


def asked(model: type[models.Model], page: admin.ModelAdmin) -> Iterator[str]:
    for each in page.list_filter:
        named = each[0] if isinstance(each, (tuple, list)) else each
        if isinstance(named, type):
            yield from ASKED_BY[named]
        else:
            yield str(named)
    yield from (each.removeprefix("=") for each in page.search_fields)


def uncarried(model: type[models.Model], paths: Iterator[str]) -> list[str]:
    return [
        f"{path}: {column.model.__name__}.{column.name}"
        for path in paths
        for column in get_fields_from_path(model, path)
        if isinstance(column, models.Field) and not carries(column.model, column)
    ]


@pytest.mark.parametrize(("model", "page"), LISTS, ids=[model.__name__ for model, _page in LISTS])
def test_each_filter_and_search_of_a_list_is_carried_by_an_index(
    model: type[models.Model], page: admin.ModelAdmin
) -> None:
    assert uncarried(model, asked(model, page)) == []


def test_a_column_without_an_index_is_found_out() -> None:
    assert uncarried(Restriction, iter(["account__name"])) == ["account__name: PublicAccount.name"]

"""Every check, unique rule and composite key of our tables refuses what it names, by its name."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import models

from compliance.constraints import CompositeForeignKey
from tests.breaches import BREACHES, ROWS
from tests.breaches.rows import FIRST, SECOND, Row, filled, filler, table_of
from tests.test_conventions import our_models
from tests.worker_database import WorkerDatabase

Declared = tuple[type[models.Model], models.BaseConstraint]

# What a row is like for which a conditional rule holds, where the condition does not say it itself.
IN_CONDITION: dict[str, Row] = {
    "blindindex_one_subject_per_identity": {"purpose": "subject:uscc"},
    "filing_one_correction": {"status": "prepared"},
    "profilechange_once_per_number": {"platform_ref": "P-1"},
    "ruledocument_one_of_a_kind": {"kind": "convention"},
}
TESTS = Path(__file__).resolve().parent


def declared(kind: type[models.BaseConstraint]) -> list[Declared]:
    return [
        (model, each)
        for model in our_models()
        for each in model._meta.constraints
        if isinstance(each, kind)
    ]


def names(found: list[Declared]) -> list[str]:
    return [each.name for _model, each in found]


def is_of_the_key(model: type[models.Model], rule: models.UniqueConstraint) -> bool:
    """Whether one column alone is unique already: the rule is what composite keys refer to."""
    return any(model._meta.get_field(name).unique for name in rule.fields)


@pytest.fixture(scope="module")
def owner(django_db_setup: None, worker_database: WorkerDatabase) -> Iterator[psycopg.Connection]:
    """A connection of the owner of the tables, for all of the tests below: each undoes what it did."""
    with psycopg.connect(**worker_database.owner_parameters()) as connection:
        yield connection


CHECKS = [each for each in declared(models.CheckConstraint) if each[1].name in BREACHES]


@pytest.mark.parametrize(("model", "check"), CHECKS, ids=names(CHECKS))
def test_check(
    model: type[models.Model], check: models.CheckConstraint, owner: psycopg.Connection
) -> None:
    valid = filled(model, ROWS.get(model._meta.label, {}))
    with table_of(model, owner) as table:
        table.do_without(CompositeForeignKey)

        assert table.refusal_of(valid) is None
        for changes in BREACHES[check.name]:
            assert table.refusal_of({**valid, **changes}) == check.name, changes


def asked_by(condition: models.Q | None) -> Iterator[tuple[str, Any]]:
    """Return what a plain condition asks of a row, by field."""
    for each in condition.children if condition else ():
        if isinstance(each, models.Q):
            yield from asked_by(each)
            continue
        path, value = each
        field, _, lookup = path.partition("__")
        if lookup == "":
            yield field, value
        elif lookup == "isnull":
            yield field, None if value else 1
        elif lookup == "in":
            yield field, next(iter(value))
        elif lookup == "gt":
            yield field, value + 1


UNIQUE_RULES = [each for each in declared(models.UniqueConstraint) if not is_of_the_key(*each)]


@pytest.mark.parametrize(("model", "rule"), UNIQUE_RULES, ids=names(UNIQUE_RULES))
def test_unique_rule(
    model: type[models.Model], rule: models.UniqueConstraint, owner: psycopg.Connection
) -> None:
    by_name = {field.name: field for field in model._meta.local_concrete_fields}
    wanted = IN_CONDITION.get(rule.name)
    if wanted is None:
        wanted = {by_name[name].column: value for name, value in asked_by(rule.condition)}
    columns = {by_name[name].column: by_name[name] for name in rule.fields}
    same = {column: filler(field, FIRST) for column, field in columns.items()} | wanted
    with table_of(model, owner) as table:
        table.do_without(models.BaseConstraint, kept=rule)
        table.empty()
        table.insert(filled(model, same, FIRST))

        assert table.refusal_of(filled(model, same, SECOND)) == rule.name
        for column, field in columns.items():
            # Of some codes there is only one.
            if column not in wanted and filler(field, SECOND) != same[column]:
                other = {**same, column: filler(field, SECOND)}
                assert table.refusal_of(filled(model, other, SECOND)) is None, column


KEYS = declared(CompositeForeignKey)


@pytest.mark.parametrize(("model", "key"), KEYS, ids=names(KEYS))
def test_composite_key(
    model: type[models.Model], key: CompositeForeignKey, owner: psycopg.Connection
) -> None:
    by_name = {field.name: field for field in model._meta.local_concrete_fields}
    # Another number for each column, so that no row refers to itself.
    nowhere = {
        by_name[name].column: filler(by_name[name], number)
        for number, name in enumerate(key.fields, FIRST)
    }
    with table_of(model, owner) as table:
        table.do_without(models.CheckConstraint, CompositeForeignKey, kept=key)

        assert table.refusal_of(filled(model, nowhere, FIRST)) == key.name
        for name in key.fields:
            if by_name[name].null:
                row = filled(model, {**nowhere, by_name[name].column: None}, FIRST)
                assert table.refusal_of(row) is None, name


@cache
def words_of_tests() -> frozenset[str]:
    """Return every word that stands in a test, outside of the table of breaches too."""
    texts = (path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py"))
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def test_no_constraint_is_without_a_test() -> None:
    # Unique rules and composite keys are tried above, whichever a model declares.
    tried = (models.UniqueConstraint, CompositeForeignKey)
    others = [
        each.name
        for model in our_models()
        for each in model._meta.constraints
        if not isinstance(each, tried)
    ]

    assert len(others) > 150
    assert [name for name in others if name not in words_of_tests()] == []


def test_no_breach_is_of_a_check_that_is_gone() -> None:
    assert set(BREACHES) == {each.name for _model, each in CHECKS}
    assert set(ROWS) <= {model._meta.label for model in our_models()}

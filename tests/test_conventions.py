"""Rules of the code that no linter knows."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

from compliance.constraints import CompositeForeignKey
from compliance.models import Person, StaffUser
from compliance.pages.verbs import UNKNOWN_VERB, VERBS, verb_in_words
from compliance.tables import is_history, managed_models
from compliance.workflow import StatusModel

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("compliance", "accounts", "enforcement", "reports")
# The only writers of a status: one row, and many rows at once.
STATUS_WRITERS = {
    ROOT / "compliance" / name for name in ("audit.py", "bulk_audit.py", "set_audit.py")
}


def our_files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def our_models() -> list[type[models.Model]]:
    return [
        model
        for model in managed_models()
        if model._meta.app_label in PACKAGES and not is_history(model)
    ]


def writes_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(
            isinstance(each, ast.Attribute) and each.attr == "status" for each in node.targets
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "update" and any(word.arg == "status" for word in node.keywords)
    return False


@pytest.mark.parametrize("path", list(our_files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_one_door_writes_a_status(path: Path) -> None:
    if path in STATUS_WRITERS:
        return

    found = [node.lineno for node in ast.walk(ast.parse(path.read_text())) if writes_status(node)]

    assert found == []


@pytest.mark.parametrize(
    "model", [m for m in our_models() if issubclass(m, StatusModel)], ids=lambda m: m.__name__
)
def test_every_arrow_uses_only_statuses_of_its_field(model: type[StatusModel]) -> None:
    statuses = set(dict(model._meta.get_field("status").flatchoices))

    assert model.workflow.states() <= statuses
    assert not model._meta.get_field("status").editable


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m.__name__)
def test_who_did_something_can_never_be_deleted_from_under_it(model: type[models.Model]) -> None:
    for field in model._meta.local_fields:
        if field.is_relation and field.related_model in (Person, StaffUser):
            assert field.remote_field.on_delete is models.PROTECT, field.name


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m.__name__)
def test_a_table_of_ours_has_no_hidden_table_beside_it(model: type[models.Model]) -> None:
    for field in model._meta.local_many_to_many:
        assert not field.remote_field.through._meta.auto_created, field.name


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m.__name__)
def test_nothing_refers_to_log_or_history(model: type[models.Model]) -> None:
    log = apps.get_model("compliance", "ActionLog")
    for field in model._meta.local_fields:
        if field.is_relation and field.remote_field.model is not None:
            assert field.related_model is not log
            assert not is_history(field.related_model)


def service_modules() -> Iterator[object]:
    names = [
        "compliance.notices.commands",
        "compliance.notices.interventions",
        "compliance.notices.recipients",
        "compliance.notices.templates",
        "compliance.notices.writing",
        "compliance.api.clients",
        "compliance.proposals",
        "compliance.staff",
        "compliance.work",
        "compliance.identity.vault",
        "compliance.evidence.erasure",
        "compliance.evidence.services",
        "compliance.evidence.viewing",
    ]
    for package in (
        "compliance.clocks",
        "compliance.rulebook",
        "accounts.services",
        "enforcement.services",
        "reports.services",
    ):
        try:
            services = importlib.import_module(package)
        except ModuleNotFoundError:
            continue
        names += [
            each.name for each in pkgutil.walk_packages(services.__path__, f"{services.__name__}.")
        ]
    for name in names:
        yield importlib.import_module(name)


def services() -> list[object]:
    """Every public function that takes who acts and under which article."""
    return [
        function
        for module in service_modules()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and {"actor", "provision", "reason"} <= set(inspect.signature(function).parameters)
    ]


@pytest.mark.parametrize("service", services(), ids=lambda s: f"{s.__module__}.{s.__name__}")
def test_every_service_takes_its_grounds_by_name_and_says_which_article_it_serves(
    service: object,
) -> None:
    for name in ("actor", "provision", "reason"):
        parameter = inspect.signature(service).parameters[name]
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert parameter.default is parameter.empty
    said = inspect.getdoc(service) or ""
    assert "art. " in said or "point " in said or "Our choice" in said


def test_no_admin_page_edits_what_has_a_status() -> None:
    for model, page in admin.site._registry.items():
        if issubclass(model, StatusModel):
            assert page.allows_add is False
            assert page.allows_change is False
            assert page.allows_delete is False


def test_composite_keys_refer_to_columns_that_are_unique_together() -> None:
    for model in our_models():
        for constraint in model._meta.constraints:
            if not isinstance(constraint, CompositeForeignKey):
                continue
            target = apps.get_model(constraint.to)
            unique = [
                set(each.fields)
                for each in target._meta.constraints
                if isinstance(each, models.UniqueConstraint) and each.condition is None
            ]
            assert set(constraint.to_fields) in unique, constraint.name


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_dependency_has_a_word_on_what_it_is_for(name: str) -> None:
    for line in (ROOT / name).read_text().splitlines():
        if line and not line.startswith(("#", "-")):
            pin, _hash, word = line.partition("#")
            assert "==" in pin
            assert len(word.strip()) > 3, line


# Where an act's word stands: as which argument, or under which keyword.
ACT_ARGUMENTS = {
    "move": 1,
    "amend": 1,
    "record": "action",
    "draft_record": "action",
    "refusals_logged": "action",
    "record_refusal": "action",
    "guarded": 0,
    "AllowedAction": "code",
    "action": 0,
    "_action": 1,
}


def acts_in(path: Path) -> Iterator[str]:
    """The words of the acts that a file logs, performs or offers as a button."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = ACT_ARGUMENTS.get(name)
            found = [word.value for word in node.keywords if word.arg == place]
            if isinstance(place, int):
                found = node.args[place : place + 1]
            for value in found:
                yield from words_of(named.get(getattr(value, "id", ""), value))
        elif isinstance(node, ast.Compare) and getattr(node.left, "id", "") == "act":
            yield from (word for each in node.comparators for word in words_of(each))


def words_of(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        node = node.values[-1]
    if isinstance(node, ast.FormattedValue):
        node = node.value
    if isinstance(node, ast.IfExp):
        yield from words_of(node.body)
        yield from words_of(node.orelse)
    elif isinstance(node, ast.BoolOp):
        yield from words_of(node.values[-1])
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.rsplit(".", 1)[-1]


def test_every_act_that_is_logged_has_words_for_the_screen() -> None:
    # What a page does to itself, and the made-up stories of the demo, never reach the log.
    acts = {
        act
        for path in our_files()
        if "demo" not in path.parts
        for act in acts_in(path)
        if act not in {"unknown", "preview", "retake"}
    }
    for model in our_models():
        if issubclass(model, StatusModel):
            acts |= set(model.workflow.arrows)

    assert {"send_report", "claim", "propose", "register_file", "load", "skip"} <= acts
    assert acts - set(VERBS) == set()


def test_an_act_that_no_page_offers_is_not_shown_as_it_was_sent() -> None:
    assert verb_in_words("enforcement.decision.<b>x</b>") == str(UNKNOWN_VERB)

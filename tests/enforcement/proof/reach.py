"""
Which services can be come to through which door, read from the compiled code itself.

Doors are the addresses of the console, of the public pages and of the interface for programs, the
commands, and the tasks of the worker. What a function, method or class names is followed, through
registries as well; a door that is added later is found without anybody writing it down.
"""

import inspect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, cached_property, partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final

from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from procrastinate.contrib.django import app

OURS: Final = ("compliance", "accounts", "enforcement", "reports")
# What an address belongs to, by the namespace of its name; the rest is the console.
KINDS: Final = {"api": "program", "public": "public"}
Door = tuple[str, str]


def is_ours(module: object) -> bool:
    """Return whether a module, given by its name, is one of the product."""
    return isinstance(module, str) and module.partition(".")[0] in OURS


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """Return the code of a function and of what is written inside it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from codes_of(each)


def named_in(function: FunctionType) -> Iterator[object]:
    """Return what the words of a function mean where it was written."""
    for code in codes_of(function.__code__):
        modules = []
        for name in code.co_names:
            meant = function.__globals__.get(name)
            if isinstance(meant, ModuleType):
                modules.append(meant)
            elif meant is not None:
                yield meant
        for module in modules:
            if is_ours(module.__name__):
                yield from (vars(module)[name] for name in code.co_names if name in vars(module))
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        # The class in which `super()` stands: whoever names a method of it comes to it anyway.
        if name != "__class__":
            try:
                yield cell.cell_contents
            except ValueError:
                continue


def parts_of(thing: object) -> Iterable[object]:
    """Return what one comes to from a thing of the product."""
    if isinstance(thing, Mapping):
        return [*thing.values()]
    if isinstance(thing, list | tuple | set | frozenset):
        return [*thing]
    if isinstance(thing, FunctionType):
        return [*named_in(thing)] if is_ours(thing.__module__) else []
    if isinstance(thing, type):
        # A row is passed on by everybody: what its methods do is found where they are services.
        if issubclass(thing, Model):
            return []
        return [
            each
            for base in thing.__mro__
            if is_ours(base.__module__)
            for each in vars(base).values()
        ]
    if is_dataclass(thing) and is_ours(type(thing).__module__):
        return [type(thing), *(getattr(thing, each.name) for each in fields(thing))]
    if is_ours(type(thing).__module__) and not isinstance(thing, Model):
        return [type(thing)]
    return []


def bare(thing: object) -> object:
    """Return what stands behind decorators and descriptors."""
    while True:
        behind: object = None
        if isinstance(thing, staticmethod | classmethod | MethodType):
            behind = thing.__func__
        elif isinstance(thing, cached_property | partial):
            behind = thing.func
        elif isinstance(thing, property):
            behind = thing.fget
        elif type(thing).__name__ == "cached_property":
            behind = getattr(thing, "func", None)
        elif isinstance(thing, FunctionType):
            behind = getattr(thing, "__wrapped__", None)
        elif type(thing).__name__ == "Task":
            behind = getattr(thing, "func", None)
        if behind is None:
            return thing
        thing = behind


def name_of(thing: object) -> str:
    """Return how a function is called from outside its module."""
    return f"{getattr(thing, '__module__', '')}.{getattr(thing, '__qualname__', '')}"


def addresses(
    patterns: Iterable[Any] | None = None, spaces: tuple[str, ...] = ()
) -> Iterator[tuple[Door, object]]:
    """Return every address with what answers there."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            below = (*spaces, each.namespace) if each.namespace else spaces
            yield from addresses(each.url_patterns, below)
        elif isinstance(each, URLPattern):
            kind = KINDS.get(spaces[0] if spaces else "", "page")
            name = ":".join((*spaces, each.name or str(each.pattern)))
            callback: Any = each.callback
            answering = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
            owner = getattr(callback, "model_admin", None)
            yield (
                (kind, name),
                answering or (type(owner) if owner is not None else bare(callback)),
            )


def commands() -> Iterator[tuple[Door, object]]:
    """Return every command of the product."""
    labels = {each.name for each in apps.get_app_configs()}
    for name, label in get_commands().items():
        if is_ours(label) and label in labels:
            yield ("command", name), type(load_command_class(str(label), name))


def tasks() -> Iterator[tuple[Door, object]]:
    """Return every task that the worker does."""
    for name, task in app.tasks.items():
        if is_ours(bare(task).__module__):
            yield ("task", name), bare(task)


@cache
def leading_to() -> Mapping[str, frozenset[Door]]:
    """Return for every function of the product the doors through which one comes to it."""
    known: dict[int, object] = {}
    before: dict[int, set[int]] = defaultdict(set)
    doors: dict[int, set[Door]] = defaultdict(set)
    waiting: list[object] = []

    def meet(thing: object) -> int:
        thing = bare(thing)
        if id(thing) not in known:
            # Kept, so that no number is given twice.
            known[id(thing)] = thing
            waiting.append(thing)
        return id(thing)

    for door, thing in (*addresses(), *commands(), *tasks()):
        doors[meet(thing)].add(door)
    entrances = {*doors}
    while waiting:
        thing = waiting.pop()
        for each in parts_of(thing):
            if each is None or isinstance(each, str | bytes | int | float | bool):
                continue
            number = meet(each)
            # What is behind another door is found there; pages lead to pages by their addresses.
            if number not in entrances:
                before[number].add(id(thing))
    found: dict[str, frozenset[Door]] = {}
    for number, thing in known.items():
        if isinstance(thing, FunctionType) and is_ours(thing.__module__):
            reached, to_do = {number}, [number]
            while to_do:
                more = before[to_do.pop()] - reached
                reached |= more
                to_do += more
            found[name_of(thing)] = frozenset().union(*(doors.get(each, set()) for each in reached))
    return found


def doors_to(service: object) -> frozenset[Door]:
    """Return the doors through which one comes to a service; none if nothing leads there."""
    return leading_to().get(name_of(inspect.unwrap(service)), frozenset())  # type: ignore[arg-type]

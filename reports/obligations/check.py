"""Whether all that the obligation matrix says is there, article by article and name by name."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _

from compliance import work
from compliance.provisions import Provision
from reports.exports.catalogue import FORMS
from reports.obligations.matrix import Duty, Matrix


def problems_of(matrix: Matrix, root: Path = Path(settings.BASE_DIR)) -> list[str]:
    """Return what is wrong with the matrix, one sentence each; nothing means that all is there."""
    return [
        *_gaps(matrix),
        *(sentence for duty in matrix.duties for sentence in _problems_of_duty(duty, root)),
        *_provisions_without_duty(matrix),
    ]


def _gaps(matrix: Matrix) -> Iterator[str]:
    for code, times in Counter(duty.code for duty in matrix.duties).items():
        if times > 1:
            yield _("%(code)s stands in the matrix %(times)s times.") % {
                "code": code,
                "times": times,
            }
    for instrument in matrix.instruments:
        duties = [duty for duty in matrix.duties if duty.instrument == instrument]
        found = {(duty.article, duty.paragraph) for duty in duties}
        expected = {
            (article, 0 if instrument.has_points else paragraph)
            for article, count in instrument.paragraphs.items()
            for paragraph in range(1, count + 1)
        }
        for article, paragraph in sorted(expected - found):
            yield _("%(instrument)s: no duty is entered for %(place)s.") % {
                "instrument": instrument.code,
                "place": _place(article, paragraph),
            }
        for article, paragraph in sorted(found - expected) if expected else ():
            yield _("%(instrument)s has no %(place)s, but a duty names it.") % {
                "instrument": instrument.code,
                "place": _place(article, paragraph),
            }


def _place(article: int, paragraph: int) -> str:
    return f"{article}.{paragraph}" if paragraph else str(article)


def _problems_of_duty(duty: Duty, root: Path) -> Iterator[str]:
    for words in (duty.text, duty.planned, duty.outside, duty.note):
        if words and not (words.zh.strip() and words.en.strip()):
            yield _("%(code)s leaves words out in one of the languages.") % {"code": duty.code}
    if not (duty.has_references or duty.planned or duty.outside):
        yield _("%(code)s names nothing that keeps it and does not say why.") % {"code": duty.code}
    elif duty.outside and (duty.has_references or duty.planned):
        yield _("%(code)s is outside the console and yet names something that keeps it.") % {
            "code": duty.code
        }
    elif duty.has_references and not duty.tests:
        yield _("%(code)s is said to be kept, but no test proves it.") % {"code": duty.code}
    for provision in duty.acts:
        if provision not in Provision.values:
            yield _("%(code)s acts under %(name)s, which is no provision of the product.") % {
                "code": duty.code,
                "name": provision,
            }
    for kind, is_there in _IS_THERE.items():
        for name in getattr(duty, kind):
            if not is_there(name):
                yield _MISSING[kind]() % {"code": duty.code, "name": name}
    for node in duty.tests:
        if not is_test(node, root):
            yield _("%(code)s names the test %(name)s, which does not exist.") % {
                "code": duty.code,
                "name": node,
            }


def _provisions_without_duty(matrix: Matrix) -> Iterator[str]:
    named = {provision for duty in matrix.duties for provision in duty.acts}
    for provision in Provision:
        if provision.value not in named:
            yield _("The product acts under %(name)s, but no duty of the matrix says so.") % {
                "name": provision.value
            }


def is_model(name: str) -> bool:
    """Return whether a model of this name ("app.Model") is installed."""
    try:
        apps.get_model(name)
    except (LookupError, ValueError):
        return False
    return True


def is_importable(path: str) -> bool:
    """Return whether a dotted path leads to a module, or to something that one defines."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        try:
            found: object = import_module(module)
        except ModuleNotFoundError as missing:
            if missing.name is not None and (module + ".").startswith(missing.name + "."):
                continue
            raise
        for name in parts[length:]:
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
        return True
    return False


def is_queue(code: str) -> bool:
    """Return whether a queue of this code is registered."""
    return any(queue.code == code for queue in work.queues())


def is_page(name: str) -> bool:
    """Return whether an address has this name ("admin:decision")."""
    return name in _names_of_addresses()


def is_report(code: str) -> bool:
    """Return whether the form of this code can be prepared."""
    return code in FORMS


def is_test(node: str, root: Path) -> bool:
    """Return whether a test of this name ("tests/….py::Class::test_name") is in its file."""
    file, *names = node.split("::")
    return bool(names) and names[-1].startswith("test_") and tuple(names) in _tests_in(root / file)


@cache
def _tests_in(path: Path) -> frozenset[tuple[str, ...]]:
    if not path.is_file():
        return frozenset()

    def functions(body: list[ast.stmt], within: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (*within, node.name)
            elif isinstance(node, ast.ClassDef):
                yield from functions(node.body, (*within, node.name))

    return frozenset(functions(ast.parse(path.read_text(encoding="utf-8")).body))


@cache
def _names_of_addresses() -> frozenset[str]:
    def names(
        patterns: list[URLPattern | URLResolver], namespaces: tuple[str, ...]
    ) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                within = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
                yield from names(pattern.url_patterns, within)
            elif pattern.name:
                yield ":".join((*namespaces, pattern.name))

    return frozenset(names(get_resolver().url_patterns, ()))


_IS_THERE: dict[str, Callable[[str], bool]] = {
    "models": is_model,
    "services": is_importable,
    "queues": is_queue,
    "pages": is_page,
    "reports": is_report,
}
# Called, not stored: the sentence is in the language of whoever asks.
_MISSING: dict[str, Callable[[], str]] = {
    "models": lambda: _("%(code)s names the record %(name)s, which is not installed."),
    "services": lambda: _("%(code)s names %(name)s, which cannot be imported."),
    "queues": lambda: _("%(code)s names the queue %(name)s, which nobody registers."),
    "pages": lambda: _("%(code)s names the page %(name)s, which has no address."),
    "reports": lambda: _("%(code)s names the report %(name)s, which cannot be prepared."),
}

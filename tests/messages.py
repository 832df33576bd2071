"""What sources mark for translation and what catalogues answer, found without GNU gettext."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

from compliance.ui.theme import THEME_LOCALE_PATH

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("compliance", "accounts", "enforcement", "reports")
LANGUAGES = ("zh_Hans", "en")
FOLDERS = (ROOT / "locale", THEME_LOCALE_PATH)
CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")

# A message is its context ("" for most) and its text, as catalogues know it.
Message = tuple[str, str]

# Which arguments of a function of django.utils.translation are texts; the first of "p" names
# is the context.
_TEXTS = {
    "gettext": (0,),
    "gettext_noop": (0,),
    "ngettext": (0, 1),
    "pgettext": (1,),
    "npgettext": (1, 2),
}
_FUNCTIONS = {f"{name}{lazy}": texts for name, texts in _TEXTS.items() for lazy in ("", "_lazy")}
_STRING = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
_TEMPLATE_CALL = re.compile(
    rf"(?<![A-Za-z])(_|gettext|ngettext|pgettext|npgettext)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)"
)


def _names_of_functions(tree: ast.Module) -> dict[str, str]:
    """Return the translating functions of a module by the names that it gives them."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in _FUNCTIONS
    }


def messages_of_module(source: str, *, with_plurals: bool = True) -> Iterator[Message]:
    """Return what a Python module marks; Chinese knows plurals by their singular alone."""
    tree = ast.parse(source)
    functions = _names_of_functions(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if isinstance(node.func, ast.Attribute) and node.func.attr in _FUNCTIONS:
            function = node.func.attr
        elif name in functions:
            function = functions[name]
        else:
            continue
        words = [
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None
            for part in node.args
        ]
        context = words[0] if "pgettext" in function else ""
        for place in _FUNCTIONS[function][: None if with_plurals else 1]:
            # A variable cannot be collected: whatever it holds is marked where it is written.
            if (text := words[place]) is not None:
                yield context or "", text


def messages_of_template(source: str, *, with_plurals: bool = True) -> Iterator[Message]:
    """Return what a template marks, by Django's own lexer."""
    for function, arguments in _TEMPLATE_CALL.findall(templatize(source)):
        words = [ast.literal_eval(text) for text in re.findall(_STRING, arguments)]
        context = words.pop(0) if "pgettext" in function else ""
        # The number that a plural goes by is no string, so all words left are texts.
        for text in words[: None if with_plurals else 1]:
            yield context, text.replace("%%", "%") if "%(" not in text else text


def messages_of(*paths: Path, with_plurals: bool = True) -> set[Message]:
    """Return what the given files mark."""
    found: set[Message] = set()
    for path in paths:
        collect = messages_of_module if path.suffix == ".py" else messages_of_template
        source = path.read_text(encoding="utf-8")
        found |= set(collect(source, with_plurals=with_plurals))
    return found


def sources() -> list[Path]:
    """Return every file of the product that a person may read words of."""
    modules = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    templates = sorted((ROOT / "templates").rglob("*.html"))
    return [path for path in modules if "migrations" not in path.parts] + templates


def catalogues(language: str) -> list[polib.POFile]:
    """Return our catalogues of a language: the product's and the theme's."""
    return [
        polib.pofile(str(folder / language / "LC_MESSAGES" / "django.po"), encoding="utf-8")
        for folder in FOLDERS
    ]


def texts_of(entry: polib.POEntry) -> list[str]:
    """Return the translations of an entry, one for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def translated(language: str) -> set[Message]:
    """Return the messages that our catalogues translate in full, or Django's own do."""
    ours = {
        (entry.msgctxt or "", text)
        for catalogue in catalogues(language)
        for entry in catalogue
        if all(texts_of(entry)) and not entry.fuzzy
        for text in (entry.msgid, entry.msgid_plural)
        if text
    }
    keys = trans_real.DjangoTranslation(translation.to_language(language))._catalog.keys()
    for key in keys:
        # A plural is known by (text, index), a context by "context\x04text".
        context, _mark, text = (key[0] if isinstance(key, tuple) else key).rpartition("\x04")
        ours.add((context, text))
    return ours

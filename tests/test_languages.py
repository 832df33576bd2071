"""Both languages are complete: every sentence marked, every label, every column."""

import enum
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.db import models
from django.test import RequestFactory
from django.utils import translation

from compliance.tables import is_history, managed_models
from tests.messages import (
    LANGUAGES,
    PACKAGES,
    PLACEHOLDER,
    catalogues,
    messages_of,
    messages_of_module,
    messages_of_template,
    sources,
    texts_of,
    translated,
)

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# The same in both languages: names of formats, and what stands for itself.
SAME_IN_BOTH = {"CSV", "XLSX", "JSON", "ID", "SHA-256"}
# Words that the product does not use (docs/glossary.md): it has others for the same things.
NOT_CHINESE_OF_OURS = re.compile("(?<!互联网)用户(?!打赏)|帐号|实名认证|认领|处罚|审批|封号")
FORBIDDEN = re.compile(r"\b(tickets?|bans?|banned|flag(s|ged)?|users?)\b", re.IGNORECASE)


def our_models() -> list[type[models.Model]]:
    return [
        model
        for model in managed_models()
        if model._meta.app_label in PACKAGES and not is_history(model)
    ]


def our_choices() -> Iterator[type[models.TextChoices]]:
    for package in PACKAGES:
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}."):
            if ".migrations" in module.name or module.name.endswith("__main__"):
                continue
            for found in vars(importlib.import_module(module.name)).values():
                if (
                    isinstance(found, enum.EnumMeta)
                    and issubclass(found, models.TextChoices)
                    and found.__module__ == module.name
                ):
                    yield found


def not_chinese(labels: dict[str, object]) -> dict[str, str]:
    """Return the labels that hold no Chinese character, of those that should."""
    with translation.override("zh-hans"):
        shown = {place: str(label) for place, label in labels.items()}
    return {
        place: text
        for place, text in shown.items()
        if not CHINESE.search(text) and text not in SAME_IN_BOTH
    }


# --- the finding itself


def test_finds_what_a_module_marks_under_whatever_name() -> None:
    found = set(
        messages_of_module(
            "from django.utils.translation import gettext as _, ngettext, pgettext_lazy as p\n"
            "_('one'); ngettext('a day', '%(n)s days', n); p('case', 'Closed'); other('no')\n"
            "_(variable); _('two ' 'halves')"
        )
    )

    assert found == {
        ("", "one"),
        ("", "a day"),
        ("", "%(n)s days"),
        ("case", "Closed"),
        ("", "two halves"),
    }


def test_finds_what_a_template_marks() -> None:
    found = set(
        messages_of_template(
            '{% translate "Go on" as go %}{% translate "Due" context "duty" %}{{ x|default:_("No") }}'
            "{% blocktranslate count n=n trimmed %}\n {{ n }} day\n{% plural %}\n {{ n }} days\n"
            "{% endblocktranslate %}{% blocktranslate %}100 % of {{ x }}{% endblocktranslate %}"
        )
    )

    assert found == {
        ("", "Go on"),
        ("duty", "Due"),
        ("", "No"),
        ("", "%(n)s day"),
        ("", "%(n)s days"),
        ("", "100 %% of %(x)s"),
    }


# --- the catalogues


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_marked_sentence_is_translated(language: str) -> None:
    messages = messages_of(*sources())

    assert len(messages) > 700
    assert sorted(messages - translated(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_empty_guessed_or_given_twice(language: str) -> None:
    for catalogue in catalogues(language):
        keys = Counter((entry.msgctxt, entry.msgid) for entry in catalogue)

        assert [key for key, times in keys.items() if times > 1] == []
        assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []
        assert [entry.msgid for entry in catalogue if not all(texts_of(entry))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_every_placeholder(language: str) -> None:
    different = [
        (entry.msgid, text)
        for catalogue in catalogues(language)
        for entry in catalogue
        for text in texts_of(entry)
        if sorted(PLACEHOLDER.findall(text))
        not in [
            sorted(PLACEHOLDER.findall(source))
            for source in (entry.msgid, entry.msgid_plural)
            if source
        ]
    ]

    assert different == []


def test_english_is_what_the_sources_say() -> None:
    own, _theme = catalogues("en")

    assert [
        entry.msgid
        for entry in own
        if texts_of(entry) not in ([entry.msgid], [entry.msgid, entry.msgid_plural])
    ] == []


def test_chinese_addresses_nobody_and_leaves_no_english_punctuation() -> None:
    chinese = [
        (entry.msgid, text)
        for one in catalogues("zh_Hans")
        for entry in one
        for text in texts_of(entry)
    ]

    assert [text for _msgid, text in chinese if "您" in text or "你" in text] == []
    # A comma, colon, question or exclamation mark right after a Chinese character is full width.
    assert [text for _msgid, text in chinese if re.search(r"[\u4e00-\u9fff][,:;?!.]", text)] == []


def test_the_words_that_the_product_does_not_use_are_in_no_sentence() -> None:
    own, _theme = catalogues("en")

    assert [entry.msgid for entry in own if FORBIDDEN.search(entry.msgid)] == []

    own, _theme = catalogues("zh_Hans")
    texts = [text for entry in own for text in texts_of(entry)]

    assert [text for text in texts if NOT_CHINESE_OF_OURS.search(text)] == []


# --- labels


def test_every_choice_has_a_chinese_label() -> None:
    labels = {
        f"{choices.__module__}.{choices.__name__}.{member.name}": member.label
        for choices in our_choices()
        for member in choices
    }

    assert len(labels) > 100
    assert sorted(not_chinese(labels).items()) == []


def test_every_record_has_a_chinese_name() -> None:
    labels: dict[str, object] = {}
    for model in our_models():
        labels[f"{model._meta.label} one"] = model._meta.verbose_name
        labels[f"{model._meta.label} many"] = model._meta.verbose_name_plural

    assert sorted(not_chinese(labels).items()) == []


@pytest.mark.django_db
def test_every_column_and_field_of_an_admin_page_has_a_chinese_label(system: object) -> None:
    request = RequestFactory().get("/")
    request.user = system
    labels: dict[str, object] = {}
    with translation.override("zh-hans"):
        for model, page in admin.site._registry.items():
            if model._meta.app_label not in PACKAGES:
                continue
            inlines = [inline(model, admin.site) for inline in page.inlines]
            for each in (page, *inlines):
                shown = flatten_fieldsets(each.get_fieldsets(request))
                shown += list(getattr(each, "list_display", ())) if each is page else []
                for name in shown:
                    if name not in ("__str__", "action_checkbox"):
                        label = label_for_field(name, each.model, each)
                        labels[f"{type(each).__name__}.{name}"] = str(label)
            for title, _fields in page.get_fieldsets(request):
                if title:
                    labels[f"{type(page).__name__}: {title}"] = str(title)
            for name in page.actions_detail or ():
                button = getattr(page, name)
                labels[f"{type(page).__name__}.{name}"] = str(button.short_description)

    assert len(labels) > 100
    assert sorted(not_chinese(labels).items()) == []

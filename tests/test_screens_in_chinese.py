"""Every screen that a login of the demo reaches says everything in Chinese."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from enforcement.models import ViolationType
from reports.demo.staff import LOGINS

# What is read out or shown although it is no text between tags.
SHOWN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
# Not words: scripts, names of icons, codes and frozen bytes set as such, and what says itself that
# it is in English.
SILENT_TAGS = ("script", "style", "template", "code", "pre")
VOID_TAGS = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"))
ICONS = "material-symbols-outlined"

# What is the same in every language, taken away before words are looked for.
ALLOWED = (
    r"\{\".*",  # canonical bytes: snapshots, proposals, rows of the log
    r"https?://\S+|/public/\S+",  # addresses
    r"\b[A-Za-z]+(?:\.[a-z_]+)+\b",  # acts of the log, record types, permissions
    r"\b[A-Z]+(?:_[A-Z]+)+\b",  # codes of checks, as answers to the platform carry them
    r"\b[0-9a-f]{16,}\b",  # digests
    r"\b[a-z-]+-\d{4}:[\d.()]+",  # provisions, as the catalogues cite them
    r"\b\w+:\d+\b",  # references to records
    r"\b[\w-]*\d[\w-]*\b",  # numbers of accounts, cases, decisions, files; logins of the demo
    r"\bplatform-convention\b",  # the code of a rule document
    r"\bexpert_field\b",  # why an application without a hit is reviewed, in a version of it
    r"\bsystem\b",  # the login name of the system
    r"\bHeyan\b",
    r"\bSHA-256\b|\bJSON\b|\bXLSX\b|\bHTML\b|\bUTF-8\b",
    r"\b(?:Ctrl|Enter|Esc|Shift)\b",  # keys
)
WORD = re.compile(r"[A-Za-z]{4,}")
# One page of each kind shows the words of all: every role brings another view of them.
PAGES_OF_A_KIND = 1


class Screen(HTMLParser):
    """Collects what a page shows and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        is_silent = (
            tag in SILENT_TAGS
            or ICONS in attributes.get("class", "")
            or attributes.get("lang") == "en"
        )
        if tag not in VOID_TAGS:
            self._open.append((tag, is_silent))
        if not any(silent for _tag, silent in self._open):
            self.shown += [attributes[name] for name in SHOWN_ATTRIBUTES if name in attributes]
            if tag == "input" and attributes.get("type") in ("submit", "button"):
                self.shown.append(attributes.get("value", ""))
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])

    def handle_endtag(self, tag: str) -> None:
        while any(tag == each for each, _silent in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not any(silent for _tag, silent in self._open):
            self.shown.append(data)


def english_words(screen: Screen) -> set[str]:
    found = set()
    for text in screen.shown:
        rest = text
        for pattern in ALLOWED:
            rest = re.sub(pattern, " ", rest, flags=re.DOTALL)
        if WORD.search(rest):
            found.add(" ".join(text.split()))
    return found


def kind_of_page(address: str) -> str | None:
    """Return which page an address leads to, or None where it is no page of the console."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return match.view_name


def screens(client: Client, start: str) -> Iterator[tuple[str, HttpResponse, Screen]]:
    """Follow the links of the console from one page on, PAGES_OF_A_KIND pages of each kind."""
    waiting, seen, kinds = [start], {start}, Counter[str]()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of_page(address)
        if kind is None or kind.endswith("logout") or kinds[kind] >= PAGES_OF_A_KIND:
            continue
        kinds[kind] += 1
        response = client.get(address)
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        screen = Screen(response.content.decode())
        yield address, response, screen
        for link in screen.links:
            there = urljoin(address, link)
            # The same list in another order or on another page says nothing new.
            if there.startswith("/") and not {"#", "?"} & set(there) and there not in seen:
                seen.add(there)
                waiting.append(there)


def test_finds_english_words_and_leaves_codes_alone() -> None:
    screen = Screen(
        '<p title="Go there">已关闭 <span class="material-symbols-outlined">history</span>'
        "Closed<br>accounts.account.close R07 SHA-256</p><pre>frozen bytes</pre>"
        '<a href="/x/"><img alt="Picture"></a><input type="submit" value="Send">'
    )

    assert english_words(screen) == {"Go there", "Closed", "Picture", "Send"}
    assert screen.links == ["/x/"]


@pytest.mark.django_db(transaction=True)
def test_no_screen_of_any_role_shows_an_english_word() -> None:
    call_command("load_demo", verbosity=0)
    english_titles = set(ViolationType.objects.values_list("title_en", flat=True))
    found: dict[str, set[str]] = {}
    visited: set[str] = set()

    for login in {each.role: each for each in LOGINS}.values():
        client = Client()
        assert client.login(username=login.username, password=login.password)
        for address, response, screen in screens(client, "/"):
            visited.add(f"{kind_of_page(address)}")
            assert response.status_code in (200, 302, 403), (login.role, address)
            # The catalogue has a column of its titles in English.
            if words := english_words(screen) - english_titles:
                found.setdefault(f"{kind_of_page(address)} {address}", set()).update(words)

    assert len(visited) > 40
    assert found == {}

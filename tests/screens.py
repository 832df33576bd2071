"""What a page shows, and every page of the product that each role reaches."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

# What is read out or shown although it is no text between tags.
SHOWN_ATTRIBUTES = ("alt", "aria-label", "aria-description", "placeholder", "title")
# Not words: scripts, names of icons, codes and frozen bytes set as such, and what says itself that
# it is in another language than the page.
SILENT_TAGS = ("script", "style", "template", "code", "pre")
VOID_TAGS = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"))
ICONS = "material-symbols-outlined"
# What scripts show of an attribute is a sentence; a name or a number is not.
SENTENCE = re.compile(r"\w \w|[\u4e00-\u9fff]")


class Screen(HTMLParser):
    """Collects what a page shows, in which language it says it is, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.links: list[str] = []
        self.language = ""
        self._open: list[tuple[str, bool]] = []
        # How many of the open tags are silent.
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = attributes.get("lang", "")
        is_silent = (
            tag in SILENT_TAGS
            or ICONS in attributes.get("class", "")
            or attributes.get("lang", self.language) != self.language
        )
        if tag not in VOID_TAGS:
            self._open.append((tag, is_silent))
            self._silent += is_silent
        if not is_silent and not self._silent:
            self.shown += [attributes[name] for name in SHOWN_ATTRIBUTES if name in attributes]
            self.shown += [
                value
                for name, value in attributes.items()
                if name.startswith("data-") and SENTENCE.search(value)
            ]
            if tag == "input" and attributes.get("type") in ("submit", "button"):
                self.shown.append(attributes.get("value", ""))
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])

    def handle_endtag(self, tag: str) -> None:
        while any(tag == each for each, _silent in self._open):
            closed, was_silent = self._open.pop()
            self._silent -= was_silent
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.shown.append(data)


def view_of(address: str) -> str | None:
    """Return which page an address leads to ("admin:decision"), or None where it leads nowhere."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None


def patterns(
    resolvers: list[URLPattern | URLResolver] | None = None, namespaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Return the name and the route of every address that the product answers."""
    known = get_resolver().url_patterns if resolvers is None else resolvers
    for pattern in known:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            within = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            for name, rest in patterns(pattern.url_patterns, within):
                yield name, route + rest
        else:
            yield ":".join((*namespaces, pattern.name or "")), route


def fixed_addresses() -> list[str]:
    """Return every address that names no record: the places from which all others are reached."""
    return [f"/{route}" for _name, route in patterns() if not re.search(r"[<(?\\^]", route)]


@dataclass(frozen=True)
class Visit:
    """
    A page that was asked for: from where a link led to it, and with which status it was answered.

    The answer itself is not kept: with all that its templates were given, thousands fill the memory.
    """

    address: str
    start: str
    status: int

    @property
    def view(self) -> str:
        """The name of the page."""
        return view_of(self.address) or ""


def is_page(response: HttpResponse) -> bool:
    """Return whether what came is to be read, and is not a piece that a script puts into a page."""
    kind = response.headers.get("Content-Type", "")
    return kind.startswith("text/html") and b"<html" in response.content


@dataclass
class Crawl:
    """Follows every link of the product as one client, some pages of each kind."""

    client: Client
    pages_of_a_kind: int = 2
    starts: Sequence[str] = ()
    left_out: frozenset[str] = frozenset()
    # Opened by somebody before, without a link: this client goes there only where a link leads.
    by_links_alone: frozenset[str] = frozenset()
    visits: list[Visit] = field(default_factory=list)

    def run(self) -> Iterator[tuple[Visit, Screen]]:
        """Go everywhere; give each page that a person would read."""
        starts = (*fixed_addresses(), *self.starts)
        waiting = deque((each, "") for each in starts if view_of(each) not in self.by_links_alone)
        seen, kinds = {address for address, _start in waiting}, Counter[str]()
        while waiting:
            address, start = waiting.popleft()
            view, has_query = view_of(address) or "", "?" in address
            kind = f"{view}{'?' if has_query else ''}"
            # The same page filtered or in another order says little that is new.
            enough = 1 if has_query else self.pages_of_a_kind
            if kinds[kind] >= enough or view in self.left_out:
                continue
            kinds[kind] += 1
            response = self.client.get(address)
            visit = Visit(address, start, response.status_code)
            self.visits.append(visit)
            leads_on = []
            if "Location" in response.headers:
                # What nobody linked to may lead on to what is closed.
                leads_on, address = [response.headers["Location"]], start
            if visit.status == 200 and is_page(response):
                screen = Screen(response.content.decode())
                yield visit, screen
                leads_on = screen.links
            for link in leads_on:
                there = urljoin(visit.address, link).partition("#")[0]
                if there.startswith("/") and there not in seen:
                    seen.add(there)
                    waiting.append((there, address))

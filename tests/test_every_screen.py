"""Every page of the product, as every role and in both languages: it opens, and says all in one."""

import logging
import re
from functools import cache

import pytest
from django.db import connection

from accounts.enums import CheckCode
from accounts.profile_words import ProfileReviewReason
from compliance.evidence import storage
from compliance.evidence.services import name_of
from compliance.identity import vault
from compliance.models import CopyKind, EvidenceCopy, EvidenceFile, EvidenceStatus, RuleDocument
from compliance.tables import managed_models
from enforcement.models import Complaint, Factor, Infringement, LadderStep, ViolationType
from enforcement.services.complaints.sealing import words_of
from tests.demo_pages import HUBS, unreached, visitors, ways
from tests.messages import CHINESE_CHARACTER, catalogues
from tests.screens import Crawl, Screen, Visit

# What is the same in every language, taken away before words are looked for.
ALLOWED = (
    r"\{\".*",  # canonical bytes: snapshots, proposals, rows of the log
    r"https?://\S+|/public/\S+",  # addresses
    r"\b[\w.]+@[\w.]+\b",  # where appeals are sent
    r"\b[A-Za-z]+(?:\.[a-z_]+)+\b",  # acts of the log, record types, permissions
    r"\b[A-Z]+(?:_[A-Z]+)+\b",  # codes of checks, as answers to the platform carry them
    r"\b[0-9a-f]{16,}\b",  # digests
    r"\b[a-z-]+-\d{4}:[\d.()]+",  # provisions, as the catalogues cite them
    r"\b\w+:\d+\b|\b[A-Z]{2}\d{8}/\w+",  # references to records
    r"\b[a-z-]+:[a-z]+\b|\bheyan_[a-z2-7]{8}\b",  # scopes of API clients, keys as they are shown
    r"\b[\w-]*\d[\w-]*\b",  # numbers of accounts, cases, decisions, files; logins of the demo
    r"\bexpert_field\b",  # why an application without a hit is reviewed, in a version of it
    r"\bsystem\b",  # the login name of the system
    r"\bsandbox\b",  # the name of a provider, as it is configured
    r"\baccount_not_found\b",  # what a platform answers to a command, as it came
    r"\{\{?\w+\}?\}",  # what texts leave open
    r"\bdate,is_working_day,name\b",  # the heading of a file of a calendar
    r"\b[A-Z]{8}\b",  # pseudonyms of moderators, others every month
    r"\bplatform_uid\b",  # the heading of a file of accounts
    r"\bHeyan\b|\bCookie\b",
    r"\bJPEG\b|\bWebP\b|\bWebM\b|\bSHA-256\b|\bJSON\b|\bXLSX\b|\bHTML\b|\bUTF-8\b",
    r"\b(?:Ctrl|Enter|Esc|Shift)\b",  # keys
)
WORD = re.compile(r"[A-Za-z]{4,}")
CHINESE_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
BRAND, NAME_IN_TITLES = "核验台 Heyan", "· 核验台"
LABEL = 12


class Stored:
    """
    What the records hold, in which texts are looked for, each once.

    What was found is kept by the text alone: to compare megabytes of records with each other at
    every look-up took longer than to open all the pages.
    """

    def __init__(self, records: str, ours: frozenset[str] = frozenset()) -> None:
        self._records = records
        self._ours = ours
        # Each stretch of Chinese once: much less to look through.
        self._runs = "_".join(set(CHINESE_RUN.findall(records)))
        self.is_english = cache(self._is_english)
        self.is_chinese = cache(self._is_chinese)

    def _is_english(self, text: str) -> bool:
        """Return whether a text has English words that no record holds as a sentence."""
        if len(text.split()) > 1 and "_".join(text.split()) in self._records:
            return False
        rest = text
        for pattern in ALLOWED:
            rest = re.sub(pattern, " ", rest, flags=re.DOTALL)
        return WORD.search(rest) is not None

    def _is_chinese(self, text: str) -> bool:
        """Return whether a text has Chinese words that nobody wrote into a record."""
        rest = text.replace(BRAND, "").replace(NAME_IN_TITLES, "")
        return any(run not in self._runs for run in CHINESE_RUN.findall(rest)) or (
            text in self._ours
            and f",{text}," not in self._records
            and f'"{text}"' not in self._records
        )


def english_words(screen: Screen, stored: Stored) -> set[str]:
    """Return what a page in Chinese says in English, although no record holds it as a sentence."""
    return {" ".join(text.split()) for text in screen.shown if stored.is_english(text)}


def chinese_words(screen: Screen, stored: Stored) -> set[str]:
    """Return what a page in English says in Chinese, although nobody wrote it into a record."""
    shown = (" ".join(text.split()) for text in screen.shown)
    return {text for text in shown if stored.is_chinese(text)}


def everything_stored() -> str:
    """Return the text of every row of every table."""
    texts = []
    with connection.cursor() as cursor:
        for model in managed_models():
            # One row after the other, so that a text is found however it was broken into lines.
            cursor.execute(f'SELECT each::text FROM "{model._meta.db_table}" AS each')
            texts += [row[0] for row in cursor.fetchall()]
    # Stored sealed, and read by whoever sees the file: its name, and what is a text.
    files = EvidenceFile.objects.exclude(status=EvidenceStatus.ERASED)
    texts += [name_of(file) for file in files]
    copies = EvidenceCopy.objects.filter(file__in=files, kind=CopyKind.TEXT)
    texts += [storage.read_copy(copy).decode(errors="replace") for copy in copies]
    # What complainants and handlers wrote to each other lies sealed as well.
    complaints = Complaint.objects.select_related("complainant__key")
    texts += [words for each in complaints for _message, words in words_of(each)]
    for each in Infringement.objects.all():
        sealed = (
            getattr(each, name)
            for name in ("holder", "work", "evidence", "counter_name", "counter_words", "suit")
        )
        texts += [vault.read(value) for value in sealed if value is not None]
    return "_".join("\n".join(texts).split())


def test_finds_english_words_and_leaves_codes_alone() -> None:
    screen = Screen(
        '<html lang="zh-hans"><p title="Go there">已关闭 '
        '<span class="material-symbols-outlined">history</span>'
        'Closed<br>accounts.account.close R07 SHA-256</p><pre lang="en">frozen bytes</pre>'
        '<b data-text="Really close it?" data-key="close">!</b><q lang="en">Told in English</q>'
        '<a href="/x/"><img alt="Picture"></a><input type="submit" value="Send" placeholder="Type">'
        "<p>Told by a record</p>"
    )

    assert english_words(screen, Stored("(Told_by_a_record)")) == {
        *("Go there", "Closed", "Picture", "Send", "Type", "Really close it?")
    }
    assert screen.links == ["/x/"]


def test_finds_chinese_words_that_no_record_holds() -> None:
    screen = Screen('<html lang="en"><p>已关闭</p><p>甲先生</p><p>批准</p><a lang="zh">中文</a>')

    stored = Stored("(1,甲先生,已批准)", frozenset({"批准"}))

    assert chinese_words(screen, stored) == {"已关闭", "批准"}


@pytest.mark.long
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_speaks_one_language_and_leads_to_nothing_that_is_closed(
    language: str,
    caplog: pytest.LogCaptureFixture,
    demo: None,
) -> None:
    # Addresses that were not linked to answer 403, each with a trace in the process log.
    caplog.set_level(logging.CRITICAL, "django.request")
    # The catalogue has a column of its titles in English; the codes of documents are words.
    in_english = {
        *ViolationType.objects.values_list("title_en", flat=True),
        # What a version of the catalogue says in both languages is written in one form.
        *LadderStep.objects.exclude(note_en="").values_list("note_en", flat=True),
        *Factor.objects.values_list("title_en", flat=True),
        *RuleDocument.objects.values_list("code", flat=True),
        # Checks are named by their codes too, as the interface names them.
        *CheckCode.__members__,
        *ProfileReviewReason.__members__,
    }
    own, theme = catalogues("zh_Hans")
    ours = frozenset(
        entry.msgstr for entry in [*own, *theme] if CHINESE_CHARACTER.search(entry.msgstr)
    )
    stored = Stored(everything_stored(), ours)
    foreign: dict[str, list[str]] = {}
    visits: list[tuple[str, Visit]] = []

    for who, client in visitors(language):
        # In Chinese as every role sees them, two of a kind by the first; in English each once, by
        # the first who reaches it. Public pages are the same to everybody.
        opened = frozenset(visit.view for _who, visit in visits if visit.status == 200) - HUBS
        known = opened
        if language != "en":
            known = frozenset(view for view in known if view.startswith("public:"))
        of_a_kind = 1 if visits or language == "en" else 2
        crawl = Crawl(client, of_a_kind, starts=ways(), left_out=known, by_links_alone=opened)
        for visit, screen in crawl.run():
            if screen.language == "en":
                words = chinese_words(screen, stored)
            else:
                words = english_words(screen, stored) - in_english
            # Public pages are in the language of their address.
            if screen.language != language and not visit.address.startswith("/public/"):
                words |= {f"language: {screen.language}"}
            for word in words:
                foreign.setdefault(word, []).append(f"{who or 'nobody'} at {visit.address}")
        visits += [(who, visit) for visit in crawl.visits]

    # A link that is shown is one that opens.
    closed = [
        f"{visit.status} for {who or 'nobody'}: {visit.start} leads to {visit.address}"
        for who, visit in visits
        if visit.status >= 500 or (visit.start and visit.status >= 400)
    ]
    opened = {visit.view for _who, visit in visits if visit.status < 400}
    told = [
        *(f"{word!r} for {places[0]} ({len(places)} pages)" for word, places in foreign.items()),
        *closed,
        *(f"no page leads to {name}" for name in unreached(opened)),
    ]
    assert not told, "\n".join(sorted(told))

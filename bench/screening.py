"""Screening of names, small and large, beside a linear scan and a search by trigrams."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from random import Random
from typing import Any

from django.db import connection
from rapidfuzz import fuzz, process

from accounts.models import ListedName
from accounts.rules.names import fold
from accounts.rules.screening.keys import listed_keys
from accounts.services.screening import screen_names
from bench.generator import as_owner, continue_sequence, lay_accounts, write_history
from bench.name_cases import EVERYDAY, Case, cases, ordinary
from bench.result import Result

SMALL = 10_000
# One listed name for so many live ones: a million for ten million.
LIVE_PER_LISTED = 10
ASKED = 400
ASKED_OF_PEERS = 20
BUDGET_MS = 5.0
# Hits are looked up among accounts; how many of them there are does not change the look-up.
ACCOUNTS = 10_000
_MIDDLES = [
    "财经",
    "民生",
    "科技",
    "健康",
    "法治",
    "教育",
    "交通",
    "气象",
    "文旅",
    "体育",
    "农业",
    "能源",
    "房产",
    "证券",
    "汽车",
    "军事",
]
_ENDINGS = [
    "日报",
    "周刊",
    "内参",
    "快讯",
    "调查",
    "观察",
    "发布",
    "在线",
    "频道",
    "讲堂",
    "联盟",
    "前线",
    "播报",
    "时评",
    "档案",
    "智库",
]


def run(size: int) -> Iterator[Result]:
    """Measure among few names, then among `size` live ones and a tenth as many listed ones."""
    lay_accounts(min(size, ACCOUNTS))
    _lay(min(size, SMALL))
    small = _pace()
    _lay(size)
    large = _pace()
    figures = {"live names": size, "listed names": size // LIVE_PER_LISTED}
    yield Result(
        name="screening, p95 in ms against its budget",
        ratio=large.p95 / BUDGET_MS,
        limit=1.0,
        is_ceiling=True,
        figures={**figures, **large.figures},
    )
    yield Result(
        name="screening, median among many names against that among few",
        ratio=large.median / small.median,
        limit=3.0,
        is_ceiling=True,
        figures={"live names among few": min(size, SMALL), **small.figures},
    )
    yield from _quality(figures)
    yield from _peers(large, figures)


class Pace:
    """How long single names took, in milliseconds."""

    def __init__(self, seconds: Sequence[float]) -> None:
        taken = sorted(1000 * each for each in seconds)
        self.median = statistics.median(taken)
        self.p95 = taken[int(len(taken) * 0.95)]

    @property
    def figures(self) -> dict[str, Any]:
        """The figures in words."""
        return {"median ms": round(self.median, 2), "p95 ms": round(self.p95, 2)}


def _timed(act: Callable[[str], object], names: Sequence[str]) -> Pace:
    seconds = []
    for name in names:
        began = time.perf_counter()
        act(name)
        seconds.append(time.perf_counter() - began)
    return Pace(seconds)


def _asked() -> list[Case]:
    random = Random(7)
    listed = list(ListedName.objects.order_by("pk").values_list("name", flat=True)[:2000])
    made = cases(random.sample(listed, min(100, len(listed))), rounds=1)
    return random.sample(made, min(ASKED // 2, len(made)))


def _pace() -> Pace:
    names = [case.name for case in _asked()] + ordinary(ASKED // 2)
    screen_names(names[:20])
    return _timed(lambda name: screen_names([name]), names)


def _quality(figures: dict[str, Any]) -> Iterator[Result]:
    asked = _asked()
    found = sum(
        any(hit.known.name == case.listed for hit in screened.hits)
        for case, screened in zip(asked, screen_names([case.name for case in asked]), strict=True)
    )
    yield Result(
        name="listed names found behind one change",
        ratio=found / len(asked),
        limit=0.98,
        figures={**figures, "names": len(asked)},
    )
    names = ordinary(ASKED)
    alarms = sum(bool(screened.hits) for screened in screen_names(names))
    yield Result(
        name="ordinary names that raise an alarm",
        ratio=alarms / len(names),
        limit=0.02,
        is_ceiling=True,
        figures={**figures, "names": len(names)},
    )


def _peers(ours: Pace, figures: dict[str, Any]) -> Iterator[Result]:
    names = [case.name for case in _asked()[:ASKED_OF_PEERS]]
    listed = list(ListedName.objects.in_force().values_list("folded_name", flat=True))
    scan = _timed(
        lambda name: process.extract(
            fold(name), listed, scorer=fuzz.ratio, score_cutoff=70, limit=20
        ),
        names,
    )
    yield Result(
        name="screening, median against a linear scan of the listed names",
        ratio=ours.median / scan.median,
        figures={**figures, **scan.figures},
    )
    with as_owner(True) as cursor:
        cursor.execute(
            "CREATE INDEX bench_trigrams ON accounts_listedname "
            "USING gin (folded_name gin_trgm_ops)"
        )
    trigrams = _timed(_by_trigrams, names)
    with as_owner(True) as cursor:
        cursor.execute("DROP INDEX bench_trigrams")
    yield Result(
        name="screening, median against a search by trigrams among the listed names",
        ratio=ours.median / trigrams.median,
        figures={**figures, **trigrams.figures},
    )


def _by_trigrams(name: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM accounts_listedname WHERE folded_name %% %s LIMIT 20", [fold(name)]
        )
        return cursor.fetchall()


def _lay(size: int) -> None:
    """Bring the tables up to so many live names and a tenth as many listed ones."""
    with as_owner(False, ListedName) as cursor:
        cursor.execute("SELECT count(*) FROM accounts_accountnamekey")
        live = int(cursor.fetchone()[0])
        # Only the look-up is measured: the key of a laid name is a number as good as any other.
        cursor.execute(
            "INSERT INTO accounts_accountnamekey (key, account_id) "
            "SELECT hashtextextended('laid' || n, 0), (SELECT min(id) FROM accounts_publicaccount) "
            "+ n %% (SELECT count(*) FROM accounts_publicaccount) "
            "FROM generate_series(%s, %s) n ON CONFLICT DO NOTHING",
            [live + 1, size],
        )
        _lay_listed(cursor, size // LIVE_PER_LISTED)


def _lay_listed(cursor: Any, size: int) -> None:
    cursor.execute("SELECT coalesce(max(id), 0), count(*) FROM accounts_listedname")
    last, present = map(int, cursor.fetchone())
    names = list(islice(_listed_names(), present, size))
    with cursor.copy(
        "COPY accounts_listedname (id, kind, name, folded_name, reason, ground_kind, ground_ref, "
        "version) FROM STDIN"
    ) as rows:
        for number, name in enumerate(names, last + 1):
            kind = "reserved" if number % 20 == 0 else "barred"
            rows.write_row((number, kind, name, fold(name), "基准测试数据", "list", "", 1))
    with cursor.copy("COPY accounts_listednamekey (key, listed_name_id) FROM STDIN") as rows:
        for number, name in enumerate(names, last + 1):
            for key in listed_keys(fold(name)):
                rows.write_row((key, number))
    continue_sequence(cursor, ListedName)
    write_history(cursor, ListedName, above=last)


def _listed_names() -> Iterator[str]:
    """Yield names that are all different, the same ones every time."""
    random = Random(11)
    made = set()
    while True:
        place = random.choice(EVERYDAY) + random.choice(EVERYDAY)
        name = place + random.choice(_MIDDLES) + random.choice(_ENDINGS)
        if name not in made:
            made.add(name)
            yield name

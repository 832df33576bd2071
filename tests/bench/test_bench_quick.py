"""The benchmarks run at a tiny size, and what their generator lays obeys every guard."""

import importlib
from collections import Counter
from io import BytesIO

import pytest

from accounts.models import Application, PublicAccount, Subject
from accounts.rules.registration_file import FileRow, read_registrations
from bench import bulk_decisions, decisions, generator, r07_export, registrations, screening
from bench.__main__ import BENCHMARKS
from compliance.guards import history_model_of
from enforcement.models import Decision, Measure

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_benchmark_has_a_module_with_a_run_and_two_sizes() -> None:
    for name, (full, quick) in BENCHMARKS.items():
        assert callable(importlib.import_module(f"bench.{name}").run)
        assert quick < full


def test_generated_registrations_are_read_back_from_a_file_and_share_nobody() -> None:
    file = BytesIO()
    registrations.write_file(file, 50, first=1)
    file.seek(0)

    rows = [row.data for row in read_registrations(file) if isinstance(row, FileRow)]

    again = [*generator.registrations(50, first=1)]
    others = [*generator.registrations(50, first=51)]
    assert rows == again
    numbers = Counter(row.id_number for row in [*rows, *others])
    mobiles = Counter(row.mobile for row in [*rows, *others])
    assert (len(numbers), len(mobiles)) == (100, 100)


@pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "unguarded"])
def test_accounts_in_bulk_have_the_history_that_the_guards_ask_for(is_guarded: bool) -> None:
    generator.lay_accounts(30, is_guarded=is_guarded)
    generator.lay_accounts(20, is_guarded=is_guarded)

    for model in (Subject, Application, PublicAccount):
        history = history_model_of(model)
        assert model._default_manager.count() == 50
        assert history is not None
        assert history._default_manager.filter(history_type="+").count() == 50
    uids = PublicAccount.objects.order_by("pk").values_list("platform_uid", flat=True)
    assert len(set(uids)) == 50


def test_decisions_in_bulk_are_copies_that_every_guard_lets_pass() -> None:
    decisions.ensure_decisions(2)
    seeds = Decision.objects.count()

    generator.copy_rows(decisions.COPIED, copies=3, is_guarded=True)

    assert Decision.objects.count() == 4 * seeds
    assert Measure.objects.values("decision").distinct().count() == 4 * seeds
    # The next act takes numbers beyond the copies.
    decisions.ensure_decisions(4 * seeds + 1)
    assert Decision.objects.count() > 4 * seeds


def test_registrations_are_measured_among_few_and_among_many() -> None:
    (result,) = registrations.run(400)

    assert result.figures["rows"] == 20
    assert result.figures["accounts among few"] == 40
    assert result.figures["accounts among many"] == 400
    assert result.ratio > 0


def test_exports_are_measured_against_copy_and_by_memory() -> None:
    speed, memory = r07_export.run(40)

    assert speed.figures["rows"] >= 40
    assert speed.ratio > 0
    assert memory.is_ceiling
    assert memory.is_met


def test_screening_is_measured_small_and_large_and_beside_its_peers() -> None:
    budget, growth, recall, alarms, scan, trigrams = screening.run(300)

    assert budget.figures["listed names"] == 30
    assert growth.ratio > 0
    assert recall.is_met
    assert alarms.is_met
    assert min(scan.ratio, trigrams.ratio) > 0


def test_a_list_is_measured_against_single_decisions() -> None:
    carried_out, drafted = bulk_decisions.run(4)

    assert carried_out.figures["accounts"] == 4
    assert carried_out.ratio > 0
    assert drafted.ratio > 0

"""Small figures of public tables: neither shown nor to be found out from what is shown."""

from itertools import product
from random import Random

import pytest

from reports.rules.suppression import Relation, determined, hidden_figures, is_small

TOTAL = Relation(("all",), ("a", "b", "c"))


def shown(values: dict[str, int], relations: list[Relation], **settled: bool) -> dict[str, int]:
    hidden = hidden_figures(values, relations, settled)
    return {name: value for name, value in values.items() if name not in hidden}


def test_what_is_small_is_not_shown_and_nought_is() -> None:
    assert shown({"a": 4, "b": 5, "c": 0}, []) == {"b": 5, "c": 0}


def test_a_total_does_not_give_away_the_one_that_is_left_out() -> None:
    assert shown({"all": 30, "a": 2, "b": 8, "c": 20}, [TOTAL]) == {"all": 30, "c": 20}


def test_several_small_ones_that_add_up_to_little_take_another_one_with_them() -> None:
    assert shown({"all": 23, "a": 1, "b": 1, "c": 21}, [TOTAL]) == {"all": 23}
    assert shown({"all": 28, "a": 4, "b": 4, "c": 20}, [TOTAL]) == {"all": 28, "c": 20}


def test_where_no_other_part_is_left_the_total_goes() -> None:
    assert shown({"all": 5, "a": 2, "b": 3, "c": 0}, [TOTAL]) == {"c": 0}


def test_a_total_that_is_small_hides_what_it_is_made_of() -> None:
    assert shown({"all": 3, "a": 3, "b": 0, "c": 0}, [TOTAL]) == {"b": 0, "c": 0}


def test_what_was_published_before_stays_and_others_give_way() -> None:
    months = Relation(("half",), ("m1", "m2"))

    found = shown({"half": 12, "m1": 3, "m2": 9}, [months], m1=False, m2=True)

    assert "half" not in found


def test_two_totals_together_give_nothing_away() -> None:
    months = Relation(("half",), ("m1", "m2"))
    kinds = Relation(("half",), ("a", "b"))
    values = {"half": 40, "m1": 3, "m2": 37, "a": 20, "b": 20}

    found = shown(values, [months, kinds], m1=False, m2=True)

    assert set(found) & {"half"} == set()
    assert len({"a", "b"} & set(found)) == 1


def test_several_relations_together_are_seen_through() -> None:
    relations = [
        Relation(("x",), ("a", "b")),
        Relation(("y",), ("a", "c")),
        Relation(("b",), ("c",)),
    ]

    assert determined(relations, {"a", "b"}) == {"a", "b"}
    assert determined(relations, {"a", "b", "c", "x"}) == {"x"}
    assert determined(relations[:2], {"a", "b", "c"}) == set()


@pytest.mark.parametrize("seed", range(40))
def test_nobody_who_tries_everything_finds_a_small_one_out(seed: int) -> None:
    """Every table that fits what is shown: a hidden small figure is never the same in all."""
    chance = Random(seed)
    cells = {name: chance.choice([0, 0, 1, 2, 3, 5, 6, 9]) for name in ("a1", "a2", "b1", "b2")}
    values = {
        **cells,
        "a": cells["a1"] + cells["a2"],
        "b": cells["b1"] + cells["b2"],
        "1": cells["a1"] + cells["b1"],
        "2": cells["a2"] + cells["b2"],
        "all": sum(cells.values()),
    }
    relations = [
        Relation(("a",), ("a1", "a2")),
        Relation(("b",), ("b1", "b2")),
        Relation(("1",), ("a1", "b1")),
        Relation(("2",), ("a2", "b2")),
        Relation(("all",), ("a", "b")),
        Relation(("all",), ("1", "2")),
    ]
    hidden = hidden_figures(values, relations, {})

    possible: dict[str, set[int]] = {name: set() for name in hidden}
    ranges = [range(1, 25) if name in hidden else [cells[name]] for name in cells]
    for guess in product(*ranges):
        a1, a2, b1, b2 = guess
        full = {
            **dict(zip(cells, guess, strict=True)),
            **{"a": a1 + a2, "b": b1 + b2, "1": a1 + b1, "2": a2 + b2},
            "all": a1 + a2 + b1 + b2,
        }
        if all(full[n] == values[n] for n in values if n not in hidden):
            for name in hidden:
                possible[name].add(full[name])
    assert all(len(found) > 1 for name, found in possible.items() if is_small(values[name]))
    assert all(name in hidden for name, value in values.items() if is_small(value))

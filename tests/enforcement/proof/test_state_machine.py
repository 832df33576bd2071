"""Two thousand acts of enforcement in any order, compared after each with a model in plain Python."""

import pytest

from tests.enforcement.proof.machine import run_acts

STEPS = 2_000

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_what_holds_after_two_thousand_acts_is_what_the_model_says() -> None:
    done = run_acts(STEPS)

    assert done.steps >= STEPS * 0.9
    # Each came about, and each that somebody may not do was tried by them.
    assert done.accepted.keys() >= {
        *("propose", "speak", "approve", "give back", "take back", "lift", "reverse"),
        *("dispute", "remove entry", "time", "look", "sweep"),
    }
    assert done.refused.keys() >= {"approve", "lift", "reverse", "take back", "repair"}

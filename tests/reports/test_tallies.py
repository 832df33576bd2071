"""The figures that vouch for a filing are named in words, not by the keys of a statement."""

import re

import pytest

from enforcement.appeal_words import AppealOutcome
from enforcement.complaint_words import ComplaintOutcome
from reports.exports.catalogue import FORMS
from reports.exports.tallies import TALLIES

COUNTED = re.compile(r"SELECT '(\w+)',")


@pytest.mark.parametrize("code", sorted(FORMS))
def test_every_figure_that_vouches_for_a_form_has_words(code: str) -> None:
    counted = COUNTED.findall(FORMS[code].counts_sql)

    assert counted
    assert {*counted} - {*TALLIES} == set()


@pytest.mark.parametrize("outcomes", [AppealOutcome, ComplaintOutcome])
def test_what_is_counted_by_its_outcome_has_words(
    outcomes: type[AppealOutcome] | type[ComplaintOutcome],
) -> None:
    assert {*outcomes.values} - {*TALLIES} == set()

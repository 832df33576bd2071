"""Two at once about one correction: one of them comes second and finds it so."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Correction, CorrectionAnswer, Finding, PublicAccount
from accounts.services.corrections import lapses
from compliance.errors import TransitionRefused
from compliance.models import StaffUser, WorkItem
from tests.accounts.corrections import again, answer, order, order_long_ago
from tests.enforcement.test_races import at_once as together
from tests.enforcement.test_races import refusals

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_answers_at_once_one_is_taken_and_lapsing_meanwhile_loses_nothing(
    make_account: Callable[..., PublicAccount],
    reviewer: StaffUser,
    system: StaffUser,
    at_once: None,
) -> None:
    running = order(make_account(), reviewer)
    copies = again(running), again(running)

    results = together(
        lambda: answer(copies[0], system, name="河畔闲谈甲"),
        lambda: answer(copies[1], system, name="河畔闲谈乙"),
    )

    assert [type(each) for each in refusals(results)] == [TransitionRefused]
    assert CorrectionAnswer.objects.count() == 1
    assert WorkItem.objects.filter(queue="corrections").count() == 1
    assert again(running).status == "submitted"

    late = [order_long_ago(make_account(), reviewer) for _number in range(4)]
    sweep = [lambda: lapses.lapse_corrections(now=timezone.now(), actor=system)] * 2
    asked = [again(each) for each in late]

    results = together(*sweep, *(lambda each=each: answer(each, system) for each in asked))  # type: ignore[misc]

    assert not refusals(results)
    counted = [each for each in results if isinstance(each, int)]
    for each in late:
        found = again(each)
        # Answered in any case: before it lapsed, or after.
        assert found.status == "submitted"
        assert found.answers.count() == 1
        missed = Finding.objects.filter(account=each.account).count()
        assert missed == (found.lapsed_at is not None)
    assert sum(counted) == Correction.objects.filter(lapsed_at__isnull=False).count()

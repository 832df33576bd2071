"""What the database holds of the rules by which accounts are swept and verified again."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import DormancyRule, PatrolRule, PatrolRun

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("model", "constraint", "changes"),
    [
        (DormancyRule, "dormancyrule_six_months_at_least", {"months": 5}),
        (DormancyRule, "dormancyrule_six_months_at_least", {"shell_months": 5}),
        (DormancyRule, "dormancyrule_batch_can_be_read", {"batch_size": 0}),
        (DormancyRule, "dormancyrule_natures_known", {"exempt_natures": ["odd"]}),
        (DormancyRule, "dormancyrule_changed_only_if_approved", {"number": 2}),
        (PatrolRule, "patrolrule_can_be_kept", {"capacity": 0}),
        (PatrolRule, "patrolrule_categories_known", {"focused_categories": ["odd"]}),
        (PatrolRule, "patrolrule_changed_only_if_approved", {"number": 2}),
    ],
)
def test_a_version_that_cannot_be_is_refused_by_its_constraint(
    model: Any, constraint: str, changes: dict[str, Any]
) -> None:
    row = model.objects.get(number=1)
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)

    assert model.objects.count() == 1


def test_a_patrol_is_of_a_month() -> None:
    run = PatrolRun(month=date(2026, 5, 2), rule=PatrolRule.objects.get(number=1), seed="x")

    with pytest.raises(IntegrityError, match="patrolrun_is_of_a_month"), transaction.atomic():
        run.save(force_insert=True)

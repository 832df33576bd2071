"""The working-day calendar: drafts of a year, an officer and a supervisor."""

from datetime import datetime
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from compliance import clocks
from compliance.models import Clock, StaffUser
from compliance.provisions import Provision

HEADER = "date,is_working_day,name\n"
ROWS_2027 = "2027-01-01,no,元旦\n2027-02-05,no,春节\n2027-02-06,yes,调休上班\n"
TITLE = "测试通知〔2026〕9号"


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_20_2, "reason": reason}


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def told(moment: datetime) -> Any:
    return mock.patch.object(timezone, "now", return_value=moment)


@pytest.fixture
def across_new_year(system: StaffUser) -> Clock:
    """Three working days from 30 December 2026; of 2027 nothing is known yet."""
    with told(at("2026-12-30T10:00")):
        return clocks.start_clock(step="application_review", **grounds(system))

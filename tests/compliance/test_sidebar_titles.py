"""The sidebar names each place once."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.utils.translation import override

from compliance.models import StaffUser
from compliance.ui.navigation import destinations

pytestmark = pytest.mark.django_db
ROLES = (
    "moderator",
    "complaint_handler",
    "supervisor",
    "compliance_officer",
    "auditor",
    "system_administrator",
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_two_lines_of_the_sidebar_read_alike(
    language: str, staff_user: Callable[..., StaffUser]
) -> None:
    places: dict[str, str] = {}
    for role in ROLES:
        request = RequestFactory().get("/")
        request.user = staff_user(role)
        with override(language):
            for _section, entries in destinations(request, admin.site):
                places |= {entry["link"]: entry["title"] for entry in entries}

    titles = Counter(places.values())
    assert len(titles) > 60
    assert [title for title, times in titles.items() if times > 1] == []

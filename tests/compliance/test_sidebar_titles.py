"""The sidebar names each place once."""

from collections import Counter

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.utils.translation import override

from compliance.models import StaffUser
from compliance.ui.navigation import destinations

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_two_lines_of_the_sidebar_read_alike(language: str) -> None:
    request = RequestFactory().get("/")
    # Sees every line: what nobody sees together is named apart all the same.
    request.user = StaffUser(is_superuser=True, is_active=True, is_staff=True)

    with override(language):
        lines = Counter(
            entry["title"]
            for _section, entries in destinations(request, admin.site)
            for entry in entries
        )

    assert len(lines) > 60
    assert [title for title, times in lines.items() if times > 1] == []

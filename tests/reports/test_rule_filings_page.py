"""R01 on screen and as CSV."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from compliance.models import RuleDocument, StaffUser
from reports.exports.r01 import COLUMNS
from tests.compliance.rule_documents import RuleStaff, announce, draft

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_r01_is_in_the_words_of_the_form_whatever_the_screen_is_in(
    staff_user: Callable[..., StaffUser], language: str
) -> None:
    staff = RuleStaff(staff_user)
    convention = RuleDocument.objects.get(code="platform-convention")
    announce(staff, convention, draft("2.0", summary="=1+1 补充"))
    client = Client()
    client.force_login(staff.officer)
    client.cookies["django_language"] = language

    page = client.get("/filings/rules/").text
    response = client.get("/filings/rules/csv/")

    table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert table[0] == [column.title for column in COLUMNS]
    assert [row[2] for row in table[1:]] == ["1.0", "2.0"]
    cells = dict(zip(table[0], table[2], strict=True))
    assert cells["文件类型"] == "平台公约"
    assert cells["备案状态"] == "未备案"
    assert cells["变更摘要"].startswith("'=1+1")
    assert cells["公开网址"] == ("http://testserver/public/rules/platform-convention/versions/2.0/")
    assert "未备案" in page
    assert "备案文本SHA-256" in page


@pytest.mark.parametrize("role", ["moderator", "supervisor", "auditor"])
def test_r01_is_for_who_files_it(staff_user: Callable[..., StaffUser], role: str) -> None:
    client = Client()
    client.force_login(staff_user(role))

    assert client.get("/filings/rules/").status_code == 403
    assert client.get("/filings/rules/csv/").status_code == 403

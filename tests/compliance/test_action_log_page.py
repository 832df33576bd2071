"""The action log in the console: acts in words, instants in one form, nothing to press."""

import re
from contextlib import suppress

import pytest
from django.contrib.admin.templatetags.admin_list import result_headers
from django.urls import reverse
from django.utils import timezone, translation

from compliance.errors import MissingReason
from compliance.models import ActionLog, Person
from compliance.pages.timeline import act_in_words
from compliance.provisions import Provision
from compliance.refusals import refusals_logged

pytestmark = pytest.mark.django_db


def test_the_list_says_acts_in_words_and_instants_in_one_form(client, staff_user):
    client.force_login(staff_user("auditor"))
    row = ActionLog.objects.filter(action="compliance.staffuser.create").latest("id")

    page = client.get(reverse("admin:compliance_actionlog_changelist")).content.decode()

    assert "登录账户：已建立" in page
    assert timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M") in page
    assert not re.search(r"\d年\d", page)


def test_no_two_columns_share_a_heading_and_no_record_is_named_none(client, staff_user, system):
    auditor = staff_user("auditor")
    client.force_login(auditor)
    with (
        suppress(MissingReason),
        refusals_logged(
            action="compliance.person.create",
            target=Person(name="测试员"),
            actor=auditor,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
        ),
    ):
        raise MissingReason
    assert ActionLog.objects.refused().get().object_id == "None"

    page = client.get(reverse("admin:compliance_actionlog_changelist"))

    headers = [str(each["text"]) for each in result_headers(page.context["cl"])]
    assert len(headers) == len(set(headers))
    assert "None" not in page.text


def test_a_record_that_is_only_read_has_no_button_close(client, staff_user):
    client.force_login(staff_user("auditor"))
    row = ActionLog.objects.latest("id")

    page = client.get(reverse("admin:compliance_actionlog_change", args=[row.pk])).content.decode()

    assert row.action in page
    assert 'id="submit-row"' not in page


def test_an_act_on_what_is_no_table_keeps_its_code():
    row = ActionLog(action="compliance.gone.vanish", object_type="compliance.gone")

    with translation.override("en"):
        assert act_in_words(row) == "compliance.gone.vanish"

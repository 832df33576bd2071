"""The action log in the console: acts in words, instants in one form, nothing to press."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from compliance.models import ActionLog
from compliance.pages.timeline import act_in_words

pytestmark = pytest.mark.django_db


def test_the_list_says_acts_in_words_and_instants_in_one_form(client, staff_user):
    client.force_login(staff_user("auditor"))
    row = ActionLog.objects.filter(action="compliance.staffuser.create").latest("id")

    page = client.get(reverse("admin:compliance_actionlog_changelist")).content.decode()

    assert "登录账户: 已建立" in page
    assert timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M") in page
    assert not re.search(r"\d年\d", page)


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

"""Identity data is found by its exact value alone, on record, and never gets into an address."""

import html
import logging
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.services.identity_search import search_identity, sought_choices
from compliance.identity import vault
from compliance.models import ActionLog, IdentitySearch
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from tests.accounts.fixtures import unused_personal_number

_numbers = count(1)
NAME, MOBILE, CONTACT = "欧阳测试戊", "13998760001", "Unmistakable.Five@example.com"


@pytest.fixture
def page():
    return reverse("admin:search_identity")


@pytest.fixture
def number():
    return unused_personal_number()


@pytest.fixture
def account(make_account, number):
    return make_account(subject_name=NAME, mobile=MOBILE, contact=CONTACT, id_number=number)


@pytest.fixture
def moderator(client, staff_user):
    login = staff_user("moderator")
    client.force_login(login)
    return login


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def posted(kind: str, value: str, reason: str = "核对投诉材料") -> dict[str, str]:
    return {"kind": kind, "value": value, "reason": reason}


def whole_log() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(l)::text, ' ') FROM compliance_actionlog l")
        log = cursor.fetchone()[0] or ""
        cursor.execute(
            "SELECT string_agg(row_to_json(s)::text, ' ') FROM compliance_identitysearch s"
        )
        return log + (cursor.fetchone()[0] or "")


@pytest.mark.django_db
class TestWhatIsFound:
    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("mobile", MOBILE),
            ("mobile", f"+86 {MOBILE[:3]}-{MOBILE[3:7]} {MOBILE[7:]}"),
            ("contact", CONTACT),
            ("contact", f"  {CONTACT.upper()} "),
            ("resident_id", None),
        ],
    )
    def test_the_whole_value_finds_subject_and_account_masked(
        self, client, moderator, page, account, number, kind, value
    ):
        answer = client.post(page, posted(kind, value or number))
        text = text_of(answer)

        assert answer.status_code == 200
        assert reverse("admin:account", args=[account.pk]) in text
        assert reverse("admin:subject", args=[account.subject_id]) in text
        assert "欧**" in text
        for secret in (NAME, MOBILE, CONTACT, CONTACT.lower(), number, value or number):
            assert secret not in text
        assert "no-store" in answer["Cache-Control"]
        entry = IdentitySearch.objects.get()
        assert (entry.person, entry.found, entry.reason) == (moderator.person, 1, "核对投诉材料")

    def test_a_body_is_found_by_its_code(self, client, moderator, page, make_account):
        account = make_account(id_type="uscc", subject_nature="enterprise")
        other = make_account(id_type="uscc", subject_nature="enterprise")

        text = text_of(client.post(page, posted("uscc", account.subject.uscc.lower())))

        assert reverse("admin:subject", args=[account.subject_id]) in text
        assert reverse("admin:subject", args=[other.subject_id]) not in text

    def test_applications_without_an_account_are_found_too(
        self, client, moderator, page, make_application
    ):
        application = make_application(category="", mobile=MOBILE)

        text = text_of(client.post(page, posted("mobile", MOBILE)))

        assert reverse("admin:application", args=[application.pk]) in text

    def test_a_number_that_nobody_has_finds_nothing_and_is_on_record_all_the_same(
        self, client, moderator, page, account
    ):
        answer = client.post(page, posted("mobile", "13900009999"))

        assert "没有记录含有该值" in text_of(answer)
        assert IdentitySearch.objects.get().found == 0
        row = ActionLog.objects.get(action="compliance.identitysearch.search")
        assert row.changes == {"field": "mobile", "found": 0}
        assert not ActionLog.objects.filter(action="compliance.identityvalue.find").exists()

    def test_what_was_erased_is_found_no_more(self, client, moderator, page, account, system):
        vault.erase(
            key=account.subject.key, actor=system, provision=Provision.PIPL_51, reason="注销"
        )

        client.post(page, posted("mobile", MOBILE))

        assert IdentitySearch.objects.get().found == 0

    def test_the_timeline_of_whoever_was_found_says_so(
        self, client, moderator, page, account, staff_user
    ):
        client.post(page, posted("mobile", MOBILE, "核对第七号投诉"))

        steps = timeline_page(account.subject, staff_user("auditor"), kind="identity").steps

        (step,) = [each for each in steps if "检索" in str(each.title)]
        assert step.actor == moderator.person.name
        assert step.text == "核对第七号投诉"
        assert MOBILE not in str(step)


@pytest.mark.django_db
class TestTheDoors:
    def test_no_address_carries_a_value(self, client, moderator, page, account):
        answers = [
            client.get(page, {"value": MOBILE, "kind": "mobile", "reason": "x"}),
            client.get(page, {"q": MOBILE}),
            client.head(page, {"value": MOBILE}),
        ]

        assert [answer.status_code for answer in answers] == [405] * 3
        assert all(MOBILE not in text_of(answer) for answer in answers)
        assert not IdentitySearch.objects.exists()

    def test_the_form_posts_and_asks_the_browser_to_remember_nothing(self, client, moderator, page):
        text = text_of(client.get(page))
        form = text.partition('id="content-main"')[2].partition("</form>")[0]

        assert 'method="post"' in form
        assert form.count('autocomplete="off"') >= 2
        assert 'spellcheck="false"' in form

    @pytest.mark.parametrize(
        "role", ["supervisor", "auditor", "complaint_handler", "system_administrator"]
    )
    def test_other_roles_do_not_get_there(self, client, staff_user, page, account, role):
        client.force_login(staff_user(role))

        assert client.get(page).status_code == 403
        assert client.post(page, posted("mobile", MOBILE)).status_code == 403
        assert not IdentitySearch.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("mobile", "1399876"),
            ("mobile", "1399876****"),
            ("mobile", "0001"),
            ("resident_id", "110101"),
            ("resident_id", "110101199003070012"),
            ("uscc", "91110101MA"),
            ("contact", "unm"),
            ("contact", "unmistakable*"),
            ("contact", "%@example.com"),
            ("passport", "E1"),
            ("name", NAME),
            ("", MOBILE),
            ("mobile", ""),
        ],
    )
    def test_what_is_no_whole_value_is_refused_and_not_kept(
        self, client, moderator, page, account, kind, value
    ):
        answer = client.post(page, posted(kind, value))

        assert answer.status_code == 409
        refused = ActionLog.objects.refused().get()
        assert refused.action == "compliance.identitysearch.search"
        assert refused.actor_number == moderator.person_id
        assert not IdentitySearch.objects.exists()
        if len(value) > 3:
            assert value not in text_of(answer)
            assert value not in whole_log()

    @pytest.mark.parametrize("reason", ["", "  ", f"查 {MOBILE}", "\x00", "核\u202e对"])
    def test_without_a_reason_of_its_own_nothing_is_searched(
        self, client, moderator, page, account, reason
    ):
        answer = client.post(page, posted("mobile", MOBILE, reason))

        assert answer.status_code == 409
        assert MOBILE not in text_of(answer)
        assert MOBILE not in whole_log()
        assert not IdentitySearch.objects.exists()

    def test_the_quota_of_a_day_is_held_and_its_refusal_logged(
        self, client, moderator, page, account, settings
    ):
        settings.IDENTITY_SEARCHES_A_DAY = 2
        for _number in range(2):
            assert client.post(page, posted("mobile", MOBILE)).status_code == 200

        third = client.post(page, posted("mobile", MOBILE))

        assert third.status_code == 409
        assert "检索次数已用完" in text_of(third)
        assert reverse("admin:account", args=[account.pk]) not in text_of(third)
        assert IdentitySearch.objects.count() == 2
        assert ActionLog.objects.refused().count() == 1

    def test_the_quota_counts_the_person_and_not_the_login_and_a_day_passes(
        self, client, moderator, page, account, settings, staff_user, time_machine
    ):
        settings.IDENTITY_SEARCHES_A_DAY = 1
        client.post(page, posted("mobile", MOBILE))
        client.force_login(staff_user("moderator", person=moderator.person))
        assert client.post(page, posted("mobile", MOBILE)).status_code == 409

        time_machine.move_to(timezone.now() + timedelta(hours=25))

        client.force_login(moderator)
        assert client.post(page, posted("mobile", MOBILE)).status_code == 200

    def test_a_fault_on_the_way_shows_and_logs_no_value(
        self, client, moderator, page, account, monkeypatch, caplog
    ):
        caplog.set_level(logging.DEBUG)
        client.raise_request_exception = False

        def fail(*args, **kwargs):
            raise RuntimeError("made-up fault")

        monkeypatch.setattr("accounts.pages.identity_search.finding_panel", fail)
        answer = client.post(page, posted("mobile", MOBILE))

        assert answer.status_code == 500
        assert MOBILE not in text_of(answer)
        assert MOBILE not in caplog.text
        assert IdentitySearch.objects.count() == 1, "on record before anything is shown"

    def test_the_value_is_nowhere_on_record(self, client, moderator, page, account, number, caplog):
        caplog.set_level(logging.DEBUG)
        for kind, value in (("mobile", MOBILE), ("contact", CONTACT), ("resident_id", number)):
            client.post(page, posted(kind, value))

        log = whole_log()
        for value in (MOBILE, CONTACT, CONTACT.lower(), number):
            assert value not in log
            assert value not in caplog.text

    def test_every_kind_that_is_offered_can_be_asked_for(self, client, moderator, page):
        for kind, _label in sought_choices():
            assert client.post(page, posted(kind, "!")).status_code == 409
        assert "请选择按什么检索" not in " ".join(
            ActionLog.objects.refused().values_list("reason", flat=True)
        )


@pytest.mark.django_db(transaction=True)
def test_the_record_outlives_whatever_fails_afterwards(staff_user, make_account, page):
    make_account(mobile=MOBILE)
    moderator = staff_user("moderator")

    found = search_identity(
        kind="mobile",
        value=MOBILE,
        actor=moderator,
        provision=Provision.PIPL_51,
        reason="核对",
    )

    assert found.count == 1
    # Committed on its own: another session sees it.
    assert not connection.in_atomic_block
    assert IdentitySearch.objects.count() == 1


@pytest.mark.django_db
def test_only_the_auditor_reads_who_searched(client, staff_user, moderator, page, account):
    client.post(page, posted("mobile", MOBILE))
    records = reverse("admin:compliance_identitysearch_changelist")

    client.force_login(staff_user("auditor"))
    text = text_of(client.get(records))
    client.force_login(staff_user("supervisor"))

    assert moderator.person.name in text
    assert MOBILE not in text
    assert client.get(records).status_code == 403

"""What opens a complaint: one code, shown once; what opens none cannot be told apart."""

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.evidence.uploads import END_FIELD
from compliance.identity import vault
from compliance.models import ActionLog, ActionOutcome, EvidenceFile, WrongCodes
from compliance.responses import wrong_codes
from enforcement.complaint_words import ComplaintKind
from enforcement.models import Complaint, ComplaintCode, ComplaintMessage
from enforcement.rules import tracking_codes
from enforcement.services.complaints import promising, submission, tracking
from reports.demo.clock import clock_at
from tests.compliance.evidence_files import picture
from tests.enforcement import complaints
from tests.enforcement.complaints import again
from tests.enforcement.console import text_of

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
TRACK = "/public/track/"
ANSWER = "/public/track/answer/"
FORM = "/public/complain/false_information/"


def posted(account: PublicAccount, **changes: Any) -> dict[str, Any]:
    """Return what the form sends."""
    return {
        "target": account.platform_uid,
        "words": complaints.WORDS,
        "contact": complaints.MOBILE,
        END_FIELD: "1",
        **changes,
    }


def code_on(answer: HttpResponse) -> str:
    """Return the code that a receipt shows."""
    return text_of(answer).split('name="code" value="')[1].split('"')[0]


class TestCodes:
    def test_a_code_is_read_as_people_write_it(self) -> None:
        code = tracking_codes.written_code(secrets.randbits(130))
        plain = code.replace("-", "")

        assert len(plain) == 27
        assert tracking_codes.read_code(code) == plain[:-1]
        assert tracking_codes.read_code(f" {code.lower()} ") == plain[:-1]
        assert tracking_codes.read_code(plain.replace("1", "I").replace("0", "o")) == plain[:-1]
        assert tracking_codes.read_code(plain[:-1]) is None

    def test_a_number_of_more_bits_is_none(self) -> None:
        with pytest.raises(ValueError, match="130"):
            tracking_codes.written_code(1 << 130)

    def test_a_slip_of_one_character_is_never_another_code(self) -> None:
        code = tracking_codes.written_code(secrets.randbits(130)).replace("-", "")

        for place in range(26):
            for sign in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
                wrong = code[:place] + sign + code[place + 1 :]
                assert (tracking_codes.read_code(wrong) is None) == (wrong != code)

    def test_ten_thousand_variants_of_live_codes_open_nothing(self, make_account: Account) -> None:
        account = make_account()
        digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        checks = f"{digits}*~$=U"
        tried = 0
        for number in range(13):
            receipt = complaints.handed_in(account, words=f"{complaints.WORDS}{number}")
            code = receipt.code.replace("-", "")
            assert tracking.find_complaint(code) == receipt.complaint
            variants = {
                code[:place] + sign + code[place + 1 :] for place in range(26) for sign in digits
            } - {code}
            digests = []
            for wrong in variants:
                # With the check character put right, as somebody who guesses would send it.
                value = 0
                for sign in wrong[:-1]:
                    value = value << 5 | digits.index(sign)
                read = tracking_codes.read_code(wrong[:-1] + checks[value % 37])
                assert read is not None
                digests.append(vault.digest(submission.CODE_PURPOSE, read))
            assert not ComplaintCode.objects.filter(digest__in=digests).exists()
            tried += len(digests)
        assert tried > 10_000

    def test_the_code_is_kept_nowhere(self, make_account: Account, client: Client) -> None:
        code = code_on(client.post(FORM, posted(make_account())))
        plain = code.replace("-", "")

        for each in (code, plain, plain[:-1]):
            assert found_in_database(each) == []


def found_in_database(words: str) -> list[str]:
    """Return the tables of which a row holds the words in plain text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'r'"
            " AND c.relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(c.oid, 'SELECT')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT EXISTS (SELECT 1 FROM {table} t WHERE position(%s in t::text) > 0)",
                [words],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


class TestTracking:
    @pytest.fixture
    def code(self, make_account: Account) -> str:
        return complaints.handed_in(make_account()).code

    def test_the_code_opens_state_dates_and_what_was_said(self, code: str, client: Client) -> None:
        answer = client.post(TRACK, {"code": code.lower()})

        shown = text_of(answer)
        complaint = again(Complaint.objects.get())
        assert complaint.number in shown
        assert complaints.WORDS in shown
        for each in promising.promises(complaint):
            assert each.day in shown
        assert code not in shown
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]

    def test_unknown_expired_and_foreign_codes_are_one_answer_by_equal_queries(
        self, code: str, make_account: Account, client: Client
    ) -> None:
        expired = complaints.handed_in(make_account()).code
        unknown = tracking_codes.written_code(secrets.randbits(130))
        seen = []
        later = timezone.now() + submission.OPENS_FOR + timedelta(days=1)
        for tried, at in (
            (unknown, timezone.now()),
            (expired, later),
            ("abcdefghijklmnopqrstuvwxyz234567", timezone.now()),
            ("?", timezone.now()),
        ):
            WrongCodes.objects.all().delete()
            with (
                clock_at(at),
                CaptureQueriesContext(
                    connection,
                ) as queries,
            ):
                answer = client.post(TRACK, {"code": tried})
            shapes = [each["sql"].split(" IN (")[0].split("VALUES")[0][:60] for each in queries]
            # Each request has a number of its own, drawn by lot.
            headers = {name: value for name, value in answer.items() if name != "X-Request-ID"}
            seen.append((answer.status_code, answer.content, headers, shapes))

        for each in seen[1:]:
            assert each == seen[0]
        assert seen[0][0] == 409

    def test_wrong_tries_are_answered_no_more_and_another_network_is(
        self, code: str, client: Client, settings: Any
    ) -> None:
        settings.PROXIES = 1
        mine = {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 198.51.100.7"}
        for _number in range(wrong_codes.MOST_WRONG):
            assert client.post(TRACK, {"code": "x"}, **mine).status_code == 409

        refused = client.post(TRACK, {"code": code}, **mine)

        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
        # What a visitor claims to be does not make them another one.
        claimed = {"HTTP_X_FORWARDED_FOR": "9.9.9.9, 198.51.100.7"}
        assert client.post(TRACK, {"code": code}, **claimed).status_code == 429
        other = {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.9"}
        assert client.post(TRACK, {"code": code}, **other).status_code == 200

    def test_a_view_is_over_after_half_an_hour_and_none_can_be_made_up(
        self, code: str, client: Client
    ) -> None:
        complaint = again(Complaint.objects.get())
        view = tracking.open_view(complaint)
        assert complaint.number in text_of(client.post(TRACK, {"view": view}))
        assert client.post(TRACK, {"view": f"{view}x"}).status_code == 409
        assert client.post(ANSWER, {"view": "1:2:3", "words": "x"}).status_code == 409

        late = time.time() + tracking.VIEW_SECONDS + 5
        with mock.patch("django.core.signing.time.time", return_value=late):
            answer = client.post(TRACK, {"view": view})

        assert answer.status_code == 409
        assert complaint.number not in text_of(answer)

    def test_somebody_adds_to_it_and_withdraws_by_the_page_alone(
        self, code: str, client: Client
    ) -> None:
        view = text_of(client.post(TRACK, {"code": code})).split('name="view" value="')[1]
        view = view.split('"')[0]

        answer = client.post(
            ANSWER,
            {
                "view": view,
                "words": "补充：另有一篇",
                "files": SimpleUploadedFile("张三的截图.jpg", picture()),
                END_FIELD: "1",
            },
        )
        assert "补充：另有一篇" in text_of(answer)
        assert EvidenceFile.objects.get().owner_kind == submission.OWNER_KIND
        assert client.post(ANSWER, {"view": view, END_FIELD: "1"}).status_code == 409
        assert client.post(ANSWER, {"view": view, "action": "withdraw"}).status_code == 200

        assert again(Complaint.objects.get()).status == "withdrawn"
        assert ComplaintMessage.objects.count() == 2
        refused = client.post(ANSWER, {"view": view, "words": "再补充", END_FIELD: "1"})
        assert refused.status_code == 409


class TestForm:
    def test_every_kind_has_its_form_and_nothing_else_has(self, client: Client) -> None:
        shown = text_of(client.get("/public/complain/"))
        for kind in ComplaintKind.values:
            assert f"/public/complain/{kind}/" in shown
            assert client.get(f"/public/complain/{kind}/").status_code == 200
        assert client.get("/public/complain/weather/").status_code == 404

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_receipt_shows_number_code_and_dates_in_both_languages(
        self, make_account: Account, client: Client, language: str
    ) -> None:
        answer = client.post(f"{FORM}?lang={language}", posted(make_account()))

        complaint = Complaint.objects.get()
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert complaint.language == language
        assert complaint.number in text_of(answer)
        assert tracking.find_complaint(code_on(answer)) == complaint
        assert complaints.MOBILE not in text_of(answer)

    @pytest.mark.parametrize("how", ["uid", "name", "address"])
    def test_the_account_is_found_by_number_name_and_address(
        self, make_account: Account, client: Client, how: str
    ) -> None:
        account = make_account()
        target = {
            "uid": account.platform_uid,
            "name": account.name,
            "address": f"https://example.org{reverse('public:account', args=[account.platform_uid])}?x=1",
        }[how]

        assert client.post(FORM, posted(account, target=target)).status_code == 200

        assert Complaint.objects.get().account == account

    @pytest.mark.parametrize(
        "changes",
        [{"target": "nobody"}, {"target": ""}, {"words": " "}, {"contact": "12"}, {"words": "…！"}],
    )
    def test_what_cannot_be_is_refused_in_words_and_leaves_nothing(
        self, make_account: Account, client: Client, changes: dict[str, str]
    ) -> None:
        answer = client.post(FORM, posted(make_account(), **changes))

        assert answer.status_code == 409
        assert not Complaint.objects.exists()
        line = ActionLog.objects.latest("pk")
        assert (line.action, line.outcome) == (
            "enforcement.complaint.create",
            ActionOutcome.REFUSED,
        )
        assert line.reason in text_of(answer)
        assert complaints.MOBILE not in line.reason

    def test_the_same_from_the_same_is_told_of_the_first_and_nobody_else_is(
        self, make_account: Account, client: Client
    ) -> None:
        account = make_account()
        client.post(FORM, posted(account))
        first = Complaint.objects.get()

        again_sent = client.post(FORM, posted(account, words=f" {complaints.WORDS}\n"))
        others = [
            client.post(FORM, posted(account, contact="13900000002")),
            client.post(FORM, posted(account, contact="")),
            client.post(FORM, posted(account, words="另一件事")),
            client.post("/public/complain/harmful/", posted(account)),
        ]

        assert again_sent.status_code == 409
        assert first.number in text_of(again_sent)
        assert [each.status_code for each in others] == [200] * 4
        assert all(first.number not in text_of(each) for each in others)
        # Who leaves no contact is known again by where it came from.
        assert client.post(FORM, posted(account, contact="")).status_code == 409

    def test_a_network_that_sends_too_much_is_told_to_wait(
        self, make_account: Account, client: Client
    ) -> None:
        account = make_account()
        for number in range(wrong_codes.MOST_WRONG):
            assert client.post(FORM, posted(account, words=f"第{number}件")).status_code == 200

        answer = client.post(FORM, posted(account, words="再来一件"))

        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
        assert Complaint.objects.count() == wrong_codes.MOST_WRONG
        # Its codes are still answered.
        assert client.get(TRACK).status_code == 200
        assert client.post(TRACK, {"code": "x"}).status_code == 409

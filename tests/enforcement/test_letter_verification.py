"""What anybody learns who has the number and the check code of a letter, and what nobody learns."""

import hashlib
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.letters import codes
from compliance.letters.codes import code_of, read_code
from compliance.letters.verifying import address_of_letter, address_of_verification
from compliance.models import ActionLog, Letter, PublicUse, StaffUser, WrongCodes
from compliance.process_log import HideCodes
from compliance.public import use, verifying
from compliance.responses import wrong_codes
from enforcement.models import Decision
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.notices import REVERSAL
from tests.enforcement.appeals import heard
from tests.enforcement.conftest import FACTS, PERSON_NAME, REASONING, suspension
from tests.enforcement.console import text_of
from tests.letters import BASE, drawn_of, letter_of, pair_of

pytestmark = pytest.mark.django_db
PAGE = "/public/verify/"


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("complaint_handler")


@pytest.fixture
def letter(decide: Callable[..., Decision]) -> Letter:
    return letter_of(decide(measures=suspension(7)))


def pdf(body: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("决定书.pdf", body, "application/pdf")


def shown(letter: Letter, **changes: Any) -> str:
    answer = Client().post(PAGE, {**pair_of(letter), **changes})
    assert answer.status_code == 200
    return text_of(answer)


class TestALetterOfOurs:
    def test_is_genuine_of_its_day_about_an_account_and_in_force(self, letter: Letter) -> None:
        decision = Decision.objects.get()
        answer = Client().post(PAGE, pair_of(letter))
        words = text_of(answer)

        for told in (
            "该文书由本平台出具",
            letter.number,
            f"{timezone.localdate():%Y-%m-%d}",
            decision.account.name,
            "处置决定生效中",
            hashlib.sha256(drawn_of(letter)).hexdigest(),
        ):
            assert told in words
        # And nothing more.
        for kept in (
            code_of(letter),
            FACTS,
            REASONING,
            PERSON_NAME,
            decision.number,
            decision.account.platform_uid,
            "暂停",
        ):
            assert kept not in words
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert not answer.cookies

    def test_is_opened_by_its_qr_code_in_its_language(self, letter: Letter) -> None:
        english = letter_of(Decision.objects.get(), "en")
        for each, said in ((letter, "由本平台出具"), (english, "This letter is genuine")):
            address = reverse("public:verify_letter", args=[each.number, code_of(each)])
            asked = {"lang": each.notice.language}

            assert said in text_of(Client().get(address, asked))
            assert Client().post(address).status_code == 405

    def test_is_found_however_number_and_code_are_written(self, letter: Letter) -> None:
        code = code_of(letter)

        for written in (code.lower(), code.replace("-", " "), code.replace("0", "o"), f" {code} "):
            assert "由本平台出具" in shown(letter, code=written)
        for number in (letter.number.lower(), f"WS{letter.pk}"):
            assert "由本平台出具" in shown(letter, number=number)
        assert len(read_code(code)) == 12

    def test_asking_writes_nothing_down(self, letter: Letter) -> None:
        before = ActionLog.objects.count()

        shown(letter)

        assert ActionLog.objects.count() == before


class TestAFile:
    def test_that_is_ours_equals_ours_and_another_does_not(self, letter: Letter) -> None:
        drawn = drawn_of(letter)

        assert "逐字节一致" in shown(letter, file=pdf(drawn))
        assert "不是本平台出具的文件" in shown(letter, file=pdf(drawn[:-1] + b"x"))
        assert "不是本平台出具的文件" in shown(letter, file=pdf(drawn + b"\n"))
        assert "字节一致" not in shown(letter)

    def test_of_another_letter_of_ours_is_not_this_one(self, letter: Letter) -> None:
        english = drawn_of(letter_of(Decision.objects.get(), "en"))

        assert "不是本平台出具的文件" in shown(letter, file=pdf(english))

    def test_that_is_too_large_is_not_read(self, letter: Letter) -> None:
        body = pdf(b"x" * (verifying.MOST_BYTES + verifying._WORDS_BYTES))

        answer = Client().post(PAGE, {**pair_of(letter), "file": body})

        assert answer.status_code == 409
        assert "最大 8 MB" in text_of(answer)

    def test_is_neither_kept_nor_taken_under_another_name(
        self, letter: Letter, tmp_path: Any, settings: Any
    ) -> None:
        settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
        settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1
        drawn = drawn_of(letter)

        shown(letter, file=pdf(drawn), other=pdf(drawn))
        assert "逐字节一致" not in shown(letter, other=pdf(drawn))

        assert list(tmp_path.iterdir()) == []


class TestWhatIsNone:
    def test_unknown_numbers_wrong_codes_and_foreign_pairs_are_one_answer_by_equal_queries(
        self, letter: Letter
    ) -> None:
        english = letter_of(Decision.objects.get(), "en")
        mine, other = pair_of(letter), pair_of(english)
        seen = []
        for number, code in (
            ("WS99999999", "ABCD-EFGH-JKMN"),
            (mine["number"], "ABCD-EFGH-JKMN"),
            (mine["number"], other["code"]),
            ("WS99999999", mine["code"]),
            ("CZ00000001", mine["code"]),
            (mine["number"], ""),
            ("x" * 60, "?" * 60),
            ("", ""),
        ):
            WrongCodes.objects.all().delete()
            PublicUse.objects.all().delete()
            with CaptureQueriesContext(connection) as queries:
                answer = Client().post(PAGE, {"number": number, "code": code})
            shapes = [each["sql"].split(" IN (")[0].split("VALUES")[0][:60] for each in queries]
            # Each request has a number of its own, drawn by lot.
            headers = {name: value for name, value in answer.items() if name != "X-Request-ID"}
            seen.append((answer.status_code, answer.content, headers, shapes))

        for each in seen[1:]:
            assert each == seen[0]
        assert seen[0][0] == 409
        assert "没有文书使用这一编号和校验码" in seen[0][1].decode()

    def test_the_qr_code_of_a_forged_letter_says_the_same(self, letter: Letter) -> None:
        address = reverse("public:verify_letter", args=[letter.number, "ABCD-EFGH-JKMN"])

        answer = Client().get(address)

        assert answer.status_code == 409
        assert "没有文书使用这一编号和校验码" in text_of(answer)

    def test_wrong_tries_are_answered_no_more_and_another_network_is(
        self, letter: Letter, settings: Any
    ) -> None:
        settings.PROXIES = 1
        client = Client()
        mine = {"HTTP_X_FORWARDED_FOR": "198.51.100.7"}
        address = reverse("public:verify_letter", args=[letter.number, "ABCD-EFGH-JKMN"])
        for number in range(wrong_codes.MOST_WRONG):
            if number % 2:
                answer = client.get(address, **mine)
            else:
                answer = client.post(PAGE, {**pair_of(letter), "code": "x"}, **mine)
            assert answer.status_code == 409

        for answer in (
            client.post(PAGE, pair_of(letter), **mine),
            client.get(
                reverse("public:verify_letter", args=[letter.number, code_of(letter)]), **mine
            ),
        ):
            assert answer.status_code == 429
            assert int(answer["Retry-After"]) > 0
            assert Decision.objects.get().account.name not in text_of(answer)
        other = {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}
        assert client.post(PAGE, pair_of(letter), **other).status_code == 200

    def test_right_pairs_are_not_collected_either(self, letter: Letter) -> None:
        client = Client()
        for _number in range(use.MOST_A_MINUTE):
            client.post(PAGE, {})
            WrongCodes.objects.all().delete()

        assert client.post(PAGE, pair_of(letter)).status_code == 429

    def test_the_form_shows_nothing_of_what_was_typed(self, letter: Letter) -> None:
        answer = Client().post(PAGE, {"number": "WS<b>7", "code": "ABCD-EFGH-JKMN"})

        assert "WS<b>7" not in text_of(answer)
        assert "ABCD" not in text_of(answer)

    def test_no_line_of_the_process_log_holds_the_code(self, letter: Letter) -> None:
        address = reverse("public:verify_letter", args=[letter.number, code_of(letter)])
        line = logging.LogRecord("x", 30, "f", 1, 'GET %s "x"', (address,), None)

        HideCodes().filter(line)

        assert code_of(letter) not in line.getMessage()
        assert letter.number in line.getMessage()

    def test_codes_of_a_key_that_was_replaced_open_still(
        self, letter: Letter, monkeypatch: Any
    ) -> None:
        first = code_of(letter)
        ring = codes.identity_keys().index
        renewed = type(ring)("k2", {**ring.keys, "k2": b"2" * 32})
        keys = type(codes.identity_keys())(codes.identity_keys().wrapping, renewed)
        monkeypatch.setattr(codes, "identity_keys", lambda: keys)
        monkeypatch.setattr("compliance.identity.vault.identity_keys", lambda: keys)

        assert code_of(letter) == first
        assert "由本平台出具" in shown(letter)


class TestTheStateNow:
    def test_is_reversed_after_an_appeal_and_the_letters_of_it_stand(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(measures=suspension(7))
        first = letter_of(decision, purpose="enforcement.decision")
        assert "处置决定生效中" in shown(first)

        heard(decision, handler, "revoked")

        words = shown(first)
        assert "处置决定已撤销，不再有效" in words
        assert "由本平台出具" in words
        assert "处置决定生效中" not in words
        assert "处置决定已撤销" in shown(letter_of(decision, purpose=REVERSAL))
        outcome = shown(letter_of(decision, purpose="enforcement.appeal_outcome"))
        assert "申诉决定有效。处置决定已撤销" in outcome

    def test_is_in_part_after_an_appeal_that_reduced_it(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(measures=(MeasureOrder("warn"), *suspension(7)))
        first = letter_of(decision, purpose="enforcement.decision")

        heard(decision, handler, "reduced", measures=["suspend_updates"])

        assert "部分措施已结束或者已撤销" in shown(first)

    def test_the_address_on_the_paper_leads_here(self, settings: Any, decide: Any) -> None:
        settings.PUBLIC_BASE_URL = BASE
        letter = letter_of(decide())

        assert address_of_verification(letter) == f"{BASE}{PAGE}"
        path = address_of_letter(letter, code_of(letter)).removeprefix(BASE)
        assert "由本平台出具" in text_of(Client().get(path))

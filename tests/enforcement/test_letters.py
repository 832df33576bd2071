"""Letters of decisions and appeals: what they say, who gets them by which door, what is on record."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.errors import ActionRefused, MissingReason
from compliance.letters import drawing, rendering
from compliance.letters.codes import code_of
from compliance.models import (
    ActionLog,
    ActionOutcome,
    Letter,
    LetterRendering,
    Notice,
    ResponseInvitation,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.responses.codes import code_of as code_of_invitation
from enforcement.models import Case, Decision
from enforcement.services import decisions
from enforcement.services.notices import REVERSAL
from tests.compliance.api_fixtures import Caller
from tests.enforcement import complaints
from tests.enforcement.appeals import TOLD, heard
from tests.enforcement.conftest import (
    FACTS,
    ID_NUMBER,
    NOTE,
    PERSON_NAME,
    REASONING,
    Staff,
    propose,
    suspension,
)
from tests.enforcement.console import client_of, decision_page, text_of
from tests.enforcement.test_complaint_codes import found_in_database
from tests.letters import BASE, drawn_of, letter_of, without_blanks, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_BASE_URL = BASE


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("complaint_handler")


def door(decision: Decision) -> str:
    invitation = ResponseInvitation.objects.about(decision).get(kind="enforcement.appeal")
    return reverse("public:appeal_case", args=[code_of_invitation(invitation)])


def file_at(decision: Decision, letter: Letter) -> str:
    return f"{door(decision)}letters/{letter.number}/"


def download(letter: Letter, login: StaffUser) -> Any:
    return client_of(login).post(reverse("admin:download_letter", args=[letter.pk]))


class TestWhatItSays:
    def test_all_ten_items_of_the_reasons_are_in_it(self, decide: Callable[..., Decision]) -> None:
        decision = decide(measures=suspension(7), statute="网络信息内容生态治理规定第六条")
        letter = letter_of(decision)
        words = words_of(drawn_of(letter))
        measure = decision.measures.get()
        (cited,) = decision.clauses.all()
        version = cited.clause.rule_version
        rule = reverse("public:rule_version", args=[version.document.code, version.label])

        told = (
            # What was found, in which content; the day is in the words of the facts.
            FACTS,
            "article-20260302-17",
            # Which rule, in which version, where it can be read, and why it is met.
            f"《{cited.document_title}》（版本{cited.version_label}）{cited.number}",
            cited.text,
            "网络信息内容生态治理规定第六条",
            f"{BASE}{rule}",
            REASONING,
            # What is done, from when to when, and what becomes of the credit.
            str(measure.get_measure_display()),
            f"{timezone.localtime(measure.in_force_from):%Y-%m-%d %H:%M}",
            f"{timezone.localtime(measure.in_force_until):%Y-%m-%d %H:%M}",
            "信用分",
            # Where it came from, whether a program had a part in it.
            "线索来源：平台巡查",
            "未使用自动化决策",
            # How, until when and to whom to appeal.
            f"{timezone.localtime(decision.appealable_until):%Y-%m-%d}",
            f"{BASE}/public/appeal/",
            "申诉专员",
            # Number and date of the letter, and by what it is verified.
            f"文书编号：{letter.number}",
            f"文书日期：{timezone.localdate().year}年",
            decision.number,
            code_of(letter),
        )
        plain = without_blanks(words)
        assert [each for each in told if without_blanks(each) not in plain] == []

    def test_a_decision_that_takes_no_credit_says_so(self, decide: Callable[..., Decision]) -> None:
        decision = decide()
        deducts = decision.credit_entries.exists()

        assert ("不扣减信用分" in words_of(drawn_of(letter_of(decision)))) is not deducts

    def test_there_is_one_in_each_language_with_a_number_of_its_own(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(measures=suspension(7))
        chinese, english = letter_of(decision), letter_of(decision, "en")

        words = without_blanks(words_of(drawn_of(english)))

        assert chinese.number != english.number
        assert code_of(chinese) != code_of(english)
        assert without_blanks(f"{BASE}/public/verify/?lang=en") in words
        assert "1.Whatwasfound" in words

    def test_nothing_of_the_complainant_the_person_or_our_notes_is_in_it(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide()
        for language in ("zh-hans", "en"):
            words = without_blanks(words_of(drawn_of(letter_of(decision, language))))
            code = door(decision).split("/")[-2]
            for secret in (NOTE, PERSON_NAME, ID_NUMBER, code, decision.proposed_by.name):
                assert without_blanks(secret) not in words

    def test_nobody_learns_from_it_who_complained(
        self,
        make_account: Callable[..., PublicAccount],
        handler: StaffUser,
        decide: Callable[..., Decision],
    ) -> None:
        account = make_account()
        receipt = complaints.handed_in(account)
        decision = decide(account, facts=FACTS)
        words = without_blanks(words_of(drawn_of(letter_of(decision))))

        for secret in (complaints.MOBILE, complaints.WORDS, receipt.complaint.number, receipt.code):
            assert without_blanks(secret) not in words

    def test_its_words_are_those_that_were_frozen(self, decide: Callable[..., Decision]) -> None:
        decision = decide()
        letter = letter_of(decision)
        first = drawn_of(letter)
        account = PublicAccount.objects.get(pk=decision.account_id)

        # Whatever is called otherwise by now; the rows themselves stay under their guards.
        with (
            mock.patch.object(PublicAccount, "name", "后来的名称"),
            mock.patch("django.conf.settings.PLATFORM_NAME", "后来的平台"),
            mock.patch("django.conf.settings.PUBLIC_BASE_URL", "https://later.example"),
        ):
            again = drawn_of(Letter.objects.select_related("notice").get(pk=letter.pk))

        assert again == first
        assert account.name in words_of(first)

    def test_every_line_of_the_notice_is_in_it(self, decide: Callable[..., Decision]) -> None:
        letter = letter_of(decide(measures=suspension(7)))
        words = without_blanks(words_of(drawn_of(letter)))

        for line in letter.notice.text.splitlines():
            told = without_blanks(re.sub(r"\[respond:\d+\]", "", line))
            for part in re.split(r"（?见随本文书", told):
                assert part.split("，无需登录")[0] in words


class TestTheRecord:
    def test_the_digest_is_kept_once_by_the_worker_and_stays(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide()
        assert not LetterRendering.objects.exists()

        assert rendering.draw_new_letters() == 2
        assert rendering.draw_new_letters() == 0

        letter = letter_of(decision)
        (kept,) = letter.renderings.all()
        drawn = drawn_of(letter)
        assert (kept.sha256, kept.size) == (hashlib.sha256(drawn).hexdigest(), len(drawn))
        assert kept.renderer == drawing.renderer_of(1)
        assert letter.renderings.count() == 1

    def test_what_comes_out_otherwise_is_not_handed_out_and_leaves_nothing(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide()
        letter = letter_of(decision)
        drawn_of(letter)
        before = LetterRendering.objects.count()
        page = decision_page(decision)

        with mock.patch.object(rendering, "draw_pdf", return_value=b"%PDF-1.7 otherwise"):
            answer = client_of(staff.officer).post(
                reverse("admin:download_letter", args=[letter.pk]), follow=True
            )
            public = Client().get(file_at(decision, letter))

        assert answer.redirect_chain[-1][0] == page
        assert "不再与出具时一致" in text_of(answer)
        assert public.status_code == 409
        assert b"%PDF" not in public.content
        assert LetterRendering.objects.count() == before
        line = ActionLog.objects.latest("pk")
        assert (line.action, line.outcome) == (
            "compliance.letter.export",
            ActionOutcome.REFUSED,
        )

    def test_a_new_renderer_keeps_a_digest_of_its_own_beside_the_first(
        self, decide: Callable[..., Decision]
    ) -> None:
        letter = letter_of(decide())
        first = hashlib.sha256(drawn_of(letter)).hexdigest()

        with (
            mock.patch.object(rendering, "renderer_of", return_value="f" * 64),
            mock.patch.object(rendering, "draw_pdf", return_value=b"%PDF-2.0 later"),
        ):
            later = hashlib.sha256(drawn_of(letter)).hexdigest()

        assert rendering.digests_of(letter) == [later, first]

    def test_without_a_decision_in_force_there_is_no_letter(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        decisions.return_decision(
            decision=decision,
            actor=staff.supervisor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            reason="事实需要补充",
        )

        assert not Letter.objects.exists()

    def test_what_is_refused_on_the_way_leaves_no_letter(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)

        with (
            mock.patch("enforcement.services.decisions.write_notices", side_effect=ActionRefused),
            pytest.raises(ActionRefused),
        ):
            decisions.approve_decision(
                decision=decision,
                actor=staff.supervisor,
                provision=Provision.PUBLIC_ACCOUNT_19_2,
                reason="事实清楚",
            )

        assert not Letter.objects.exists()
        assert not Notice.objects.filter(purpose="enforcement.decision").exists()

    def test_the_check_code_is_kept_nowhere(self, decide: Callable[..., Decision]) -> None:
        code = code_of(letter_of(decide()))

        assert found_in_database(code) == found_in_database(code.replace("-", "")) == []


class TestTheOperatorsDoor:
    def test_the_link_of_the_notice_leads_to_the_file_in_both_languages(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(measures=suspension(7))
        chinese, english = letter_of(decision), letter_of(decision, "en")

        page = text_of(Client().get(door(decision)))
        answer = Client().get(file_at(decision, chinese))

        assert page.index(chinese.number) < page.index(english.number)
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f'attachment; filename="{chinese.number}.pdf"'
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer.content == drawn_of(chinese)
        assert Client().get(file_at(decision, chinese)).content == answer.content

    def test_opens_no_letter_about_another_decision(self, decide: Callable[..., Decision]) -> None:
        mine, other = decide(), decide()

        for number in (letter_of(other).number, "WS99999999", "x"):
            assert Client().get(f"{door(mine)}letters/{number}/").status_code == 404

    def test_is_shut_to_a_code_that_nobody_has(self, decide: Callable[..., Decision]) -> None:
        letter = letter_of(decide())
        address = reverse("public:appeal_letter", args=["x" * 32, letter.number])

        assert Client().get(address).status_code == 404
        assert Client().post(address).status_code in (404, 405)

    def test_has_the_letter_of_the_ruling_and_of_the_reversal(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(measures=suspension(7))
        ruling = heard(decision, handler, "revoked")

        outcome = letter_of(decision, purpose="enforcement.appeal_outcome")
        reversal = letter_of(decision, purpose=REVERSAL)
        page = text_of(Client().get(door(decision)))
        words = without_blanks(words_of(Client().get(file_at(decision, outcome)).content))

        assert outcome.number in page
        assert reversal.number in page
        for each in (ruling.appeal.number, TOLD, FACTS, "申诉决定书", outcome.number):
            assert without_blanks(each) in words
        assert "处置决定撤销通知" in words_of(drawn_of(reversal))


class TestTheColleaguesDoor:
    def test_whoever_takes_it_is_on_record_and_it_is_the_same_file(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide()
        letter = letter_of(decision)
        page = text_of(client_of(staff.officer).get(decision_page(decision)))

        answer = download(letter, staff.officer)

        assert letter.number in page
        assert answer.content == drawn_of(letter)
        line = ActionLog.objects.latest("pk")
        assert (line.action, line.outcome, line.actor_number) == (
            "compliance.letter.export",
            ActionOutcome.DONE,
            staff.officer.person_id,
        )
        assert line.changes["sha256"] == letter.renderings.get().sha256

    def test_is_shut_to_whoever_may_not_see_decisions(
        self, decide: Callable[..., Decision], staff_user: Callable[..., StaffUser]
    ) -> None:
        letter = letter_of(decide())
        keeper = staff_user("system_administrator")

        answer = download(letter, keeper)

        assert answer.status_code == 403
        assert not ActionLog.objects.filter(
            action="compliance.letter.export", outcome=ActionOutcome.DONE
        ).exists()
        assert Client().post(reverse("admin:download_letter", args=[letter.pk])).status_code == 302

    def test_cannot_be_opened_by_a_link(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        address = reverse("admin:download_letter", args=[letter_of(decide()).pk])

        assert client_of(staff.officer).get(address).status_code == 405

    def test_no_reason_no_letter(self, decide: Callable[..., Decision], staff: Staff) -> None:
        letter = letter_of(decide())

        with pytest.raises(MissingReason):
            rendering.hand_out_letter(
                letter=letter,
                actor=staff.officer,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=" ",
            )

        assert not letter.renderings.exists()

    def test_finds_the_decision_by_the_number_of_the_letter(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide()
        letter = letter_of(decision)

        answer = client_of(staff.supervisor).get(
            reverse("admin:search_records"), {"q": letter.number.lower()}
        )

        assert answer.url == decision_page(decision)


class TestTheProgramsDoor:
    def test_lists_letters_and_takes_the_file_on_record(
        self, make_caller: Callable[..., Caller], decide: Callable[..., Decision]
    ) -> None:
        caller = make_caller("letters:read")
        decision = decide()
        letter = letter_of(decision)

        rows = json.loads(caller.get(f"/api/v1/decisions/{decision.pk}/letters/").content)[
            "results"
        ]
        answer = caller.get(f"/api/v1/letters/{letter.number}/file/")

        assert {each["reference"] for each in rows} == {
            letter.number,
            letter_of(decision, "en").number,
        }
        assert code_of(letter) not in json.dumps(rows)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content == drawn_of(letter)
        line = ActionLog.objects.filter(action="compliance.letter.export").latest("pk")
        assert line.actor_number == caller.client.actor.person_id

    def test_needs_its_scope_and_a_letter_about_a_decision(
        self, make_caller: Callable[..., Caller], decide: Callable[..., Decision]
    ) -> None:
        letter = letter_of(decide())
        address = f"/api/v1/letters/{letter.number}/file/"

        assert make_caller("decisions:read").get(address).status_code == 403
        assert (
            make_caller("letters:read").get("/api/v1/letters/WS99999999/file/").status_code == 404
        )

"""A claim is told by form and heard by both sides."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount, Repudiation, Restriction
from accounts.services import lapsed_answers
from accounts.services.repudiations import notices, review
from compliance.errors import ActionRefused
from compliance.models import Notice, ResponseInvitation, StaffUser
from compliance.responses.codes import code_of
from compliance.staff import system_actor
from reports.demo.clock import clock_at
from tests.accounts.test_repudiations.conftest import S, claim, facts, held, identity_of
from tests.compliance.api_fixtures import Caller
from tests.compliance.evidence_files import picture

pytestmark = pytest.mark.django_db


class TestTheForm:
    def test_whoever_claims_is_verified_and_follows_the_claim_by_a_code(
        self, claimed: Repudiation, account: PublicAccount, visitor: Client
    ) -> None:
        assert (claimed.status, claimed.account) == (S.IN_REVIEW, account)
        tracking = ResponseInvitation.objects.about(claimed).get()
        url = reverse("public:repudiation", args=[code_of(tracking)])

        page = visitor.get(url)

        assert claimed.reference in page.text
        assert account.name not in page.text
        assert account.platform_uid not in page.text
        assert page["X-Robots-Tag"].startswith("noindex")
        assert visitor.get(reverse("public:repudiation", args=["no-such-code"])).status_code == 404

    def test_the_code_of_a_claim_leads_on_from_the_page_for_codes(
        self, claimed: Repudiation, visitor: Client
    ) -> None:
        tracking = ResponseInvitation.objects.get(kind="accounts.repudiation_tracking")
        code = code_of(tracking)

        page = visitor.get(reverse("public:response", args=[code]), follow=True)

        assert page.redirect_chain == [(reverse("public:repudiation", args=[code]), 302)]
        assert claimed.reference in page.text

    def test_the_answer_is_the_same_whether_there_is_an_account_or_not(
        self, account: PublicAccount, visitor: Client
    ) -> None:
        nobody = {**identity_of(account), "id_number": "110101199003071233"}
        with_account = claim(visitor, **identity_of(account))
        other = Repudiation.objects.get()
        from tests.accounts.fixtures import unused_personal_number

        without = claim(visitor, **{**nobody, "id_number": unused_personal_number()})

        assert (with_account.status_code, without.status_code) == (302, 302)
        second = Repudiation.objects.exclude(pk=other.pk).get()
        assert (second.status, second.subject) == (S.IN_REVIEW, None)
        pages = [
            visitor.get(answer["Location"]).text.replace(each.reference, "")
            for answer, each in ((with_account, other), (without, second))
        ]
        codes = [answer["Location"].split("/")[-2] for answer in (with_account, without)]
        assert pages[0].replace(codes[0], "") == pages[1].replace(codes[1], "")

    def test_whom_the_provider_does_not_confirm_learns_nothing_and_a_person_looks(
        self, account: PublicAccount, visitor: Client, moderator: StaffUser
    ) -> None:
        file = SimpleUploadedFile("zheng.jpg", picture(), "image/jpeg")
        claim(visitor, **{**identity_of(account), "mobile": "19900000001"}, files=[file])
        waiting = Repudiation.objects.get()
        assert (waiting.status, waiting.subject, waiting.account) == (S.SUBMITTED, None, None)
        client = Client()
        client.force_login(moderator)
        page = client.get(reverse("admin:repudiation", args=[waiting.pk]))
        assert account.platform_uid not in page.text
        with pytest.raises(IntegrityError, match="only_if_verified"), transaction.atomic():
            Repudiation.objects.filter(pk=waiting.pk).update(
                account=account, version=waiting.version + 1
            )

        review.verify_by_document(**held(waiting, moderator))

        waiting.refresh_from_db()
        assert (waiting.status, waiting.account) == (S.IN_REVIEW, account)

    def test_who_sent_no_document_is_asked_for_one_and_is_verified_by_it(
        self, account: PublicAccount, visitor: Client, moderator: StaffUser
    ) -> None:
        claim(visitor, **{**identity_of(account), "mobile": "19900000001"})
        waiting = Repudiation.objects.get()
        with pytest.raises(ActionRefused):
            review.verify_by_document(**held(waiting, moderator))

        review.ask_side(**held(waiting, moderator), purpose=notices.MATERIAL, told="请补证件照片")
        waiting.refresh_from_db()
        assert (waiting.status, waiting.subject) == (S.WAITING_MATERIAL, None)
        asked = ResponseInvitation.objects.about(waiting).get(kind=notices.MATERIAL)
        page = reverse("public:response", args=[code_of(asked)])
        file = SimpleUploadedFile("zheng.jpg", picture(), "image/jpeg")
        assert visitor.post(page, {"files": file, "complete": "1"}).status_code == 302

        waiting.refresh_from_db()
        assert (waiting.status, waiting.account) == (S.SUBMITTED, None)
        review.verify_by_document(**held(waiting, moderator))
        waiting.refresh_from_db()
        assert (waiting.status, waiting.account) == (S.IN_REVIEW, account)

    @pytest.mark.parametrize(
        ("name", "value", "status"),
        [
            ("name", " ", 409),
            ("id_number", "110101199003071234", 409),
            ("mobile", "12", 409),
            ("words", "", 409),
            ("id_type", "card", 409),
            ("mobile", "19900000009", 409),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_is_kept(
        self, account: PublicAccount, visitor: Client, name: str, value: str, status: int
    ) -> None:
        before = facts()

        answer = claim(visitor, **{**identity_of(account), name: value})

        assert answer.status_code == status
        assert facts() == before
        if value.strip():
            assert value not in answer.text or name == "id_type"

    def test_who_tries_identities_out_has_to_wait(
        self, account: PublicAccount, visitor: Client
    ) -> None:
        given = {**identity_of(account), "words": ""}
        answers = [claim(visitor, **given).status_code for _number in range(21)]

        assert set(answers[:20]) == {409}
        assert answers[20] == 429
        assert Repudiation.objects.count() == 0

    def test_the_platform_hands_claims_in_and_reads_no_identity(
        self, account: PublicAccount, make_caller: Callable[..., Caller]
    ) -> None:
        caller = make_caller("repudiations:read", "repudiations:write")
        url = reverse("api:repudiations")

        made = caller.post(url, identity_of(account))

        assert made.status_code == 201, made.content
        assert "王小明" not in made.content.decode()
        again = caller.get(made["Location"]).json()
        assert (again["status"], again["platform_uid"]) == ("in_review", "")
        assert caller.post(url, {**identity_of(account), "mobile": "1"}).status_code == 422
        assert Repudiation.objects.count() == 1


class TestBothSidesAreHeard:
    def test_the_operator_is_asked_without_learning_who_claims(
        self, claimed: Repudiation, visitor: Client, moderator: StaffUser
    ) -> None:
        review.ask_side(
            **held(claimed, moderator), purpose=notices.STATEMENT, told="请说明登记身份的来源"
        )
        notice = Notice.objects.get(purpose=notices.STATEMENT)
        assert claimed.account is not None
        assert claimed.account.platform_uid in notice.text
        assert "王" not in notice.text
        invitation = ResponseInvitation.objects.about(claimed).get(kind=notices.STATEMENT)
        url = reverse("public:response", args=[code_of(invitation)])
        assert visitor.post(url, {"words": " ", "complete": "1"}).status_code == 409

        sent = visitor.post(url, {"words": "本人自用", "complete": "1"})

        assert sent.status_code == 302
        claimed.refresh_from_db()
        assert claimed.status == S.IN_REVIEW
        assert claimed.materials.filter(party="operator").count() == 1

    def test_silence_decides_nothing(self, claimed: Repudiation, moderator: StaffUser) -> None:
        review.ask_side(**held(claimed, moderator), purpose=notices.STATEMENT, told="请说明")
        later = timezone.now() + timedelta(days=40)
        with clock_at(later):
            assert lapsed_answers.return_lapsed_answers(now=later, actor=system_actor()) == 1

        claimed.refresh_from_db()
        assert claimed.status == S.IN_REVIEW

    def test_the_claimant_supplies_material_and_takes_the_claim_back(
        self, claimed: Repudiation, visitor: Client, moderator: StaffUser
    ) -> None:
        review.protect_account(**held(claimed, moderator), told="身份存疑，保护本人权益")
        review.ask_side(**held(claimed, moderator), purpose=notices.MATERIAL, told="请补照片")
        tracking = ResponseInvitation.objects.about(claimed).earliest("pk")
        track = reverse("public:repudiation", args=[code_of(tracking)])
        asked = ResponseInvitation.objects.about(claimed).get(kind=notices.MATERIAL)
        answer_url = reverse("public:response", args=[code_of(asked)])
        assert answer_url in visitor.get(track).text
        assert visitor.post(answer_url, {"words": "见说明", "complete": "1"}).status_code == 302

        assert visitor.post(track).status_code == 302

        claimed.refresh_from_db()
        assert claimed.status == S.WITHDRAWN
        assert Restriction.objects.filter(ended_at=None).count() == 0
        assert Notice.objects.filter(purpose=notices.ENDED).count() == 1
        assert visitor.post(track).status_code == 409

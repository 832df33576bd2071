"""Claims that an identity was used without consent: told, looked into, upheld exactly, undone exactly."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationStatus, Category, FindingKind, GroundKind
from accounts.models import (
    Application,
    Finding,
    IdentityBar,
    PublicAccount,
    Repudiation,
    Restriction,
    Subject,
)
from accounts.repudiation_words import RepudiationStatus
from accounts.services import lapsed_answers
from accounts.services.bars import bar_identity, is_barred
from accounts.services.qualifications import cover
from accounts.services.qualifications.review import verify_qualification
from accounts.services.repudiations import notices, outcome, review
from accounts.services.restrictions import impose_restriction
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from compliance.identity import vault
from compliance.models import (
    ActionLog,
    EvidenceFile,
    IdentityValue,
    Notice,
    Proposal,
    ResponseInvitation,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from compliance.staff import system_actor
from reports.demo.clock import clock_at
from tests.accounts.qualifications import Desk
from tests.compliance.api_fixtures import Caller
from tests.compliance.evidence_files import picture

pytestmark = pytest.mark.django_db

MakeStaff = Callable[..., StaffUser]
MakeApplication = Callable[..., Application]
WORDS = "这个账号不是本人注册的，身份证曾经遗失"
S = RepudiationStatus


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_8_1, "reason": reason}


@pytest.fixture
def moderator(staff_user: MakeStaff) -> StaffUser:
    return staff_user("moderator")


@pytest.fixture
def supervisor(staff_user: MakeStaff) -> StaffUser:
    return staff_user("supervisor")


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account()


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def identity_of(account: PublicAccount) -> dict[str, str]:
    """Return what the victim knows: the number that the account was registered with."""
    subject = Subject.objects.select_related("id_number__key").get(pk=account.subject_id)
    assert subject.id_number is not None
    return {
        "name": "王小明",
        "id_type": subject.id_type,
        "id_number": vault.read(subject.id_number),
        "mobile": "13700001234",
        "words": WORDS,
    }


def claim(visitor: Client, **given: Any) -> Any:
    return visitor.post(reverse("public:repudiate"), {"complete": "1", **given})


@pytest.fixture
def claimed(account: PublicAccount, visitor: Client) -> Repudiation:
    answer = claim(visitor, **identity_of(account))
    assert answer.status_code == 302
    return Repudiation.objects.get()


def held(repudiation: Repudiation, moderator: StaffUser) -> dict[str, Any]:
    repudiation = Repudiation.objects.with_identity().get(pk=repudiation.pk)
    lease = work.claim_item(work_item=repudiation.work_item, actor=moderator)
    return {
        "repudiation": repudiation,
        "fence": lease.fence,
        "expected_version": repudiation.version,
        **grounds(moderator),
    }


def uphold(repudiation: Repudiation, moderator: StaffUser, supervisor: StaffUser) -> Repudiation:
    proposal = outcome.propose_uphold(
        **held(repudiation, moderator), told="经核对，登记身份系被冒用"
    )
    return outcome.uphold_repudiation(proposal=proposal, **grounds(supervisor))


def facts() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Repudiation.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        list(IdentityBar.objects.order_by("pk").values_list("pk", "removed_at")),
        Subject.objects.count(),
        Finding.objects.count(),
        Proposal.objects.count(),
        Notice.objects.count(),
        IdentityValue.objects.count(),
        EvidenceFile.objects.count(),
        ActionLog.objects.filter(outcome="done").count(),
    )


def refused(kind: type[Exception], act: Callable[[], Any]) -> str:
    before = facts()
    with pytest.raises(kind) as refusal, transaction.atomic():
        act()
    assert facts() == before
    return str(refusal.value)


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


class TestUpheld:
    def test_everything_leaves_the_name_and_nothing_else_does(
        self,
        claimed: Repudiation,
        account: PublicAccount,
        moderator: StaffUser,
        supervisor: StaffUser,
        make_application: MakeApplication,
    ) -> None:
        victim = Subject.objects.select_related("id_number__key").get(pk=account.subject_id)
        number = identity_of(account)["id_number"]
        impose_restriction(
            account=account,
            kind="suspend_updates",
            from_=timezone.now(),
            until=timezone.now() + timedelta(days=7),
            ground_kind=GroundKind.DECISION,
            ground_ref="CZ00000077",
            **grounds(system_actor()),
        )
        because, other = (
            bar_identity(
                subject=victim,
                ground_kind=GroundKind.DECISION,
                ground_ref=ref,
                review_date=timezone.localdate() + timedelta(days=365),
                **grounds(system_actor()),
            )
            for ref in ("CZ00000077", "CZ00000078")
        )

        uphold(claimed, moderator, supervisor)

        account.refresh_from_db()
        claimed.refresh_from_db()
        because.refresh_from_db()
        other.refresh_from_db()
        assert claimed.status == S.UPHELD
        assert account.subject == claimed.unknown_subject
        assert account.subject.id_number is None
        assert (because.removed_at is None, other.removed_at is None) == (False, True)
        assert claimed.lifted_bars == [because.pk]
        finding = Finding.objects.get(kind=FindingKind.IDENTITY_REPUDIATED)
        assert finding.account == account
        kept = Restriction.objects.get(ground_kind=GroundKind.REPUDIATION)
        assert (kept.kind, kept.ended_at) == ("suspend_service", None)
        assert Application.objects.filter(subject=victim).count() == 1
        client = Client()
        client.force_login(supervisor)
        page = client.get(reverse("admin:subject", args=[victim.pk])).text
        assert reverse("admin:account", args=[account.pk]) not in page
        assert account.name not in page
        again = make_application(id_number=number)
        assert {each.code for each in again.checks.all()} == {"subject_blacklisted"}

    def test_a_later_registration_of_the_victim_is_as_if_it_never_was(
        self,
        claimed: Repudiation,
        account: PublicAccount,
        moderator: StaffUser,
        supervisor: StaffUser,
        make_application: MakeApplication,
    ) -> None:
        number = identity_of(account)["id_number"]
        assert make_application(id_number=number).status == ApplicationStatus.REFUSED

        uphold(claimed, moderator, supervisor)

        own = make_application(id_number=number, account_name=account.name + "本人")
        assert own.status == ApplicationStatus.APPROVED
        assert list(own.checks.all()) == []
        assert own.subject == claimed.subject
        assert "王" not in Notice.objects.get(purpose=notices.REMOVED).text
        told = Notice.objects.get(purpose=notices.RESULT)
        assert reverse("public:appeal") in told.text

    def test_needs_a_second_person_also_in_the_database(
        self, claimed: Repudiation, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        on = held(claimed, moderator)
        refused(InvalidInput, lambda: outcome.propose_uphold(**on, told=" "))
        proposal = outcome.propose_uphold(**on, told="经核对，登记身份系被冒用")
        refused(
            SamePerson,
            lambda: outcome.uphold_repudiation(proposal=proposal, **grounds(moderator)),
        )
        claimed.refresh_from_db()
        with pytest.raises(IntegrityError, match="only_if_approved"), transaction.atomic():
            Repudiation.objects.filter(pk=claimed.pk).update(
                status="upheld", version=claimed.version + 1
            )
        outcome.end_uphold_proposal(
            act="return", proposal=proposal, **grounds(supervisor, "先听运营者说明")
        )
        claimed.refresh_from_db()
        assert claimed.status == S.IN_REVIEW
        assert claimed.work_item.closed_at is None

    def test_undone_it_is_exactly_as_it_was(
        self,
        claimed: Repudiation,
        account: PublicAccount,
        moderator: StaffUser,
        supervisor: StaffUser,
    ) -> None:
        victim = account.subject
        impose_restriction(
            account=account,
            kind="suspend_updates",
            from_=timezone.now(),
            until=None,
            ground_kind=GroundKind.DECISION,
            ground_ref="CZ00000077",
            **grounds(system_actor()),
        )
        bar_identity(
            subject=victim,
            ground_kind=GroundKind.DECISION,
            ground_ref="CZ00000077",
            review_date=timezone.localdate() + timedelta(days=365),
            **grounds(system_actor()),
        )
        uphold(claimed, moderator, supervisor)
        assert not is_barred(victim)
        claimed.refresh_from_db()
        on: dict[str, Any] = {"repudiation": claimed, "expected_version": claimed.version}
        refused(
            NotPermitted,
            lambda: outcome.undo_repudiation(**on, told="不实", **grounds(moderator)),
        )
        claimed.refresh_from_db()

        outcome.undo_repudiation(**on, told="经查异议不实", **grounds(supervisor))

        account.refresh_from_db()
        assert account.subject == victim
        assert is_barred(victim)
        running = Restriction.objects.filter(account=account, ended_at=None)
        assert [each.ground_ref for each in running] == ["CZ00000077"]
        assert Finding.objects.open().count() == 0
        refused(
            ActionRefused,
            lambda: outcome.undo_repudiation(
                **{**on, "expected_version": None}, told="不实", **grounds(supervisor)
            ),
        )


class TestWhatWasShown:
    """A certificate shown for the victim's name says nothing of whoever runs the account."""

    def of_account(self, account: PublicAccount) -> tuple[Any, ...]:
        account = PublicAccount.objects.get(pk=account.pk)
        now = timezone.now()
        return (
            [(each.code, each.in_force_until) for each in cover.marks_of(account, now)],
            cover.is_covered(account, Category.EDUCATION, now),
            [
                (each.functions, each.in_force_until)
                for each in account.restrictions.filter(
                    ended_at=None, ground_kind=GroundKind.QUALIFICATION
                )
            ],
        )

    def test_ends_with_the_name_and_is_back_with_it(
        self,
        expert_account: Callable[..., PublicAccount],
        visitor: Client,
        moderator: StaffUser,
        supervisor: StaffUser,
    ) -> None:
        until = (timezone.localdate() + timedelta(days=400)).isoformat()
        account = expert_account(qualification_valid_until=until)
        before = self.of_account(account)
        assert claim(visitor, **identity_of(account)).status_code == 302
        claimed = Repudiation.objects.get()

        uphold(claimed, moderator, supervisor)

        assert self.of_account(account) == ([], False, [(["publish_education"], None)])
        page = visitor.get(reverse("public:account", args=[account.platform_uid]))
        assert page.status_code == 200
        assert page.context["sheet"].marks == ()

        claimed.refresh_from_db()
        outcome.undo_repudiation(
            repudiation=claimed,
            expected_version=claimed.version,
            told="经查异议不实",
            **grounds(supervisor),
        )

        assert self.of_account(account) == before

    def test_nobody_verifies_what_was_shown_for_another_name(
        self,
        expert_account: Callable[..., PublicAccount],
        visitor: Client,
        moderator: StaffUser,
        supervisor: StaffUser,
    ) -> None:
        account = expert_account(is_verified=False)
        claim(visitor, **identity_of(account))
        uphold(Repudiation.objects.get(), moderator, supervisor)
        desk = Desk(moderator, account.qualifications.get()).take().look()

        refused(ActionRefused, lambda: desk.do(verify_qualification, told="材料齐全"))

        assert self.of_account(account)[0] == []


class TestNotUpheld:
    def test_the_service_is_back_and_both_are_told(
        self, claimed: Repudiation, account: PublicAccount, moderator: StaffUser
    ) -> None:
        review.protect_account(**held(claimed, moderator), told="身份存疑，保护本人权益")
        assert Restriction.objects.filter(ended_at=None).count() == 1
        assert Notice.objects.filter(purpose=notices.PROTECTED).count() == 1
        on = held(claimed, moderator)
        refused(ActionRefused, lambda: review.protect_account(**on, told="再次"))

        review.refuse_repudiation(**on, told="经核对，账号由本人使用")

        assert Restriction.objects.filter(ended_at=None).count() == 0
        assert "账号由本人使用" in Notice.objects.get(purpose=notices.RESULT).text
        assert "账号由本人使用" not in Notice.objects.get(purpose=notices.ENDED).text
        account.refresh_from_db()
        assert account.subject == claimed.subject


class TestTheDesk:
    def test_from_the_paper_to_the_result_through_the_pages(
        self, account: PublicAccount, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        desk, second = Client(), Client()
        desk.force_login(moderator)
        second.force_login(supervisor)
        paper = {**identity_of(account), "reason": "来访提出", "complete": "1"}
        enter = reverse("admin:enter_repudiation")
        assert desk.get(enter).status_code == 200
        assert desk.post(enter, {**paper, "id_number": "12"}).status_code == 409
        assert Repudiation.objects.count() == 0
        record_url = desk.post(enter, paper)["Location"]
        repudiation = Repudiation.objects.get()
        lease = work.claim_item(work_item=repudiation.work_item, actor=moderator)
        url = reverse("admin:review_repudiation", args=[repudiation.work_item_id])
        page = desk.get(url)
        assert account.name in page.text
        assert identity_of(account)["id_number"] not in page.text
        form = {"fence": lease.fence, "version": repudiation.version, "reason": "证据充分"}
        assert desk.post(url, {**form, "action": "protect"}).status_code == 302
        named = {**form, "action": "name_account", "account": "999999"}
        assert desk.post(url, named).status_code == 409
        assert desk.post(url, {**form, "action": "uphold"}).status_code == 302
        proposal = Proposal.objects.get(kind=outcome.KIND)
        said = {"action": "approve", "proposal": proposal.pk, "reason": "同意"}
        assert desk.post(record_url, said).status_code == 409
        assert second.post(record_url, said).status_code == 302
        repudiation.refresh_from_db()
        assert repudiation.status == S.UPHELD
        done = {"action": "undo", "version": repudiation.version, "reason": "异议不实"}
        assert second.post(record_url, done).status_code == 302
        repudiation.refresh_from_db()
        assert repudiation.status == S.REVERSED
        assert second.get(record_url).status_code == 200

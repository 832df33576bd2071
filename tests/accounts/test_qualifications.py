"""Qualifications: handed in, reviewed, verified, refused; what each refusal leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import Category, FindingKind, GroundKind, RestrictionKind
from accounts.models import (
    AccountMark,
    ChecklistTick,
    Finding,
    IssuerLookup,
    Qualification,
    QualificationDocument,
    Restriction,
)
from accounts.qualification_words import MarkCode, QualificationStatus
from accounts.rules.qualifications import end_of
from accounts.services.disclosure.sources import marks_of as published_marks
from accounts.services.qualifications import checking, cover, review, standing, submission
from accounts.services.qualifications.checking import Tick
from accounts.services.qualifications.submission import QualificationDraft
from accounts.services.restrictions import close_account, state_of
from compliance import work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    SamePerson,
    StaleLease,
    StaleVersion,
    TransitionRefused,
)
from compliance.evidence.incoming import take_in
from compliance.identity import vault
from compliance.models import (
    ActionLog,
    EvidenceFile,
    IdentityValue,
    Notice,
    Participation,
    PlatformCommand,
    Sensitivity,
    Side,
    WorkItem,
)
from compliance.notices.commands import payload_of
from compliance.proposals import take_part
from tests.accounts.qualifications import Desk, grounds, in_days, unused_number
from tests.compliance.evidence_files import picture

OFF = "publish_health"


def state() -> Any:
    """Return everything a refused act must leave as it was."""
    return (
        list(Qualification.objects.order_by("pk").values()),
        Qualification.history.count(),
        list(AccountMark.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        list(WorkItem.objects.order_by("pk").values()),
        [
            each.objects.count()
            for each in (
                ActionLog,
                ChecklistTick,
                EvidenceFile,
                IdentityValue,
                IssuerLookup,
                Notice,
                Participation,
                PlatformCommand,
                QualificationDocument,
            )
        ],
    )


def refused(kind: type[ActionRefused], act: Any) -> str:
    before = state()
    with pytest.raises(kind) as refusal:
        act()
    assert state() == before
    return str(refusal.value)


@pytest.fixture
def account(make_account):
    return make_account()


class TestHandingIn:
    def test_number_and_name_lie_in_the_vault_and_are_shown_masked(self, account, submitted):
        number = unused_number()

        found = submitted(account, number=number, holder="纸上甲")

        assert found.status == QualificationStatus.IN_REVIEW
        assert vault.read(found.number) == number
        assert number not in found.number.masked
        assert found.holder == "纸**"
        entry = ActionLog.objects.for_object(found).order_by("id")
        assert [each.action.rsplit(".", 1)[-1] for each in entry] == ["create", "take_in"]
        assert number not in "".join(each.payload for each in entry)
        history = Qualification.history.filter(id=found.pk).values()
        assert number not in str(list(history))

    def test_waits_in_its_queue_with_a_limit_of_its_own(self, account, submitted):
        found = submitted(account)

        assert found.work_item.queue == "qualifications"
        assert found.work_item.clock.step == "qualification_review"
        assert found.work_item.clock.limit.amount == 5

    def test_an_organisation_holds_it_under_its_public_name(self, make_account, submitted):
        account = make_account(id_type="uscc", subject_nature="enterprise")

        found = submitted(account, type="news_licence")

        assert found.holder == account.subject.organisation_name
        assert found.holder_name is None

    def test_refuses_what_cannot_be(self, account, submitted):
        refused(InvalidInput, lambda: submitted(account, type="driver"))
        refused(InvalidInput, lambda: submitted(account, number=" "))
        refused(InvalidInput, lambda: submitted(account, valid_until=in_days(-1)))
        refused(
            InvalidInput,
            lambda: submitted(account, valid_from=in_days(9), valid_until=in_days(8)),
        )

    def test_refuses_the_same_document_twice_and_names_it(self, account, submitted):
        number = unused_number()
        first = submitted(account, number=number)

        said = refused(
            ActionRefused, lambda: submitted(account, number=f"{number[:4]} {number[4:]}")
        )

        assert first.reference in said

    def test_refuses_a_closed_account(self, account, submitted, system):
        close_account(
            account=account, ground_kind=GroundKind.DECISION, ground_ref="D-1", **grounds(system)
        )

        refused(ActionRefused, lambda: submitted(account))

    def test_demands_permission_and_reason(self, account, staff_user, system):
        draft = QualificationDraft(type="teacher", number=unused_number())
        on = {"account": account, "draft": draft, "source": "api"}

        auditor = staff_user("auditor")
        refused(NotPermitted, lambda: submission.submit_qualification(**on, **grounds(auditor)))
        refused(
            MissingReason, lambda: submission.submit_qualification(**on, **grounds(system, " "))
        )

    def test_one_document_for_two_accounts_is_noticed(self, make_account, submitted):
        number = unused_number()
        first = submitted(make_account(), number=number)

        second = submitted(make_account(), number=number.lower())

        assert submission.elsewhere(second) == [first]

    def test_an_approved_application_puts_its_qualification_into_the_queue(self, expert_account):
        account = expert_account(is_verified=False)

        found = Qualification.objects.get(account=account)
        assert found.status == QualificationStatus.IN_REVIEW
        assert found.decided_by is None
        assert found.number == account.application.qualification_number
        assert WorkItem.objects.open().get(qualification=found).queue == submission.QUEUE
        assert published_marks(account) == []
        off = Restriction.objects.get(account=account)
        assert (off.functions, off.in_force_until) == (["publish_education"], None)
        sent = payload_of(PlatformCommand.objects.latest("id"))
        assert sent["restrictions"][0]["functions"] == ["publish_education"]

    def test_the_field_opens_when_that_qualification_is_verified(self, expert_account, reviewer):
        account = expert_account(
            is_verified=False, qualification_valid_until=in_days(400).isoformat()
        )
        desk = Desk(reviewer, Qualification.objects.get(account=account)).take()
        refused(ActionRefused, lambda: desk.do(review.verify_qualification, told="材料齐全"))

        desk.verify()

        assert [each.code for each in cover.marks_of(account, timezone.now())] == [
            MarkCode.FIELD_EDU
        ]
        ahead = Restriction.objects.get(account=account, ended_at=None)
        assert ahead.in_force_from == end_of(in_days(400))
        assert state_of(account, timezone.now()).is_unrestricted

    def test_a_field_stays_shut_when_that_qualification_is_refused(self, expert_account, reviewer):
        account = expert_account(is_verified=False)
        desk = Desk(reviewer, Qualification.objects.get(account=account)).take()

        desk.do(review.refuse_qualification, told="经查询未查到该证件")

        assert not state_of(account, timezone.now()).is_unrestricted
        assert not cover.is_covered(account, Category.EDUCATION, timezone.now())


class TestDocuments:
    def test_a_persons_certificate_is_an_identity_document(self, account, submitted, reviewer):
        found = submitted(account)

        (attached,) = submission.attach_documents(
            qualification=found,
            files=[take_in("a.jpg", [picture()])],
            shows="教师资格证照片",
            **grounds(reviewer),
        )

        assert attached.file.sensitivity == Sensitivity.IDENTITY_DOCUMENT
        entry = ActionLog.objects.for_object(found).latest("id")
        assert attached.file.sha256 in entry.reason

    def test_refuses_the_same_file_and_files_that_nobody_named(self, account, submitted, reviewer):
        found = submitted(account)

        def attach(shows="教师资格证照片"):
            submission.attach_documents(
                qualification=found,
                files=[take_in("a.jpg", [picture()])],
                shows=shows,
                **grounds(reviewer),
            )

        attach()
        refused(ActionRefused, attach)
        refused(InvalidInput, lambda: attach(" "))


class TestReview:
    def test_verifies_what_was_ticked_and_looked_up(self, account, qualification_desk):
        desk = qualification_desk(account, type="nurse", valid_until=in_days(100))

        found = desk.verify()

        assert found.status == QualificationStatus.VERIFIED
        assert found.decided_by == desk.moderator.person
        assert found.work_item.closed_at is not None
        mark = AccountMark.objects.get(qualification=found)
        assert mark.code == MarkCode.FIELD_HEALTH
        assert mark.in_force_until == end_of(in_days(100))
        assert [(each.code, each.basis) for each in published_marks(account)] == [
            (MarkCode.FIELD_HEALTH, found.get_type_display())
        ]
        off = Restriction.objects.get(account=account)
        assert (off.kind, off.functions, off.ground_kind, off.ground_ref) == (
            RestrictionKind.RESTRICT_FUNCTIONS,
            [OFF],
            GroundKind.QUALIFICATION,
            found.reference,
        )
        assert off.in_force_from == end_of(in_days(100))
        assert Participation.objects.get(matter=found.matter).side == Side.DECIDED
        (marked,) = payload_of(PlatformCommand.objects.latest("pk"))["marks"]
        assert marked["code"] == "field_health"
        notice = Notice.objects.get(purpose="accounts.qualification_verified")
        assert vault.read(found.number) not in notice.text

    def test_the_same_day_is_told_to_the_platform_beforehand(self, account, qualification_desk):
        qualification_desk(account, type="nurse", valid_until=in_days(100)).verify()

        (command,) = PlatformCommand.objects.filter(kind="account.restrict")
        (off,) = payload_of(command)["restrictions"]
        assert off["functions"] == [OFF]
        assert off["until"] is None

    def test_names_what_is_still_missing(self, account, qualification_desk):
        desk = qualification_desk(account, type="nurse", valid_until=None)

        said = refused(ActionRefused, lambda: desk.do(review.verify_qualification))

        for point in checking.what_is_missing(desk.qualification, desk.qualification.work_item):
            assert point in said
        desk.look()
        refused(ActionRefused, lambda: desk.do(review.verify_qualification))

    @pytest.mark.parametrize("result", ["differs", "not_found", "not_in_force", "unavailable"])
    def test_verifies_nothing_that_the_issuer_does_not_confirm(
        self, account, qualification_desk, result
    ):
        desk = qualification_desk(account).look(result=result)

        refused(ActionRefused, lambda: desk.do(review.verify_qualification))

    def test_the_document_alone_has_to_be_there_to_be_seen(self, account, qualification_desk):
        desk = qualification_desk(account)
        desk.held.pop("expected_version")
        look = {"method": "document", "result": "agrees", "found": "x"}

        refused(
            ActionRefused,
            lambda: desk.do(checking.record_lookup, **look, looked_up_at=timezone.now()),
        )

    def test_a_point_that_is_not_met_says_why_and_the_latest_counts(
        self, account, qualification_desk
    ):
        desk = qualification_desk(account)
        item, version = desk.qualification.work_item, desk.held.pop("expected_version")
        point = checking.rule_in_force("teacher", timezone.now()).checklist[0]

        refused(
            InvalidInput, lambda: desk.do(checking.tick_checklist, ticks={point: Tick(False, " ")})
        )
        refused(InvalidInput, lambda: desk.do(checking.tick_checklist, ticks={"x": Tick(True)}))
        desk.do(checking.tick_checklist, ticks={point: Tick(False, "照片有涂改")})
        desk.do(checking.tick_checklist, ticks={point: Tick(True)})

        assert checking.ticks_of(item)[point].is_met
        assert ChecklistTick.objects.count() == 2
        assert Qualification.objects.get(pk=desk.qualification.pk).version == version

    def test_enters_what_the_document_says(self, account, qualification_desk):
        desk = qualification_desk(account)

        desk.do(
            checking.correct_qualification,
            issuer="示范市教育局",
            scope="高级中学语文",
            valid_from=None,
            valid_until=in_days(30),
        )

        found = Qualification.objects.get(pk=desk.qualification.pk)
        assert (found.issuer, found.valid_until) == ("示范市教育局", in_days(30))

    def test_refuses_with_a_reason_told_apart_from_the_note(self, account, qualification_desk):
        desk = qualification_desk(account)

        desk.do(review.refuse_qualification, told="证书查无此人", reason="同事：电话核实过")

        found = Qualification.objects.get(pk=desk.qualification.pk)
        assert found.status == QualificationStatus.REFUSED
        assert found.decision_reason.startswith("证书查无此人\n")
        notice = Notice.objects.get(purpose="accounts.qualification_refused")
        assert "证书查无此人" in notice.text
        assert "/public/appeal/" in notice.appeal
        assert "电话" not in notice.text
        assert not AccountMark.objects.exists()
        assert not Restriction.objects.exists()

    def test_asks_for_material_and_goes_on_with_the_rest_of_the_time(
        self, account, qualification_desk
    ):
        desk = qualification_desk(account)
        first = desk.qualification.work_item

        desk.do(review.ask_for_qualification_material, told="请补充正反面照片")

        found = Qualification.objects.get(pk=desk.qualification.pk)
        assert found.status == QualificationStatus.WAITING_MATERIAL
        assert found.material_clock.step == "qualification_material"
        assert Notice.objects.filter(purpose="accounts.qualification_material").exists()
        review.resume_qualification(
            qualification=found, expected_version=found.version, **grounds(desk.moderator)
        )
        found.refresh_from_db()
        assert found.status == QualificationStatus.IN_REVIEW
        assert found.work_item != first
        assert found.work_item.clock == first.clock

    def test_demands_permission_lease_version_side_and_words(
        self, account, qualification_desk, staff_user
    ):
        desk = qualification_desk(account).look()
        verify = review.verify_qualification
        auditor, other = staff_user("auditor"), staff_user("moderator")

        refused(NotPermitted, lambda: desk.do(verify, actor=auditor))
        refused(StaleLease, lambda: desk.do(verify, actor=other))
        refused(StaleLease, lambda: desk.do(review.refuse_qualification, fence=None, told="x"))
        refused(StaleVersion, lambda: desk.do(verify, expected_version=1))
        refused(MissingReason, lambda: desk.do(verify, reason=" "))
        refused(InvalidInput, lambda: desk.do(review.refuse_qualification, told=" "))

    def test_keeps_out_who_stands_on_another_side(self, account, submitted, reviewer):
        found = submitted(account)
        take_part(found.matter, reviewer, Side.APPEAL)

        refused(SamePerson, lambda: work.claim_item(work_item=found.work_item, actor=reviewer))

    def test_withdraws(self, account, qualification_desk):
        desk = qualification_desk(account)

        desk.do(review.withdraw_qualification)

        assert Qualification.objects.get().status == QualificationStatus.WITHDRAWN


class TestRenewal:
    @pytest.fixture
    def old(self, account, qualification_desk):
        return qualification_desk(account, type="nurse", valid_until=in_days(20)).verify()

    def test_takes_the_place_of_the_old_one_and_moves_the_end(
        self, account, old, qualification_desk
    ):
        desk = qualification_desk(account, type="nurse", renews=old, valid_until=in_days(500))

        new = desk.verify()

        old.refresh_from_db()
        assert old.status == QualificationStatus.RENEWED
        now = timezone.now()
        assert [each.qualification for each in cover.marks_of(account, now)] == [new]
        assert state_of(account, end_of(in_days(20)) + timedelta(hours=1)).is_unrestricted
        assert OFF in state_of(account, end_of(in_days(500))).functions_off

    def test_one_that_begins_later_leaves_exactly_the_days_between_off(
        self, account, old, qualification_desk
    ):
        qualification_desk(
            account,
            type="nurse",
            renews=old,
            valid_from=in_days(24),
            valid_until=in_days(500),
        ).verify()

        def is_off(days):
            return (
                OFF in state_of(account, end_of(in_days(days)) - timedelta(hours=1)).functions_off
            )

        assert [is_off(days) for days in (20, 21, 23, 24, 500, 501)] == [
            False,
            True,
            True,
            False,
            False,
            True,
        ]
        codes = [each.code for each in cover.marks_of(account, timezone.now())]
        assert codes == [MarkCode.FIELD_HEALTH]

    def test_ends_the_restriction_of_one_that_was_over(self, account, old, qualification_desk):
        later = end_of(in_days(20)) + timedelta(days=3)
        assert OFF in state_of(account, later).functions_off

        qualification_desk(account, type="nurse", renews=old, valid_until=in_days(900)).verify()

        assert state_of(account, later).is_unrestricted

    def test_refuses_two_at_once_and_another_type(self, account, old, submitted):
        submitted(account, type="nurse", renews=old)

        refused(ActionRefused, lambda: submitted(account, type="nurse", renews=old))
        refused(InvalidInput, lambda: submitted(account, type="pharm", renews=old))

    def test_refuses_to_renew_what_was_never_verified(self, account, submitted):
        waiting = submitted(account, type="nurse")

        refused(ActionRefused, lambda: submitted(account, type="nurse", renews=waiting))


class TestRevoking:
    def test_takes_the_mark_and_turns_publishing_off_but_not_the_account(
        self, account, qualification_desk, reviewer
    ):
        found = qualification_desk(account, type="nurse", valid_until=in_days(90)).verify()

        standing.revoke_qualification(
            qualification=found,
            fence=None,
            expected_version=found.version,
            told="发证机关已注销该证书",
            **grounds(reviewer),
        )

        now = timezone.now()
        assert cover.marks_of(account, now) == []
        state_now = state_of(account, now)
        assert OFF in state_now.functions_off
        assert state_now.is_open
        assert state_now.may_publish
        notice = Notice.objects.get(purpose="accounts.qualification_revoked")
        assert "已注销" in notice.reasons
        assert notice.appeal

    def test_another_document_of_the_field_keeps_publishing_on(
        self, account, qualification_desk, reviewer
    ):
        qualification_desk(account, type="doc_qual").verify()
        found = qualification_desk(account, type="nurse", valid_until=in_days(90)).verify()

        standing.revoke_qualification(
            qualification=found,
            fence=None,
            expected_version=found.version,
            told="发证机关已注销该证书",
            **grounds(reviewer),
        )

        assert state_of(account, timezone.now()).is_unrestricted
        assert len(cover.marks_of(account, timezone.now())) == 1

    def test_refuses_without_words_permission_or_a_verified_one(
        self, account, qualification_desk, submitted, reviewer, staff_user
    ):
        found = qualification_desk(account).verify()
        on = {"qualification": found, "fence": None, "expected_version": found.version}
        revoke = standing.revoke_qualification
        auditor = staff_user("auditor")

        refused(InvalidInput, lambda: revoke(**on, told=" ", **grounds(reviewer)))
        refused(NotPermitted, lambda: revoke(**on, told="x", **grounds(auditor)))
        revoke(**on, told="发证机关已注销", **grounds(reviewer))
        found.refresh_from_db()
        again = {**on, "expected_version": found.version}
        refused(TransitionRefused, lambda: revoke(**again, told="x", **grounds(reviewer)))


def test_a_press_card_alone_gives_no_mark_and_opens_nothing(make_account, qualification_desk):
    account = make_account()

    qualification_desk(account, type="press_card", valid_until=in_days(50)).verify()

    assert not AccountMark.objects.exists()
    assert not Restriction.objects.exists()


def test_without_the_licence_a_press_card_does_not_keep_news_on(
    make_account, qualification_desk, reviewer
):
    account = make_account()
    licence = qualification_desk(account, type="news_licence", valid_until=in_days(90)).verify()
    qualification_desk(account, type="press_card", valid_until=in_days(900)).verify()

    assert "publish_news" in state_of(account, end_of(in_days(90))).functions_off
    standing.revoke_qualification(
        qualification=licence,
        fence=None,
        expected_version=licence.version,
        told="许可证已被注销",
        **grounds(reviewer),
    )

    off = Restriction.objects.in_force(timezone.now()).get(account=account)
    assert off.functions == ["publish_news"]
    entry = ActionLog.objects.for_object(off).latest("id")
    assert entry.provision == "public-account-2021:5.2"


def test_a_dead_news_licence_is_a_finding_and_another_document_is_none(
    make_account, qualification_desk, reviewer
):
    account = make_account()
    licence = qualification_desk(account, type="news_licence", valid_until=in_days(90)).verify()
    nurse = qualification_desk(account, type="nurse", valid_until=in_days(90)).verify()

    for each in (nurse, licence):
        standing.revoke_qualification(
            qualification=each,
            fence=None,
            expected_version=each.version,
            told="已被注销",
            **grounds(reviewer),
        )

    finding = Finding.objects.get()
    assert (finding.account, finding.kind) == (account, FindingKind.LICENCE_DEAD)
    assert finding.ground_ref == f"qualification:{licence.pk}"

"""Qualifications are reviewed, verified and refused."""

import pytest
from django.utils import timezone

from accounts.enums import GroundKind, RestrictionKind
from accounts.models import AccountMark, ChecklistTick, Qualification, Restriction
from accounts.qualification_words import MarkCode, QualificationStatus
from accounts.rules.qualifications import end_of
from accounts.services.disclosure.sources import marks_of as published_marks
from accounts.services.qualifications import checking, review
from accounts.services.qualifications.checking import Tick
from compliance import work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    SamePerson,
    StaleLease,
    StaleVersion,
)
from compliance.identity import vault
from compliance.models import Notice, Participation, PlatformCommand, Side
from compliance.notices.commands import payload_of
from compliance.proposals import take_part
from tests.accounts.qualifications import grounds, in_days
from tests.accounts.test_qualifications.conftest import OFF, refused


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

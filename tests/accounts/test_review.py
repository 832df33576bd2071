"""Applications on which a person decides: what works, what is logged, what a refusal leaves."""

import pytest
from django.utils import timezone, translation

from accounts.allowance_words import MultiAccountItem
from accounts.enums import AccountStatus, ApplicationStatus, GroundKind, ListedNameKind
from accounts.models import Application, PublicAccount
from accounts.services import review
from accounts.services.allowances.checklist import ItemAnswer, answer_items
from accounts.services.bars import bar_identity
from accounts.services.names import NameRow, add_names
from accounts.services.reason_templates import reason_templates
from accounts.services.restrictions import close_account, reopen_account
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
from compliance.models import ActionLog, Participation, Side
from compliance.proposals import take_part
from compliance.provisions import Provision
from tests.accounts.fixtures import unused_credit_code


def grounds(actor, reason="核对无误"):
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_8_1, "reason": reason}


class Desk:
    """A moderator who holds the work item of one application."""

    def __init__(self, moderator, application):
        self.moderator = moderator
        self.application = Application.objects.get(pk=application.pk)
        lease = work.claim_item(work_item=self.application.work_item, actor=moderator)
        self.held = {
            "application": self.application,
            "fence": lease.fence,
            "expected_version": self.application.version,
        }

    def do(self, service, **more):
        return service(**{**self.held, **grounds(self.moderator), **more})


@pytest.fixture
def moderator(staff_user):
    return staff_user("moderator")


@pytest.fixture
def desk(moderator, make_application):
    return Desk(moderator, make_application(category="education"))


def state():
    """Return everything a refused act must leave as it was."""
    return (
        list(Application.objects.order_by("pk").values()),
        Application.history.count(),
        list(PublicAccount.objects.order_by("pk").values()),
        Participation.objects.count(),
        ActionLog.objects.count(),
        list(Application.objects.order_by("pk").values_list("work_item__closed_at")),
    )


def refused(kind, act):
    before = state()
    with pytest.raises(kind) as refusal:
        act()
    assert state() == before
    return str(refusal.value)


def test_approves_and_creates_the_account(desk):
    account = desk.do(review.approve_application, told="材料齐全")

    application = Application.objects.get(pk=desk.application.pk)
    assert application.status == ApplicationStatus.APPROVED
    assert not application.is_automated
    assert application.decided_by == desk.moderator.person
    assert application.decision_reason == "材料齐全"
    assert application.work_item.closed_at is not None
    assert account.application == application
    assert account.status == AccountStatus.ACTIVE
    part = Participation.objects.get(matter=application.matter)
    assert (part.person, part.side) == (desk.moderator.person, Side.DECIDED)
    entry = ActionLog.objects.for_object(application).latest("id")
    assert entry.action == "accounts.application.approve"
    assert entry.reason == "核对无误"
    assert entry.changes["status"] == ["in_review", "approved"]


def test_refuses_with_a_reason_told_apart_from_the_one_on_record(desk):
    desk.do(review.refuse_application, told="名称易被误认", reason="同事：与某台联系过")

    application = Application.objects.get(pk=desk.application.pk)
    assert application.status == ApplicationStatus.REFUSED
    assert application.decision_reason.startswith("名称易被误认\n")
    assert "/public/appeal/" in application.decision_reason
    assert "某台" not in application.decision_reason
    assert ActionLog.objects.for_object(application).latest("id").reason == "同事：与某台联系过"
    assert not PublicAccount.objects.exists()


def test_asks_for_material_and_takes_up_again_in_the_queue(desk):
    desk.do(review.ask_for_material, told="请补充授权书")
    application = Application.objects.get(pk=desk.application.pk)
    first = application.work_item
    assert application.status == ApplicationStatus.WAITING_MATERIAL
    assert first.closed_at is not None

    review.resume_review(
        application=application,
        expected_version=application.version,
        **grounds(desk.moderator),
    )

    application.refresh_from_db()
    assert application.status == ApplicationStatus.IN_REVIEW
    assert application.work_item != first
    assert application.work_item.closed_at is None
    assert application.decision_reason == ""


def test_refuses_what_waits_for_material_without_a_lease(moderator, make_application):
    application = make_application(operating_region="")

    review.refuse_application(
        application=application,
        fence=None,
        expected_version=application.version,
        told="逾期未补充",
        **grounds(moderator),
    )

    application.refresh_from_db()
    assert application.status == ApplicationStatus.REFUSED


def test_withdraws(desk):
    desk.do(review.withdraw_application)

    application = Application.objects.get(pk=desk.application.pk)
    assert application.status == ApplicationStatus.WITHDRAWN
    assert application.work_item.closed_at is not None


def test_demands_the_permission(desk, staff_user):
    auditor = staff_user("auditor")

    refused(NotPermitted, lambda: desk.do(review.approve_application, actor=auditor))


def test_demands_the_lease(desk, staff_user):
    other = staff_user("moderator")

    sentence = refused(StaleLease, lambda: desk.do(review.approve_application, actor=other))

    assert desk.moderator.person.name in sentence
    refused(StaleLease, lambda: desk.do(review.approve_application, fence=99))
    refused(StaleLease, lambda: desk.do(review.withdraw_application, fence=None))


def test_demands_the_version_that_was_read(desk):
    refused(StaleVersion, lambda: desk.do(review.approve_application, expected_version=1))


def test_demands_reasons(desk):
    refused(MissingReason, lambda: desk.do(review.approve_application, reason=" "))
    refused(InvalidInput, lambda: desk.do(review.refuse_application, told=" "))
    refused(InvalidInput, lambda: desk.do(review.ask_for_material, told=""))


def test_keeps_out_who_stands_on_another_side(desk):
    take_part(desk.application.matter, desk.moderator, Side.APPEAL)

    refused(SamePerson, lambda: desk.do(review.approve_application))


def test_does_nothing_twice(desk):
    desk.do(review.approve_application)
    version = Application.objects.get(pk=desk.application.pk).version

    refused(
        TransitionRefused,
        lambda: desk.do(review.refuse_application, told="x", fence=None, expected_version=version),
    )


def test_approves_nothing_beyond_the_cap(moderator, make_application, system):
    number = unused_credit_code()
    first = PublicAccount.objects.get(
        application=make_application(id_type="uscc", id_number=number)
    )
    second = Desk(moderator, make_application(id_type="uscc", id_number=number))
    closing = {"ground_kind": GroundKind.DECISION, "ground_ref": "D-1", **grounds(system)}
    close_account(account=first, **closing)
    third = Desk(moderator, make_application(id_type="uscc", id_number=number))
    for each in (second, third):
        answer_items(
            asked=each.application,
            answers={item.value: ItemAnswer(True) for item in MultiAccountItem},
            fence=each.held["fence"],
            **grounds(moderator),
        )
    second.do(review.approve_application)
    reopen_account(account=first, **closing)

    sentence = refused(ActionRefused, lambda: third.do(review.approve_application))

    assert "2" in sentence


def test_approves_no_name_that_was_barred_meanwhile(desk, system):
    name = desk.application.account_name
    add_names(kind=ListedNameKind.BARRED, rows=[NameRow(f"{name}！", "测试")], **grounds(system))

    assert name in refused(ActionRefused, lambda: desk.do(review.approve_application))


def test_approves_nobody_who_was_barred_meanwhile(desk, system):
    bar_identity(
        subject=desk.application.subject,
        ground_kind=GroundKind.DECISION,
        ground_ref="D-1",
        review_date=timezone.localdate(),
        **grounds(system),
    )

    refused(ActionRefused, lambda: desk.do(review.approve_application))


def test_approves_nobody_whose_number_is_not_known(moderator, make_application):
    application = make_application(id_number="")
    review.resume_review(
        application=application, expected_version=application.version, **grounds(moderator)
    )
    desk = Desk(moderator, application)

    refused(ActionRefused, lambda: desk.do(review.approve_application))


@pytest.mark.parametrize("act", ["approve", "refuse", "ask_for_material", "withdraw"])
def test_offers_ready_made_reasons_in_both_languages(act):

    with translation.override("zh-hans"):
        chinese = reason_templates(act)
    with translation.override("en"):
        english = reason_templates(act)

    assert chinese
    assert [each.code for each in chinese] == [each.code for each in english]
    assert all(each.label.isascii() and each.text.isascii() for each in english)
    assert not any(each.text.isascii() for each in chinese)

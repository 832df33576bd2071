"""More accounts than the cap: applied for, looked at by four items, granted by two persons, ended."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.allowance_words import AllowanceStatus, MultiAccountItem
from accounts.enums import ApplicationSource, ApplicationStatus
from accounts.models import (
    AccountAllowance,
    Application,
    MultiAccountAnswer,
    PublicAccount,
)
from accounts.powers_words import CreditGrade, CreditService
from accounts.services import lapsed_answers
from accounts.services import review as applications
from accounts.services.allowances import checklist, review, submission
from accounts.services.allowances.checklist import ItemAnswer
from accounts.services.allowances.standing import allowances_in_force
from accounts.services.allowances.submission import AllowanceDraft
from accounts.services.registration import register_account
from accounts.services.standing import set_standing
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson, StaleLease
from compliance.models import (
    ActionLog,
    Notice,
    Proposal,
    ResponseInvitation,
    StaffUser,
    WorkItem,
)
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from compliance.staff import system_actor
from reports.demo.clock import clock_at
from tests.accounts.fixtures import application_data, unused_credit_code
from tests.compliance.api_fixtures import Caller
from tests.compliance.evidence_files import picture

MakeStaff = Callable[..., StaffUser]
MakeApplication = Callable[..., Application]
DRAFT = AllowanceDraft(
    wanted=4,
    purpose="为四个门店各开一个账号",
    uses=("甲店", "乙店", "丙店", "丁店"),
    business_scope="文化活动策划",
)
ALL_MET = {item.value: ItemAnswer(True) for item in MultiAccountItem}


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_10_1, "reason": reason}


def codes(application: Application) -> set[str]:
    return set(application.checks.values_list("code", flat=True))


def state() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(AccountAllowance.objects.order_by("pk").values()),
        AccountAllowance.history.count(),
        MultiAccountAnswer.objects.count(),
        Proposal.objects.count(),
        WorkItem.objects.filter(closed_at=None).count(),
        Notice.objects.count(),
        ActionLog.objects.count(),
    )


def refused(kind: type[Exception], act: Callable[[], Any]) -> str:
    before = state()
    with pytest.raises(kind) as refusal, transaction.atomic():
        act()
    assert state() == before
    return str(refusal.value)


@pytest.fixture
def moderator(staff_user: MakeStaff) -> StaffUser:
    return staff_user("moderator")


@pytest.fixture
def supervisor(staff_user: MakeStaff) -> StaffUser:
    return staff_user("supervisor")


def approve(application: Application, moderator: StaffUser) -> PublicAccount:
    """Approve a further account of a subject, all four items answered."""
    assert application.work_item is not None
    lease = work.claim_item(work_item=application.work_item, actor=moderator)
    checklist.answer_items(
        asked=application, answers=ALL_MET, fence=lease.fence, **grounds(moderator)
    )
    application = Application.objects.get(pk=application.pk)
    return applications.approve_application(
        application=application,
        fence=lease.fence,
        expected_version=application.version,
        **grounds(moderator),
    )


@pytest.fixture
def full(make_application: MakeApplication, moderator: StaffUser) -> dict[str, str]:
    """A company that has as many accounts as its cap says; what its applications have in common."""
    company = {"id_type": "uscc", "id_number": unused_credit_code()}
    make_application(**company)
    approve(make_application(**company), moderator)
    return company


@pytest.fixture
def one_too_many(make_application: MakeApplication, full: dict[str, str]) -> Application:
    return make_application(**full)


@pytest.fixture
def allowance(one_too_many: Application) -> AccountAllowance:
    return submission.submit_allowance(
        platform_uid=one_too_many.platform_uid,
        draft=DRAFT,
        source=ApplicationSource.API,
        **grounds(system_actor()),
    )


def held(allowance: AccountAllowance, moderator: StaffUser) -> dict[str, Any]:
    allowance = AccountAllowance.objects.get(pk=allowance.pk)
    lease = work.claim_item(work_item=allowance.work_item, actor=moderator)
    return {
        "allowance": allowance,
        "fence": lease.fence,
        "expected_version": allowance.version,
        **grounds(moderator),
    }


def propose(allowance: AccountAllowance, moderator: StaffUser, granted: int = 3) -> Proposal:
    on = held(allowance, moderator)
    checklist.answer_items(
        asked=allowance, answers=ALL_MET, fence=on["fence"], **grounds(moderator)
    )
    return review.propose_allowance(
        **on,
        granted=granted,
        valid_until=timezone.localdate() + timedelta(days=365),
        told="材料齐全",
    )


@pytest.fixture
def granted(
    allowance: AccountAllowance, moderator: StaffUser, supervisor: StaffUser
) -> AccountAllowance:
    proposal = propose(allowance, moderator)
    return review.approve_allowance(proposal=proposal, **grounds(supervisor))


@pytest.mark.django_db
class TestTheWayIn:
    def test_whoever_is_refused_for_the_cap_reads_where_to_apply(
        self, one_too_many: Application
    ) -> None:
        assert one_too_many.status == ApplicationStatus.REFUSED
        assert codes(one_too_many) == {"subject_cap"}
        assert reverse("public:more_accounts") in one_too_many.decision_reason

        page = Client().get(reverse("public:more_accounts"))

        assert page.status_code == 200
        assert "信用评价" in page.text

    def test_a_person_is_told_that_one_person_runs_one_account(
        self, make_application: MakeApplication
    ) -> None:
        number = make_application().subject
        again = application_data()
        assert number.id_number is not None
        second = make_application(
            **{"id_number": _number_of(number), "account_name": again.account_name}
        )

        assert second.status == ApplicationStatus.REFUSED
        assert reverse("public:more_accounts") not in second.decision_reason
        said = refused(
            ActionRefused,
            lambda: submission.submit_allowance(
                platform_uid=second.platform_uid,
                draft=DRAFT,
                source=ApplicationSource.API,
                **grounds(system_actor()),
            ),
        )
        assert "一个自然人" in said or "自然人" in said

    def test_the_platform_applies_and_reads_what_came_of_it(
        self, one_too_many: Application, make_caller: Callable[..., Caller]
    ) -> None:
        caller = make_caller("allowances:read", "allowances:write")
        url = reverse("api:account-allowances")
        body = {"platform_uid": one_too_many.platform_uid, **vars(DRAFT), "uses": list(DRAFT.uses)}

        made = caller.post(url, body)

        assert made.status_code == 201, made.content
        assert made.json()["status"] == "in_review"
        again = caller.get(made["Location"])
        assert again.json()["reference"] == made.json()["reference"]
        assert caller.post(url, body).status_code in (409, 422)
        assert AccountAllowance.objects.count() == 1
        assert caller.post(url, {**body, "platform_uid": "nobody"}).status_code == 422
        assert caller.post(url, {**body, "wanted": 1}).status_code == 400

    @pytest.mark.parametrize(
        "changes",
        [
            {"wanted": 2},
            {"wanted": 9_999},
            {"purpose": " "},
            {"uses": ()},
            {"uses": ("一", "二", "三", "四", "五")},
            {"business_scope": ""},
        ],
    )
    def test_what_is_missing_or_cannot_be_is_refused_and_leaves_nothing(
        self, one_too_many: Application, changes: dict[str, Any]
    ) -> None:
        refused(
            InvalidInput,
            lambda: submission.submit_allowance(
                platform_uid=one_too_many.platform_uid,
                draft=AllowanceDraft(**{**vars(DRAFT), **changes}),
                source=ApplicationSource.API,
                **grounds(system_actor()),
            ),
        )

    def test_a_grant_has_no_effect_while_credit_withholds_it(
        self, granted: AccountAllowance, system: StaffUser
    ) -> None:
        assert set(allowances_in_force([granted.subject_id])) == {granted.subject_id}

        set_standing(
            subject=granted.subject,
            grade=CreditGrade.D,
            score=40,
            since=timezone.now(),
            reference="credit:1",
            services_off=[CreditService.MORE_ACCOUNTS],
            **grounds(system),
        )

        assert allowances_in_force([granted.subject_id]) == {}

    def test_one_is_under_way_at_a_time(self, allowance: AccountAllowance) -> None:
        refused(
            ActionRefused,
            lambda: submission.submit_allowance(
                platform_uid=allowance.platform_uid,
                draft=DRAFT,
                source=ApplicationSource.API,
                **grounds(system_actor()),
            ),
        )
        twin = AccountAllowance.objects.get(pk=allowance.pk)
        twin.pk = None
        with pytest.raises(IntegrityError, match="accountallowance_"), transaction.atomic():
            AccountAllowance.objects.bulk_create([twin])


def _number_of(subject: Any) -> str:
    from compliance.identity import vault

    return vault.read(subject.id_number)


@pytest.mark.django_db
class TestGranting:
    def test_a_granted_number_raises_the_cap_and_each_account_is_still_looked_at(
        self,
        granted: AccountAllowance,
        full: dict[str, str],
        make_application: MakeApplication,
        moderator: StaffUser,
    ) -> None:
        third = make_application(**full)

        assert third.status == ApplicationStatus.IN_REVIEW
        assert codes(third) == {"multi_account"}
        (hit,) = third.checks.all()
        assert hit.params["allowance"] == granted.reference
        approve(third, moderator)
        fourth = make_application(**full)
        assert codes(fourth) == {"subject_cap"}
        assert PublicAccount.objects.count() == 3

    def test_needs_every_item_and_somebody_else(
        self, allowance: AccountAllowance, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        on = held(allowance, moderator)
        wish = {
            "granted": 3,
            "valid_until": timezone.localdate() + timedelta(days=30),
            "told": "材料齐全",
        }
        said = refused(ActionRefused, lambda: review.propose_allowance(**on, **wish))
        assert "信用评价" in said
        some = {**ALL_MET, "credit": ItemAnswer(False, "一个月内两次受限")}
        checklist.answer_items(
            asked=allowance, answers=some, fence=on["fence"], **grounds(moderator)
        )
        refused(ActionRefused, lambda: review.propose_allowance(**on, **wish))
        checklist.answer_items(
            asked=allowance,
            answers={"credit": ItemAnswer(True)},
            fence=on["fence"],
            **grounds(moderator),
        )

        proposal = review.propose_allowance(**on, **wish)

        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.PROPOSED
        refused(
            SamePerson, lambda: review.approve_allowance(proposal=proposal, **grounds(moderator))
        )
        review.approve_allowance(proposal=proposal, **grounds(supervisor))
        allowance.refresh_from_db()
        assert (allowance.status, allowance.granted) == (AllowanceStatus.GRANTED, 3)
        notice = Notice.objects.get(purpose="accounts.allowance_granted")
        assert "准予账号数：3" in notice.text

    def test_no_without_a_remark_is_refused(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        on = held(allowance, moderator)
        refused(
            InvalidInput,
            lambda: checklist.answer_items(
                asked=allowance,
                answers={"scope": ItemAnswer(False)},
                fence=on["fence"],
                **grounds(moderator),
            ),
        )
        with pytest.raises(IntegrityError, match="no_has_remark"), transaction.atomic():
            MultiAccountAnswer.objects.create(
                allowance=allowance, item="scope", is_met=False, person=moderator.person
            )

    def test_the_database_grants_nothing_that_nobody_approved(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        propose(allowance, moderator)
        allowance.refresh_from_db()
        with (
            pytest.raises(IntegrityError, match="granted_only_if_approved"),
            transaction.atomic(),
        ):
            AccountAllowance.objects.filter(pk=allowance.pk).update(
                status="granted", granted=3, version=allowance.version + 1
            )

    def test_a_returned_proposal_is_in_review_again(
        self, allowance: AccountAllowance, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        proposal = propose(allowance, moderator)

        review.end_allowance_proposal(
            act="return", proposal=proposal, **grounds(supervisor, "先补营业执照")
        )

        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.IN_REVIEW
        assert allowance.work_item.closed_at is None
        again = propose(allowance, moderator)
        review.end_allowance_proposal(act="withdraw", proposal=again, **grounds(moderator))
        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.IN_REVIEW

    def test_once_ended_the_cap_holds_again_and_accounts_stay(
        self,
        granted: AccountAllowance,
        full: dict[str, str],
        make_application: MakeApplication,
        moderator: StaffUser,
        supervisor: StaffUser,
    ) -> None:
        approve(make_application(**full), moderator)
        granted.refresh_from_db()
        on: dict[str, Any] = {"allowance": granted, "expected_version": granted.version}
        refused(NotPermitted, lambda: review.end_allowance(**on, told="虚假", **grounds(moderator)))

        review.end_allowance(**on, told="材料虚假", **grounds(supervisor))

        assert codes(make_application(**full)) == {"subject_cap"}
        assert PublicAccount.objects.filter(status="active").count() == 3
        assert "材料虚假" in Notice.objects.get(purpose="accounts.allowance_ended").text

    def test_it_ends_by_its_day_without_any_job(
        self, granted: AccountAllowance, full: dict[str, str], make_application: MakeApplication
    ) -> None:
        assert granted.valid_until is not None
        with clock_at(timezone.now() + timedelta(days=370)):
            late = make_application(**full)

        assert codes(late) == {"subject_cap"}

    def test_a_new_grant_takes_the_place_of_the_old_one(
        self, granted: AccountAllowance, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        more = submission.submit_allowance(
            platform_uid=granted.platform_uid,
            draft=AllowanceDraft(**{**vars(DRAFT), "wanted": 5}),
            source=ApplicationSource.API,
            **grounds(system_actor()),
        )

        review.approve_allowance(proposal=propose(more, moderator, 5), **grounds(supervisor))

        granted.refresh_from_db()
        more.refresh_from_db()
        assert granted.status == AllowanceStatus.ENDED
        assert more.status == AllowanceStatus.GRANTED


@pytest.mark.django_db
class TestMaterial:
    def test_the_operator_supplies_it_without_a_login(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        review.ask_for_allowance_material(**held(allowance, moderator), told="请补充商标证明")
        invitation = ResponseInvitation.objects.about(allowance).get()
        url = reverse("public:response", args=[code_of(invitation)])
        visitor = Client(raise_request_exception=False)
        before = state()
        assert visitor.post(url, {"words": " ", "complete": "1"}).status_code == 409
        assert state()[:-1] == before[:-1]

        file = SimpleUploadedFile("zheng.jpg", picture(), "image/jpeg")
        sent = visitor.post(url, {"words": "见附件", "files": [file], "complete": "1"})

        assert sent.status_code == 302
        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.IN_REVIEW
        assert allowance.materials.count() == 2

    def test_what_nobody_supplies_comes_back_to_the_queue(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        review.ask_for_allowance_material(**held(allowance, moderator), told="请补充商标证明")
        later = timezone.now() + timedelta(days=90)
        with clock_at(later):
            assert lapsed_answers.return_lapsed_answers(now=later, actor=system_actor()) == 1

        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.IN_REVIEW

    def test_refused_it_says_why_and_how_to_appeal(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        on = held(allowance, moderator)
        refused(InvalidInput, lambda: review.refuse_allowance(**on, told=" "))
        refused(StaleLease, lambda: review.refuse_allowance(**{**on, "fence": 99_999}, told="不符"))

        review.refuse_allowance(**on, told="经营范围与用途不符")

        notice = Notice.objects.get(purpose="accounts.allowance_refused")
        assert "经营范围与用途不符" in notice.text
        assert reverse("public:appeal") in notice.text


@pytest.mark.django_db
class TestAFurtherAccountWithinTheCap:
    def test_cannot_be_approved_before_the_four_items_are_answered(
        self, make_application: MakeApplication, moderator: StaffUser
    ) -> None:
        company = {"id_type": "uscc", "id_number": unused_credit_code()}
        make_application(**company)
        second = Application.objects.get(pk=make_application(**company).pk)
        assert second.work_item is not None
        lease = work.claim_item(work_item=second.work_item, actor=moderator)
        version = second.version

        with pytest.raises(ActionRefused, match="主体性质"), transaction.atomic():
            applications.approve_application(
                application=second,
                fence=lease.fence,
                expected_version=version,
                **grounds(moderator),
            )

        assert PublicAccount.objects.count() == 1
        client = Client()
        client.force_login(moderator)
        url = reverse("admin:review_application", args=[second.work_item.pk])
        page = client.get(url)
        assert "信用评价" in page.text
        ticks = {f"tick-{item.value}": "yes" for item in MultiAccountItem}
        form = {"fence": lease.fence, "version": version}
        assert client.post(url, {**form, "action": "tick", **ticks}).status_code == 302
        done = client.post(url, {**form, "action": "approve", "reason": "四项核对无误"})
        assert done.status_code == 302
        assert PublicAccount.objects.count() == 2


@pytest.mark.django_db
class TestTheDesk:
    def test_from_the_paper_to_the_grant_through_the_pages(
        self, one_too_many: Application, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        desk, second = Client(), Client()
        desk.force_login(moderator)
        second.force_login(supervisor)
        enter = reverse("admin:enter_allowance", args=[one_too_many.subject_id])
        paper = {
            "wanted": "3",
            "purpose": "三个门店",
            "uses": "甲店\n乙店\n丙店",
            "business_scope": "策划",
            "reason": "收到纸质申请",
        }
        assert desk.post(enter, {**paper, "purpose": ""}).status_code == 422
        entered = desk.post(enter, paper)
        record_url = entered["Location"]
        allowance = AccountAllowance.objects.get()
        assert desk.get(record_url).status_code == 200
        attach = reverse("admin:attach_allowance_material", args=[allowance.pk])
        file = SimpleUploadedFile("zheng.jpg", picture(), "image/jpeg")
        attached = desk.post(
            attach, {"shows": "营业执照", "reason": "附件", "files": [file], "complete": "1"}
        )
        assert attached.status_code == 302

        item = allowance.work_item
        lease = work.claim_item(work_item=item, actor=moderator)
        url = reverse("admin:review_allowance", args=[item.pk])
        assert "准予" in desk.get(url).text
        form = {"fence": lease.fence, "version": allowance.version}
        ticks = {f"tick-{each.value}": "yes" for each in MultiAccountItem}
        assert desk.post(url, {**form, "action": "tick", **ticks}).status_code == 302
        wish = {**form, "action": "propose", "granted": "3", "reason": "同意"}
        assert desk.post(url, {**wish, "valid_until": "soon"}).status_code == 409
        assert desk.post(url, {**wish, "valid_until": "2099-12-31"}).status_code == 302

        proposal = Proposal.objects.get(kind=review.KIND)
        said = {"action": "approve", "proposal": proposal.pk, "reason": "同意"}
        assert desk.post(record_url, said).status_code == 409
        page = second.get(record_url)
        assert f"proposal-{proposal.pk}" in page.text
        assert second.post(record_url, said).status_code == 302
        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.GRANTED
        assert second.get(reverse("admin:subject", args=[allowance.subject_id])).text.count(
            allowance.reference
        )


@pytest.mark.django_db(transaction=True)
def test_two_registrations_at_once_share_the_last_place(
    granted: AccountAllowance, full: dict[str, str]
) -> None:
    rows = [application_data(**full) for _ in range(2)]
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def register(data: Any) -> None:
        try:
            barrier.wait(10)
            made = register_account(
                data=data,
                source=ApplicationSource.API,
                **grounds(system_actor()),
            )
            outcomes.append(str(made.outcome.value))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=register, args=(data,)) for data in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(outcomes) == ["in_review", "refused"]

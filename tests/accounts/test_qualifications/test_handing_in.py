"""Qualifications are handed in with their documents."""

from django.utils import timezone

from accounts.enums import Category, GroundKind
from accounts.models import Qualification, Restriction
from accounts.qualification_words import MarkCode, QualificationStatus
from accounts.rules.qualifications import end_of
from accounts.services.disclosure.sources import marks_of as published_marks
from accounts.services.qualifications import cover, review, submission
from accounts.services.qualifications.submission import QualificationDraft
from accounts.services.restrictions import close_account, state_of
from compliance.errors import ActionRefused, InvalidInput, MissingReason, NotPermitted
from compliance.evidence.incoming import take_in
from compliance.identity import vault
from compliance.models import ActionLog, PlatformCommand, Sensitivity, WorkItem
from compliance.notices.commands import payload_of
from tests.accounts.qualifications import Desk, grounds, in_days, unused_number
from tests.accounts.test_qualifications.conftest import refused
from tests.compliance.evidence_files import picture


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

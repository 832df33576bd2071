"""Texts of notices: proposed in every language, approved by two others, never incomplete."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from compliance.models import Notice, NoticeTemplate, Proposal, StaffUser
from compliance.notices import templates
from compliance.notices.templates import Wording
from tests.notices.conftest import BODY, GROUNDS, PURPOSE

pytestmark = pytest.mark.django_db
NEW = Wording("新标题 {{number}}", "新文本\n" + BODY)


def propose(actor: StaffUser, wording: Wording = NEW, **changes: Wording) -> Proposal:
    return templates.propose_template(
        purpose=PURPOSE,
        audience="operator",
        wordings={"zh-hans": wording, "en": wording, **changes},
        actor=actor,
        **GROUNDS,
    )


def test_a_new_text_is_in_force_after_two_others_approved_it(
    write: Callable[..., Notice], staff_user: Callable[..., StaffUser]
) -> None:
    before = write()
    officer, other = staff_user("compliance_officer"), staff_user("compliance_officer")
    proposal = propose(officer)

    with pytest.raises(SamePerson):
        templates.approve_template(proposal=proposal, actor=officer, **GROUNDS)
    assert not templates.approve_template(
        proposal=proposal, actor=staff_user("supervisor"), **GROUNDS
    )
    assert NoticeTemplate.objects.filter(purpose=PURPOSE, number=2).count() == 0
    assert templates.approve_template(proposal=proposal, actor=other, **GROUNDS)

    after = write()
    assert after.text.startswith("新文本")
    assert (before.template.number, after.template.number) == (1, 2)
    before.refresh_from_db()
    assert not before.text.startswith("新文本")
    assert {each.language for each in NoticeTemplate.objects.filter(number=2)} == {"zh-hans", "en"}


def test_two_supervisors_do_not_do(weather: None, staff_user: Callable[..., StaffUser]) -> None:
    proposal = propose(staff_user("compliance_officer"))
    templates.approve_template(proposal=proposal, actor=staff_user("supervisor"), **GROUNDS)

    with pytest.raises(NotPermitted):
        templates.approve_template(proposal=proposal, actor=staff_user("supervisor"), **GROUNDS)

    assert not NoticeTemplate.objects.filter(number=2).exists()


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("", BODY),
        ("x", ""),
        ("a\nb", BODY),
        ("x" * 201, BODY),
        ("x", BODY.replace("{{finding}}", "")),
        ("x", BODY.replace("{{appeal}}", "没有申诉途径")),
        ("{{number}}", BODY.replace("{{number}}", "")),
        ("x", BODY + "{{unknown}}"),
        ("{{unknown}}", BODY),
        ("x", BODY + "{{ finding }}"),
        ("x", BODY + "{{finding"),
        ("x", BODY + "{{finding.secret}}"),
        ("x", BODY + "\u202e"),
    ],
)
def test_a_text_that_lacks_or_makes_up_something_is_refused(
    weather: None, staff_user: Callable[..., StaffUser], subject: str, body: str
) -> None:
    for language in ("zh-hans", "en"):
        with pytest.raises(InvalidInput):
            propose(staff_user("compliance_officer"), **{language: Wording(subject, body)})

    assert not Proposal.objects.exists()


def test_a_text_without_its_other_language_or_without_a_change_is_refused(
    weather: None, staff_user: Callable[..., StaffUser]
) -> None:
    officer = staff_user("compliance_officer")

    with pytest.raises(InvalidInput):
        templates.propose_template(
            purpose=PURPOSE,
            audience="operator",
            wordings={"zh-hans": NEW},
            actor=officer,
            **GROUNDS,
        )
    with pytest.raises(InvalidInput):
        propose(officer, Wording("天气 {{number}}", BODY))

    assert not Proposal.objects.exists()


def test_one_new_version_waits_at_a_time_and_who_proposed_it_may_withdraw_it(
    weather: None, staff_user: Callable[..., StaffUser]
) -> None:
    officer = staff_user("compliance_officer")
    first = propose(officer)

    with pytest.raises(ActionRefused):
        propose(staff_user("compliance_officer"))
    templates.withdraw_template(proposal=first, actor=officer, **GROUNDS)
    second = propose(officer)
    templates.return_template(proposal=second, actor=staff_user("supervisor"), **GROUNDS)

    assert templates.pending_proposal(PURPOSE, "operator") is None
    assert not NoticeTemplate.objects.filter(number=2).exists()


def test_only_who_keeps_the_texts_proposes_one(
    weather: None, staff_user: Callable[..., StaffUser]
) -> None:
    for role in ("moderator", "supervisor", "auditor", "system_administrator"):
        with pytest.raises(NotPermitted):
            propose(staff_user(role))

    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"body": "{{appeal}}"}, "noticetemplate_tells_reasons"),
        ({"body": "{{finding}}"}, "noticetemplate_tells_way_to_appeal"),
        ({"body": ""}, "noticetemplate_has_text"),
        ({"number": 2}, "noticetemplate_only_if_approved"),
        ({"number": 1}, "noticetemplate_number"),
    ],
)
def test_the_database_itself_refuses_a_text_that_nobody_approved_or_that_lacks_something(
    weather: None, changes: dict[str, object], constraint: str
) -> None:
    columns = {
        "purpose": PURPOSE,
        "audience": "operator",
        "language": "en",
        "number": 1,
        "subject": "x",
        "body": BODY,
        "reasons_in": "finding",
        "appeal_in": "appeal",
        **changes,
    }

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        NoticeTemplate.objects.create(**columns)


def test_a_proposal_that_was_not_approved_makes_no_text(
    weather: None, staff_user: Callable[..., StaffUser]
) -> None:
    proposal = propose(staff_user("compliance_officer"))

    # The key to the outcome is looked at when the statement ends.
    with (
        pytest.raises(IntegrityError, match="noticetemplate_approval_is_real"),
        transaction.atomic(),
    ):
        NoticeTemplate.objects.create(
            purpose=PURPOSE,
            audience="operator",
            language="en",
            number=2,
            subject="x",
            body=BODY,
            reasons_in="finding",
            appeal_in="appeal",
            proposal=proposal,
            approved_result="approved",
        )

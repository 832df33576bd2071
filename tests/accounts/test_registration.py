"""Registering applications: what is stored, what is not, and who may."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.enums import ApplicationSource, ApplicationStatus, GroundKind
from accounts.models import (
    AccountActivity,
    Application,
    ApplicationCheck,
    PublicAccount,
    RealNameVerification,
    Subject,
)
from accounts.services.bars import bar_identity, lift_identity_bar
from accounts.services.registration import RegistrationConflict, register_account, register_batch
from compliance.errors import MissingReason, NotPermitted
from compliance.models import ActionLog, Matter, WorkItem
from compliance.provisions import Provision
from tests.accounts.fixtures import application_data, unused_credit_code, unused_personal_number


def register(data, actor, reason="测试"):
    return register_account(
        data=data,
        source=ApplicationSource.API,
        actor=actor,
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason=reason,
    )


def grounds(actor):
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_19_1, "reason": "测试"}


def codes(application):
    return set(application.checks.values_list("code", flat=True))


def tables_holding(text):
    """Return the tables of which a row holds the text, or its bytes, in whatever column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s LIMIT 1',
                [f"%{text}%", f"%{text.encode().hex()}%"],
            )
            if cursor.fetchone():
                found.append(table)
    return found


def test_approves_by_the_checks_alone_and_creates_the_account(make_application, system):
    application = make_application()

    application.refresh_from_db()
    assert application.status == ApplicationStatus.APPROVED
    assert application.is_automated
    assert application.decided_by == system.person
    assert application.work_item is None
    account = PublicAccount.objects.get(application=application)
    assert account.name == application.account_name
    assert AccountActivity.objects.filter(account=account).exists()
    assert not ApplicationCheck.objects.exists()
    verifications = RealNameVerification.objects.filter(application=application)
    assert verifications.filter(is_verified=True).count() == 2
    assert list(application.history.order_by("history_id").values_list("status", flat=True)) == [
        "submitted",
        "approved",
    ]
    acts = ActionLog.objects.for_object(application).order_by("id")
    assert [act.action for act in acts] == [
        "accounts.application.create",
        "accounts.application.approve_by_checks",
    ]


def test_opens_matter_and_work_item_for_what_a_person_decides(make_application):
    application = make_application(category="education")

    application.refresh_from_db()
    assert application.status == ApplicationStatus.IN_REVIEW
    assert application.review_reason == "expert_field"
    assert application.matter is not None
    assert application.work_item.queue == "applications"
    assert application.work_item.due_at > timezone.now()
    assert not PublicAccount.objects.exists()


def test_weighs_what_was_found_among_the_open_reviews(make_application):
    light = make_application(category="education")
    heavy = make_application(id_number=unused_personal_number(), bio="代开发票")

    weights = [WorkItem.objects.get(application=each).weight for each in (light, heavy)]

    assert weights == [0, 20]


def test_tells_why_it_refuses_and_how_to_appeal(make_application):
    application = make_application(id_number="110101199003071234")

    assert application.status == ApplicationStatus.REFUSED
    assert application.is_automated
    assert "/public/appeal/" in application.decision_reason
    assert len(application.decision_reason.splitlines()) == 3
    assert not Matter.objects.exists()


def test_says_what_is_missing_and_waits(make_application):
    application = make_application(operating_region=" ")

    assert application.status == ApplicationStatus.WAITING_MATERIAL
    assert application.decision_reason
    assert application.matter is not None
    assert application.work_item is None
    assert application.decided_by is None


def test_knows_a_subject_again_by_its_number_however_it_is_written(make_application):
    number = "11010119900307803X"

    first = make_application(id_number=number)
    second = make_application(id_number=f" {number.lower()} ")

    assert first.status == ApplicationStatus.APPROVED
    assert second.subject_id == first.subject_id
    assert codes(second) == {"subject_cap"}


def test_sends_a_further_account_of_a_company_to_a_person_and_refuses_beyond_the_cap(
    make_application,
):
    number = unused_credit_code()

    states = [make_application(id_type="uscc", id_number=number).status for _ in range(3)]

    assert states == ["approved", "in_review", "refused"]


def test_refuses_the_same_name_of_the_same_subject(make_application):
    number = unused_credit_code()
    make_application(id_type="uscc", id_number=number, account_name="河畔读书")

    second = make_application(id_type="uscc", id_number=number, account_name="河畔·讀書")

    assert "duplicate" in codes(second)
    assert second.status == ApplicationStatus.REFUSED


def test_refuses_a_barred_number_until_the_bar_is_lifted(make_application, system):
    number = unused_credit_code()
    subject = make_application(id_type="uscc", id_number=number).subject
    bar = bar_identity(
        subject=subject,
        ground_kind=GroundKind.DECISION,
        ground_ref="D-1",
        review_date=timezone.localdate(),
        **grounds(system),
    )
    barred = make_application(id_type="uscc", id_number=number)
    lift_identity_bar(bar=bar, **grounds(system))
    free = make_application(id_type="uscc", id_number=number)

    assert "subject_blacklisted" in codes(barred)
    assert codes(free) == {"multi_account"}


def test_notices_one_mobile_over_more_than_five_subjects(make_application):
    states = [make_application(mobile="13700000001").status for _ in range(7)]

    assert states == ["approved"] * 5 + ["in_review"] * 2
    check = ApplicationCheck.objects.filter(code="registration_signal").latest("pk")
    assert check.params["count"] == 7


def test_counts_a_burst_within_the_hours_before_the_application_only(make_application):
    number = unused_credit_code()
    for day in range(1, 13):
        make_application(
            id_type="uscc",
            id_number=number,
            contact="one@example.com",
            applied_at=f"2026-03-{day:02d}T09:00:00+08:00",
        )
    assert not ApplicationCheck.objects.filter(code="registration_signal").exists()

    for minute in range(11):
        last = make_application(
            id_type="uscc",
            id_number=number,
            contact="one@example.com",
            applied_at=f"2026-05-01T09:{minute:02d}:00+08:00",
        )

    assert last.checks.get(code="registration_signal").params["count"] == 11


def test_sees_earlier_rows_of_the_same_batch(system):
    number = unused_personal_number()
    rows = [application_data(id_number=number) for _ in range(2)]

    outcomes = list(register_batch(rows=rows, source=ApplicationSource.FILE, **grounds(system)))

    assert [each.outcome for each in outcomes] == ["approved", "refused"]
    assert Subject.objects.count() == 1


def test_returns_what_is_stored_for_the_same_content(system):
    data = application_data(mobile="12")
    first = register(data, system)
    logged = ActionLog.objects.count()

    again = register(data, system)

    assert first.is_new
    assert not again.is_new
    assert again.application == first.application
    assert again.checks == first.checks
    assert ActionLog.objects.count() == logged


def test_raises_a_conflict_for_other_content(system):
    data = application_data()
    register(data, system)

    with pytest.raises(RegistrationConflict):
        register(application_data(platform_uid=data.platform_uid), system)


def test_refuses_a_login_without_the_permission_and_a_blank_reason(staff_user, system):
    moderator = staff_user("moderator")

    with pytest.raises(NotPermitted):
        register(application_data(), moderator)
    with pytest.raises(MissingReason):
        register(application_data(), system, reason=" ")
    assert not Application.objects.exists()


def test_takes_a_few_statements_for_a_whole_batch(system, django_assert_max_num_queries):
    rows = [application_data() for _ in range(100)]

    with django_assert_max_num_queries(60):
        outcomes = list(register_batch(rows=rows, source=ApplicationSource.FILE, **grounds(system)))

    assert {each.outcome for each in outcomes} == {"approved"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("account_name", "ﷺ" * 200),
        ("contact", "a@" + "b" * 400),
        ("contact", "@" * 300),
        ("subject_name", "名" * 200),
        ("bio", "=cmd|' /C calc'!A0 <script>"),
        ("platform_uid", "u" * 100),
        ("id_number", "字" * 256),
    ],
)
def test_stores_the_longest_and_oddest_cells(make_application, column, value):
    application = make_application(**{column: value})

    assert Application.objects.filter(pk=application.pk).exists()

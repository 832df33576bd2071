"""What a registration leaves in the tables: nobody in the clear, and nothing the database would not take."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from accounts.enums import ApplicationSource
from accounts.models import (
    Application,
)
from accounts.services.registration import register_account
from compliance.identity import vault
from compliance.provisions import Provision
from tests.accounts.fixtures import unused_credit_code


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


def test_the_search_for_plain_text_finds_what_is_there(make_application):
    application = make_application(bio="独一无二的简介")

    assert "accounts_application" in tables_holding(application.bio)
    assert "compliance_datakey" in tables_holding(bytes(application.subject.key.wrapped).hex())


@pytest.mark.parametrize("nature", ["natural_person", "individual_business"])
def test_leaves_no_identity_data_in_plain_text_anywhere(make_application, nature):
    planted = {
        "subject_name": "欧阳测试壬",
        "mobile": "13912345670",
        "contact": "unmistakable.person@example.com",
        "registered_region": "浙江省杭州市无双路88号",
        "operating_region": "广东省深圳市独一街66号",
        "professional_background": "曾任无双中学数学教师",
        "qualification_number": "Q20260000991",
    }
    number = unused_credit_code("92") if nature == "individual_business" else "110101199003079999"
    id_type = "uscc" if nature == "individual_business" else "resident_id"

    application = make_application(
        category="education",
        subject_nature=nature,
        id_type=id_type,
        id_number=number,
        business_scope="教育咨询",
        qualification_type="TEACHER",
        qualification_issuer="某区教育局",
        **planted,
    )

    for text in (*planted.values(), number, "无双路88号", "独一街66号"):
        assert tables_holding(text) == [], text
    assert vault.read(application.subject_name) == planted["subject_name"]
    assert vault.read(application.registered_address) == planted["registered_region"]
    assert (application.registered_region, application.operating_region) == ("浙江省", "广东省")


def test_keeps_an_organisations_public_particulars_in_the_clear_and_nothing_else(make_application):
    application = make_application(
        id_type="uscc", registered_region="上海市黄浦区某路1号", contact="boss@example.com"
    )

    assert application.subject.organisation_name == "示例文化传媒有限公司"
    assert application.subject.uscc == vault.read(application.id_number)
    assert application.registered_region == "上海市黄浦区某路1号"
    assert tables_holding("boss@example.com") == []


def test_takes_a_name_under_a_personal_document_for_a_persons(make_application):
    application = make_application(subject_nature="enterprise", subject_name="欧阳测试癸")

    assert application.organisation_name == ""
    assert tables_holding("欧阳测试癸") == []


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "refused", "decision_reason": ""}, "application_refusal_has_reason"),
        ({"decided_by": None}, "application_decision_has_decider"),
        ({"status": "lost"}, "application_status_known"),
        ({"account_name": "别名"}, "frozen_columns"),
    ],
)
def test_the_database_refuses_what_no_service_would_write(make_application, values, constraint):
    application = make_application()

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Application.objects.filter(pk=application.pk).update(version=F("version") + 1, **values)

    assert refusal.value.__cause__.diag.constraint_name == constraint


def test_the_database_refuses_a_status_without_history(make_application):
    application = make_application(category="education")

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Application.objects.filter(pk=application.pk).update(
            version=F("version") + 1, status="withdrawn"
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert refusal.value.__cause__.diag.constraint_name in {
        "change_without_history",
        "history_differs",
    }

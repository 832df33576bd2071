"""Registrations that come at once: the cap holds, and one number is one application."""

import threading

import pytest
from django.db import connection, connections

from accounts.enums import ApplicationSource
from accounts.models import (
    Application,
    PublicAccount,
    Subject,
)
from accounts.services.registration import register_account
from compliance.provisions import Provision
from compliance.staff import system_actor
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("id_type", "cap"), [("resident_id", 1), ("uscc", 2)])
def test_never_exceeds_the_cap_when_many_register_one_identity_at_once(id_type, cap):
    number = unused_credit_code() if id_type == "uscc" else unused_personal_number()
    rows = [application_data(id_type=id_type, id_number=number) for _ in range(6)]
    barrier = threading.Barrier(len(rows))
    outcomes, problems = [], []

    def work(data):
        try:
            barrier.wait(10)
            outcomes.append(register(data, system_actor()).outcome)
        except Exception as problem:  # noqa: BLE001  # shown by the assertion
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(data,)) for data in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert problems == []
    assert len(outcomes) == 6
    assert sum(outcome in {"approved", "in_review"} for outcome in outcomes) == cap
    assert Subject.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_registers_one_number_once_when_it_comes_twice_at_once():
    data = application_data()
    barrier = threading.Barrier(4)
    results, problems = [], []

    def work():
        try:
            barrier.wait(10)
            results.append(register(data, system_actor()))
        except Exception as problem:  # noqa: BLE001  # shown by the assertion
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert problems == []
    assert sum(result.is_new for result in results) == 1
    assert Application.objects.count() == PublicAccount.objects.count() == 1

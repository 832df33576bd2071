"""Acting on many rows at once leaves the same records behind as acting on each by itself."""

import pytest
from django.db import connection, transaction

from accounts.enums import ApplicationStatus
from accounts.models import Application
from compliance import bulk_audit
from compliance.bulk_audit import Move
from compliance.errors import InvalidInput, MissingReason, TransitionRefused
from compliance.models import ActionLog, Person
from compliance.provisions import Provision


def grounds(actor, reason="测试"):
    return {"actor": actor, "provision": Provision.OPINIONS_10, "reason": reason}


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_creates_rows_with_history_and_log(system):
    people = [Person(name=f"测试员{number}") for number in range(3)]

    bulk_audit.create_many(people, **grounds(system))
    check_now()

    for person in people:
        row = person.history.get()
        assert (row.history_type, row.history_user_id) == ("+", system.person_id)
        assert row.history_change_reason == "测试"
        assert ActionLog.objects.for_object(person).get().action == "compliance.person.create"


def test_takes_one_arrow_with_each_row(make_application, system):
    made = [make_application(category="education") for _ in range(3)]
    rows = list(Application.objects.filter(pk__in=[each.pk for each in made]).order_by("pk"))

    bulk_audit.move_many(
        [
            Move(
                row,
                "refuse",
                {
                    "decided_by": system.person,
                    "decision_reason": f"理由{row.pk}",
                    "decided_at": row.received_at,
                },
            )
            for row in rows
        ],
        **grounds(system),
    )
    check_now()

    for row in Application.objects.filter(pk__in=[each.pk for each in made]):
        assert (row.status, row.decision_reason) == (ApplicationStatus.REFUSED, f"理由{row.pk}")
        assert row.history.latest("history_id").version == row.version
        entry = ActionLog.objects.for_object(row).latest("id")
        assert entry.changes["status"] == ["in_review", "refused"]


def test_refuses_all_where_one_row_cannot_take_the_arrow(make_application, system):
    good = make_application(category="education")
    bad = make_application()
    moves = [Move(Application.objects.get(pk=each.pk), "withdraw") for each in (good, bad)]

    with pytest.raises(TransitionRefused), transaction.atomic():
        bulk_audit.move_many(moves, **grounds(system))

    assert Application.objects.get(pk=good.pk).status == ApplicationStatus.IN_REVIEW


@pytest.mark.parametrize("reason", [".", "……", "、、、", "- ! ?", "。 \n 。"])
def test_a_reason_of_punctuation_says_nothing(system, reason):
    with pytest.raises(InvalidInput, match="标点"):
        bulk_audit.create_many([Person(name="测试员")], **grounds(system, reason=reason))

    assert not Person.objects.filter(name="测试员").exists()


def test_demands_a_reason(system):
    with pytest.raises(MissingReason):
        bulk_audit.create_many([Person(name="测试员")], **grounds(system, reason=" "))


def test_does_nothing_with_nothing(system, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk_audit.create_many([], **grounds(system))
        bulk_audit.move_many([], **grounds(system))

"""History of audited tables: who changed a row, why, in which transaction."""

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords

from compliance.errors import ActionRefused


class TransactionIdField(models.Field):
    """The PostgreSQL transaction that wrote the row; the database fills it in."""

    description = "PostgreSQL transaction id"

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def get_internal_type(self) -> str:
        return "TransactionIdField"


class CurrentTransaction(models.Func):
    """The id of the running transaction."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = TransactionIdField()


class HistoryRow(models.Model):
    """What every history row carries beside the tracked columns."""

    history_person_name = models.CharField(max_length=150)
    transaction_id = TransactionIdField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        abstract = True


def _person_of(history_row: Any) -> int | None:
    number: int | None = history_row.history_user_id
    return number


def _set_person(history_row: Any, actor: Any) -> None:
    if actor is None:
        raise ActionRefused("A change of an audited row must say who made it.")
    # Number and name are copied, not referred to: the record must read the same for ever.
    history_row.history_user_id = actor.person_id
    history_row.history_person_name = actor.person.name


def track_history(*, excluded: tuple[str, ...] = ()) -> HistoricalRecords:
    """
    Return the history descriptor that every audited model uses.

    Opinions, point 2: records of the handling of violations are made and kept.
    `excluded` names columns that no history row copies (secrets); the history guard skips them.
    """
    return HistoricalRecords(
        bases=[HistoryRow],
        excluded_fields=list(excluded),
        history_id_field=models.BigAutoField(primary_key=True),
        history_user_id_field=models.BigIntegerField(),
        history_user_getter=_person_of,
        history_user_setter=_set_person,
        history_change_reason_field=models.TextField(),
    )

"""The sweep for dormant accounts beside the bare INSERT … SELECT that writes the same rows."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import (
    AccountActivity,
    Dormancy,
    DormancyRule,
    PublicAccount,
)
from accounts.services.dormancy.sweeping import sweep_dormant
from bench.generator import as_owner, continue_sequence, lay_accounts, write_history
from bench.result import Result
from compliance.guards import history_model_of
from compliance.models import ActionLog, Clause, Delivery, Notice, RuleDocument, RuleVersion, Stream
from compliance.provisions import Provision
from compliance.staff import system_actor

CLAUSE = "第四条"
# One account in so many is dormant; as many others get what the bare statements write.
ONE_IN = 10
OTHERS = 5
# Written for each dormant account: dormancy, its history and log entry, notice, delivery, stream.
ROWS_EACH = 6


def run(size: int) -> Iterator[Result]:
    """Lay accounts, sweep them, and write the same rows again for others without any service."""
    lay_accounts(size)
    _lay_agreement()
    _let_lie_idle()
    ours, swept = _sweep()
    bare = _write_bare()
    yield Result(
        name="dormancy sweep, rate against the bare INSERT … SELECT of the same rows",
        ratio=bare / ours,
        limit=0.5,
        figures={
            "accounts": PublicAccount.objects.count(),
            "dormant": swept,
            "rows": swept * ROWS_EACH,
            "rows per second": round(swept * ROWS_EACH / ours),
            "rows per second, bare": round(swept * ROWS_EACH / bare),
        },
    )


def _lay_agreement() -> None:
    """Lay a service agreement in force with the clause, and a rule that names it."""
    with as_owner(False, RuleDocument, RuleVersion, Clause, DormancyRule) as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM compliance_ruledocument")
        last = int(cursor.fetchone()[0])  # type: ignore[index]
        cursor.execute(
            "INSERT INTO compliance_ruledocument (id, code, kind, title, is_public, version) "
            "VALUES (%s, 'service-agreement', 'service_agreement', '基准服务协议', true, 1)",
            [last + 1],
        )
        continue_sequence(cursor, RuleDocument)
        write_history(cursor, RuleDocument, above=last)
        cursor.execute(
            "INSERT INTO compliance_ruleversion "
            "(document_id, label, effective_date, change_summary, clauses_sha256) "
            "VALUES (%s, '1.0', '2021-03-01', '', '') RETURNING id",
            [last + 1],
        )
        (version,) = cursor.fetchone()  # type: ignore[misc]
        cursor.execute(
            "INSERT INTO compliance_clause "
            "(rule_version_id, position, chapter, number, heading, text, provision) "
            "VALUES (%s, 1, '', %s, '', '六个月未登录且未使用的，可以暂停或者终止提供服务。', '')",
            [version, CLAUSE],
        )
        cursor.execute("UPDATE accounts_dormancyrule SET clause_number = %s", [CLAUSE])


def _let_lie_idle() -> None:
    """Let one account in ten lie idle, and the others be in use."""
    with as_owner(False, PublicAccount, AccountActivity) as cursor:
        cursor.execute(
            "UPDATE accounts_publicaccount SET registered_at = now() - interval '400 days' "
            "WHERE id %% %s = 0",
            [ONE_IN],
        )
        cursor.execute(
            "UPDATE accounts_accountactivity SET last_publish_at = CASE WHEN account_id %% %s = 0 "
            "THEN now() - interval '300 days' ELSE now() END, "
            "agreed_version_id = (SELECT max(id) FROM compliance_ruleversion "
            "WHERE label = '1.0' AND clauses_sha256 = '')",
            [ONE_IN],
        )


def _sweep() -> tuple[float, int]:
    began = time.perf_counter()
    sweeping = sweep_dormant(
        as_of=timezone.localdate(),
        actor=system_actor(),
        provision=Provision.PUBLIC_ACCOUNT_10_2,
        reason="基准测试数据",
    )
    count = sum(1 for _each in sweeping.accounts)
    return time.perf_counter() - began, count


def _write_bare() -> float:
    """Write for other accounts what the sweep wrote, one statement a table; return the seconds."""
    uid = f"(SELECT o.platform_uid FROM accounts_publicaccount o WHERE o.id = d.account_id - {OTHERS})"
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        _copy(cursor, Dormancy, {"account_id": f"t.account_id - {OTHERS}"}, "accounts_dormancy t")
        others = f"accounts_dormancy o ON o.account_id = d.account_id - {OTHERS}"
        pairs = f"accounts_dormancy d JOIN {others}"
        history: Any = history_model_of(Dormancy)
        tracked = {each.column: f"o.{each.column}" for each in history.tracked_fields}
        table = history._meta.db_table
        _copy(cursor, history, tracked, f"{pairs} JOIN {table} t ON t.id = d.id")
        log = "t.object_type = 'accounts.dormancy' AND t.object_id = d.id::text"
        _copy(
            cursor,
            ActionLog,
            {"object_id": "o.id::text"},
            f"{pairs} JOIN compliance_actionlog t ON {log}",
        )
        told = "t.about_type = 'accounts.dormancy' AND t.about_id = d.id::text"
        _copy(
            cursor,
            Notice,
            {"about_id": "o.id::text", "subject_id": uid, "recipient_id": uid},
            f"{pairs} JOIN compliance_notice t ON {told}",
        )
        again = "n.about_type = 'accounts.dormancy' AND n.about_id = o.id::text"
        _copy(
            cursor,
            Delivery,
            {"message_id": "gen_random_uuid()", "notice_id": "n.id", "subject_id": "n.subject_id"},
            f"{pairs} JOIN compliance_notice s ON s.about_type = 'accounts.dormancy' "
            f"AND s.about_id = d.id::text JOIN compliance_delivery t ON t.notice_id = s.id "
            f"JOIN compliance_notice n ON {again}",
        )
        _copy(
            cursor,
            Stream,
            {"subject_id": uid},
            f"{pairs} JOIN accounts_publicaccount a ON a.id = d.account_id "
            "JOIN compliance_stream t ON t.channel = 'platform' AND t.subject_type = 'account' "
            "AND t.subject_id = a.platform_uid",
        )
    return time.perf_counter() - began


def _copy(cursor: Any, model: type[models.Model], changed: Mapping[str, str], source: str) -> None:
    columns = [
        field.column
        for field in model._meta.local_concrete_fields
        if not field.primary_key and field.get_internal_type() != "TransactionIdField"
    ]
    names = ", ".join(columns)
    values = ", ".join(changed.get(column, f"t.{column}") for column in columns)
    cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {values} FROM {source}')

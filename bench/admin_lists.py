"""The lists of accounts, subjects and applications in the console, among few rows and many."""

import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.contrib.admin import ListFilter, ModelAdmin
from django.contrib.admin.filters import FieldListFilter, SimpleListFilter
from django.db import connection, models
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import Application, PublicAccount, Subject
from bench.generator import bring_accounts_to
from bench.result import Result
from compliance import staff
from compliance.models import StaffUser
from compliance.provisions import Provision

FEW = 10_000
ROUNDS = 20
LIMIT = 1.5
LISTS: tuple[type[models.Model], ...] = (PublicAccount, Subject, Application)


@dataclass
class Seen:
    """How long each address of a list took, in milliseconds, and how many statements it asked."""

    medians: dict[str, float] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)


def run(size: int) -> Iterator[Result]:
    """Ask for every first page, filter and search among few accounts, then among `size`."""
    few = min(FEW, size // 2)
    client = reader()
    bring_accounts_to(few)
    before = {model: see(client, model) for model in LISTS}
    bring_accounts_to(size)
    for model in LISTS:
        yield from compared(model, before[model], see(client, model), few, size)


def compared(
    model: type[models.Model], few: Seen, many: Seen, rows_few: int, rows_many: int
) -> Iterator[Result]:
    """Give the slowest address of a list among many rows, and those that ask more statements there."""
    ratios = {address: many.medians[address] / few.medians[address] for address in few.medians}
    worst = max(ratios, key=ratios.__getitem__)
    table = model._meta.db_table
    yield Result(
        name=f"list of {table}, slowest address among many rows against among few",
        ratio=ratios[worst],
        limit=LIMIT,
        is_ceiling=True,
        figures={
            "rows among few": rows_few,
            "rows among many": rows_many,
            "slowest": worst or "first page",
            "addresses seen": len(ratios),
            "ms among few": round(few.medians[worst], 1),
            "ms among many": round(many.medians[worst], 1),
            "first page": round(ratios[""], 2),
        },
    )
    more = {address for address in few.queries if many.queries[address] > few.queries[address]}
    yield Result(
        name=f"list of {table}, addresses that ask more statements among many rows",
        ratio=len(more),
        limit=0,
        is_ceiling=True,
        figures={"addresses seen": len(ratios), "statements at most": max(many.queries.values())},
    )


def see(client: Client, model: type[models.Model]) -> Seen:
    """Ask for each address of a list so often that its median says something."""
    seen = Seen()
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for name, address in _addresses(client, model):
        taken = []
        for _round in range(ROUNDS + 1):
            began = time.perf_counter()
            seen.queries[name] = _get(client, path + address)
            taken.append(time.perf_counter() - began)
        # The first time may find nothing in memory.
        seen.medians[name] = 1000 * statistics.median(taken[1:])
    return seen


def _get(client: Client, address: str) -> int:
    count = 0

    def count_query(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count_query):
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return count


def _addresses(client: Client, model: type[models.Model]) -> list[tuple[str, str]]:
    """Return the first page, a search, each choice of each filter, as the list itself offers them."""
    page: ModelAdmin = admin.site.get_model_admin(model)
    request = RequestFactory().get("/")
    request.user = StaffUser.objects.get(pk=client.session["_auth_user_id"])
    found = [("", ""), ("search", f"?q={_sought(model)}")]
    for spec in page.get_changelist_instance(request).filter_specs:
        found += _choices(model, spec)
    return found


def _sought(model: type[models.Model]) -> str:
    newest = model._default_manager.order_by("-pk").first()
    for named in (newest, getattr(newest, "account", None)):
        number = getattr(named, "platform_uid", "") or getattr(named, "uscc", "")
        if number:
            return str(number)
    raise RuntimeError(f"{model._meta.db_table} is searched by something else")


def _choices(model: type[models.Model], spec: ListFilter) -> list[tuple[str, str]]:
    if isinstance(spec, SimpleListFilter):
        return _each(spec.parameter_name, (value for value, _label in spec.lookup_choices))
    if isinstance(spec, FieldListFilter) and spec.field.choices:
        return _each(f"{spec.field_path}__exact", (value for value, _label in spec.field.choices))
    if isinstance(spec, FieldListFilter) and isinstance(spec.field, models.BooleanField):
        return _each(f"{spec.field_path}__exact", (1, 0))
    if isinstance(spec, FieldListFilter):
        # A span of time: the first day of what is laid, the furthest from where the list begins.
        path = spec.field_path
        first = model._default_manager.aggregate(first=models.Min(path))["first"]
        day = timezone.localtime(first).date().isoformat()
        return [(f"{path} on the first day", f"?{path}_from_0={day}&{path}_to_0={day}")]
    return []


def _each(name: str, values: Iterable[object]) -> list[tuple[str, str]]:
    return [(f"{name}={value}", f"?{name}={value}") for value in values]


def reader() -> Client:
    """Return the client of somebody who may read every list."""
    name = "bench-lists"
    if not StaffUser.objects.filter(username=name).exists():
        staff.add_colleague(
            name=name,
            post="",
            username=name,
            password="made-up-for-a-benchmark-1",
            role="auditor",
            actor=staff.system_actor(),
            provision=Provision.OPINIONS_10,
            reason="benchmark",
        )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(StaffUser.objects.get(username=name))
    return client

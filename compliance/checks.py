"""System checks: what must be declared before the product may start."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from compliance.public import proof_of_work
from compliance.tables import kind_of, managed_models


@register(Tags.models)
def check_table_kinds(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every table is declared log, record or work, because its grants follow from that."""
    return [
        Error(
            f"{model._meta.label} declares no table kind.",
            hint="Set table_kind on the model, or add a library's table to compliance.tables.",
            obj=model,
            id="compliance.E001",
        )
        for model in managed_models()
        if kind_of(model) is None
    ]


@register()
def check_delivery_lease(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A delivery is leased for longer than an attempt can take, or two would send it at once."""
    if settings.DELIVERY_LEASE_SECONDS > 2 * settings.DELIVERY_SECONDS + 5:
        return []
    return [
        Error(
            "The lease of a delivery is over before its attempt is.",
            hint="Set HEYAN_DELIVERY_LEASE_SECONDS to more than twice HEYAN_DELIVERY_SECONDS + 5.",
            id="compliance.E004",
        )
    ]


@register()
def check_public_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What notices name as our address is a host with its scheme, to which paths can be added."""
    scheme, host, *rest = urlsplit(settings.PUBLIC_BASE_URL)
    if not settings.PUBLIC_BASE_URL or (scheme in ("https", "http") and host and not any(rest)):
        return []
    return [
        Error(
            "The address that notices name is none to which a path can be added.",
            hint="Set HEYAN_PUBLIC_BASE_URL to scheme and host alone, as https://console.example.",
            id="compliance.E005",
        )
    ]


@register()
def check_proof_of_work(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Nobody has to compute for so long that they give up (Public Account Provisions, art. 20 §2)."""
    if 0 <= settings.PROOF_OF_WORK_BITS <= proof_of_work.HARDEST:
        return []
    return [
        Error(
            "The proof of work for a complaint is one that no phone finds in time.",
            hint=f"Set HEYAN_PROOF_OF_WORK_BITS to 0, or to at most {proof_of_work.HARDEST}.",
            id="compliance.E006",
        )
    ]


@register(deploy=True)
def check_appeal_contact(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whoever appeals can write to somebody (Public Account Provisions, art. 20 §2)."""
    if settings.APPEAL_CONTACT:
        return []
    return [
        Warning(
            "Notices lead to the public appeal page, and it names nobody to write to.",
            hint="Set HEYAN_APPEAL_CONTACT to the post, mail or telephone for appeals.",
            id="compliance.W003",
        )
    ]


@register(Tags.database)
def check_database(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The database is PostgreSQL 15 or later, searches Chinese, and we are not its owner."""
    found: list[CheckMessage] = []
    if "default" not in (databases or []):
        return found
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        if cursor.fetchone()[0] < 150000:
            found.append(Error("PostgreSQL 15 or later is needed.", id="compliance.E002"))
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone() is None:
            return found  # not migrated yet
        cursor.execute("SELECT cardinality(show_trgm('审核'))")
        if not cursor.fetchone()[0]:
            found.append(
                Error(
                    "The database's LC_CTYPE has no Chinese letters: trigram search finds nothing.",
                    hint="Create the database with LC_CTYPE=C.UTF-8 or another UTF-8 locale.",
                    id="compliance.E003",
                )
            )
        # "b" is the builtin provider, which sorts by bytes; of libc's only C does.
        cursor.execute(
            "SELECT datlocprovider = 'b' OR datlocprovider = 'c' AND datcollate IN ('C', 'POSIX') "
            "FROM pg_database WHERE datname = current_database()"
        )
        if not cursor.fetchone()[0]:
            found.append(
                Warning(
                    "The database does not sort by bytes: a search by beginnings reads whole tables.",
                    hint="Create the database with LC_COLLATE=C.",
                    id="compliance.W002",
                )
            )
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class "
            "WHERE oid = to_regclass('compliance_person')"
        )
        row = cursor.fetchone()
        if row is not None and row[0]:
            found.append(
                Warning(
                    "The application role owns the tables and could switch the guards off.",
                    hint="Give DATABASE_URL and DATABASE_OWNER_URL two roles.",
                    id="compliance.W001",
                )
            )
    return found

"""
Triggers and grants that the database holds against every door, derived from the declarations.

Installed by the owner after each migration: a table that declares history, a version or a kind
cannot be left unguarded by forgetting a migration step.
"""

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from compliance.claiming import CLAIM_FUNCTION
from compliance.tables import RIGHTS, TableKind, is_history, kind_of, managed_models
from compliance.workflow import VersionedModel

FUNCTIONS = """
CREATE OR REPLACE FUNCTION heyan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on "%" is refused: its rows are a record of fact', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'record_of_fact';
END $$;

-- At commit: the live row equals its newest history row in every tracked column, and that history
-- row was written by this transaction. Arguments: history table, key column, untracked columns.
CREATE OR REPLACE FUNCTION heyan_need_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject record;
    row_key text;
    live jsonb;
    kept jsonb;
    untracked text[] := TG_ARGV[2:];
BEGIN
    IF TG_OP = 'DELETE' THEN
        subject := OLD;
    ELSE
        subject := NEW;
    END IF;
    row_key := to_jsonb(subject) ->> TG_ARGV[1];
    -- The key is compared in its own type: as text no index would find it.
    EXECUTE format(
        'SELECT to_jsonb(t) FROM %1$I t WHERE t.%2$I = ($1).%2$I', TG_TABLE_NAME, TG_ARGV[1])
        INTO live USING subject;
    EXECUTE format(
        'SELECT to_jsonb(h) FROM %1$I h WHERE h.%2$I = ($1).%2$I ORDER BY h.history_id DESC LIMIT 1',
        TG_ARGV[0], TG_ARGV[1]) INTO kept USING subject;
    IF kept IS NULL OR kept ->> 'transaction_id' <> pg_current_xact_id()::text THEN
        RAISE EXCEPTION 'change of "%" % without history', TG_TABLE_NAME, row_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'change_without_history';
    END IF;
    IF live IS NULL THEN
        IF kept ->> 'history_type' <> '-' THEN
            RAISE EXCEPTION 'deletion of "%" % without history', TG_TABLE_NAME, row_key
                USING ERRCODE = 'check_violation', CONSTRAINT = 'change_without_history';
        END IF;
    ELSIF kept ->> 'history_type' = '-' OR (live - untracked) <> (
                SELECT jsonb_object_agg(key, value) FROM jsonb_each(kept)
                WHERE live ? key AND key <> ALL (untracked)) THEN
        RAISE EXCEPTION 'history of "%" % does not equal the row', TG_TABLE_NAME, row_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'history_differs';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION heyan_next_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version IS DISTINCT FROM OLD.version + 1 THEN
        RAISE EXCEPTION 'version of "%" must step from % to %', TG_TABLE_NAME, OLD.version,
            OLD.version + 1
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'version_steps_by_one';
    END IF;
    RETURN NEW;
END $$;

-- Columns that say what a row is about never change. Arguments: the columns.
CREATE OR REPLACE FUNCTION heyan_frozen_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name THEN
            RAISE EXCEPTION 'column "%" of "%" never changes', name, TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'frozen_columns';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

-- "approved" stands only where every slot is filled by an approval and nobody returned it.
CREATE OR REPLACE FUNCTION heyan_outcome_is_earned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed int;
    given int;
    returned int;
BEGIN
    SELECT approvals_needed INTO needed FROM compliance_proposal WHERE id = NEW.proposal_id;
    SELECT count(*) FILTER (WHERE verdict = 'approve'), count(*) FILTER (WHERE verdict = 'return')
        INTO given, returned FROM compliance_approval WHERE proposal_id = NEW.proposal_id;
    IF NEW.result = 'approved' AND (given <> needed OR returned > 0) THEN
        RAISE EXCEPTION 'proposal % has % of % approvals', NEW.proposal_id, given, needed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposaloutcome_earned';
    END IF;
    IF NEW.result = 'returned' AND returned = 0 THEN
        RAISE EXCEPTION 'nobody returned proposal %', NEW.proposal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposaloutcome_earned';
    END IF;
    RETURN NEW;
END $$;

-- What belongs to a row is written with it or never. Arguments: the column that names the row, the
-- row's history table and key column.
CREATE OR REPLACE FUNCTION heyan_born_with() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    together boolean;
BEGIN
    -- The key is compared in its own type: as text no index would find it.
    EXECUTE format(
        'SELECT true FROM %I WHERE %I = ($1).%I AND history_type = ''+''
         AND transaction_id = pg_current_xact_id() LIMIT 1', TG_ARGV[1], TG_ARGV[2], TG_ARGV[0])
        INTO together USING NEW;
    IF together IS NULL THEN
        RAISE EXCEPTION 'a row of "%" is written with what it belongs to or never', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'born_with';
    END IF;
    RETURN NEW;
END $$;

-- No verdict on a proposal that has ended; the services order the two by the matter's row lock.
CREATE OR REPLACE FUNCTION heyan_proposal_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_proposaloutcome WHERE proposal_id = NEW.proposal_id;
    IF FOUND THEN
        RAISE EXCEPTION 'proposal % has ended', NEW.proposal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_proposal_open';
    END IF;
    PERFORM 1 FROM compliance_person WHERE number = NEW.approver_id AND is_system;
    IF FOUND THEN
        RAISE EXCEPTION 'the system approves nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_by_people';
    END IF;
    RETURN NEW;
END $$;

-- Two roles that exclude each other are not held by one person at one time, over all logins.
CREATE OR REPLACE FUNCTION heyan_roles_compatible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    clash text;
BEGIN
    IF NEW.ended_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    -- The person's row is the lock under which two grants at once see each other.
    PERFORM 1 FROM compliance_person p JOIN compliance_staffuser s ON s.person_id = p.number
        WHERE s.id = NEW.staff_id FOR NO KEY UPDATE OF p;
    SELECT held.name INTO clash
        FROM compliance_staffuser mine
        JOIN compliance_staffuser every ON every.person_id = mine.person_id
        JOIN compliance_roleassignment a ON a.staff_id = every.id AND a.ended_at IS NULL
        JOIN auth_group held ON held.id = a.role_id
        JOIN auth_group wanted ON wanted.id = NEW.role_id
        JOIN compliance_roleexclusion x
            ON (x.role = held.name AND x.other = wanted.name)
            OR (x.role = wanted.name AND x.other = held.name)
        WHERE mine.id = NEW.staff_id LIMIT 1;
    IF clash IS NOT NULL THEN
        RAISE EXCEPTION 'role excludes role "%" held by the same person', clash
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roleassignment_compatible';
    END IF;
    RETURN NEW;
END $$;

-- Erasure is the one change of keys and indexes, and never a quiet one: the same transaction has
-- already logged it. Returns whether there was something to erase.
CREATE OR REPLACE FUNCTION heyan_erase_key(erased_key bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.compliance_actionlog
        WHERE object_type = 'compliance.datakey' AND object_id = erased_key::text
          AND action = 'compliance.datakey.erase' AND outcome = 'carried_out'
          AND transaction_id = pg_current_xact_id();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'erasure of key % is not on record', erased_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_on_record';
    END IF;
    -- Evidence is more than one person's data: its key goes with an erasure that two have approved.
    PERFORM 1 FROM public.compliance_evidencefile
        WHERE key_id = erased_key AND status <> 'erased';
    IF FOUND THEN
        RAISE EXCEPTION 'key % belongs to evidence whose erasure is not approved', erased_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_erasure_approved';
    END IF;
    UPDATE public.compliance_datakey SET wrapped = NULL, erased_at = now()
        WHERE id = erased_key AND wrapped IS NOT NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM public.compliance_blindindex i USING public.compliance_identityvalue v
        WHERE i.value_id = v.id AND v.key_id = erased_key;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION heyan_erase_key(bigint) FROM PUBLIC;

-- What staff is shown of a file comes out of its check, and nothing is slipped in afterwards.
CREATE OR REPLACE FUNCTION heyan_copy_of_unchecked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_evidencefile WHERE id = NEW.file_id AND status = 'quarantined';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'evidence file % is not in quarantine', NEW.file_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidencecopy_from_the_check';
    END IF;
    RETURN NEW;
END $$;

-- The application role may not create tables; partitions of the log come through here.
CREATE OR REPLACE FUNCTION heyan_extend_action_log(months int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', now())::date;
    month date;
    part text;
    made int := 0;
BEGIN
    FOR step IN 0 .. least(greatest(months, 0), 60) LOOP
        month := (first + make_interval(months => step))::date;
        part := 'compliance_actionlog_' || to_char(month, 'YYYYMM');
        IF to_regclass('public.' || part) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE public.%I PARTITION OF public.compliance_actionlog
                 FOR VALUES FROM (%L) TO (%L)', part, month || ' 00:00:00+08',
                (month + interval '1 month')::date || ' 00:00:00+08');
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;
"""

FIXED_TRIGGERS = {
    "compliance_proposaloutcome": [
        ("proposaloutcome_earned", "BEFORE INSERT", "heyan_outcome_is_earned()"),
    ],
    "compliance_approval": [
        ("approval_proposal_open", "BEFORE INSERT", "heyan_proposal_is_open()"),
    ],
    "compliance_evidencecopy": [
        ("evidencecopy_from_the_check", "BEFORE INSERT", "heyan_copy_of_unchecked()"),
    ],
    "compliance_roleassignment": [
        ("roleassignment_compatible", "BEFORE INSERT OR UPDATE", "heyan_roles_compatible()"),
    ],
}


def history_model_of(model: type[models.Model]) -> type[models.Model] | None:
    """Return the model that holds the history of `model`, if it is audited."""
    manager_name = getattr(model._meta, "simple_history_manager_attribute", None)
    if manager_name is None or is_history(model):
        return None
    history_model: type[models.Model] = getattr(model, manager_name).model
    return history_model


def trigger_statements(model: type[models.Model]) -> list[str]:
    """Return the statements that put the model's triggers in place, whatever was there."""
    table = model._meta.db_table
    statements: list[str] = []

    def put(name: str, when: str, call: str, *, deferred: bool = False, level: str = "ROW") -> None:
        statements.append(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
        kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
        later = "DEFERRABLE INITIALLY DEFERRED " if deferred else ""
        statements.append(
            f'CREATE {kind} "{name}" {when} ON "{table}" {later}'
            f"FOR EACH {level} EXECUTE FUNCTION {call}"
        )

    if kind_of(model) == TableKind.LOG:
        put("record_of_fact", "BEFORE UPDATE OR DELETE", "heyan_refuse_change()")
        put("record_of_fact_whole", "BEFORE TRUNCATE", "heyan_refuse_change()", level="STATEMENT")
    if issubclass(model, VersionedModel) and not is_history(model):
        put("version_steps_by_one", "BEFORE UPDATE", "heyan_next_version()")
    frozen = getattr(model, "frozen_fields", ())
    if frozen and not is_history(model):
        by_name = {field.name: field.column for field in model._meta.concrete_fields}
        columns = ", ".join(f"'{by_name[name]}'" for name in frozen)
        put("frozen_columns", "BEFORE UPDATE", f"heyan_frozen_columns({columns})")
    parent_name = getattr(model, "born_with", "")
    if parent_name:
        link = model._meta.get_field(parent_name)
        parent = link.related_model
        assert isinstance(link, models.ForeignKey)
        assert isinstance(parent, type)
        parent_history = history_model_of(parent)
        assert parent_history is not None
        put(
            "born_with",
            "BEFORE INSERT",
            f"heyan_born_with('{link.column}', '{parent_history._meta.db_table}', "
            f"'{parent._meta.pk.column}')",
        )
    history_model = history_model_of(model)
    if history_model is not None:
        tracked = {field.column for field in history_model._meta.local_concrete_fields}
        key = model._meta.pk.column
        untracked = [
            field.column
            for field in model._meta.local_concrete_fields
            if field.column not in tracked
        ]
        arguments = ", ".join(
            f"'{each}'" for each in [history_model._meta.db_table, key, *untracked]
        )
        put(
            "need_history",
            "AFTER INSERT OR UPDATE OR DELETE",
            f"heyan_need_history({arguments})",
            deferred=True,
        )
    for name, when, call in FIXED_TRIGGERS.get(table, []):
        put(name, when, call)
    return statements


def grant_statements(role: str) -> list[str]:
    """Return the statements that leave `role` exactly the declared rights, and nothing else."""
    quoted = f'"{role}"'
    statements = [
        f"GRANT EXECUTE ON FUNCTION heyan_erase_key(bigint) TO {quoted}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {quoted}, PUBLIC",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {quoted}, PUBLIC",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f'GRANT SELECT ON "django_migrations" TO {quoted}',
    ]
    for model in managed_models():
        kind = kind_of(model)
        if kind is not None:
            statements.append(f'GRANT {RIGHTS[kind]} ON "{model._meta.db_table}" TO {quoted}')
    return statements


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every function, trigger and grant in place, as the owner, in one transaction."""
    role = settings.APPLICATION_ROLE
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        cursor.execute(CLAIM_FUNCTION)
        existing = set(connection.introspection.table_names(cursor))
        for model in managed_models():
            if model._meta.db_table in existing:
                for statement in trigger_statements(model):
                    cursor.execute(statement)
        for statement in grant_statements(role):
            cursor.execute(statement)
        cursor.execute("SELECT heyan_extend_action_log(24)")

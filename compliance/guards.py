"""
Triggers and grants that the database holds against every door, derived from the declarations.

Installed by the owner after each migration: a table that declares history, a version or a kind
cannot be left unguarded by forgetting a migration step.
"""

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from compliance.claiming import CLAIM_FUNCTION
from compliance.exclusions import EXCLUSION_FUNCTIONS, EXCLUSION_TRIGGERS
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

-- At commit a row equals its newest event, and a change of the row has an event of the same
-- transaction. Arguments: the row's table and key, the events' table and the column that names the
-- row, then the columns that both have. Put on both tables.
CREATE OR REPLACE FUNCTION heyan_mirrors_newest() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject jsonb;
    row_key bigint;
    live jsonb;
    newest jsonb;
    name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        subject := to_jsonb(OLD);
    ELSE
        subject := to_jsonb(NEW);
    END IF;
    IF TG_TABLE_NAME = TG_ARGV[0] THEN
        row_key := (subject ->> TG_ARGV[1])::bigint;
    ELSE
        row_key := (subject ->> TG_ARGV[3])::bigint;
    END IF;
    EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.%I = $1', TG_ARGV[0], TG_ARGV[1])
        INTO live USING row_key;
    EXECUTE format('SELECT to_jsonb(e) FROM %I e WHERE e.%I = $1 ORDER BY e.number DESC LIMIT 1',
        TG_ARGV[2], TG_ARGV[3]) INTO newest USING row_key;
    IF live IS NULL OR newest IS NULL
            OR newest ->> 'transaction_id' <> pg_current_xact_id()::text THEN
        RAISE EXCEPTION 'change of "%" % without an event', TG_ARGV[0], row_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'change_without_event';
    END IF;
    FOREACH name IN ARRAY TG_ARGV[4:] LOOP
        IF live -> name IS DISTINCT FROM newest -> name THEN
            RAISE EXCEPTION 'newest event of "%" % says another "%"', TG_ARGV[0], row_key, name
                USING ERRCODE = 'check_violation', CONSTRAINT = 'event_differs';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- Whatever happens to a clock after it was due, the missed date is on record by the commit.
CREATE OR REPLACE FUNCTION heyan_breach_on_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missed timestamptz;
BEGIN
    IF NEW.previous_state IS DISTINCT FROM 'running' THEN
        RETURN NULL;
    END IF;
    SELECT e.due_at INTO missed FROM compliance_clockevent e
        JOIN compliance_clock c ON c.id = e.clock_id
        WHERE e.clock_id = NEW.clock_id AND e.number = NEW.previous
          AND e.due_at < NEW.at AND NOT c.is_window;
    IF missed IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM compliance_clockbreach
            WHERE clock_id = NEW.clock_id AND due_at = missed) THEN
        RAISE EXCEPTION 'clock % was due at %: nothing says so', NEW.clock_id, missed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'breach_on_record';
    END IF;
    RETURN NULL;
END $$;

-- A missed date is one that the clock had while it ran, and that is past.
CREATE OR REPLACE FUNCTION heyan_breach_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_clockevent e JOIN compliance_clock c ON c.id = e.clock_id
        WHERE e.clock_id = NEW.clock_id AND e.state = 'running' AND e.due_at = NEW.due_at
          AND NOT c.is_window;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'clock % was never due at %', NEW.clock_id, NEW.due_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'breach_is_true';
    END IF;
    RETURN NEW;
END $$;

-- The days of a notice come with it: a year is corrected by a new notice.
CREATE OR REPLACE FUNCTION heyan_day_with_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_calendarnotice
        WHERE id = NEW.notice_id AND transaction_id = pg_current_xact_id();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'days are written with their notice or never'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'calendarday_with_its_notice';
    END IF;
    RETURN NEW;
END $$;

-- A change of a limit is announced when it is written, and not earlier.
CREATE OR REPLACE FUNCTION heyan_announced_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.announced_at < now() OR NEW.announced_at > clock_timestamp() THEN
        RAISE EXCEPTION 'a limit is announced at the time it is written'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'timelimit_announced_now';
    END IF;
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
    PERFORM 1 FROM compliance_person
        WHERE number = NEW.approver_id AND (is_system OR is_client);
    IF FOUND THEN
        RAISE EXCEPTION 'no machine approves anything'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_by_people';
    END IF;
    RETURN NEW;
END $$;

-- A version of a rule document stands exactly as it was approved, later than every other one, and
-- was announced seven days before it binds (a law announces itself). What a migration lays, as the
-- owner, comes without a proposal.
CREATE OR REPLACE FUNCTION heyan_rule_version_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about record;
    said jsonb;
BEGIN
    IF NEW.proposal_id IS NULL THEN
        IF pg_has_role(
                current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'nobody approved version %', NEW.label
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ruleversion_approved';
    END IF;
    SELECT kind, code INTO about FROM compliance_ruledocument WHERE id = NEW.document_id;
    SELECT content::jsonb INTO said FROM compliance_proposal WHERE id = NEW.proposal_id;
    IF (said ->> 'act', said ->> 'document', said ->> 'label', said ->> 'effective_date',
            said ->> 'accept_until', said ->> 'change_summary', said ->> 'clauses_sha256')
        IS DISTINCT FROM ('version', about.code, NEW.label, NEW.effective_date::text,
            NEW.accept_until::text, NEW.change_summary, NEW.clauses_sha256) THEN
        RAISE EXCEPTION 'version % is not what was approved', NEW.label
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ruleversion_as_approved';
    END IF;
    IF about.kind <> 'law' AND NEW.effective_date
            < (NEW.announced_at AT TIME ZONE 'Asia/Shanghai')::date + 7 THEN
        RAISE EXCEPTION 'version % is announced less than seven days before', NEW.label
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'ruleversion_announced_seven_days_before';
    END IF;
    PERFORM 1 FROM compliance_ruleversion v WHERE v.document_id = NEW.document_id
        AND v.effective_date >= NEW.effective_date AND NOT EXISTS (
            SELECT 1 FROM compliance_rulewithdrawal w WHERE w.version_id = v.id);
    IF FOUND THEN
        RAISE EXCEPTION 'version % does not come after the last one', NEW.label
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ruleversion_after_the_last';
    END IF;
    RETURN NEW;
END $$;

-- Clauses come with their version or never.
CREATE OR REPLACE FUNCTION heyan_clause_with_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_ruleversion
        WHERE id = NEW.rule_version_id AND transaction_id = pg_current_xact_id();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'clause % comes after its version', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clause_with_its_version';
    END IF;
    RETURN NEW;
END $$;

-- At commit: the clauses of a version are those whose digest was approved.
CREATE OR REPLACE FUNCTION heyan_clauses_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    IF NEW.proposal_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT encode(sha256(convert_to(coalesce(string_agg(
            concat_ws(chr(31), chapter, number, heading, text, provision), chr(30)
            ORDER BY position), ''), 'UTF8')), 'hex')
        INTO found FROM compliance_clause WHERE rule_version_id = NEW.id;
    IF found <> NEW.clauses_sha256 THEN
        RAISE EXCEPTION 'the clauses of version % are not those that were approved', NEW.label
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ruleversion_clauses_as_approved';
    END IF;
    RETURN NULL;
END $$;

-- Only what is announced and not yet in force is withdrawn, and only what was said to be.
CREATE OR REPLACE FUNCTION heyan_rule_withdrawal_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about record;
    said jsonb;
BEGIN
    SELECT v.label, v.effective_date, d.code INTO about FROM compliance_ruleversion v
        JOIN compliance_ruledocument d ON d.id = v.document_id WHERE v.id = NEW.version_id;
    SELECT content::jsonb INTO said FROM compliance_proposal WHERE id = NEW.proposal_id;
    IF (said ->> 'act', said ->> 'document', said ->> 'label')
            IS DISTINCT FROM ('withdrawal', about.code, about.label) THEN
        RAISE EXCEPTION 'version % is not what is to be withdrawn', about.label
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rulewithdrawal_as_approved';
    END IF;
    IF about.effective_date <= (NEW.withdrawn_at AT TIME ZONE 'Asia/Shanghai')::date THEN
        RAISE EXCEPTION 'version % is in force', about.label
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rulewithdrawal_before_its_date';
    END IF;
    RETURN NEW;
END $$;

-- As the system and as a client of the API nobody logs in.
CREATE OR REPLACE FUNCTION heyan_machine_has_no_login() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_person
        WHERE number = NEW.person_id AND (is_system OR is_client);
    IF FOUND AND (NEW.is_active OR NEW.is_superuser OR NEW.password NOT LIKE '!%') THEN
        RAISE EXCEPTION 'nobody logs in as a machine'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'staffuser_machine_cannot_log_in';
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
    PERFORM 1 FROM compliance_person p JOIN compliance_staffuser s ON s.person_id = p.number
        WHERE s.id = NEW.staff_id AND (p.is_system OR p.is_client);
    IF FOUND THEN
        RAISE EXCEPTION 'roles are for people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roleassignment_for_people';
    END IF;
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

-- What was delivered, cancelled or given up stays so.
CREATE OR REPLACE FUNCTION heyan_delivery_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF num_nonnulls(OLD.delivered_at, OLD.cancelled_at, OLD.given_up_at) > 0 THEN
        RAISE EXCEPTION 'delivery % has ended', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_ended_for_good';
    END IF;
    RETURN NEW;
END $$;

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

# Of each: its name, when it fires, the function, and whether it waits for the commit.
FIXED_TRIGGERS: dict[str, list[tuple[str, str, str, bool]]] = {
    "compliance_calendarday": [
        ("calendarday_with_its_notice", "BEFORE INSERT", "heyan_day_with_notice()", False),
    ],
    "compliance_clockbreach": [
        ("breach_is_true", "BEFORE INSERT", "heyan_breach_is_true()", False),
    ],
    "compliance_clockevent": [
        ("breach_on_record", "AFTER INSERT", "heyan_breach_on_record()", True),
    ],
    "compliance_timelimit": [
        ("timelimit_announced_now", "BEFORE INSERT", "heyan_announced_now()", False),
    ],
    "compliance_proposaloutcome": [
        ("proposaloutcome_earned", "BEFORE INSERT", "heyan_outcome_is_earned()", False),
    ],
    "compliance_approval": [
        ("approval_proposal_open", "BEFORE INSERT", "heyan_proposal_is_open()", False),
    ],
    "compliance_delivery": [
        ("delivery_ended_for_good", "BEFORE UPDATE", "heyan_delivery_ended()", False),
    ],
    "compliance_staffuser": [
        (
            "staffuser_machine_cannot_log_in",
            "BEFORE INSERT OR UPDATE",
            "heyan_machine_has_no_login()",
            False,
        ),
    ],
    "compliance_evidencecopy": [
        ("evidencecopy_from_the_check", "BEFORE INSERT", "heyan_copy_of_unchecked()", False),
    ],
    "compliance_roleassignment": [
        (
            "roleassignment_compatible",
            "BEFORE INSERT OR UPDATE",
            "heyan_roles_compatible()",
            False,
        ),
    ],
    "compliance_ruleversion": [
        ("ruleversion_in_order", "BEFORE INSERT", "heyan_rule_version_in_order()", False),
        ("ruleversion_clauses_whole", "AFTER INSERT", "heyan_clauses_whole()", True),
    ],
    "compliance_clause": [
        ("clause_with_its_version", "BEFORE INSERT", "heyan_clause_with_version()", False),
    ],
    "compliance_rulewithdrawal": [
        ("rulewithdrawal_in_time", "BEFORE INSERT", "heyan_rule_withdrawal_in_time()", False),
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

    def put(
        name: str,
        when: str,
        call: str,
        *,
        deferred: bool = False,
        level: str = "ROW",
        table: str = table,
    ) -> None:
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
    for name, when, call, deferred in FIXED_TRIGGERS.get(table, []):
        put(name, when, call, deferred=deferred)
    for name, when, call in EXCLUSION_TRIGGERS.get(table, []):
        put(name, when, call)
    events_name = getattr(model, "mirrors_newest", "")
    if events_name:
        events = model._meta.get_field(events_name)
        event_model = events.related_model
        assert isinstance(events, models.ManyToOneRel)
        assert isinstance(event_model, type)
        column_of = {field.name: field.column for field in model._meta.concrete_fields}
        mirrored = [column_of[name] for name in getattr(model, "mirrored_fields", ())]
        event_table = event_model._meta.db_table
        arguments = ", ".join(
            f"'{each}'"
            for each in [
                table,
                model._meta.pk.column,
                event_table,
                events.field.column,
                *mirrored,
            ]
        )
        for each, when in ((table, "INSERT OR UPDATE OR DELETE"), (event_table, "INSERT")):
            put(
                "mirrors_newest",
                f"AFTER {when}",
                f"heyan_mirrors_newest({arguments})",
                deferred=True,
                table=each,
            )
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
        cursor.execute(EXCLUSION_FUNCTIONS)
        cursor.execute(CLAIM_FUNCTION)
        existing = set(connection.introspection.table_names(cursor))
        for model in managed_models():
            if model._meta.db_table in existing:
                for statement in trigger_statements(model):
                    cursor.execute(statement)
        for statement in grant_statements(role):
            cursor.execute(statement)
        cursor.execute("SELECT heyan_extend_action_log(24)")

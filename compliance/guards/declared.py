"""Functions behind what models declare: kinds of table, history, versions, frozen columns, mirrored events."""

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
"""

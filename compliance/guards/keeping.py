"""What holds for keys, the action log, deliveries and copies of evidence."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
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

-- A picture of an identity goes without a proposal only when its time is over: a working day is no
-- shorter than a day, so that the days are the least of it in either unit.
CREATE OR REPLACE FUNCTION heyan_retention_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_evidencefile f, compliance_timelimit l
        WHERE f.id = NEW.file_id AND f.sensitivity = 'identity_document'
          AND f.status IN ('available', 'refused')
          AND l.id = NEW.limit_id AND l.code = 'identity_pictures' AND l.effective_from <= NEW.at
          AND NEW.settled_at + l.amount *
              CASE l.unit WHEN 'hour' THEN interval '1 hour' ELSE interval '1 day' END <= NEW.at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the time of evidence file % is not over', NEW.file_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'retention_is_over';
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

-- The same for other tables partitioned by a day. A month whose rows lie in the default partition
-- already stays there.
CREATE OR REPLACE FUNCTION heyan_extend_by_month(parent text, back int, ahead int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', now())::date;
    month date;
    part text;
    made int := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class WHERE relname = parent AND relkind = 'p'
                   AND relnamespace = 'public'::regnamespace) THEN
        RAISE EXCEPTION 'table "%" is not partitioned', parent;
    END IF;
    FOR step IN -least(greatest(back, 0), 60) .. least(greatest(ahead, 0), 60) LOOP
        month := (first + make_interval(months => step))::date;
        part := parent || '_' || to_char(month, 'YYYYMM');
        IF to_regclass('public.' || part) IS NULL THEN
            BEGIN
                EXECUTE format(
                    'CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                    part, parent, month, (month + interval '1 month')::date);
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
    RETURN made;
END $$;
"""

TRIGGERS: Triggers = {
    "compliance_delivery": [
        ("delivery_ended_for_good", "BEFORE UPDATE", "heyan_delivery_ended()", False),
    ],
    "compliance_retentionerasure": [
        ("retention_is_over", "BEFORE INSERT", "heyan_retention_over()", False),
    ],
    "compliance_evidencecopy": [
        ("evidencecopy_from_the_check", "BEFORE INSERT", "heyan_copy_of_unchecked()", False),
    ],
}

"""What holds for versions of rule documents, their clauses and their withdrawal."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
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
"""

TRIGGERS: Triggers = {
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

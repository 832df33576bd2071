"""What the database holds for appeals of complainants, against every door."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- Whether somebody had a part in what a complainant contests, whatever participation says: in the
-- complaint itself, or in the case that it had joined.
CREATE OR REPLACE FUNCTION heyan_had_a_part_in_complaint(appeal bigint, who bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM enforcement_complaintappeal a
        JOIN enforcement_complaint k ON k.id = a.complaint_id
        LEFT JOIN enforcement_case c ON c.id = a.case_id
        WHERE a.id = appeal AND (
            k.decided_by_id = who
            OR EXISTS (SELECT 1 FROM compliance_participation p
                WHERE p.matter_id = a.matter_id AND p.person_id = who AND p.side <> a.hearing_side)
            OR c.opened_by_id = who
            OR EXISTS (SELECT 1 FROM compliance_participation p
                WHERE p.matter_id = c.matter_id AND p.person_id = who)
            OR EXISTS (SELECT 1 FROM compliance_proposal p
                WHERE p.matter_id = c.matter_id AND p.proposer_id = who)
            OR EXISTS (SELECT 1 FROM compliance_approval v
                WHERE v.matter_id = c.matter_id AND v.approver_id = who)
            OR EXISTS (SELECT 1 FROM enforcement_caseevidence e
                WHERE e.case_id = c.id AND e.attached_by_id = who)
            OR EXISTS (SELECT 1 FROM enforcement_emergencyhold h
                WHERE h.case_id = c.id AND h.placed_by_id = who)))
$$;

-- Nobody hears the appeal of a complainant who had a part in what it is about.
CREATE OR REPLACE FUNCTION heyan_complaint_appeal_heard_by_others() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    who bigint;
    about bigint;
BEGIN
    IF TG_TABLE_NAME = 'enforcement_complaintappeal' THEN
        -- Who has heard it may decide the same complaint nowhere later: what counts is who begins.
        IF TG_OP = 'UPDATE' AND NEW.handler_id IS NOT DISTINCT FROM OLD.handler_id THEN
            RETURN NEW;
        END IF;
        who := NEW.handler_id;
        about := NEW.id;
    ELSIF TG_TABLE_NAME = 'enforcement_complaintappealquestion' THEN
        who := NEW.asked_by_id;
        about := NEW.appeal_id;
    ELSE
        who := NEW.person_id;
        about := NEW.appeal_id;
    END IF;
    IF who IS NOT NULL AND heyan_had_a_part_in_complaint(about, who) THEN
        RAISE EXCEPTION 'person % had a part in what appeal % is about', who, about
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'complaintappeal_heard_by_somebody_else';
    END IF;
    RETURN NEW;
END $$;

-- Only an answer that leaves something to contest is contested, as it was told, and in time.
CREATE OR REPLACE FUNCTION heyan_complaint_appeal_is_in_time() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    against record;
BEGIN
    SELECT k.status, k.outcome, k.told, k.case_id, w.due_at, w.started_at INTO against
        FROM enforcement_complaint k LEFT JOIN compliance_clock w ON w.id = k.appeal_clock_id
        WHERE k.id = NEW.complaint_id;
    IF NOT coalesce(
            CASE against.status
                WHEN 'not_accepted' THEN NEW.contested = 'not_accepted'
                WHEN 'fed_back' THEN NEW.contested = against.outcome
                WHEN 'closed' THEN NEW.contested = against.outcome
            END, false)
            OR NEW.told_before <> against.told
            OR NEW.case_id IS DISTINCT FROM against.case_id THEN
        RAISE EXCEPTION 'complaint % was not answered so', NEW.complaint_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaintappeal_of_the_answer_told';
    END IF;
    IF against.due_at IS NULL OR NEW.filed_at > against.due_at
            OR NEW.filed_at < against.started_at THEN
        RAISE EXCEPTION 'the time for an appeal about complaint % is over', NEW.complaint_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaintappeal_in_time';
    END IF;
    RETURN NEW;
END $$;

-- An appeal of a complainant is decided by its ruling alone.
CREATE OR REPLACE FUNCTION heyan_complaint_appeal_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'decided' AND OLD.status IS DISTINCT FROM 'decided' THEN
        PERFORM 1 FROM enforcement_complaintappealruling WHERE appeal_id = NEW.id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'appeal % has no outcome', NEW.id
                USING ERRCODE = 'check_violation',
                    CONSTRAINT = 'complaintappeal_decided_by_its_ruling';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- What is said to have become of the complaint did.
CREATE OR REPLACE FUNCTION heyan_complaint_appeal_ruling_holds() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    heard record;
BEGIN
    SELECT a.status, k.id AS complaint_id, k.status AS stands INTO heard
        FROM enforcement_complaintappeal a JOIN enforcement_complaint k ON k.id = a.complaint_id
        WHERE a.id = NEW.appeal_id;
    IF heard.status <> 'filed' THEN
        RAISE EXCEPTION 'appeal % does not wait for an outcome', NEW.appeal_id
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'complaintappealruling_of_an_open_appeal';
    END IF;
    IF (NEW.outcome = 'taken_up') <> (heard.stands = 'investigating') THEN
        RAISE EXCEPTION 'complaint % did not come to "%"', heard.complaint_id, NEW.outcome
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaintappealruling_is_what_became';
    END IF;
    RETURN NEW;
END $$;

-- Whether a complaint was taken up again by an appeal.
CREATE OR REPLACE FUNCTION heyan_complaint_taken_up(complaint bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM enforcement_complaintappealruling r
        JOIN enforcement_complaintappeal a ON a.id = r.appeal_id
        WHERE a.complaint_id = complaint AND r.outcome = 'taken_up')
$$;

-- What is taken up again is decided by others, and asked of by others.
CREATE OR REPLACE FUNCTION heyan_complaint_anew_by_others() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who bigint;
    about bigint;
BEGIN
    IF TG_TABLE_NAME = 'enforcement_complaint' THEN
        IF NEW.decided_by_id IS NOT DISTINCT FROM OLD.decided_by_id THEN
            RETURN NEW;
        END IF;
        who := NEW.decided_by_id;
        about := NEW.id;
    ELSE
        IF NEW.kind <> 'question' THEN
            RETURN NEW;
        END IF;
        who := NEW.person_id;
        about := NEW.complaint_id;
    END IF;
    IF who IS NULL OR NOT heyan_complaint_taken_up(about) THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_complaint k
        JOIN compliance_participation p ON p.matter_id = k.matter_id
        WHERE k.id = about AND p.person_id = who AND p.side = 'decided_anew';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'complaint % is handled anew by others', about
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_anew_by_others';
    END IF;
    RETURN NEW;
END $$;

-- An answer that was told is taken back by an appeal alone: by one that somebody is hearing.
CREATE OR REPLACE FUNCTION heyan_complaint_answer_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('not_accepted', 'fed_back', 'closed')
            AND NEW.status NOT IN ('not_accepted', 'fed_back', 'closed') THEN
        PERFORM 1 FROM enforcement_complaintappeal
            WHERE complaint_id = NEW.id AND status = 'filed' AND handler_id IS NOT NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the answer to complaint % stands', NEW.id
                USING ERRCODE = 'check_violation',
                    CONSTRAINT = 'complaint_taken_up_again_by_an_appeal';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""

_OTHERS = "heyan_complaint_appeal_heard_by_others()"
_ANEW = "heyan_complaint_anew_by_others()"
TRIGGERS: Triggers = {
    "enforcement_complaintappeal": [
        ("complaint_appeal_heard_by_others", "BEFORE INSERT OR UPDATE", _OTHERS, False),
        (
            "complaint_appeal_is_in_time",
            "BEFORE INSERT",
            "heyan_complaint_appeal_is_in_time()",
            False,
        ),
        ("complaint_appeal_decided", "BEFORE UPDATE", "heyan_complaint_appeal_decided()", False),
    ],
    "enforcement_complaintappealquestion": [
        ("complaint_appeal_asked_by_others", "BEFORE INSERT", _OTHERS, False),
    ],
    "enforcement_complaintappealruling": [
        ("complaint_appeal_ruled_by_others", "BEFORE INSERT", _OTHERS, False),
        (
            "complaint_appeal_ruling_holds",
            "BEFORE INSERT",
            "heyan_complaint_appeal_ruling_holds()",
            False,
        ),
    ],
    "enforcement_complaint": [
        ("complaint_anew_by_others", "BEFORE UPDATE", _ANEW, False),
        ("complaint_answer_stands", "BEFORE UPDATE", "heyan_complaint_answer_stands()", False),
    ],
    "enforcement_complaintmessage": [
        ("complaint_asked_anew_by_others", "BEFORE INSERT", _ANEW, False),
    ],
}

"""What the database holds for appeals, against every door."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- Whether somebody had a part in what is appealed against, whatever participation says: as proposer,
-- approver or holder of any decision of the case, by opening it, by evidence; or on the first level.
CREATE OR REPLACE FUNCTION heyan_had_a_part(appeal bigint, who bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM enforcement_appeal a
        JOIN enforcement_decision d ON d.id = a.decision_id
        JOIN enforcement_case c ON c.id = d.case_id
        WHERE a.id = appeal AND (
            c.opened_by_id = who
            OR EXISTS (SELECT 1 FROM compliance_proposal p
                WHERE p.matter_id = a.matter_id AND p.proposer_id = who)
            OR EXISTS (SELECT 1 FROM compliance_approval v
                WHERE v.matter_id = a.matter_id AND v.approver_id = who)
            OR EXISTS (SELECT 1 FROM enforcement_caseevidence e
                WHERE e.case_id = c.id AND e.attached_by_id = who)
            OR EXISTS (SELECT 1 FROM enforcement_emergencyhold h
                WHERE h.case_id = c.id AND h.placed_by_id = who)
            OR EXISTS (SELECT 1 FROM enforcement_appeal f
                WHERE f.id = a.first_id AND f.handler_id = who)
            OR EXISTS (SELECT 1 FROM enforcement_appealruling r
                WHERE r.appeal_id = a.first_id AND r.person_id = who)))
$$;

-- Nobody hears an appeal who had a part in the decision, or heard it before.
CREATE OR REPLACE FUNCTION heyan_appeal_heard_by_others() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who bigint;
    about bigint;
BEGIN
    IF TG_TABLE_NAME = 'enforcement_appeal' THEN
        who := NEW.handler_id;
        about := NEW.id;
    ELSIF TG_TABLE_NAME = 'enforcement_appealquestion' THEN
        who := NEW.asked_by_id;
        about := NEW.appeal_id;
    ELSIF TG_TABLE_NAME = 'enforcement_appealmediation' THEN
        who := NEW.mediator_id;
        about := NEW.appeal_id;
    ELSE
        who := NEW.person_id;
        about := NEW.appeal_id;
    END IF;
    IF who IS NOT NULL AND heyan_had_a_part(about, who) THEN
        RAISE EXCEPTION 'person % had a part in what appeal % is about', who, about
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_heard_by_somebody_else';
    END IF;
    RETURN NEW;
END $$;

-- Only a decision that stands is appealed against, and only in time; on the second level only what
-- the first one left standing, within the time that it gave.
CREATE OR REPLACE FUNCTION heyan_appeal_is_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    against record;
    until timestamptz;
BEGIN
    SELECT d.status, d.in_force_from, k.due_at INTO against
        FROM enforcement_decision d LEFT JOIN compliance_clock k ON k.id = d.appeal_clock_id
        WHERE d.id = NEW.decision_id;
    IF against.status NOT IN ('in_force', 'expired', 'lifted') THEN
        RAISE EXCEPTION 'decision % does not stand', NEW.decision_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_of_a_decision_that_stands';
    END IF;
    IF NEW.level = 1 THEN
        until := against.due_at;
    ELSE
        SELECT k.due_at INTO until FROM enforcement_appealruling r
            JOIN compliance_clock k ON k.id = r.second_window_id WHERE r.appeal_id = NEW.first_id;
    END IF;
    IF until IS NULL OR NEW.filed_at > until OR NEW.filed_at < against.in_force_from THEN
        RAISE EXCEPTION 'the time for an appeal against decision % is over', NEW.decision_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_in_time';
    END IF;
    RETURN NEW;
END $$;

-- An appeal is decided by its ruling alone.
CREATE OR REPLACE FUNCTION heyan_appeal_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'decided' AND OLD.status IS DISTINCT FROM 'decided' THEN
        PERFORM 1 FROM enforcement_appealruling WHERE appeal_id = NEW.id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'appeal % has no outcome', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_decided_by_its_ruling';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- What is said to have become of the decision did, and it is sent back once at most.
CREATE OR REPLACE FUNCTION heyan_appeal_ruling_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    heard record;
    undone bigint;
    shortened bigint;
BEGIN
    SELECT a.status, a.level, a.proposer_side, d.id AS decision_id, d.status AS decided INTO heard
        FROM enforcement_appeal a JOIN enforcement_decision d ON d.id = a.decision_id
        WHERE a.id = NEW.appeal_id;
    IF heard.status <> 'accepted' THEN
        RAISE EXCEPTION 'appeal % does not wait for an outcome', NEW.appeal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appealruling_of_an_accepted_appeal';
    END IF;
    SELECT count(*) INTO undone FROM enforcement_measure
        WHERE decision_id = heard.decision_id AND status = 'reversed';
    SELECT count(*) INTO shortened FROM enforcement_measureshortening
        WHERE appeal_id = NEW.appeal_id;
    IF (NEW.outcome IN ('revoked', 'remitted')) <> (heard.decided = 'reversed')
            OR (NEW.outcome = 'reduced' AND undone + shortened = 0)
            OR (NEW.outcome <> 'reduced' AND shortened > 0) THEN
        RAISE EXCEPTION 'decision % did not come to "%"', heard.decision_id, NEW.outcome
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appealruling_is_what_became';
    END IF;
    IF NEW.outcome = 'remitted' AND (heard.level = 2 OR heard.proposer_side = 'decided_anew') THEN
        RAISE EXCEPTION 'decision % was decided anew already', heard.decision_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appealruling_sent_back_once';
    END IF;
    RETURN NEW;
END $$;

-- Only the appeal that is being heard gives a measure in force an earlier end than it has.
CREATE OR REPLACE FUNCTION heyan_shortening_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM enforcement_appeal a JOIN enforcement_measure m ON m.id = NEW.measure_id
        WHERE a.id = NEW.appeal_id AND a.status = 'accepted'
            AND m.status = 'in_force' AND m.in_force_until = NEW.until_before;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'measure % does not run until %', NEW.measure_id, NEW.until_before
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measureshortening_of_what_runs';
    END IF;
    RETURN NEW;
END $$;

-- The end of a measure is changed to an earlier one, by what an appeal has put on record, or not.
CREATE OR REPLACE FUNCTION heyan_measure_ends_as_ordered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.in_force_until IS NOT DISTINCT FROM OLD.in_force_until THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_measureshortening s
        WHERE s.measure_id = NEW.id AND s.until_before = OLD.in_force_until
            AND s.until = NEW.in_force_until;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'measure % ends as it was ordered', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_end_only_earlier_by_an_appeal';
    END IF;
    RETURN NEW;
END $$;

-- For those who decided speaks one of them.
CREATE OR REPLACE FUNCTION heyan_other_side_speaks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind <> 'other_side' THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_appeal a
        JOIN compliance_participation p ON p.matter_id = a.matter_id
            AND p.person_id = NEW.person_id AND p.side = a.proposer_side
        WHERE a.id = NEW.appeal_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'person % did not decide what appeal % is about',
            NEW.person_id, NEW.appeal_id
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'appealstatement_by_those_who_decided';
    END IF;
    RETURN NEW;
END $$;

-- After an appeal sent a case back others decide; and what an appeal did not let stand, no program
-- proposes again: the same violation of the same account by the same content.
CREATE OR REPLACE FUNCTION heyan_decision_after_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    side text;
BEGIN
    PERFORM 1 FROM enforcement_appealruling r
        JOIN enforcement_appeal a ON a.id = r.appeal_id
        JOIN enforcement_decision d ON d.id = a.decision_id
        WHERE d.case_id = NEW.case_id AND r.outcome = 'remitted';
    IF FOUND THEN
        SELECT proposer_side INTO side FROM compliance_proposal WHERE id = NEW.proposal_id;
        IF side IS DISTINCT FROM 'decided_anew' THEN
            RAISE EXCEPTION 'case % is decided anew by others', NEW.case_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_anew_by_others';
        END IF;
    END IF;
    IF NOT NEW.is_automated THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_appealruling r
        JOIN enforcement_appeal a ON a.id = r.appeal_id
        JOIN enforcement_decision d ON d.id = a.decision_id
        JOIN enforcement_violationtype was ON was.id = d.violation_type_id
        JOIN enforcement_violationtype again ON again.id = NEW.violation_type_id
        WHERE r.outcome IN ('reduced', 'revoked') AND d.account_id = NEW.account_id
            AND was.code = again.code AND d.content_ref = NEW.content_ref;
    IF FOUND THEN
        RAISE EXCEPTION 'an appeal did not let the same stand against account %', NEW.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_program_does_not_repeat';
    END IF;
    RETURN NEW;
END $$;

-- What is decided anew is no heavier than what was sent back.
CREATE OR REPLACE FUNCTION heyan_measure_after_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked record;
    sent_back bigint;
BEGIN
    SELECT d.case_id, o.term_days, o.functions INTO asked
        FROM enforcement_decision d JOIN enforcement_orderedmeasure o ON o.id = NEW.ordered_id
        WHERE d.id = NEW.decision_id;
    SELECT max(d.id) INTO sent_back FROM enforcement_appealruling r
        JOIN enforcement_appeal a ON a.id = r.appeal_id
        JOIN enforcement_decision d ON d.id = a.decision_id
        WHERE d.case_id = asked.case_id AND r.outcome = 'remitted';
    IF sent_back IS NULL OR NEW.measure = 'warn' THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_orderedmeasure o WHERE o.decision_id = sent_back AND (
        o.measure = NEW.measure AND asked.functions <@ o.functions
            AND coalesce(o.term_days, 0) >= coalesce(asked.term_days, 0)
        OR o.measure = 'suspend_service' AND NEW.measure = 'suspend_updates'
            AND o.term_days >= asked.term_days
        OR o.measure IN ('close', 'terminate')
            AND (asked.term_days IS NOT NULL OR NEW.measure IN ('close', 'terminate')));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'decision % is heavier than the one that was sent back', NEW.decision_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_no_heavier_after_appeal';
    END IF;
    RETURN NEW;
END $$;
"""

_OTHERS = "heyan_appeal_heard_by_others()"
TRIGGERS: Triggers = {
    "enforcement_appeal": [
        ("appeal_heard_by_others", "BEFORE INSERT OR UPDATE", _OTHERS, False),
        ("appeal_is_in_time", "BEFORE INSERT", "heyan_appeal_is_in_time()", False),
        ("appeal_decided", "BEFORE UPDATE", "heyan_appeal_decided()", False),
    ],
    "enforcement_appealquestion": [
        ("appealquestion_heard_by_others", "BEFORE INSERT", _OTHERS, False),
    ],
    "enforcement_appealmediation": [
        ("appealmediation_heard_by_others", "BEFORE INSERT", _OTHERS, False),
    ],
    "enforcement_appealruling": [
        ("appealruling_heard_by_others", "BEFORE INSERT", _OTHERS, False),
        ("appeal_ruling_holds", "BEFORE INSERT", "heyan_appeal_ruling_holds()", False),
    ],
    "enforcement_appealstatement": [
        ("other_side_speaks", "BEFORE INSERT", "heyan_other_side_speaks()", False),
    ],
    "enforcement_decision": [
        ("decision_after_appeal", "BEFORE INSERT", "heyan_decision_after_appeal()", False),
    ],
    "enforcement_measure": [
        ("measure_after_appeal", "BEFORE INSERT", "heyan_measure_after_appeal()", False),
        ("measure_ends_as_ordered", "BEFORE UPDATE", "heyan_measure_ends_as_ordered()", False),
    ],
    "enforcement_measureshortening": [
        ("shortening_holds", "BEFORE INSERT", "heyan_shortening_holds()", False),
    ],
}

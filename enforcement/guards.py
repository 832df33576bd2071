"""What the database holds for measures and hearings against every door."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- The service is terminated because of a correction only while that is missed or refused, because of
-- a transfer without approval only while that is missed; each after its time, and only where the
-- operator was told of it. Other grounds are guarded by their own flow.
CREATE OR REPLACE FUNCTION heyan_termination_is_earned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rests_on text;
    found record;
BEGIN
    IF NEW.measure <> 'terminate' THEN
        RETURN NEW;
    END IF;
    SELECT ground_ref INTO rests_on FROM enforcement_orderedmeasure WHERE id = NEW.ordered_id;
    IF split_part(rests_on, ':', 1) = 'correction' THEN
        SELECT c.status, c.account_id, k.due_at, heyan_correction_told(c.id) AS told INTO found
            FROM accounts_correction c JOIN compliance_clock k ON k.id = c.clock_id
            WHERE c.id::text = split_part(rests_on, ':', 2);
    ELSIF split_part(rests_on, ':', 1) = 'regularisation' THEN
        SELECT r.status, r.account_id, k.due_at, heyan_regularisation_told(r.id) AS told INTO found
            FROM accounts_regularisation r JOIN compliance_clock k ON k.id = r.clock_id
            WHERE r.id::text = split_part(rests_on, ':', 2);
    ELSE
        RETURN NEW;
    END IF;
    IF found.account_id IS DISTINCT FROM NEW.account_id
            OR found.status NOT IN ('overdue', 'refused', 'missed')
            OR found.told IS NULL OR found.due_at > NEW.in_force_from THEN
        RAISE EXCEPTION '% does not allow a termination', rests_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_termination_is_earned';
    END IF;
    RETURN NEW;
END $$;

-- No measure is lifted without its ground on record; entries and ordered corrections have their own.
CREATE OR REPLACE FUNCTION heyan_lift_has_its_ground() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'lifted' OR OLD.status = 'lifted'
            OR NEW.measure IN ('blacklist', 'bar_reregistration') THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_orderedmeasure
        WHERE id = NEW.ordered_id AND goes_with IS NOT NULL;
    IF FOUND THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_measurelift WHERE measure_id = NEW.id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'measure % is lifted without a ground', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_lift_has_its_ground';
    END IF;
    RETURN NEW;
END $$;

-- Credit is taken only by a decision that is in force, and given back only by one that was reversed.
CREATE OR REPLACE FUNCTION heyan_credit_follows_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    IF NEW.kind = 'repair' THEN
        RETURN NEW;
    END IF;
    SELECT status INTO state FROM enforcement_decision WHERE id = NEW.decision_id;
    IF (NEW.kind = 'deduct') IS DISTINCT FROM (state = 'in_force')
            OR (NEW.kind = 'reverse') IS DISTINCT FROM (state = 'reversed') THEN
        RAISE EXCEPTION 'a decision that is "%" moves no credit so', state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'creditentry_decision_stands';
    END IF;
    RETURN NEW;
END $$;

-- Since when the operator is known to know until when they may speak: the delivery of the notice that
-- set the present time, or the first word of theirs.
CREATE OR REPLACE FUNCTION heyan_hearing_told(hearing bigint)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    told timestamptz;
    spoken timestamptz;
BEGIN
    SELECT min(d.delivered_at) INTO told
        FROM enforcement_hearing h
        JOIN compliance_clock k ON k.id = h.clock_id
        JOIN compliance_notice n ON n.about_type = 'enforcement.hearing'
            AND n.about_id = h.id::text AND n.occasion = h.clock_id::text
            AND n.purpose IN ('enforcement.hearing', 'enforcement.later_hearing')
        JOIN compliance_delivery d ON d.notice_id = n.id
        WHERE h.id = hearing AND d.delivered_at < k.due_at;
    SELECT min(s.received_at) INTO spoken FROM enforcement_hearingstatement s
        WHERE s.hearing_id = hearing;
    RETURN least(told, spoken);
END $$;

-- A hearing ends in silence only after its time, and only for an operator who was told of it; with an
-- answer only by the statement that ends it.
CREATE OR REPLACE FUNCTION heyan_hearing_ends() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    due timestamptz;
BEGIN
    IF NEW.status = 'lapsed' AND OLD.status IS DISTINCT FROM 'lapsed' THEN
        SELECT due_at INTO due FROM compliance_clock WHERE id = NEW.clock_id;
        IF NEW.ended_at < due OR NEW.told_at IS DISTINCT FROM heyan_hearing_told(NEW.id) THEN
            RAISE EXCEPTION 'hearing % is not over, or nobody was told', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'hearing_silence_is_earned';
        END IF;
    END IF;
    IF NEW.status = 'answered' AND OLD.status IS DISTINCT FROM 'answered' THEN
        PERFORM 1 FROM enforcement_hearingstatement
            WHERE hearing_id = NEW.id AND kind IN ('final', 'nothing');
        IF NOT FOUND THEN
            RAISE EXCEPTION 'hearing % was not ended by what the operator said', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'hearing_answer_is_the_last_word';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- What a second look saw is said once and for good.
CREATE OR REPLACE FUNCTION heyan_second_look_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    later text[] := ARRAY['status', 'version', 'conclusion', 'reviewed_by_id', 'reviewed_at',
        'review_note'];
BEGIN
    IF OLD.looked_at IS NOT NULL AND to_jsonb(NEW) - later <> to_jsonb(OLD) - later THEN
        RAISE EXCEPTION 'second look % was given', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'secondlook_answer_stays';
    END IF;
    RETURN NEW;
END $$;

-- Where the catalogue says so the operator was heard before the measure, on this or a graver one, and
-- each approver has said how a statement was weighed.
CREATE OR REPLACE FUNCTION heyan_measure_is_heard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked record;
    first bigint;
    has_spoken boolean;
    emergency_until timestamptz;
BEGIN
    SELECT d.hearing_id, d.heard_as, d.proposal_id, t.needs_hearing, o.term_days
        INTO asked
        FROM enforcement_decision d
        JOIN enforcement_violationtype v ON v.id = d.violation_type_id
        JOIN enforcement_orderedmeasure o ON o.id = NEW.ordered_id
        LEFT JOIN enforcement_measuretype t
            ON t.version_id = v.version_id AND t.measure = NEW.measure
        WHERE d.id = NEW.decision_id;
    -- What could not wait is confirmed in time, ends by itself and can be undone exactly.
    SELECT confirm_until INTO emergency_until FROM enforcement_emergencyorder
        WHERE decision_id = NEW.decision_id;
    IF emergency_until < NEW.in_force_from THEN
        RAISE EXCEPTION 'decision % was not confirmed in time', NEW.decision_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_emergency_was_confirmed_in_time';
    END IF;
    IF emergency_until IS NOT NULL AND NEW.measure NOT IN
            ('warn', 'restrict_functions', 'suspend_updates', 'stop_advertising', 'suspend_service',
                'handle_content', 'label') THEN
        RAISE EXCEPTION 'measure "%" waits for the operator', NEW.measure
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_emergency_can_be_undone';
    END IF;
    IF asked.hearing_id IS NOT NULL THEN
        SELECT EXISTS (SELECT 1 FROM enforcement_hearingstatement s
            WHERE s.hearing_id = asked.hearing_id AND s.kind <> 'nothing') INTO has_spoken;
        IF has_spoken AND (SELECT count(*) FROM enforcement_statementweighing w
                WHERE w.proposal_id = asked.proposal_id) < NEW.approvals_given THEN
            RAISE EXCEPTION 'the statement before decision % was not weighed', NEW.decision_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_statement_was_weighed';
        END IF;
    END IF;
    IF NOT coalesce(asked.needs_hearing, false) THEN
        RETURN NEW;
    END IF;
    IF emergency_until IS NOT NULL THEN
        RETURN NEW;
    END IF;
    IF asked.hearing_id IS NULL OR asked.heard_as IS NULL THEN
        RAISE EXCEPTION 'the operator was not heard before decision %', NEW.decision_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_operator_was_heard';
    END IF;
    SELECT min(id) INTO first FROM enforcement_decision WHERE hearing_id = asked.hearing_id;
    PERFORM 1 FROM enforcement_orderedmeasure o WHERE o.decision_id = first AND (
        o.measure = NEW.measure AND coalesce(o.term_days, 0) >= coalesce(asked.term_days, 0)
        OR o.measure = 'suspend_service' AND NEW.measure = 'suspend_updates'
            AND o.term_days >= asked.term_days
        OR o.measure IN ('close', 'terminate')
            AND (asked.term_days IS NOT NULL OR NEW.measure IN ('close', 'terminate')));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'decision % is graver than what the operator was heard on', NEW.decision_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_no_graver_than_heard';
    END IF;
    RETURN NEW;
END $$;

-- What became of an account of a list was proposed by whoever proposed the list and approved by whoever
-- approved it, for the same violation with the same measures.
CREATE OR REPLACE FUNCTION heyan_bulkitem_is_of_its_list() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole record;
    part record;
    differing bigint;
BEGIN
    IF NEW.decision_id IS NULL OR NEW.decision_id IS NOT DISTINCT FROM OLD.decision_id THEN
        RETURN NEW;
    END IF;
    SELECT b.violation_type_id, b.severity, b.proposal_id, p.proposer_id,
            (SELECT array_agg(m ->> 'measure' ORDER BY m ->> 'measure')
                FROM jsonb_array_elements(b.words::jsonb -> 'measures') m) AS measures
        INTO whole FROM enforcement_bulkdecision b
        JOIN compliance_proposal p ON p.id = b.proposal_id WHERE b.id = NEW.bulk_id;
    SELECT d.violation_type_id, d.severity, d.proposal_id, p.proposer_id,
            (SELECT array_agg(o.measure::text ORDER BY o.measure::text)
                FROM enforcement_orderedmeasure o WHERE o.decision_id = d.id) AS measures
        INTO part FROM enforcement_decision d
        JOIN compliance_proposal p ON p.id = d.proposal_id WHERE d.id = NEW.decision_id;
    IF part.proposer_id IS DISTINCT FROM whole.proposer_id
            OR part.violation_type_id IS DISTINCT FROM whole.violation_type_id
            OR part.severity IS DISTINCT FROM whole.severity
            OR part.measures IS DISTINCT FROM whole.measures THEN
        RAISE EXCEPTION 'decision % is not what list % decides', NEW.decision_id, NEW.bulk_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bulkitem_decision_is_of_its_list';
    END IF;
    SELECT count(*) INTO differing FROM
        (SELECT approver_id FROM compliance_approval
            WHERE proposal_id = whole.proposal_id AND verdict = 'approve') w
        FULL JOIN
        (SELECT approver_id FROM compliance_approval
            WHERE proposal_id = part.proposal_id AND verdict = 'approve') a
        USING (approver_id) WHERE w IS NULL OR a IS NULL;
    IF differing > 0 THEN
        RAISE EXCEPTION 'decision % was not approved by those of list %',
            NEW.decision_id, NEW.bulk_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bulkitem_approved_by_the_same';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS: Triggers = {
    "enforcement_bulkitem": [
        ("bulkitem_is_of_its_list", "AFTER UPDATE", "heyan_bulkitem_is_of_its_list()", True),
    ],
    "enforcement_hearing": [
        ("hearing_ends_as_it_did", "BEFORE UPDATE", "heyan_hearing_ends()", False),
    ],
    "enforcement_measure": [
        ("measure_lift_has_its_ground", "BEFORE UPDATE", "heyan_lift_has_its_ground()", False),
        ("measure_is_heard", "BEFORE INSERT", "heyan_measure_is_heard()", False),
        ("measure_termination_is_earned", "BEFORE INSERT", "heyan_termination_is_earned()", False),
    ],
    "enforcement_secondlook": [
        ("secondlook_answer_stays", "BEFORE UPDATE", "heyan_second_look_stays()", False),
    ],
    "enforcement_creditentry": [
        ("creditentry_decision_stands", "BEFORE INSERT", "heyan_credit_follows_decision()", False),
    ],
}

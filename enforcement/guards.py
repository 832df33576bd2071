"""What the database holds for measures against every door."""

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
"""

TRIGGERS: Triggers = {
    "enforcement_measure": [
        ("measure_termination_is_earned", "BEFORE INSERT", "heyan_termination_is_earned()", False),
    ],
    "enforcement_creditentry": [
        ("creditentry_decision_stands", "BEFORE INSERT", "heyan_credit_follows_decision()", False),
    ],
}

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
"""

TRIGGERS: Triggers = {
    "enforcement_measure": [
        ("measure_termination_is_earned", "BEFORE INSERT", "heyan_termination_is_earned()", False),
    ],
}

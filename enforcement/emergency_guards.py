"""What the database holds for decisions that could not wait, against every door."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- Nobody goes ahead without anything to show for it.
CREATE OR REPLACE FUNCTION heyan_emergency_rests_on_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM enforcement_caseevidence WHERE case_id = NEW.case_id;
    IF NOT FOUND THEN
        PERFORM 1 FROM enforcement_rumouraccount a
            JOIN enforcement_rumourmaterial m ON m.rumour_id = a.rumour_id
            WHERE a.case_id = NEW.case_id;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an emergency in case % has no evidence', NEW.case_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'emergencyorder_rests_on_evidence';
    END IF;
    RETURN NEW;
END $$;

-- Whoever was not heard before is heard afterwards: the hearing is there when the measure is.
CREATE OR REPLACE FUNCTION heyan_emergency_is_heard_afterwards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM enforcement_emergencyorder e WHERE e.decision_id = NEW.decision_id
        AND NOT EXISTS (SELECT 1 FROM enforcement_hearing h WHERE h.after_id = e.decision_id);
    IF FOUND THEN
        RAISE EXCEPTION 'nobody is heard after decision %', NEW.decision_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_emergency_is_heard_afterwards';
    END IF;
    RETURN NULL;
END $$;

-- Nobody who decided hears afterwards; nobody decides before the operator could speak; and what is
-- said to have become of the decision did.
CREATE OR REPLACE FUNCTION heyan_later_hearing_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    heard record;
BEGIN
    SELECT h.status, h.after_id, c.matter_id, d.status AS decided INTO heard
        FROM enforcement_hearing h
        JOIN enforcement_case c ON c.id = h.case_id
        LEFT JOIN enforcement_decision d ON d.id = h.after_id
        WHERE h.id = NEW.hearing_id;
    IF heard.after_id IS NULL OR heard.status NOT IN ('answered', 'lapsed') THEN
        RAISE EXCEPTION 'hearing % is not over', NEW.hearing_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hearingoutcome_after_the_hearing';
    END IF;
    PERFORM 1 FROM compliance_participation
        WHERE matter_id = heard.matter_id AND person_id = NEW.person_id AND side = 'reviewer';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'hearing % is decided by somebody who took no part', NEW.hearing_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hearingoutcome_by_somebody_else';
    END IF;
    IF (NEW.outcome = 'reversed') <> (heard.decided = 'reversed') THEN
        RAISE EXCEPTION 'hearing % did not come to "%"', NEW.hearing_id, NEW.outcome
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hearingoutcome_is_what_became';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS: Triggers = {
    "enforcement_emergencyorder": [
        (
            "emergency_rests_on_evidence",
            "BEFORE INSERT",
            "heyan_emergency_rests_on_evidence()",
            False,
        ),
    ],
    "enforcement_measure": [
        (
            "emergency_is_heard_afterwards",
            "AFTER INSERT",
            "heyan_emergency_is_heard_afterwards()",
            True,
        ),
    ],
    "enforcement_hearingoutcome": [
        ("later_hearing_decided", "BEFORE INSERT", "heyan_later_hearing_decided()", False),
    ],
}

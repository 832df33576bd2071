"""What the database holds for the handling of rumours against every door."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- The six steps come one after the other, each in the state that waits for it and not before the last.
CREATE OR REPLACE FUNCTION heyan_rumour_step_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_at record;
    earlier timestamptz;
    waits_for text;
BEGIN
    SELECT status, round, verdict INTO now_at FROM enforcement_rumour WHERE id = NEW.rumour_id;
    SELECT done_at INTO earlier FROM enforcement_rumourstep
        WHERE rumour_id = NEW.rumour_id ORDER BY id DESC LIMIT 1;
    waits_for := CASE now_at.status
        WHEN 'warned' THEN CASE WHEN earlier IS NULL THEN 'warning' ELSE 'finding' END
        WHEN 'found' THEN 'tracing' WHEN 'traced' THEN 'verdict'
        WHEN 'identified' THEN 'refutation' WHEN 'refuted' THEN 'elimination' END;
    IF waits_for IS DISTINCT FROM NEW.step OR now_at.round <> NEW.round
            OR NEW.done_at < coalesce(earlier, NEW.done_at) THEN
        RAISE EXCEPTION 'rumour % does not wait for "%"', NEW.rumour_id, NEW.step
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rumourstep_in_order';
    END IF;
    IF NEW.step = 'refutation' AND NEW.outcome = 'done' AND now_at.verdict <> 'rumour' THEN
        RAISE EXCEPTION 'what is no rumour is not refuted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rumourstep_refutes_a_rumour';
    END IF;
    RETURN NEW;
END $$;

-- A state is reached by the step that leads to it; a rumour is closed when every account is dealt with
-- and nobody has to look at a decision any more; reopened it begins a new round.
CREATE OR REPLACE FUNCTION heyan_rumour_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed text;
BEGIN
    IF NEW.status = OLD.status AND NEW.round = OLD.round THEN
        RETURN NEW;
    END IF;
    IF NEW.status = 'closed' THEN
        PERFORM 1 FROM enforcement_rumouraccount
            WHERE rumour_id = NEW.id AND NEW.verdict = 'rumour' AND conclusion = '';
        IF FOUND THEN
            RAISE EXCEPTION 'an account of rumour % is not dealt with', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'rumour_closed_with_every_account';
        END IF;
        PERFORM 1 FROM enforcement_rumourreview WHERE rumour_id = NEW.id AND status = 'waiting';
        IF FOUND THEN
            RAISE EXCEPTION 'a decision that rests on rumour % waits for its review', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'rumour_closed_after_its_reviews';
        END IF;
    END IF;
    IF NEW.round <> OLD.round THEN
        IF NEW.round = OLD.round + 1 AND NEW.status = 'traced' THEN
            RETURN NEW;
        END IF;
    ELSE
        needed := CASE NEW.status WHEN 'found' THEN 'finding' WHEN 'traced' THEN 'tracing'
            WHEN 'identified' THEN 'verdict' WHEN 'refuted' THEN 'refutation'
            ELSE 'elimination' END;
        PERFORM 1 FROM enforcement_rumourstep s
            WHERE s.rumour_id = NEW.id AND s.round = NEW.round AND s.step = needed
                AND (needed <> 'verdict' OR s.verdict = NEW.verdict);
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rumour % is not "%" without the step', NEW.id, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'rumour_state_has_its_step';
END $$;

-- Something follows for an account only from a rumour, and a decision that is named does what it says.
CREATE OR REPLACE FUNCTION heyan_rumour_account_concluded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.conclusion = '' THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_rumour WHERE id = NEW.rumour_id AND verdict = 'rumour';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing follows from what was not told apart as a rumour'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rumouraccount_only_of_a_rumour';
    END IF;
    IF NEW.conclusion = 'none' THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_decision d WHERE d.id = NEW.decision_id
        AND d.status IN ('in_force', 'expired', 'lifted')
        AND (NEW.conclusion = 'credit' AND EXISTS (SELECT 1 FROM enforcement_creditentry e
                WHERE e.decision_id = d.id AND e.kind = 'deduct')
            OR NEW.conclusion = 'blacklist' AND EXISTS (SELECT 1 FROM enforcement_measure m
                WHERE m.decision_id = d.id AND m.measure = 'blacklist'));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'decision % does not do "%"', NEW.decision_id, NEW.conclusion
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rumouraccount_decision_does_it';
    END IF;
    RETURN NEW;
END $$;

-- What is refuted publicly was refuted as a step of the same rumour.
CREATE OR REPLACE FUNCTION heyan_refutation_of_its_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM enforcement_rumourstep WHERE id = NEW.step_id
        AND rumour_id = NEW.rumour_id AND step = 'refutation' AND outcome = 'done';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'refutation without its step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refutation_of_its_step';
    END IF;
    RETURN NEW;
END $$;

-- Whoever answers took no part in the decision; that it is reversed can be seen at the decision.
CREATE OR REPLACE FUNCTION heyan_rumour_review_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM enforcement_decision d JOIN enforcement_case c ON c.id = d.case_id
        JOIN compliance_participation p
            ON p.matter_id = c.matter_id AND p.person_id = NEW.decided_by_id AND p.side = 'reviewer'
        WHERE d.id = NEW.decision_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'review % is answered by somebody who took no part', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rumourreview_by_somebody_else';
    END IF;
    PERFORM 1 FROM enforcement_decision
        WHERE id = NEW.decision_id AND (status = 'reversed') = (NEW.status = 'reversed');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'review % does not say what became of the decision', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rumourreview_says_what_became_of_it';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS: Triggers = {
    "enforcement_rumourstep": [
        ("rumour_step_in_order", "BEFORE INSERT", "heyan_rumour_step_in_order()", False),
    ],
    "enforcement_rumour": [
        ("rumour_goes_on", "BEFORE UPDATE", "heyan_rumour_goes_on()", False),
    ],
    "enforcement_rumouraccount": [
        (
            "rumour_account_concluded",
            "BEFORE INSERT OR UPDATE",
            "heyan_rumour_account_concluded()",
            False,
        ),
    ],
    "enforcement_refutation": [
        ("refutation_of_its_step", "BEFORE INSERT", "heyan_refutation_of_its_step()", False),
    ],
    "enforcement_rumourreview": [
        ("rumour_review_answered", "BEFORE UPDATE", "heyan_rumour_review_answered()", False),
    ],
}

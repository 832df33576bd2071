"""What holds for clocks, missed dates, notices of working days and time limits."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- Whatever happens to a clock after it was due, the missed date is on record by the commit.
CREATE OR REPLACE FUNCTION heyan_breach_on_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missed timestamptz;
BEGIN
    IF NEW.previous_state IS DISTINCT FROM 'running' THEN
        RETURN NULL;
    END IF;
    SELECT e.due_at INTO missed FROM compliance_clockevent e
        JOIN compliance_clock c ON c.id = e.clock_id
        WHERE e.clock_id = NEW.clock_id AND e.number = NEW.previous
          AND e.due_at < NEW.at AND NOT c.is_window;
    IF missed IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM compliance_clockbreach
            WHERE clock_id = NEW.clock_id AND due_at = missed) THEN
        RAISE EXCEPTION 'clock % was due at %: nothing says so', NEW.clock_id, missed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'breach_on_record';
    END IF;
    RETURN NULL;
END $$;

-- A missed date is one that the clock had while it ran, and that is past.
CREATE OR REPLACE FUNCTION heyan_breach_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_clockevent e JOIN compliance_clock c ON c.id = e.clock_id
        WHERE e.clock_id = NEW.clock_id AND e.state = 'running' AND e.due_at = NEW.due_at
          AND NOT c.is_window;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'clock % was never due at %', NEW.clock_id, NEW.due_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'breach_is_true';
    END IF;
    RETURN NEW;
END $$;

-- The days of a notice come with it: a year is corrected by a new notice.
CREATE OR REPLACE FUNCTION heyan_day_with_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_calendarnotice
        WHERE id = NEW.notice_id AND transaction_id = pg_current_xact_id();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'days are written with their notice or never'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'calendarday_with_its_notice';
    END IF;
    RETURN NEW;
END $$;

-- A change of a limit is announced when it is written, and not earlier.
CREATE OR REPLACE FUNCTION heyan_announced_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.announced_at < now() OR NEW.announced_at > clock_timestamp() THEN
        RAISE EXCEPTION 'a limit is announced at the time it is written'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'timelimit_announced_now';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS: Triggers = {
    "compliance_calendarday": [
        ("calendarday_with_its_notice", "BEFORE INSERT", "heyan_day_with_notice()", False),
    ],
    "compliance_clockbreach": [
        ("breach_is_true", "BEFORE INSERT", "heyan_breach_is_true()", False),
    ],
    "compliance_clockevent": [
        ("breach_on_record", "AFTER INSERT", "heyan_breach_on_record()", True),
    ],
    "compliance_timelimit": [
        ("timelimit_announced_now", "BEFORE INSERT", "heyan_announced_now()", False),
    ],
}

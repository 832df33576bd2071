"""What holds for logins and roles."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- As the system and as a client of the API nobody logs in.
CREATE OR REPLACE FUNCTION heyan_machine_has_no_login() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_person
        WHERE number = NEW.person_id AND (is_system OR is_client);
    IF FOUND AND (NEW.is_active OR NEW.is_superuser OR NEW.password NOT LIKE '!%') THEN
        RAISE EXCEPTION 'nobody logs in as a machine'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'staffuser_machine_cannot_log_in';
    END IF;
    RETURN NEW;
END $$;

-- Two roles that exclude each other are not held by one person at one time, over all logins.
CREATE OR REPLACE FUNCTION heyan_roles_compatible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    clash text;
BEGIN
    IF NEW.ended_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    -- The person's row is the lock under which two grants at once see each other.
    PERFORM 1 FROM compliance_person p JOIN compliance_staffuser s ON s.person_id = p.number
        WHERE s.id = NEW.staff_id FOR NO KEY UPDATE OF p;
    PERFORM 1 FROM compliance_person p JOIN compliance_staffuser s ON s.person_id = p.number
        WHERE s.id = NEW.staff_id AND (p.is_system OR p.is_client);
    IF FOUND THEN
        RAISE EXCEPTION 'roles are for people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roleassignment_for_people';
    END IF;
    SELECT held.name INTO clash
        FROM compliance_staffuser mine
        JOIN compliance_staffuser every ON every.person_id = mine.person_id
        JOIN compliance_roleassignment a ON a.staff_id = every.id AND a.ended_at IS NULL
        JOIN auth_group held ON held.id = a.role_id
        JOIN auth_group wanted ON wanted.id = NEW.role_id
        JOIN compliance_roleexclusion x
            ON (x.role = held.name AND x.other = wanted.name)
            OR (x.role = wanted.name AND x.other = held.name)
        WHERE mine.id = NEW.staff_id LIMIT 1;
    IF clash IS NOT NULL THEN
        RAISE EXCEPTION 'role excludes role "%" held by the same person', clash
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roleassignment_compatible';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS: Triggers = {
    "compliance_staffuser": [
        (
            "staffuser_machine_cannot_log_in",
            "BEFORE INSERT OR UPDATE",
            "heyan_machine_has_no_login()",
            False,
        ),
    ],
    "compliance_roleassignment": [
        (
            "roleassignment_compatible",
            "BEFORE INSERT OR UPDATE",
            "heyan_roles_compatible()",
            False,
        ),
    ],
}

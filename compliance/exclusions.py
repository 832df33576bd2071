"""Who may not hold a work item or act in a matter, in the words of the database."""

# True where nothing keeps the person from the item: they neither keep out of its matter nor took
# part in it on another side, and where a verdict is waited for they neither proposed nor spoke.
# Scalar subqueries in one CASE: the planner asks them item by item in the order of the index; as
# joins it would answer them for a whole queue to find its first item.
MAY_HOLD = """
CASE
    WHEN %(item)s.matter_id IS NULL THEN
        (SELECT count(*) FROM compliance_recusal r
         WHERE r.person_id = %(person)s AND r.work_item_id = %(item)s.id) < 1
    ELSE
        (SELECT count(*) FROM compliance_recusal r
         WHERE r.person_id = %(person)s AND r.matter_id = %(item)s.matter_id) < 1
        AND %(item)s.side IN ('', coalesce(
            (SELECT p.side FROM compliance_participation p
             WHERE p.matter_id = %(item)s.matter_id AND p.person_id = %(person)s), %(item)s.side))
        AND (%(item)s.proposal_id IS NULL OR (
            (SELECT q.proposer_id FROM compliance_proposal q
             WHERE q.id = %(item)s.proposal_id) <> %(person)s
            AND (SELECT count(*) FROM compliance_approval a
                 WHERE a.proposal_id = %(item)s.proposal_id AND a.approver_id = %(person)s) < 1))
END
"""


def may_hold(person: str, item: str = "w") -> str:
    """Return the condition under which `person` (an expression) may hold `item` (an alias)."""
    return MAY_HOLD % {"person": person, "item": item}


EXCLUSION_FUNCTIONS = f"""
-- A fence never falls, it rises when an item changes hands, and nobody gets an item who is kept from
-- its matter.
CREATE OR REPLACE FUNCTION heyan_lease_is_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_hold boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.work_item_id <> OLD.work_item_id OR NEW.fence < OLD.fence
                OR (NEW.holder_id <> OLD.holder_id AND NEW.fence = OLD.fence) THEN
            RAISE EXCEPTION 'the fence of item % must rise from %', OLD.work_item_id, OLD.fence
                USING ERRCODE = 'check_violation', CONSTRAINT = 'lease_fence_rises';
        END IF;
        IF NEW.holder_id = OLD.holder_id AND NEW.until <= OLD.until THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT {may_hold("NEW.holder_id")} INTO may_hold
        FROM compliance_workitem w WHERE w.id = NEW.work_item_id;
    IF NOT may_hold THEN
        RAISE EXCEPTION 'person % is kept from item %', NEW.holder_id, NEW.work_item_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lease_holder_not_excluded';
    END IF;
    RETURN NULL;
END $$;

-- Whoever recuses themself lets go at once. The items first and the matter second, as all who
-- decide lock them; whoever claims or acts at this moment is waited for, or finds the recusal.
CREATE OR REPLACE FUNCTION heyan_recusal_locks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_workitem w
        WHERE w.closed_at IS NULL AND (w.id = NEW.work_item_id OR w.matter_id = NEW.matter_id)
        ORDER BY w.id FOR UPDATE;
    PERFORM 1 FROM compliance_matter WHERE id = NEW.matter_id FOR UPDATE;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION heyan_recusal_lets_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE compliance_lease l SET until = now(), fence = fence + 1
        FROM compliance_workitem w
        WHERE w.id = l.work_item_id AND l.holder_id = NEW.person_id AND w.closed_at IS NULL
          AND l.until > now() AND (w.id = NEW.work_item_id OR w.matter_id = NEW.matter_id);
    RETURN NULL;
END $$;

-- Nobody acts in a matter that they keep out of.
CREATE OR REPLACE FUNCTION heyan_not_recused() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who bigint;
BEGIN
    IF TG_TABLE_NAME = 'compliance_participation' THEN
        who := NEW.person_id;
    ELSIF TG_TABLE_NAME = 'compliance_proposal' THEN
        who := NEW.proposer_id;
    ELSE
        who := NEW.approver_id;
    END IF;
    -- The lock for which a recusal waits, and which waits for it: so one of the two is seen.
    PERFORM 1 FROM compliance_matter WHERE id = NEW.matter_id FOR KEY SHARE;
    PERFORM 1 FROM compliance_recusal WHERE matter_id = NEW.matter_id AND person_id = who;
    IF FOUND THEN
        RAISE EXCEPTION 'person % keeps out of matter %', who, NEW.matter_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'not_recused';
    END IF;
    RETURN NEW;
END $$;

-- A role of a person who could be given none of the roles that carry a permission, or nothing.
CREATE OR REPLACE FUNCTION heyan_role_against(who bigint, wanted text) RETURNS text
LANGUAGE sql STABLE AS $$
    WITH held AS (
        SELECT g.name FROM compliance_staffuser s
        JOIN compliance_roleassignment a ON a.staff_id = s.id AND a.ended_at IS NULL
        JOIN auth_group g ON g.id = a.role_id
        WHERE s.person_id = who
    ), carrier AS (
        SELECT g.name FROM auth_group g
        JOIN auth_group_permissions gp ON gp.group_id = g.id
        JOIN auth_permission p ON p.id = gp.permission_id
        JOIN django_content_type t ON t.id = p.content_type_id
        WHERE t.app_label || '.' || p.codename = wanted
    )
    SELECT held.name FROM held WHERE NOT EXISTS (
        SELECT 1 FROM carrier WHERE NOT EXISTS (
            SELECT 1 FROM held h JOIN compliance_roleexclusion x
                ON (x.role = h.name AND x.other = carrier.name)
                OR (x.other = h.name AND x.role = carrier.name)))
    LIMIT 1
$$;

CREATE OR REPLACE FUNCTION heyan_deputy_is_compatible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    clash text := heyan_role_against(NEW.deputy_id, NEW.permission);
BEGIN
    PERFORM 1 FROM compliance_person WHERE number = NEW.deputy_id AND is_system;
    IF FOUND OR clash IS NOT NULL THEN
        RAISE EXCEPTION 'a holder of role "%" cannot stand in', coalesce(clash, 'system')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_compatible';
    END IF;
    RETURN NEW;
END $$;

-- Whoever approves as deputy was named for this approval, by somebody independent of it, and the
-- time has neither run out nor been cut short.
CREATE OR REPLACE FUNCTION heyan_deputy_is_valid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.as_deputy_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM compliance_deputy d
        JOIN compliance_approvalslot s
            ON s.proposal_id = NEW.proposal_id AND s.number = NEW.slot
            AND s.permission = d.permission
        WHERE d.id = NEW.as_deputy_id AND (d.matter_id IS NULL OR d.matter_id = NEW.matter_id)
          AND d.ended_at IS NULL
          AND d.valid_from <= clock_timestamp() AND d.valid_until > clock_timestamp()
          AND d.given_by_id <> NEW.proposer_id
          AND NOT EXISTS (
              SELECT 1 FROM compliance_participation p
              WHERE p.matter_id = NEW.matter_id AND p.person_id = d.given_by_id
                AND p.side <> NEW.approver_side)
          AND heyan_role_against(NEW.approver_id, d.permission) IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'person % is no deputy for proposal %', NEW.approver_id, NEW.proposal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_deputy_valid';
    END IF;
    RETURN NEW;
END $$;

-- Which proposals wait. The running product reads it; only these two write it.
CREATE OR REPLACE FUNCTION heyan_mark_open() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'compliance_proposal' THEN
        INSERT INTO public.compliance_openproposal (proposal_id) VALUES (NEW.id);
    ELSE
        DELETE FROM public.compliance_openproposal WHERE proposal_id = NEW.proposal_id;
    END IF;
    RETURN NULL;
END $$;
"""  # noqa: S608  # only the condition above is put in

EXCLUSION_TRIGGERS: dict[str, list[tuple[str, str, str]]] = {
    "compliance_lease": [("lease_lawful", "AFTER INSERT OR UPDATE", "heyan_lease_is_lawful()")],
    "compliance_recusal": [
        ("recusal_locks", "BEFORE INSERT", "heyan_recusal_locks()"),
        ("recusal_lets_go", "AFTER INSERT", "heyan_recusal_lets_go()"),
    ],
    "compliance_participation": [("not_recused", "BEFORE INSERT", "heyan_not_recused()")],
    "compliance_proposal": [
        ("not_recused", "BEFORE INSERT", "heyan_not_recused()"),
        ("mark_open", "AFTER INSERT", "heyan_mark_open()"),
    ],
    "compliance_approval": [
        ("not_recused", "BEFORE INSERT", "heyan_not_recused()"),
        ("deputy_valid", "BEFORE INSERT", "heyan_deputy_is_valid()"),
    ],
    "compliance_proposaloutcome": [("mark_open", "AFTER INSERT", "heyan_mark_open()")],
    "compliance_deputy": [
        ("deputy_compatible", "BEFORE INSERT OR UPDATE", "heyan_deputy_is_compatible()")
    ],
}

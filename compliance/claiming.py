"""The statement by which the next item of a queue is claimed, and the function that holds it."""

from compliance.exclusions import may_hold

# One statement chooses and leases, so that two claims at once cannot both believe an item free:
# what the person holds already, else the next that nobody holds and that was not passed over. A
# claim that began before another one's commit may choose the item that was just leased; the
# conflict clause then takes nothing, the row says so, and the caller asks again.
CLAIM_NEXT = """
WITH mine AS (
    -- From the person's leases to the items, one by one (what OFFSET 0 holds the planner to): the
    -- other way round it would walk a long queue to find that the person holds nothing of it.
    SELECT w.id FROM compliance_lease l
    JOIN LATERAL (
        SELECT i.* FROM compliance_workitem i WHERE i.id = l.work_item_id OFFSET 0
    ) w ON w.queue = %(queue)s AND w.closed_at IS NULL
    WHERE l.holder_id = %(person)s AND l.until > statement_timestamp()
    ORDER BY w.due_at, w.weight DESC, w.id
    LIMIT 1
), free AS (
    SELECT w.id FROM compliance_workitem w
    WHERE w.queue = %(queue)s AND w.closed_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM mine)
      -- Scalar subqueries are asked item by item in the order of the index; a join would be
      -- planned over the whole queue to find its first row. Compared as instants and not with IS
      -- NULL, which the planner takes for so rare that it would sort the queue first.
      AND coalesce((SELECT l.until FROM compliance_lease l WHERE l.work_item_id = w.id),
                   '-infinity') <= statement_timestamp()
      AND coalesce((SELECT max(s.until) FROM compliance_skip s
                    WHERE s.work_item_id = w.id AND s.person_id = %(person)s),
                   '-infinity') <= statement_timestamp()
      AND %(may_hold)s
    ORDER BY w.due_at, w.weight DESC, w.id
    FOR UPDATE OF w SKIP LOCKED
    LIMIT 1
), chosen AS (
    SELECT id FROM mine UNION ALL SELECT id FROM free
), taken AS (
    INSERT INTO compliance_lease AS held (work_item_id, holder_id, until, fence)
    SELECT id, %(person)s, statement_timestamp() + make_interval(secs => %(seconds)s), 1
    FROM chosen
    ON CONFLICT (work_item_id) DO UPDATE
        SET holder_id = EXCLUDED.holder_id,
            until = EXCLUDED.until,
            fence = held.fence + (held.until <= statement_timestamp())::int
        WHERE held.until <= statement_timestamp() OR held.holder_id = EXCLUDED.holder_id
    RETURNING work_item_id, holder_id, until, fence
)
SELECT taken.* FROM chosen LEFT JOIN taken ON taken.work_item_id = chosen.id
"""

# Planning the statement takes longer than carrying it out; inside a function the database plans it
# once a session, whatever stands between the session and us.
CLAIM_FUNCTION = f"""
CREATE OR REPLACE FUNCTION heyan_claim_next(queue_code text, person bigint, lease_seconds float8)
RETURNS TABLE (work_item_id bigint, holder_id bigint, until timestamptz, fence bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY {
    CLAIM_NEXT
    % {
        "queue": "queue_code",
        "person": "person",
        "seconds": "lease_seconds",
        "may_hold": may_hold("person"),
    }
};
END $$;
"""

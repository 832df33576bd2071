"""
What R06 reads: which appeal counts in which figure, and the same counted another way.

That whoever heard an appeal had no part in what was decided is looked up anew for each: in the
participations of the matter, the proposal and its approvals.
"""

from typing import Final

ROWS_SQL: Final = """
WITH late AS MATERIALIZED (
       SELECT k.id AS clock_id, b.due_at, k.stopped_at
         FROM compliance_clockbreach b
         JOIN compliance_clock k ON k.id = b.clock_id
        WHERE b.due_at < %(end)s
          AND (b.due_at >= %(start)s OR k.stopped_at IS NULL OR k.stopped_at >= %(end)s)
       UNION
       SELECT k.id, k.due_at, k.stopped_at
         FROM compliance_clock k
        WHERE k.state = 'running' AND NOT k.is_window AND k.due_at < least(%(end)s, now())),
     counted AS MATERIALIZED (
       SELECT a.*, r.outcome, r.ground AS changed, r.at AS ruled_at, r.person_id,
              ka.stopped_at AS accepted_by, kd.stopped_at AS decided_by,
              EXISTS (SELECT FROM late l WHERE l.clock_id = a.acceptance_clock_id
                         AND l.due_at >= %(start)s) AS late_accept,
              EXISTS (SELECT FROM late l WHERE l.clock_id = a.decision_clock_id
                         AND l.due_at >= %(start)s) AS late_decide,
              EXISTS (SELECT FROM late l
                       WHERE l.clock_id IN (a.acceptance_clock_id, a.decision_clock_id)
                         AND (l.stopped_at IS NULL OR l.stopped_at >= %(end)s)) AS late_open
         FROM enforcement_appeal a
         JOIN compliance_clock ka ON ka.id = a.acceptance_clock_id
         LEFT JOIN compliance_clock kd ON kd.id = a.decision_clock_id
         LEFT JOIN enforcement_appealruling r ON r.appeal_id = a.id
        WHERE a.filed_at < %(end)s
          AND (a.ended_at IS NULL OR a.ended_at >= %(start)s
               OR a.acceptance_clock_id IN (SELECT clock_id FROM late)
               OR a.decision_clock_id IN (SELECT clock_id FROM late))),
     told AS (
       SELECT c.*,
              c.filed_at >= %(start)s AS is_filed,
              c.taken_up_at >= %(start)s AND c.taken_up_at < %(end)s AS is_taken_up,
              c.ruled_at >= %(start)s AND c.ruled_at < %(end)s AS is_ruled,
              c.ended_at >= %(start)s AND c.ended_at < %(end)s AS is_ended,
              NOT EXISTS (
              SELECT FROM (
                     SELECT c.handler_id AS person_id
                     UNION SELECT c.person_id
                     UNION SELECT q.asked_by_id FROM enforcement_appealquestion q
                            WHERE q.appeal_id = c.id
                     UNION SELECT m.mediator_id FROM enforcement_appealmediation m
                            WHERE m.appeal_id = c.id) h
               WHERE h.person_id IS NOT NULL
                 AND (h.person_id = c.proposer_id
                      OR EXISTS (SELECT FROM compliance_approval v
                                  WHERE v.proposal_id = c.proposal_id
                                    AND v.approver_id = h.person_id)
                      OR NOT EXISTS (SELECT FROM compliance_participation p
                                      WHERE p.matter_id = c.matter_id
                                        AND p.person_id = h.person_id
                                        AND p.side = c.hearing_side)
                      OR EXISTS (SELECT FROM compliance_participation p
                                  WHERE p.matter_id = c.matter_id AND p.person_id = h.person_id
                                    AND p.side <> c.hearing_side))) AS is_independent
         FROM counted c)
SELECT t.id,
       (SELECT string_agg(coalesce(y.number, m.measure), ';' ORDER BY y.number, m.id)
          FROM enforcement_measure m
          LEFT JOIN enforcement_measuretype y
            ON y.version_id = v.version_id AND y.measure = m.measure
         WHERE m.decision_id = t.decision_id),
       v.code,
       array_remove(ARRAY[
              CASE WHEN t.is_filed THEN 'filed' END,
              CASE WHEN t.is_filed AND t.level = 2 THEN 'second_level' END,
              CASE WHEN t.is_taken_up AND t.decision_clock_id IS NOT NULL THEN 'accepted' END,
              CASE WHEN t.is_taken_up AND t.status = 'refused' THEN 'refused' END,
              CASE WHEN t.is_taken_up AND t.status = 'refused' THEN 'refused_' || t.refusal END,
              CASE WHEN t.is_taken_up THEN 'checked' END,
              CASE WHEN t.is_taken_up AND t.is_independent THEN 'independent' END,
              CASE WHEN t.is_ruled THEN t.outcome END,
              CASE WHEN t.is_ruled AND t.changed <> '' THEN 'changed_' || t.changed END,
              CASE WHEN t.is_ended AND t.status = 'withdrawn' THEN 'withdrawn' END,
              CASE WHEN t.late_accept THEN 'late_accept' END,
              CASE WHEN t.late_decide THEN 'late_decide' END,
              CASE WHEN t.late_accept OR t.late_decide THEN 'late' END,
              CASE WHEN t.late_open THEN 'late_open' END]::text[], NULL),
       CASE WHEN t.is_ruled AND t.outcome <> 'confirmed' THEN (
            SELECT coalesce(sum(e.points), 0) FROM enforcement_creditentry e
             WHERE e.decision_id = t.decision_id AND e.kind = 'reverse'
               AND e.at >= t.filed_at AND e.at <= t.ended_at) ELSE 0 END,
       CASE WHEN t.is_taken_up AND t.decision_clock_id IS NOT NULL THEN (
            SELECT sum(extract(epoch FROM s.until - s.at)) / 3600
              FROM (SELECT e.state, e.at, lead(e.at) OVER (ORDER BY e.number) AS until
                      FROM compliance_clockevent e WHERE e.clock_id = t.acceptance_clock_id) s
             WHERE s.state = 'running') END,
       CASE WHEN t.is_ruled THEN (
            SELECT sum(extract(epoch FROM s.until - s.at)) / 3600
              FROM (SELECT e.state, e.at, lead(e.at) OVER (ORDER BY e.number) AS until
                      FROM compliance_clockevent e WHERE e.clock_id = t.decision_clock_id) s
             WHERE s.state = 'running') END
  FROM told t
  JOIN enforcement_decision d ON d.id = t.decision_id
  JOIN enforcement_violationtype v ON v.id = d.violation_type_id
 WHERE t.is_filed OR t.is_taken_up OR t.is_ruled OR t.is_ended OR t.late_accept OR t.late_decide
    OR t.late_open
 ORDER BY t.id
"""

COUNTS_SQL: Final = """
WITH clocks AS (
       SELECT id, acceptance_clock_id AS clock_id FROM enforcement_appeal
       UNION ALL
       SELECT id, decision_clock_id FROM enforcement_appeal WHERE decision_clock_id IS NOT NULL),
     missed AS MATERIALIZED (
       SELECT o.id, b.due_at, k.stopped_at FROM clocks o
         JOIN compliance_clockbreach b USING (clock_id)
         JOIN compliance_clock k ON k.id = o.clock_id
       UNION ALL
       SELECT o.id, k.due_at, NULL FROM clocks o
         JOIN compliance_clock k ON k.id = o.clock_id
        WHERE k.state = 'running' AND k.due_at < now())
SELECT 'filed', v.code, count(*)
  FROM enforcement_appeal a
  JOIN enforcement_decision d ON d.id = a.decision_id
  JOIN enforcement_violationtype v ON v.id = d.violation_type_id
 WHERE a.filed_at >= %(start)s AND a.filed_at < %(end)s GROUP BY v.code
UNION ALL
SELECT 'filed', 'total', count(*) FROM enforcement_appeal
 WHERE filed_at >= %(start)s AND filed_at < %(end)s
UNION ALL
SELECT CASE WHEN refusal = '' THEN 'accepted' ELSE 'refused' END, 'total', count(*)
  FROM enforcement_appeal
 WHERE handler_id IS NOT NULL AND taken_up_at >= %(start)s AND taken_up_at < %(end)s GROUP BY 1
UNION ALL
SELECT outcome, 'total', count(*) FROM enforcement_appealruling
 WHERE at >= %(start)s AND at < %(end)s GROUP BY outcome
UNION ALL
SELECT 'independent', 'total', count(*) FROM enforcement_appeal a
  JOIN compliance_participation p
    ON p.matter_id = a.matter_id AND p.person_id = a.handler_id AND p.side = a.hearing_side
 WHERE a.taken_up_at >= %(start)s AND a.taken_up_at < %(end)s
   AND p.side IN ('appeal', 'second_appeal')
   AND a.handler_id <> ALL (
       SELECT approver_id FROM compliance_approval WHERE proposal_id = a.proposal_id
       UNION SELECT a.proposer_id)
UNION ALL
SELECT 'late', 'total', count(DISTINCT id) FROM missed
 WHERE due_at >= %(start)s AND due_at < %(end)s
UNION ALL
SELECT 'late_open', 'total', count(DISTINCT id) FROM missed
 WHERE due_at < %(end)s AND (stopped_at IS NULL OR stopped_at >= %(end)s)
"""

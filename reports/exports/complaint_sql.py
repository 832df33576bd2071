"""
What R05 reads: which complaint counts in which figure, and the same counted another way.

The first statement goes by the history of complaints, which is only ever added to, and by the
clocks that any version of a complaint ever had; the second by the complaints as they are.
"""

from typing import Final

# What was answered together and taken back before anybody was told is no step; and what an appeal
# has taken up again was decided, and told, when it was the first time. A step is late from the
# first breach on record, or at this moment where the alarm has not rung yet. "Late" is a limit that
# passed unmet in the period; "late_open" what was still not done at its end. The history is read a
# day around the period: it is written within the act, not at its instant.
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
     late_of AS (
       SELECT o.id, o.mark, l.due_at, l.stopped_at
         FROM late l
        CROSS JOIN LATERAL (
              SELECT h.id, 'late_acknowledge' AS mark FROM enforcement_historicalcomplaint h
               WHERE h.acknowledgement_clock_id = l.clock_id
              UNION
              SELECT h.id, 'late_accept' FROM enforcement_historicalcomplaint h
               WHERE h.acceptance_clock_id = l.clock_id
              UNION
              SELECT h.id, 'late_decide' FROM enforcement_historicalcomplaint h
               WHERE h.decision_clock_id = l.clock_id
              UNION
              SELECT h.id, 'late_feed_back' FROM enforcement_historicalcomplaint h
               WHERE h.feedback_clock_id = l.clock_id) o),
     standing AS (
       SELECT h.* FROM enforcement_historicalcomplaint h
        WHERE NOT EXISTS (
              SELECT FROM enforcement_complaintbatchitem i
                JOIN enforcement_complaintbatch b ON b.id = i.batch_id
               WHERE i.complaint_id = h.id AND h.history_date >= b.made_at
                 AND h.history_date < b.undone_at)),
     reached AS MATERIALIZED (
       SELECT h.id, h.status, h.refusal, h.outcome, h.is_abusive, h.acceptance_clock_id,
              h.feedback_clock_id,
              CASE h.status
                   WHEN 'accepted' THEN k.stopped_at
                   WHEN 'decided' THEN h.decided_at
                   WHEN 'fed_back' THEN h.fed_back_at
                   ELSE h.ended_at END AS at
         FROM standing h
         LEFT JOIN compliance_clock k ON k.id = h.acceptance_clock_id
        WHERE h.history_date >= %(start)s - interval '1 day'
          AND h.history_date < %(end)s + interval '1 day'
          AND h.status IN ('accepted', 'not_accepted', 'decided', 'fed_back', 'withdrawn')
          AND (h.status = 'withdrawn' OR NOT EXISTS (
              SELECT FROM standing p WHERE p.id = h.id AND p.status = h.status
                 AND p.history_id < h.history_id))),
     event AS (
       SELECT * FROM reached WHERE at >= %(start)s AND at < %(end)s),
     mark AS (
       SELECT c.id, 'received' AS mark FROM enforcement_complaint c
        WHERE c.received_at >= %(start)s AND c.received_at < %(end)s
       UNION
       SELECT e.id, m.mark
         FROM event e
        CROSS JOIN LATERAL unnest(CASE e.status
              WHEN 'accepted' THEN ARRAY['accepted']
              WHEN 'not_accepted' THEN ARRAY['refused', 'refused_' || e.refusal, 'told']
              WHEN 'decided' THEN ARRAY[e.outcome::text]
              WHEN 'fed_back' THEN ARRAY['told']
              ELSE ARRAY['withdrawn'] END) m(mark)
       UNION
       SELECT e.id, 'abusive' FROM event e
        WHERE e.is_abusive AND e.status IN ('not_accepted', 'decided')
       UNION
       SELECT o.id, m.mark FROM late_of o CROSS JOIN LATERAL (VALUES (o.mark), ('late')) m(mark)
        WHERE o.due_at >= %(start)s
       UNION
       SELECT o.id, 'late_open' FROM late_of o
        WHERE o.stopped_at IS NULL OR o.stopped_at >= %(end)s),
     ran AS (
       SELECT e.id, e.status,
              (SELECT sum(extract(epoch FROM s.until - s.at)) / 3600
                 FROM (SELECT v.state, v.at,
                              lead(v.at) OVER (PARTITION BY v.clock_id ORDER BY v.number) AS until
                         FROM compliance_clockevent v
                        WHERE v.clock_id IN (
                              SELECT CASE e.status
                                          WHEN 'accepted' THEN p.acceptance_clock_id
                                          WHEN 'decided' THEN p.decision_clock_id
                                          ELSE p.feedback_clock_id END
                                FROM enforcement_historicalcomplaint p WHERE p.id = e.id)) s
                WHERE s.state = 'running') AS hours
         FROM event e
        WHERE e.status IN ('accepted', 'decided', 'fed_back')),
     line AS (
       SELECT 'TS' AS prefix, c.id, ARRAY[c.kind::text] AS kinds, ARRAY[c.source::text] AS sources,
              m.marks, r.accept, r.decide, r.feed_back, NULL::text[] AS items
         FROM (SELECT id, array_agg(mark ORDER BY mark) AS marks FROM mark GROUP BY id) m
         JOIN enforcement_complaint c ON c.id = m.id
         LEFT JOIN (
              SELECT id, max(hours) FILTER (WHERE status = 'accepted') AS accept,
                     max(hours) FILTER (WHERE status = 'decided') AS decide,
                     max(hours) FILTER (WHERE status = 'fed_back') AS feed_back
                FROM ran GROUP BY id) r ON r.id = c.id
       UNION ALL
       SELECT 'CZ', d.id, b.kinds, b.sources, ARRAY['decisions'], NULL, NULL, NULL, taken.numbers
         FROM enforcement_decision d
        CROSS JOIN LATERAL (
              SELECT array_agg(g.kind::text) AS kinds, array_agg(g.source::text) AS sources
                FROM (SELECT DISTINCT c.kind, c.source FROM enforcement_complaint c
                       WHERE c.case_id = d.case_id) g) b
        CROSS JOIN LATERAL (
              SELECT array_agg(coalesce(t.number, m.measure) ORDER BY t.number, m.id) AS numbers
                FROM enforcement_measure m
                JOIN enforcement_violationtype v ON v.id = d.violation_type_id
                LEFT JOIN enforcement_measuretype t
                  ON t.version_id = v.version_id AND t.measure = m.measure
               WHERE m.decision_id = d.id) taken
        WHERE d.in_force_from >= %(start)s AND d.in_force_from < %(end)s
          AND d.status = ANY(%(taken)s) AND b.kinds IS NOT NULL)
SELECT * FROM line ORDER BY prefix DESC, id
"""

COUNTS_SQL: Final = """
WITH clocks AS (
       SELECT c.id, k.clock_id FROM enforcement_complaint c
        CROSS JOIN LATERAL (VALUES (c.acknowledgement_clock_id), (c.acceptance_clock_id),
              (c.decision_clock_id), (c.feedback_clock_id)) k(clock_id)
       UNION
       SELECT h.id, k.clock_id FROM enforcement_historicalcomplaint h
        CROSS JOIN LATERAL (VALUES (h.acceptance_clock_id), (h.decision_clock_id),
              (h.feedback_clock_id)) k(clock_id)),
     missed AS MATERIALIZED (
       SELECT o.id, b.due_at, k.stopped_at FROM clocks o
         JOIN compliance_clockbreach b USING (clock_id)
         JOIN compliance_clock k ON k.id = o.clock_id
       UNION ALL
       SELECT o.id, k.due_at, NULL FROM clocks o
         JOIN compliance_clock k ON k.id = o.clock_id
        WHERE k.state = 'running' AND k.due_at < now())
SELECT 'received', t.title, count(*)
  FROM enforcement_complaint c
  JOIN unnest(%(kind_codes)s::text[], %(kind_titles)s::text[]) t(code, title) ON t.code = c.kind
 WHERE c.received_at >= %(start)s AND c.received_at < %(end)s GROUP BY t.title
UNION ALL
SELECT 'received', 'total', count(*) FROM enforcement_complaint
 WHERE received_at >= %(start)s AND received_at < %(end)s
UNION ALL
SELECT 'accepted', 'total', count(*) FROM enforcement_complaint c
  JOIN LATERAL (
       SELECT min(k.stopped_at) AS at FROM enforcement_historicalcomplaint h
         JOIN compliance_clock k ON k.id = h.acceptance_clock_id
        WHERE h.id = c.id AND h.status = 'investigating'
          AND h.acceptance_clock_id = c.acceptance_clock_id) first ON true
 WHERE first.at >= %(start)s AND first.at < %(end)s
   AND NOT EXISTS (SELECT FROM enforcement_historicalcomplaint r
                    WHERE r.id = c.id AND r.status = 'not_accepted')
UNION ALL
SELECT 'refused', 'total', count(*)
  FROM (SELECT id, min(ended_at) AS at FROM enforcement_historicalcomplaint
         WHERE refusal <> '' GROUP BY id) first
 WHERE at >= %(start)s AND at < %(end)s
UNION ALL
SELECT outcome, 'total', count(*)
  FROM (SELECT DISTINCT ON (h.id) h.id, h.outcome, h.decided_at
          FROM enforcement_historicalcomplaint h
          JOIN enforcement_complaint c USING (id)
         WHERE h.outcome <> '' AND (h.decided_at = c.decided_at OR h.fed_back_at IS NOT NULL)
         ORDER BY h.id, h.decided_at) first
 WHERE decided_at >= %(start)s AND decided_at < %(end)s GROUP BY outcome
UNION ALL
SELECT 'told', 'total', count(DISTINCT id)
  FROM (SELECT id, min(ended_at) AS at FROM enforcement_historicalcomplaint
         WHERE refusal <> '' GROUP BY id
        UNION ALL
        SELECT id, min(fed_back_at) FROM enforcement_historicalcomplaint GROUP BY id) first
 WHERE at >= %(start)s AND at < %(end)s
UNION ALL
SELECT 'decisions', 'total', count(DISTINCT d.id) FROM enforcement_complaint c
  JOIN enforcement_decision d ON d.case_id = c.case_id
 WHERE d.in_force_from >= %(start)s AND d.in_force_from < %(end)s AND d.status = ANY(%(taken)s)
UNION ALL
SELECT 'late', 'total', count(DISTINCT id) FROM missed
 WHERE due_at >= %(start)s AND due_at < %(end)s
UNION ALL
SELECT 'late_open', 'total', count(DISTINCT id) FROM missed
 WHERE due_at < %(end)s AND (stopped_at IS NULL OR stopped_at >= %(end)s)
"""

-- means: The records of the trail are numbered without a gap, and its head names the last one.
-- source: reliability R9, D6
SELECT 'record ' || max(e.seq) AS place FROM audit_events e
HAVING count(*) <> max(e.seq) OR max(e.seq) <> (SELECT h.seq FROM audit_heads h WHERE h.id = 1)

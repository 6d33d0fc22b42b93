-- means: Nothing was submitted after its round had closed and the minutes of grace were over, unless it was re-opened until then, or
--   came on paper in time and was typed by the office.
-- source: reliability D3, R16 ("no submission after close")
SELECT 'application ' || a.reference || ', submission ' || s.number AS place
FROM submissions s JOIN applications a ON a.id = s.application_id JOIN rounds r ON r.id = a.round_id
WHERE {seconds:s.submitted_at} >= {seconds:r.closes_at} + 60 * r.grace_minutes
  AND NOT EXISTS (SELECT 1 FROM reopenings o
                  WHERE o.application_id = a.id AND o.until_at IS NOT NULL AND s.submitted_at < o.until_at)
  AND NOT EXISTS (SELECT 1 FROM office_entries e WHERE e.application_id = a.id AND e.received_at < r.closes_at)

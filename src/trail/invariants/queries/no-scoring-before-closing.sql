-- means: Nobody began to score before the round had closed.
-- source: reliability D3; issue 4.4 (independence)
SELECT 'score sheet ' || h.id AS place
FROM score_sheets h JOIN applications a ON a.id = h.application_id JOIN rounds r ON r.id = a.round_id
WHERE r.stage IN ('draft', 'published') OR h.created_at < r.closes_at

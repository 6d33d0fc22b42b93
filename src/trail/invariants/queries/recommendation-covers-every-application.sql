-- means: The recommendation that stands says something of every submitted application of its round.
-- source: SCORING "Offline ranking" (one entry per application)
SELECT 'application ' || a.reference AS place
FROM recommendations c JOIN applications a ON a.round_id = c.round_id AND a.stage = 'submitted'
WHERE c.superseded_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM recommended_outcomes o WHERE o.recommendation_id = c.id AND o.application_id = a.id)

-- means: Every application that is recommended on has a closed moderation.
-- source: SCORING P2, P8
SELECT 'application ' || a.reference AS place
FROM recommended_outcomes o JOIN recommendations c ON c.id = o.recommendation_id AND c.superseded_at IS NULL
JOIN applications a ON a.id = o.application_id AND a.round_id = c.round_id
WHERE NOT EXISTS (SELECT 1 FROM moderations m WHERE m.application_id = a.id AND m.stage = 'closed')

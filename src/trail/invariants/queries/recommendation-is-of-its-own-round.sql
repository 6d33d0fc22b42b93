-- means: A recommendation speaks of applications of its own round alone.
-- source: SCORING P12
SELECT 'application ' || a.reference AS place
FROM recommended_outcomes o JOIN recommendations c ON c.id = o.recommendation_id
JOIN applications a ON a.id = o.application_id
WHERE a.round_id <> c.round_id

-- means: Every recommendation is in the trail.
-- source: reliability D6; SCORING P12
SELECT 'recommendation ' || c.id AS place FROM recommendations c
WHERE NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'recommendation_made' AND e.round_id = c.round_id
                    AND e.data LIKE '%"recommendation":' || c.id || ',%')

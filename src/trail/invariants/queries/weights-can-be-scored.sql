-- means: No weight is negative, and the weights of a round are not all nought.
-- source: SCORING P1
SELECT 'round ' || r.reference || ', definition ' || d.version AS place
FROM round_definitions d JOIN rounds r ON r.id = d.round_id
CROSS JOIN {elements}(json(d.document) -> 'criteria') c
GROUP BY r.reference, d.version
HAVING min(CAST(c.value ->> 'weight' AS NUMERIC)) < 0 OR sum(CAST(c.value ->> 'weight' AS NUMERIC)) <= 0

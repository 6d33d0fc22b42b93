-- means: No two criteria of a round have the same code, so that every mark belongs to one criterion.
-- source: SCORING P1, "Offline ranking"
SELECT 'round ' || r.reference || ', definition ' || d.version || ', criterion ' || (c.value ->> 'code') AS place
FROM round_definitions d JOIN rounds r ON r.id = d.round_id
CROSS JOIN {elements}(json(d.document) -> 'criteria') c
GROUP BY r.reference, d.version, c.value ->> 'code' HAVING count(*) > 1

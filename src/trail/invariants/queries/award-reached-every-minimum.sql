-- means: Every application with an award reached the minimum of every criterion.
-- source: SCORING P3, P4
SELECT 'application ' || a.reference || ', criterion ' || g.criterion AS place
FROM recommended_outcomes o JOIN recommendations c ON c.id = o.recommendation_id AND c.superseded_at IS NULL
JOIN applications a ON a.id = o.application_id
JOIN round_definitions d ON d.round_id = c.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = c.round_id)
CROSS JOIN {elements}(json(d.document) -> 'criteria') t
JOIN moderations m ON m.application_id = a.id
JOIN agreed_marks g ON g.moderation_id = m.id AND g.criterion = t.value ->> 'code'
WHERE o.outcome IN ('award', 'partial') AND g.mark < CAST(t.value ->> 'minimum' AS INTEGER)

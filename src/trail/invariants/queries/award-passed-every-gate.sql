-- means: Every application with an award passed every gate of its round.
-- source: SCORING P4
SELECT 'application ' || a.reference || ', gate ' || (t.value ->> 'code') AS place
FROM recommended_outcomes o JOIN recommendations c ON c.id = o.recommendation_id AND c.superseded_at IS NULL
JOIN applications a ON a.id = o.application_id
JOIN round_definitions d ON d.round_id = c.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = c.round_id)
CROSS JOIN {elements}(json(d.document) -> 'gates') t
WHERE o.outcome IN ('award', 'partial')
  AND NOT EXISTS (SELECT 1 FROM gate_checks g WHERE g.application_id = a.id AND g.gate = t.value ->> 'code'
                    AND g.outcome IN ('met', 'met_with_condition', 'not_applicable'))

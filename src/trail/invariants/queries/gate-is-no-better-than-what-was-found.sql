-- means: A gate of which the newest finding of an item is "not met" does not pass.
-- source: SCORING P4
SELECT 'application ' || a.reference || ', gate ' || g.gate || ', item ' || f.item AS place
FROM gate_checks g JOIN applications a ON a.id = g.application_id
JOIN gate_findings f ON f.application_id = g.application_id AND f.gate = g.gate
  AND f.id = (SELECT max(x.id) FROM gate_findings x
              WHERE x.application_id = f.application_id AND x.gate = f.gate AND x.item = f.item)
WHERE f.outcome = 'not_met' AND g.outcome IN ('met', 'met_with_condition', 'not_applicable')

-- means: Every check is of a gate that the round has.
-- source: SCORING P4, P11
SELECT 'application ' || a.reference || ', gate ' || g.gate AS place
FROM gate_checks g JOIN applications a ON a.id = g.application_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE NOT EXISTS (SELECT 1 FROM {elements}(json(d.document) -> 'gates') c WHERE c.value ->> 'code' = g.gate)

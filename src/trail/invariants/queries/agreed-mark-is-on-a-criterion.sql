-- means: Every mark that the panel agreed is on a criterion that its round has.
-- source: SCORING P2, P11
SELECT 'application ' || a.reference || ', criterion ' || g.criterion AS place
FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id JOIN applications a ON a.id = m.application_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE NOT EXISTS (SELECT 1 FROM {elements}(json(d.document) -> 'criteria') c WHERE c.value ->> 'code' = g.criterion)

-- means: Every mark that the panel agreed is a whole number on the scale of its round.
-- source: SCORING P2
SELECT 'application ' || a.reference || ', criterion ' || g.criterion AS place
FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id JOIN applications a ON a.id = m.application_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE g.mark < CAST(json(d.document) -> 'scale' ->> 'min' AS INTEGER)
   OR g.mark > CAST(json(d.document) -> 'scale' ->> 'max' AS INTEGER)

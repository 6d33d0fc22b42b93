-- means: Every independent mark is a whole number on the scale of its round.
-- source: SCORING P1
SELECT 'score sheet ' || h.id || ', criterion ' || m.criterion AS place
FROM sheet_marks m JOIN score_sheets h ON h.id = m.sheet_id JOIN applications a ON a.id = h.application_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE m.mark < CAST(json(d.document) -> 'scale' ->> 'min' AS INTEGER)
   OR m.mark > CAST(json(d.document) -> 'scale' ->> 'max' AS INTEGER)

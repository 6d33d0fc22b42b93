-- means: Every independent mark is on a criterion that its round has.
-- source: SCORING P1, P11
SELECT 'score sheet ' || h.id || ', criterion ' || m.criterion AS place
FROM sheet_marks m JOIN score_sheets h ON h.id = m.sheet_id JOIN applications a ON a.id = h.application_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE NOT EXISTS (SELECT 1 FROM {elements}(json(d.document) -> 'criteria') c WHERE c.value ->> 'code' = m.criterion)

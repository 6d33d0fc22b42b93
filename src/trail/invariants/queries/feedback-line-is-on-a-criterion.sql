-- means: Every point of feedback is on a criterion that the round of its application has.
-- source: issue 5.8
SELECT 'feedback on application ' || a.reference || ', version ' || f.version || ', criterion ' || n.criterion AS place
FROM feedback_lines n JOIN feedback_versions f ON f.id = n.feedback_id JOIN applications a ON a.id = f.application_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE NOT EXISTS (SELECT 1 FROM {elements}(json(d.document) -> 'criteria') c WHERE c.value ->> 'code' = n.criterion)

-- means: When a round is over, feedback that was accepted says at least one strength, and what would have been stronger on every criterion below the top mark.
-- source: issue 5.1, 5.8
SELECT 'feedback on application ' || a.reference || ', version ' || f.version AS place
FROM feedback_readings r JOIN feedback_versions f ON f.id = r.feedback_id JOIN applications a ON a.id = f.application_id
JOIN rounds o ON o.id = a.round_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE r.verdict = 'accepted' AND o.stage = 'issued' AND a.stage = 'submitted'
  AND f.version = (SELECT max(x.version) FROM feedback_versions x WHERE x.application_id = a.id)
  AND (NOT EXISTS (SELECT 1 FROM feedback_lines n WHERE n.feedback_id = f.id AND n.kind = 'strength')
    OR EXISTS (SELECT 1 FROM {elements}(json(d.document) -> 'criteria') c
               WHERE NOT EXISTS (SELECT 1 FROM feedback_lines n WHERE n.feedback_id = f.id AND n.kind = 'improvement'
                                   AND n.criterion = c.value ->> 'code')
                 AND NOT EXISTS (SELECT 1 FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id
                                 WHERE m.application_id = a.id AND g.criterion = c.value ->> 'code'
                                   AND g.mark >= CAST(json(d.document) -> 'scale' ->> 'max' AS INTEGER))))

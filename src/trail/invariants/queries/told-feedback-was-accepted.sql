-- means: An issued letter with feedback says, word for word, a version that a second reader had accepted before it was issued.
-- source: issue 5.8 (letters from before feedback was kept apart have no version beside them)
SELECT 'letter ' || s.reference AS place
FROM (SELECT l.reference, l.application_id, l.data, l.issued_at FROM letters l WHERE l.kind = 'feedback' AND l.stage = 'issued'
      UNION ALL
      SELECT k.reference, l.application_id, k.data, k.issued_at FROM letter_corrections k JOIN letters l ON l.id = k.letter_id
      WHERE l.kind = 'feedback' AND k.stage = 'issued') s
WHERE EXISTS (SELECT 1 FROM feedback_versions f WHERE f.application_id = s.application_id)
  AND NOT EXISTS (
    SELECT 1 FROM feedback_versions f JOIN feedback_readings r ON r.feedback_id = f.id
    WHERE f.application_id = s.application_id AND r.verdict = 'accepted' AND r.read_at <= s.issued_at
      AND (SELECT count(*) FROM feedback_lines n WHERE n.feedback_id = f.id)
        = (SELECT sum(json_array_length(c.value -> 'strengths') + json_array_length(c.value -> 'improvements'))
           FROM {elements}(json(s.data) -> 'criteria') c)
      AND NOT EXISTS (
        SELECT 1 FROM feedback_lines n
        WHERE n.feedback_id = f.id
          AND NOT EXISTS (
            SELECT 1 FROM {elements}(json(s.data) -> 'criteria') c
            WHERE n.text = c.value -> (CASE WHEN n.kind = 'strength' THEN 'strengths' ELSE 'improvements' END)
              ->> CAST((SELECT count(*) FROM feedback_lines b WHERE b.feedback_id = n.feedback_id AND b.criterion = n.criterion
                          AND b.kind = n.kind AND b.place < n.place) AS INTEGER))))

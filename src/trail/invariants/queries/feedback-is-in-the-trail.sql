-- means: Every version of the feedback is in the trail, and so is what its second reader said.
-- source: reliability D6; issue 5.8
SELECT 'feedback on application ' || a.reference || ', version ' || f.version AS place
FROM feedback_versions f JOIN applications a ON a.id = f.application_id LEFT JOIN feedback_readings r ON r.feedback_id = f.id
WHERE NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'feedback_saved' AND e.application_id = f.application_id
                    AND (e.data LIKE '%"version":' || f.version || '}' OR e.data LIKE '%"version":' || f.version || ',%'))
   OR (r.id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM audit_events e
                     WHERE e.kind = CASE r.verdict WHEN 'accepted' THEN 'feedback_accepted' ELSE 'feedback_returned' END
                       AND e.application_id = f.application_id AND (e.data LIKE '%"version":' || f.version || '}' OR e.data LIKE '%"version":' || f.version || ',%')))

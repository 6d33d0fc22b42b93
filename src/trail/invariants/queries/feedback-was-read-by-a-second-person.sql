-- means: Feedback was read, after it was saved, by somebody else than who saved it; what was accepted had no faults.
-- source: issue 5.8
SELECT 'feedback on application ' || a.reference || ', version ' || f.version AS place
FROM feedback_readings r JOIN feedback_versions f ON f.id = r.feedback_id JOIN applications a ON a.id = f.application_id
WHERE r.read_by = f.saved_by OR r.read_at < f.saved_at OR (r.verdict = 'accepted' AND f.faults > 0)

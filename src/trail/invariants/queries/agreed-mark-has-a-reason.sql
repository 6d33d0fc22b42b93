-- means: Every mark that the panel agreed has its reason.
-- source: SCORING P2
SELECT 'application ' || a.reference || ', criterion ' || g.criterion AS place
FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id JOIN applications a ON a.id = m.application_id
WHERE g.mark IS NOT NULL AND trim(g.reason) = ''

-- means: What the panel agreed did not change after the recommendation that stands was made.
-- source: SCORING P11, P12
SELECT 'application ' || a.reference || ', criterion ' || g.criterion AS place
FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id JOIN applications a ON a.id = m.application_id
JOIN recommendations c ON c.round_id = a.round_id AND c.superseded_at IS NULL
WHERE g.saved_at > c.made_at

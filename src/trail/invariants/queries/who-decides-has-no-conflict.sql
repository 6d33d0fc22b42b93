-- means: Neither who signed a decision nor who made its recommendation had declared a conflict of interest in the round.
-- source: issue 4.2 (the conflicted person, officers too)
SELECT 'decision ' || s.reference || ', account ' || x.account_id AS place
FROM decisions s JOIN recommendations c ON c.id = s.recommendation_id
JOIN applications a ON a.round_id = s.round_id
JOIN assignments x ON x.application_id = a.id AND x.stage = 'conflicted' AND x.account_id IN (s.signed_by, c.made_by)

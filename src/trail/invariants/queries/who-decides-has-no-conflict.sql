-- means: Neither who signed a decision nor who made its recommendation had a conflict of interest on record in the round by then.
-- source: issue 4.2 (the conflicted person, officers too)
SELECT 'decision ' || s.reference || ', account ' || k.account_id AS place
FROM decisions s JOIN recommendations c ON c.id = s.recommendation_id
JOIN applications a ON a.round_id = s.round_id
JOIN conflicts k ON k.application_id = a.id AND k.account_id IN (s.signed_by, c.made_by)
WHERE (k.declared = 'conflict' AND k.declared_at <= s.signed_at) OR (k.ruling = 'pinned' AND k.ruled_at <= s.signed_at)

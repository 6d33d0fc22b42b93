-- means: No letter was issued before the decision was signed.
-- source: reliability D7
SELECT 'letter ' || l.reference AS place
FROM letters l JOIN applications a ON a.id = l.application_id JOIN decisions s ON s.round_id = a.round_id
WHERE l.kind <> 'acknowledgement' AND l.issued_at < s.signed_at

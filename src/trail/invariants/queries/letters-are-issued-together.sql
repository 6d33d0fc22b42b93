-- means: No letter is issued while the round of it is not over: all letters of a round go out together.
-- source: reliability D7
SELECT 'letter ' || l.reference AS place
FROM letters l JOIN applications a ON a.id = l.application_id JOIN rounds r ON r.id = a.round_id
WHERE l.kind <> 'acknowledgement' AND l.stage = 'issued' AND r.stage <> 'issued'

-- means: No letter about an outcome exists in a round that is not decided.
-- source: reliability R16 ("no letter without decision"), D7
SELECT 'letter ' || l.reference AS place FROM letters l JOIN applications a ON a.id = l.application_id
WHERE l.kind <> 'acknowledgement' AND NOT EXISTS (SELECT 1 FROM decisions s WHERE s.round_id = a.round_id)

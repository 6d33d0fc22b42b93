-- means: The pass mark of a round lies between 0 and 100 per cent.
-- source: SCORING P3
SELECT 'round ' || r.reference || ', definition ' || d.version AS place
FROM round_definitions d JOIN rounds r ON r.id = d.round_id
WHERE CAST(json(d.document) ->> 'pass_mark' AS NUMERIC) < 0 OR CAST(json(d.document) ->> 'pass_mark' AS NUMERIC) > 100

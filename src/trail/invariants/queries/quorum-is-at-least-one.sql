-- means: Every round wants at least one independent score sheet of each application.
-- source: SCORING P8
SELECT 'round ' || r.reference || ', definition ' || d.version AS place
FROM round_definitions d JOIN rounds r ON r.id = d.round_id
WHERE CAST(json(d.document) ->> 'quorum' AS INTEGER) < 1

-- means: The reference of a test round begins with TEST-, and no other does.
-- source: issue 2 (test rounds)
SELECT 'round ' || r.reference AS place FROM rounds r
WHERE (r.test = 1 AND r.reference NOT LIKE 'TEST-%') OR (r.test = 0 AND r.reference LIKE 'TEST-%')

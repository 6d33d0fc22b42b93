-- means: Every award has the reasons that are published with it.
-- source: Elected Local Policing Bodies (Specified Information) Order 2011; domain.md 4
SELECT 'application ' || a.reference AS place
FROM recommended_outcomes o JOIN applications a ON a.id = o.application_id
WHERE o.outcome IN ('award', 'partial') AND trim(o.public_reasons) = ''

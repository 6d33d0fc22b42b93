-- means: A letter that reminds of, changes, takes back or ends a grant goes to an applicant whose letter of award was issued before.
-- source: domain.md section 5
SELECT 'letter ' || s.reference AS place FROM single_letters s
WHERE s.stage = 'issued'
  AND NOT EXISTS (SELECT 1 FROM letters l WHERE l.application_id = s.application_id AND l.kind IN ('award', 'partial_award')
                  AND l.stage = 'issued' AND l.issued_at <= s.issued_at)

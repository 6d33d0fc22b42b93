-- means: Every letter about a grant that was issued has its PDF and its time, and was approved by somebody else than who drafted it.
-- source: reliability D7, S22
SELECT 'letter ' || s.reference AS place FROM single_letters s
WHERE s.stage = 'issued' AND (s.approved_by IS NULL OR s.issued_at IS NULL OR s.pdf_sha256 IS NULL OR s.approved_by = s.drafted_by)

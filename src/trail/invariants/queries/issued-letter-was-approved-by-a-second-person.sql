-- means: Every issued letter has its PDF and its time, and was approved by somebody else than who drafted it.
-- source: reliability D7, S22
SELECT 'letter ' || l.reference AS place FROM letters l
WHERE l.stage = 'issued' AND (l.approved_by IS NULL OR l.approved_at IS NULL OR l.issued_by IS NULL OR l.issued_at IS NULL
      OR l.pdf_sha256 IS NULL OR l.approved_by = l.drafted_by)

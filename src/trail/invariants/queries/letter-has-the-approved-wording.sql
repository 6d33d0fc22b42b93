-- means: An approved letter was made with the wording of its kind that was in force when it was approved, or with the standard one.
-- source: report 18(d); issue 5.2
SELECT 'letter ' || l.reference AS place
FROM letters l LEFT JOIN letter_wordings used ON used.id = l.wording_id
WHERE l.stage IN ('approved', 'issued')
  AND ((l.wording_id IS NOT NULL AND (used.kind <> l.kind OR used.stage <> 'approved' OR used.effective_at > l.approved_at))
    OR EXISTS (SELECT 1 FROM letter_wordings w
               WHERE w.kind = l.kind AND w.stage = 'approved' AND w.effective_at <= l.approved_at
                 AND w.version > COALESCE(used.version, 0)))

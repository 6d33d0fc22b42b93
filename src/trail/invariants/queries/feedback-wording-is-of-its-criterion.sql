-- means: A point of feedback that uses a wording of the bank uses one that is there, of the same kind, and kept for that criterion.
-- source: issue 5.8 (titles with letters beyond ASCII are compared by the service alone: the databases fold them differently)
SELECT 'feedback on application ' || a.reference || ', version ' || f.version || ', criterion ' || n.criterion AS place
FROM feedback_lines n JOIN feedback_versions f ON f.id = n.feedback_id JOIN applications a ON a.id = f.application_id
LEFT JOIN reason_versions v ON v.id = n.reason_id LEFT JOIN reason_entries e ON e.id = v.entry_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE n.reason_id IS NOT NULL
  AND (e.id IS NULL OR e.kind <> n.kind
    OR EXISTS (SELECT 1 FROM {elements}(json(d.document) -> 'criteria') c
               WHERE c.value ->> 'code' = n.criterion AND length(c.value ->> 'title') = octet_length(c.value ->> 'title')
                 AND length(e.criterion) = octet_length(e.criterion)
                 AND replace(lower(c.value ->> 'title'), ' ', '') <> replace(e.criterion, ' ', '')))

-- means: The answer that everybody reads is the newest of its kept versions.
-- source: issue 3 (a draft loses nothing)
SELECT 'application ' || p.reference || ', question ' || a.question AS place
FROM answers a JOIN applications p ON p.id = a.application_id
WHERE EXISTS (SELECT 1 FROM answer_versions v
              WHERE v.application_id = a.application_id AND v.question = a.question AND v.standing = 'saved')
  AND NOT EXISTS (SELECT 1 FROM answer_versions v
                  WHERE v.application_id = a.application_id AND v.question = a.question AND v.standing = 'saved'
                    AND v.version = a.version AND v.value = a.value)

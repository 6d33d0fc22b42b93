-- means: No submitted application asks for more than its round, or its stream within the round, allows.
-- source: issue 2 (limits of a round and its streams)
SELECT 'application ' || a.reference AS place
FROM applications a JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE a.stage = 'submitted' AND a.ask_pence > coalesce(
    (SELECT CAST(s.value ->> 'max_ask_pence' AS BIGINT) FROM {elements}(json(d.document) -> 'streams') s
     WHERE s.value ->> 'code' = a.stream),
    CAST(json(d.document) -> 'money' ->> 'max_ask_pence' AS BIGINT))

-- means: Nobody recorded what the panel agreed on an application that they had scored themselves.
-- source: issue 4.8 (separated duties); reliability S22
SELECT 'application ' || a.reference || ', account ' || g.saved_by AS place
FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id JOIN applications a ON a.id = m.application_id
JOIN score_sheets h ON h.application_id = a.id AND h.account_id = g.saved_by

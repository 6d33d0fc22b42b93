-- means: A tie that the panel settled is between applications of its own round.
-- source: SCORING P7
SELECT 'tie choice ' || t.id AS place FROM tie_choices t JOIN applications a ON a.id = t.application_id
WHERE a.round_id <> t.round_id

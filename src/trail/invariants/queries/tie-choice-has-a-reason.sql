-- means: A tie that the panel settled has its reason on record.
-- source: SCORING P7; issue 4.7
SELECT 'tie choice ' || t.id AS place FROM tie_choices t WHERE trim(t.reason) = ''

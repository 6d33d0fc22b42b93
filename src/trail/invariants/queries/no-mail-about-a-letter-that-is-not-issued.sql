-- means: Nobody was told by e-mail of a letter that is not issued.
-- source: reliability D7
SELECT 'letter ' || l.reference AS place FROM outbox b JOIN letters l ON l.id = b.letter_id WHERE l.stage <> 'issued'

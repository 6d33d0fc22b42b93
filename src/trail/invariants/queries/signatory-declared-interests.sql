-- means: Who signed a decision declared their interests, or that there are none.
-- source: issue 4.8
SELECT 'decision ' || s.reference AS place FROM decisions s WHERE trim(s.interests) = ''

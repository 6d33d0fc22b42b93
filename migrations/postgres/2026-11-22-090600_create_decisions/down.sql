DROP FUNCTION refuse_signature_of_involved_person() CASCADE;
DROP FUNCTION refuse_change_of_decision() CASCADE;
DROP TABLE decisions;
DROP TABLE recommended_outcomes;
DROP TABLE recommendations;
DROP TABLE tie_choices;

DROP FUNCTION refuse_gap_in_notices() CASCADE;
DROP FUNCTION refuse_change_of_notice() CASCADE;
DROP TABLE decision_notices;

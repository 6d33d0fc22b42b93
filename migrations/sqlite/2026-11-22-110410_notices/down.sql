DROP TABLE decision_notices;

DROP TABLE decisions;
DROP TABLE recommended_outcomes;
DROP TABLE recommendations;
DROP TABLE tie_choices;

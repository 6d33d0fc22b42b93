DROP TABLE feedback_readings;
DROP TABLE feedback_lines;
DROP TABLE feedback_versions;
DROP TABLE reason_versions;
DROP TABLE reason_entries;

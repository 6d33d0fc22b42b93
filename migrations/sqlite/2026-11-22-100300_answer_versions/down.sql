DROP TABLE pending_forms;
DROP TABLE answer_versions;

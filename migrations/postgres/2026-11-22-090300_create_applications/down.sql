DROP TABLE submission_receipts;
DROP TABLE gate_checks;
DROP TABLE documents;
DROP TABLE answers;
DROP TABLE applications;

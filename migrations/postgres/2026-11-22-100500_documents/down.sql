DROP TABLE file_scans;
DROP INDEX documents_sha256_idx;
ALTER TABLE documents DROP COLUMN expires_on;

DROP INDEX gate_findings_sha256_idx;

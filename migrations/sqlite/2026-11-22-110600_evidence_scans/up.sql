-- Evidence that officers attach is scanned for viruses like documents: its contents are looked for every second.

CREATE INDEX gate_findings_sha256_idx ON gate_findings (sha256);

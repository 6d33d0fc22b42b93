-- The notice of a signed decision: numbered one after the other without a gap, and kept as it was issued.

CREATE TABLE decision_notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    decision_id INTEGER NOT NULL,
    series TEXT NOT NULL,
    number INTEGER NOT NULL,
    reference TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    public_document TEXT NOT NULL,
    internal_document TEXT NOT NULL,
    CONSTRAINT decision_notices_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decisions (id),
    CONSTRAINT decision_notices_series_check CHECK (series IN ('round', 'test')),
    CONSTRAINT decision_notices_decision_id_key UNIQUE (decision_id),
    CONSTRAINT decision_notices_series_number_key UNIQUE (series, number),
    CONSTRAINT decision_notices_reference_key UNIQUE (reference)
) STRICT;
CREATE TRIGGER decision_notices_next BEFORE INSERT ON decision_notices
WHEN NEW.number <> (SELECT COALESCE(MAX(n.number), 0) + 1 FROM decision_notices n WHERE n.series = NEW.series)
BEGIN SELECT RAISE(ABORT, 'decision_notices_next_check'); END;
CREATE TRIGGER decision_notices_kept BEFORE UPDATE ON decision_notices
BEGIN SELECT RAISE(ABORT, 'decision_notices_kept_check'); END;
CREATE TRIGGER decision_notices_stay BEFORE DELETE ON decision_notices
BEGIN SELECT RAISE(ABORT, 'decision_notices_kept_check'); END;

-- How far the independent scores of each application lie apart, so that an agenda of thousands is sorted and cut into pages by an
-- index. The database keeps it by itself: when a round's moderation starts, and when somebody's scores come to be absent (P8).
-- It is worked out from the score sheets alone and holds no fact of its own.

CREATE TABLE agenda_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    spread_flag INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    largest INTEGER NOT NULL,
    total INTEGER NOT NULL,
    CONSTRAINT agenda_entries_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT agenda_entries_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT agenda_entries_application_id_key UNIQUE (application_id)
) STRICT;
CREATE INDEX agenda_entries_order_idx ON agenda_entries (round_id, flags DESC, largest DESC, total DESC, application_id);
INSERT INTO agenda_entries (application_id, round_id, spread_flag, flags, largest, total)
SELECT a.id, a.round_id, json_extract(d.document, '$.spread_flag'),
       SUM(CASE WHEN c.spread >= json_extract(d.document, '$.spread_flag') THEN 1 ELSE 0 END), COALESCE(MAX(c.spread), 0), COALESCE(SUM(c.spread), 0)
FROM applications a
JOIN round_definitions d ON d.round_id = a.round_id
LEFT JOIN (
    SELECT s.application_id AS application_id, MAX(m.mark) - MIN(m.mark) AS spread
    FROM sheet_marks m
    JOIN score_sheets s ON s.id = m.sheet_id
    JOIN assignments g ON g.id = s.assignment_id
    JOIN applications b ON b.id = s.application_id
    WHERE b.round_id IN (SELECT id FROM rounds WHERE stage IN ('moderation', 'recommended', 'decided', 'issued')) AND s.stage = 'submitted' AND g.stage NOT IN ('assigned', 'conflicted', 'removed')
    GROUP BY s.application_id, m.criterion HAVING COUNT(m.mark) > 1
) c ON c.application_id = a.id
WHERE a.round_id IN (SELECT id FROM rounds WHERE stage IN ('moderation', 'recommended', 'decided', 'issued')) AND d.version = (SELECT MAX(e.version) FROM round_definitions e WHERE e.round_id = a.round_id)
GROUP BY a.id, a.round_id, json_extract(d.document, '$.spread_flag');

CREATE TRIGGER rounds_agenda AFTER UPDATE OF stage ON rounds
WHEN OLD.stage = 'scoring' AND NEW.stage = 'moderation'
BEGIN
DELETE FROM agenda_entries WHERE round_id = NEW.id;
INSERT INTO agenda_entries (application_id, round_id, spread_flag, flags, largest, total)
SELECT a.id, a.round_id, json_extract(d.document, '$.spread_flag'),
       SUM(CASE WHEN c.spread >= json_extract(d.document, '$.spread_flag') THEN 1 ELSE 0 END), COALESCE(MAX(c.spread), 0), COALESCE(SUM(c.spread), 0)
FROM applications a
JOIN round_definitions d ON d.round_id = a.round_id
LEFT JOIN (
    SELECT s.application_id AS application_id, MAX(m.mark) - MIN(m.mark) AS spread
    FROM sheet_marks m
    JOIN score_sheets s ON s.id = m.sheet_id
    JOIN assignments g ON g.id = s.assignment_id
    JOIN applications b ON b.id = s.application_id
    WHERE b.round_id = NEW.id AND s.stage = 'submitted' AND g.stage NOT IN ('assigned', 'conflicted', 'removed')
    GROUP BY s.application_id, m.criterion HAVING COUNT(m.mark) > 1
) c ON c.application_id = a.id
WHERE a.round_id = NEW.id AND d.version = (SELECT MAX(e.version) FROM round_definitions e WHERE e.round_id = a.round_id)
GROUP BY a.id, a.round_id, json_extract(d.document, '$.spread_flag');
END;
CREATE TRIGGER assignments_agenda AFTER UPDATE OF stage ON assignments
WHEN EXISTS (SELECT 1 FROM agenda_entries WHERE application_id = NEW.application_id)
BEGIN
UPDATE agenda_entries SET
    flags = (SELECT COUNT(*) FROM (
        SELECT s.application_id AS application_id, MAX(m.mark) - MIN(m.mark) AS spread
        FROM sheet_marks m
        JOIN score_sheets s ON s.id = m.sheet_id
        JOIN assignments g ON g.id = s.assignment_id
        JOIN applications b ON b.id = s.application_id
        WHERE s.application_id = NEW.application_id AND s.stage = 'submitted' AND g.stage NOT IN ('assigned', 'conflicted', 'removed')
        GROUP BY s.application_id, m.criterion HAVING COUNT(m.mark) > 1
    ) c WHERE c.spread >= agenda_entries.spread_flag),
    largest = COALESCE((SELECT MAX(c.spread) FROM (
        SELECT s.application_id AS application_id, MAX(m.mark) - MIN(m.mark) AS spread
        FROM sheet_marks m
        JOIN score_sheets s ON s.id = m.sheet_id
        JOIN assignments g ON g.id = s.assignment_id
        JOIN applications b ON b.id = s.application_id
        WHERE s.application_id = NEW.application_id AND s.stage = 'submitted' AND g.stage NOT IN ('assigned', 'conflicted', 'removed')
        GROUP BY s.application_id, m.criterion HAVING COUNT(m.mark) > 1
    ) c), 0),
    total = COALESCE((SELECT SUM(c.spread) FROM (
        SELECT s.application_id AS application_id, MAX(m.mark) - MIN(m.mark) AS spread
        FROM sheet_marks m
        JOIN score_sheets s ON s.id = m.sheet_id
        JOIN assignments g ON g.id = s.assignment_id
        JOIN applications b ON b.id = s.application_id
        WHERE s.application_id = NEW.application_id AND s.stage = 'submitted' AND g.stage NOT IN ('assigned', 'conflicted', 'removed')
        GROUP BY s.application_id, m.criterion HAVING COUNT(m.mark) > 1
    ) c), 0)
WHERE application_id = NEW.application_id;
END;

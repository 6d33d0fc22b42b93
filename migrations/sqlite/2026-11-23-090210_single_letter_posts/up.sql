-- How a letter about a grant went where its e-mail did not.
CREATE TABLE single_letter_posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    way TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER NOT NULL,
    CONSTRAINT single_letter_posts_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT single_letter_posts_reference_fkey FOREIGN KEY (reference) REFERENCES single_letters (reference),
    CONSTRAINT single_letter_posts_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES accounts (id),
    CONSTRAINT single_letter_posts_way_check CHECK (way IN ('post', 'hand'))
) STRICT;
CREATE INDEX single_letter_posts_application_id_idx ON single_letter_posts (application_id);
CREATE TRIGGER single_letter_posts_kept BEFORE UPDATE ON single_letter_posts
BEGIN SELECT RAISE(ABORT, 'letter_records_kept_check'); END;
CREATE TRIGGER single_letter_posts_stay BEFORE DELETE ON single_letter_posts
BEGIN SELECT RAISE(ABORT, 'letter_records_kept_check'); END;

-- Keys for programs: what is kept is a digest, from which nobody makes the token again.
CREATE TABLE tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL,
    used_at REAL
);

-- What was changed, by whom and with what outcome; never what was searched.
CREATE TABLE journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    brochure_id TEXT NOT NULL,
    outcome TEXT NOT NULL
);

ALTER TABLE jobs ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';

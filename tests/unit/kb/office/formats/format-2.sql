BEGIN TRANSACTION;
CREATE TABLE administrator (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL
);
INSERT INTO "administrator" VALUES(1,'ada','$argon2id$v=19$m=8,t=1,p=1$c2Vs$aGFjaGU');
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    brochure_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    staging TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    asked_at TEXT NOT NULL,
    ended_at TEXT NOT NULL DEFAULT ''
);
INSERT INTO "jobs" VALUES(3,'add','a.txt','','a.txt','0123','failed','','Refusé.','2025-03-01T10:00:00+00:00','2025-03-01T10:01:00+00:00');
CREATE TABLE sessions (
    token_digest TEXT PRIMARY KEY,
    opened_at REAL NOT NULL,
    seen_at REAL NOT NULL
);
INSERT INTO "sessions" VALUES('empreinte',1000.0,1000.0);
CREATE INDEX jobs_by_state ON jobs(state, number);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('jobs',3);
COMMIT;
PRAGMA user_version = 2;

BEGIN TRANSACTION;
CREATE TABLE administrator (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL
);
INSERT INTO "administrator" VALUES(1,'ada','$argon2id$v=19$m=8,t=1,p=1$c2Vs$aGFjaGU');
CREATE TABLE sessions (
    token_digest TEXT PRIMARY KEY,
    opened_at REAL NOT NULL,
    seen_at REAL NOT NULL
);
INSERT INTO "sessions" VALUES('empreinte',1000.0,1000.0);
COMMIT;
PRAGMA user_version = 1;

-- One administrator; what is kept of the password is its hash alone.
CREATE TABLE administrator (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL
);

-- A browser holds the token, the base its digest: who reads the base can't sign in with it.
CREATE TABLE sessions (
    token_digest TEXT PRIMARY KEY,
    opened_at REAL NOT NULL,
    seen_at REAL NOT NULL
);

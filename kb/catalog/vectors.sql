-- Format 2: several vectors a passage. Format 1 held one.
-- Derived from the passages: made anew, empty, when a base of an older format is opened.
DROP TABLE IF EXISTS vectors;

-- "vectors" holds the rows of a passage one after the other, little-endian float32.
CREATE TABLE vectors (
    key INTEGER NOT NULL REFERENCES passages(key) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    rows INTEGER NOT NULL,
    vectors BLOB NOT NULL,
    PRIMARY KEY (key, fingerprint)
);

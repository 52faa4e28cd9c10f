-- Format 1, but for the vectors, which format 2 makes anew (vectors.sql).
-- Ids come from place; keys are never reused.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO meta VALUES ('generation', '0');

CREATE TABLE brochures (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    year INTEGER,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    paged INTEGER NOT NULL,
    page_count INTEGER NOT NULL,
    profile TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    report TEXT NOT NULL,
    ingested_at TEXT NOT NULL
);

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    brochure_id TEXT NOT NULL REFERENCES brochures(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    subtitle TEXT NOT NULL,
    organisation TEXT NOT NULL,
    partners TEXT NOT NULL,
    communes TEXT NOT NULL,
    departements TEXT NOT NULL,
    year INTEGER,
    "values" TEXT NOT NULL,
    objectives TEXT NOT NULL,
    public TEXT NOT NULL,
    first_page INTEGER NOT NULL,
    last_page INTEGER NOT NULL,
    people TEXT NOT NULL
);
CREATE INDEX projects_by_brochure ON projects(brochure_id, position);

CREATE TABLE sections (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    heading TEXT NOT NULL,
    heading_printed TEXT NOT NULL,
    page INTEGER NOT NULL
);
CREATE INDEX sections_by_project ON sections(project_id, position);

CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    section_id TEXT NOT NULL REFERENCES sections(id) ON DELETE CASCADE,
    project_id TEXT NOT NULL,
    brochure_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    heading TEXT NOT NULL,
    heading_printed TEXT NOT NULL,
    page INTEGER NOT NULL,
    last_page INTEGER NOT NULL,
    page_printed TEXT NOT NULL
);
CREATE INDEX passages_by_section ON passages(section_id);
CREATE INDEX passages_by_project ON passages(project_id, position);
CREATE INDEX passages_by_brochure ON passages(brochure_id, position);

CREATE TABLE pages (
    brochure_id TEXT NOT NULL REFERENCES brochures(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    printed TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (brochure_id, number)
);

-- How each folded word is written, so that a correction is shown with its accents.
CREATE TABLE spellings (
    brochure_id TEXT NOT NULL REFERENCES brochures(id) ON DELETE CASCADE,
    word TEXT NOT NULL,
    spelling TEXT NOT NULL,
    occurrences INTEGER NOT NULL,
    PRIMARY KEY (brochure_id, word, spelling)
);
CREATE INDEX spellings_by_word ON spellings(word);

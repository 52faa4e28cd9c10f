-- Format 4: a tenth of the size. Vectors live in the engine alone; places are told by numbers
-- within, their ids written once; what is written how is added up over all brochures.
DROP TABLE vectors;

-- What each brochure added to "spellings", packed, to be taken off when it goes.
CREATE TABLE counted (
    brochure_id TEXT PRIMARY KEY REFERENCES brochures(id) ON DELETE CASCADE,
    spellings BLOB NOT NULL
);
INSERT INTO counted
    SELECT brochure_id, packed(json_group_array(json_array(word, spelling, occurrences)))
    FROM spellings GROUP BY brochure_id;
CREATE TABLE spellings_of_all (
    word TEXT NOT NULL,
    spelling TEXT NOT NULL,
    occurrences INTEGER NOT NULL,
    PRIMARY KEY (word, spelling)
) WITHOUT ROWID;
INSERT INTO spellings_of_all
    SELECT word, spelling, SUM(occurrences) FROM spellings GROUP BY word, spelling;
DROP TABLE spellings;
ALTER TABLE spellings_of_all RENAME TO spellings;
-- Empty but within a change: what is to be dropped is found without a look at the rest.
CREATE INDEX spellings_gone ON spellings(word) WHERE occurrences <= 0;

CREATE TABLE numbered_projects (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
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
INSERT INTO numbered_projects
    SELECT NULL, id, brochure_id, position, title, subtitle, organisation, partners, communes,
        departements, year, "values", objectives, public, first_page, last_page, people
    FROM projects ORDER BY brochure_id, position;

CREATE TABLE numbered_sections (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    project INTEGER NOT NULL REFERENCES numbered_projects(number) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    heading TEXT NOT NULL,
    heading_printed TEXT NOT NULL,
    page INTEGER NOT NULL
);
INSERT INTO numbered_sections
    SELECT NULL, s.id, p.number, s.position, s.heading, s.heading_printed, s.page
    FROM sections s JOIN numbered_projects p ON p.id = s.project_id
    ORDER BY p.number, s.position;
-- Passages look a section's number up by its id.
CREATE INDEX sections_by_id ON numbered_sections(id);

CREATE TABLE numbered_passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    section INTEGER NOT NULL REFERENCES numbered_sections(number) ON DELETE CASCADE,
    project INTEGER NOT NULL,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    heading TEXT NOT NULL,
    heading_printed TEXT NOT NULL,
    page INTEGER NOT NULL,
    last_page INTEGER NOT NULL,
    page_printed TEXT NOT NULL
);
INSERT INTO numbered_passages
    SELECT a.key, a.id, s.number, p.number, a.position, a.text, a.heading, a.heading_printed,
        a.page, a.last_page, a.page_printed
    FROM passages a
        JOIN numbered_sections s ON s.id = a.section_id
        JOIN numbered_projects p ON p.id = a.project_id
    ORDER BY a.key;
DROP INDEX sections_by_id;

-- Keys that were given are not given again, also where their passages are gone.
DELETE FROM sqlite_sequence WHERE name = 'numbered_passages';
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'numbered_passages', seq FROM sqlite_sequence WHERE name = 'passages';

-- From the leaves up: to drop a table empties it, and takes along what refers to it.
DROP TABLE passages;
DROP TABLE sections;
DROP TABLE projects;
ALTER TABLE numbered_projects RENAME TO projects;
ALTER TABLE numbered_sections RENAME TO sections;
ALTER TABLE numbered_passages RENAME TO passages;
CREATE INDEX projects_by_brochure ON projects(brochure_id, position);
CREATE INDEX sections_by_project ON sections(project, position);
CREATE INDEX passages_by_section ON passages(section);
CREATE INDEX passages_by_project ON passages(project, position);

-- What the analyser sees of each passage: searches would spend their time finding it out again.
-- Derived from the passages; a row that is lacking is worked out anew.
CREATE TABLE analyses (
    key INTEGER PRIMARY KEY REFERENCES passages(key) ON DELETE CASCADE,
    stems TEXT NOT NULL,
    context TEXT NOT NULL
);

-- The generation with which a brochure came: what others left as it was is not read again.
ALTER TABLE brochures ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;

BEGIN TRANSACTION;
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
INSERT INTO "brochures" VALUES('bretagne','Bretagne',2022,'bretagne.txt','781a810c8c6a8a062a4da118a4592a189e4e64cafd8bd2a9ba0285d0429accc9','txt',1,1,'generique','/brochures/bretagne.txt','{"pages": 1, "projects": 2, "sections": 4, "passages": 5, "pages_without_text": [], "pages_without_heading": [], "furniture": [], "set_aside": [], "warnings": []}','2025-03-01T10:00:00+00:00');
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO "meta" VALUES('generation','7');
INSERT INTO "meta" VALUES('embedder','bundled');
INSERT INTO "meta" VALUES('fingerprint','static-ancien');
INSERT INTO "meta" VALUES('engine','engine-1');
INSERT INTO "meta" VALUES('analysis','1');
CREATE TABLE pages (
    brochure_id TEXT NOT NULL REFERENCES brochures(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    printed TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (brochure_id, number)
);
INSERT INTO "pages" VALUES('bretagne',1,'3','# Cap à l’ouest | Armor Habitat | Brest | 29 | 2018
## Le besoin
Des femmes victimes de violences conjugales cherchent un logement à Brest.
Les travaux de la résidence ont coûté 13 000 € au bailleur.
## Les résultats
Douze logements accueillent des jeunes travailleurs.
# Grandir | Granit Logis | Rennes | 35 | 2021
## Le besoin
Des personnes âgées vivent seules dans de grands appartements.
## Les résultats
La colocation entre étudiants et seniors rompt l’isolement.
');
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
INSERT INTO "passages" VALUES(1,'bretagne/cap-a-l-ouest/le-besoin/1','bretagne/cap-a-l-ouest/le-besoin','bretagne/cap-a-l-ouest','bretagne',0,'Des femmes victimes de violences conjugales cherchent un logement à Brest.','Le besoin','LE BESOIN',1,1,'3');
INSERT INTO "passages" VALUES(2,'bretagne/cap-a-l-ouest/le-besoin/2','bretagne/cap-a-l-ouest/le-besoin','bretagne/cap-a-l-ouest','bretagne',1,'Les travaux de la résidence ont coûté 13 000 € au bailleur.','Le besoin','LE BESOIN',1,1,'3');
INSERT INTO "passages" VALUES(3,'bretagne/cap-a-l-ouest/les-resultats/1','bretagne/cap-a-l-ouest/les-resultats','bretagne/cap-a-l-ouest','bretagne',2,'Douze logements accueillent des jeunes travailleurs.','Les résultats','LES RÉSULTATS',1,1,'3');
INSERT INTO "passages" VALUES(4,'bretagne/grandir/le-besoin/1','bretagne/grandir/le-besoin','bretagne/grandir','bretagne',3,'Des personnes âgées vivent seules dans de grands appartements.','Le besoin','LE BESOIN',1,1,'3');
INSERT INTO "passages" VALUES(5,'bretagne/grandir/les-resultats/1','bretagne/grandir/les-resultats','bretagne/grandir','bretagne',4,'La colocation entre étudiants et seniors rompt l’isolement.','Les résultats','LES RÉSULTATS',1,1,'3');
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
INSERT INTO "projects" VALUES('bretagne/cap-a-l-ouest','bretagne',0,'Cap à l’ouest','','Armor Habitat','[]','["Brest"]','["29"]',2018,'[]','[]','',1,1,'[]');
INSERT INTO "projects" VALUES('bretagne/grandir','bretagne',1,'Grandir','','Granit Logis','[]','["Rennes"]','["35"]',2021,'[]','[]','',1,1,'[]');
CREATE TABLE sections (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    heading TEXT NOT NULL,
    heading_printed TEXT NOT NULL,
    page INTEGER NOT NULL
);
INSERT INTO "sections" VALUES('bretagne/cap-a-l-ouest/le-besoin','bretagne/cap-a-l-ouest',0,'Le besoin','LE BESOIN',1);
INSERT INTO "sections" VALUES('bretagne/cap-a-l-ouest/les-resultats','bretagne/cap-a-l-ouest',1,'Les résultats','LES RÉSULTATS',1);
INSERT INTO "sections" VALUES('bretagne/grandir/le-besoin','bretagne/grandir',2,'Le besoin','LE BESOIN',1);
INSERT INTO "sections" VALUES('bretagne/grandir/les-resultats','bretagne/grandir',3,'Les résultats','LES RÉSULTATS',1);
CREATE TABLE spellings (
    brochure_id TEXT NOT NULL REFERENCES brochures(id) ON DELETE CASCADE,
    word TEXT NOT NULL,
    spelling TEXT NOT NULL,
    occurrences INTEGER NOT NULL,
    PRIMARY KEY (brochure_id, word, spelling)
);
INSERT INTO "spellings" VALUES('bretagne','accueillent','accueillent',1);
INSERT INTO "spellings" VALUES('bretagne','agees','âgées',1);
INSERT INTO "spellings" VALUES('bretagne','appartements','appartements',1);
INSERT INTO "spellings" VALUES('bretagne','armor','Armor',1);
INSERT INTO "spellings" VALUES('bretagne','bailleur','bailleur',1);
INSERT INTO "spellings" VALUES('bretagne','brest','Brest',2);
INSERT INTO "spellings" VALUES('bretagne','cap','Cap',1);
INSERT INTO "spellings" VALUES('bretagne','colocation','colocation',1);
INSERT INTO "spellings" VALUES('bretagne','conjugales','conjugales',1);
INSERT INTO "spellings" VALUES('bretagne','coute','coûté',1);
INSERT INTO "spellings" VALUES('bretagne','douze','Douze',1);
INSERT INTO "spellings" VALUES('bretagne','etudiants','étudiants',1);
INSERT INTO "spellings" VALUES('bretagne','femmes','femmes',1);
INSERT INTO "spellings" VALUES('bretagne','grandir','Grandir',1);
INSERT INTO "spellings" VALUES('bretagne','grands','grands',1);
INSERT INTO "spellings" VALUES('bretagne','granit','Granit',1);
INSERT INTO "spellings" VALUES('bretagne','habitat','Habitat',1);
INSERT INTO "spellings" VALUES('bretagne','isolement','isolement',1);
INSERT INTO "spellings" VALUES('bretagne','jeunes','jeunes',1);
INSERT INTO "spellings" VALUES('bretagne','logement','logement',1);
INSERT INTO "spellings" VALUES('bretagne','logements','logements',1);
INSERT INTO "spellings" VALUES('bretagne','logis','Logis',1);
INSERT INTO "spellings" VALUES('bretagne','ouest','ouest',1);
INSERT INTO "spellings" VALUES('bretagne','personnes','personnes',1);
INSERT INTO "spellings" VALUES('bretagne','rennes','Rennes',1);
INSERT INTO "spellings" VALUES('bretagne','residence','résidence',1);
INSERT INTO "spellings" VALUES('bretagne','rompt','rompt',1);
INSERT INTO "spellings" VALUES('bretagne','seniors','seniors',1);
INSERT INTO "spellings" VALUES('bretagne','seules','seules',1);
INSERT INTO "spellings" VALUES('bretagne','travailleurs','travailleurs',1);
INSERT INTO "spellings" VALUES('bretagne','travaux','travaux',1);
INSERT INTO "spellings" VALUES('bretagne','victimes','victimes',1);
INSERT INTO "spellings" VALUES('bretagne','violences','violences',1);
INSERT INTO "spellings" VALUES('bretagne','vivent','vivent',1);
CREATE TABLE vectors (
    key INTEGER NOT NULL REFERENCES passages(key) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    rows INTEGER NOT NULL,
    vectors BLOB NOT NULL,
    PRIMARY KEY (key, fingerprint)
);
INSERT INTO "vectors" VALUES(1,'static-ancien',1,X'9A99193FCDCC4C3F');
INSERT INTO "vectors" VALUES(2,'static-ancien',1,X'9A99193FCDCC4C3F');
INSERT INTO "vectors" VALUES(3,'static-ancien',1,X'9A99193FCDCC4C3F');
INSERT INTO "vectors" VALUES(4,'static-ancien',1,X'9A99193FCDCC4C3F');
INSERT INTO "vectors" VALUES(5,'static-ancien',1,X'9A99193FCDCC4C3F');
CREATE INDEX brochures_by_content ON brochures(sha256);
CREATE INDEX projects_by_brochure ON projects(brochure_id, position);
CREATE INDEX sections_by_project ON sections(project_id, position);
CREATE INDEX passages_by_section ON passages(section_id);
CREATE INDEX passages_by_project ON passages(project_id, position);
CREATE INDEX passages_by_brochure ON passages(brochure_id, position);
CREATE INDEX spellings_by_word ON spellings(word);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('passages',9);
COMMIT;
PRAGMA user_version = 3;

"""Collections of documents, queries and judgements in the layout of BEIR.

Thakur, Reimers, Rücklé, Srivastava and Gurevych, « BEIR: A Heterogeneous
Benchmark for Zero-shot Evaluation of Information Retrieval Models », NeurIPS
2021: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels.tsv`` (or ``qrels/test.tsv``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.errors import InputError
from kb.evaluation.judged import JudgedQuery, JudgedSet
from kb.model import Brochure, IngestReport, Passage, Project, Reading, Section

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"
QRELS = ("qrels.tsv", "qrels/test.tsv")
"""Where the judgements may lie, the first that exists."""
HEADER = ("query-id", "corpus-id", "score")

_BROCHURE = "collection"


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a collection; the title may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents with queries that were judged on them."""

    name: str
    documents: tuple[Document, ...]
    queries: dict[str, str]
    """Query id → text, in the order of the file."""
    qrels: dict[str, dict[str, int]]
    """Query id → document id → grade, zero included."""

    def judged(self) -> JudgedSet:
        """The queries that a document answers; others were not judged to the end."""
        queries = []
        for identifier, text in self.queries.items():
            relevant = {
                passage_id(document): grade
                for document, grade in self.qrels.get(identifier, {}).items()
                if grade > 0
            }
            if relevant:
                queries.append(JudgedQuery(identifier, "", text, relevant, answerable=True))
        return JudgedSet(self.name, tuple(queries))

    def reading(self) -> Reading:
        """The documents as a base takes them in, each one passage of a project of its own.

        The project carries the document's title, so that it serves as context; there
        is neither heading nor page, nor any other fact that a document does not give.
        """
        projects = tuple(
            Project(_project_id(one.id), _BROCHURE, one.title) for one in self.documents
        )
        sections = tuple(
            Section(f"{project.id}/texte", project.id, "", "", 1) for project in projects
        )
        passages = tuple(
            Passage(
                id=passage_id(one.id),
                section_id=section.id,
                project_id=section.project_id,
                brochure_id=_BROCHURE,
                text=one.text,
                heading="",
                heading_printed="",
                page=1,
                last_page=1,
                page_printed="",
            )
            for one, section in zip(self.documents, sections, strict=True)
        )
        count = len(self.documents)
        digest = hashlib.sha256(self.name.encode()).hexdigest()
        return Reading(
            Brochure(_BROCHURE, self.name, None, CORPUS, digest, "txt", False, 1, "generique"),
            projects,
            sections,
            passages,
            (),
            IngestReport(1, count, count, count),
        )


def passage_id(document: str) -> str:
    """Id of the passage that holds a document."""
    return f"{_project_id(document)}/texte/1"


def load_collection(folder: Path) -> Collection:
    """The collection of a folder; InputError naming the file and line that are wrong."""
    documents = tuple(
        Document(identifier, title, text) for identifier, title, text in _objects(folder / CORPUS)
    )
    queries = {identifier: text for identifier, _, text in _objects(folder / QUERIES)}
    qrels = _qrels(folder, queries, {document.id for document in documents})
    collection = Collection(folder.resolve().name, documents, queries, qrels)
    if not collection.judged().queries:
        raise InputError(
            f"Le dossier « {folder} » ne contient aucune requête jugée : "
            "donnez au moins un jugement positif dans « qrels.tsv »."
        )
    return collection


def _project_id(document: str) -> str:
    return f"{_BROCHURE}/{document}"


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbers and texts of the lines that are not blank."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"Le fichier « {path} » ne peut pas être lu ({error}) : le dossier doit contenir "
            f"{CORPUS}, {QUERIES} et {QRELS[0]}, en UTF-8."
        ) from error
    # Not splitlines(), which also cuts at separators that JSON allows in a text.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")


def _objects(path: Path) -> Iterator[tuple[str, str, str]]:
    """Id, title and text of each line."""
    seen: set[str] = set()
    for number, line in _lines(path):
        try:
            data = json.loads(line)
            found = str(data["_id"]), str(data.get("title") or ""), str(data["text"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _malformed(path, number, f'{error} ; attendu {{"_id", "text"}}') from error
        if found[0] in seen:
            raise _malformed(path, number, f"« _id » déjà vu : {found[0]}")
        seen.add(found[0])
        yield found


def _qrels(folder: Path, queries: dict[str, str], documents: set[str]) -> dict[str, dict[str, int]]:
    """Query id → document id → grade."""
    path = next((folder / name for name in QRELS if (folder / name).exists()), folder / QRELS[0])
    lines = _lines(path)
    number, header = next(lines, (1, ""))
    if tuple(header.split("\t")) != HEADER:
        raise _malformed(path, number, f"attendu l’en-tête {', '.join(HEADER)}, par tabulations")
    qrels: dict[str, dict[str, int]] = {}
    for number, line in lines:
        try:
            query, document, grade = line.split("\t")
            judged = qrels.setdefault(query, {})
            judged[document] = int(grade)
        except ValueError as error:
            raise _malformed(
                path, number, f"attendu {', '.join(HEADER)}, par tabulations"
            ) from error
        if query not in queries:
            raise _malformed(path, number, f"requête inconnue : {query}")
        if document not in documents:
            raise _malformed(path, number, f"document inconnu : {document}")
    return qrels


def _malformed(path: Path, number: int, reason: str) -> InputError:
    return InputError(f"La ligne {number} de « {path} » est mal formée ({reason}) : corrigez-la.")

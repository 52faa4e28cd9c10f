"""Judged questions: what they are, and which passages answer them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.errors import InputError
from kb.evaluation.judged import JudgedQuery, JudgedSet
from kb.results import PassageSheet

ALIASES_FILE = "projects.json"
"""Read beside the questions: project key → words, one of which a hit of that project carries."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A project that answers, and sentences of it that do."""

    project: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; without gold, nothing answers it."""

    id: str
    type: str
    query: str
    gold: tuple[Gold, ...]


def judged_questions(path: Path, passages: Iterable[PassageSheet]) -> JudgedSet:
    """The questions of a file, judged over these passages; InputError where malformed."""
    asked, aliases = load_questions(path), load_aliases(path)
    sheets = tuple(passages)
    queries = []
    for one in asked:
        projects = frozenset(
            sheet.project.id
            for sheet in sheets
            if any(is_project(sheet, gold.project, aliases) for gold in one.gold)
        )
        relevant = dict.fromkeys(sorted(relevant_passages(one, sheets, aliases)), 1)
        queries.append(JudgedQuery(one.id, one.type, one.query, relevant, bool(one.gold), projects))
    return JudgedSet(path.stem, tuple(queries))


def load_questions(path: Path) -> tuple[Question, ...]:
    """Questions, one JSON object a line; InputError naming the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"Le fichier de questions « {path} » ne peut pas être lu ({error}) : "
            "donnez un fichier JSON Lines en UTF-8."
        ) from error
    questions = tuple(
        _question(line, number, path) for number, line in enumerate(lines, 1) if line.strip()
    )
    if not questions:
        raise InputError(f"Le fichier « {path} » ne contient aucune question.")
    if len({question.id for question in questions}) != len(questions):
        raise InputError(f"Le fichier « {path} » donne deux fois le même « id » : corrigez-le.")
    return questions


def load_aliases(questions: Path) -> dict[str, tuple[str, ...]]:
    """Aliases of the projects, from the file beside the questions; empty where there is none."""
    suffix = questions.stem.removeprefix("questions")
    for name in (f"projects{suffix}.json", ALIASES_FILE):
        path = questions.with_name(name)
        if path.exists():
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
                return {key: tuple(map(str, words)) for key, words in data.items()}
            except (OSError, ValueError, AttributeError, TypeError) as error:
                raise InputError(
                    f"Le fichier « {path} » est mal formé ({error}) : "
                    "il associe à chaque projet une liste de noms."
                ) from error
    return {}


def normalise(text: str) -> str:
    """Text as evidence is compared: spaces, apostrophes and case do not count."""
    return " ".join(text.replace("’", "'").replace("ʼ", "'").casefold().split())


def is_project(sheet: PassageSheet, key: str, aliases: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a passage is of the project that ``key`` names."""
    project = sheet.project
    carried = normalise(f"{project.title} | {project.subtitle} | {project.organisation}")
    if key in aliases:
        return any(normalise(alias) in carried for alias in aliases[key])
    return key in (project.id, project.id.rpartition("/")[2])


def relevant_passages(
    question: Question, sheets: Iterable[PassageSheet], aliases: Mapping[str, tuple[str, ...]]
) -> set[str]:
    """Ids of the passages of a gold project that hold one of its evidence sentences."""
    found: set[str] = set()
    for sheet in sheets:
        text = normalise(sheet.passage.text)
        for gold in question.gold:
            if is_project(sheet, gold.project, aliases) and any(
                normalise(evidence) in text for evidence in gold.evidence
            ):
                found.add(sheet.passage.id)
    return found


def _question(line: str, number: int, path: Path) -> Question:
    try:
        data = json.loads(line)
        gold = tuple(
            Gold(str(one["project"]), tuple(map(str, one["evidence"]))) for one in data["gold"]
        )
        return Question(str(data["id"]), str(data["type"]), str(data["query"]), gold)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"La ligne {number} de « {path} » est mal formée ({error}) : "
            'attendu {"id", "type", "query", "gold": [{"project", "evidence": […]}]}.'
        ) from error

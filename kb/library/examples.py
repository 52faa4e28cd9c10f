"""Questions worth trying, drawn from what the brochures hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from threading import Lock

from kb.library.base import Base
from kb.model import Project
from kb.privacy import contacts
from kb.text import fold

LONGEST = 70
"""Characters of a question that still reads at a glance."""
_TRIED = 4
"""Questions tried for each that is wanted, at most."""

_CLAUSE = re.compile(r"[,;:.(\n]")
_ARTICLES = frozenset({"les", "des", "la", "le", "un", "une", "tout", "toute", "tous", "toutes"})
_VOWELS = "aeiouyh"


class Examples:
    """Keeps, for each generation of the catalogue, questions that the base does answer.

    Safe for many threads: while one draws them anew, the others get what was drawn before.
    """

    def __init__(self, base: Base, answers: Callable[[str], bool]) -> None:
        """``answers`` says whether a search for that question finds anything."""
        self._base = base
        self._answers = answers
        self._kept: tuple[int, int, tuple[str, ...]] | None = None
        self._drawing = Lock()

    def questions(self, limit: int) -> tuple[str, ...]:
        """At most ``limit`` questions; none while the base is empty."""
        generation, kept = self._base.catalog.generation(), self._kept
        if kept is not None and kept[0] == generation and kept[1] >= limit:
            return kept[2][:limit]
        if not self._drawing.acquire(blocking=kept is None or kept[1] < limit):
            return kept[2][:limit] if kept is not None else ()
        try:
            kept = self._kept
            if kept is None or kept[0] != generation or kept[1] < limit:
                most = max(limit, kept[1]) if kept is not None else limit
                self._kept = kept = (generation, most, tuple(self._drawn(most)))
            return kept[2][:limit]
        finally:
            self._drawing.release()

    def _drawn(self, limit: int) -> list[str]:
        found: list[str] = []
        projects, _ = self._base.places()
        for tried, question in enumerate(drawn([*projects.values()])):
            if len(found) == limit or tried == limit * _TRIED:
                break
            if self._answers(question):
                found.append(question)
        return found


def drawn(projects: Sequence[Project]) -> Iterator[str]:
    """Questions about publics, aims and places, in turn, each subject once."""
    aims = _in_turn([project.objectives for project in projects])
    towns = _in_turn([project.communes for project in projects])
    kinds = (
        (public_question(project.public) for project in projects),
        map(aim_question, aims),
        map(place_question, towns),
    )
    seen: set[str] = set()
    for question in chain.from_iterable(zip_longest(*map(_distinct, kinds), fillvalue="")):
        # Nobody is asked to look for a person's number.
        shown = question and len(question) <= LONGEST and not contacts(question)
        if shown and fold(question) not in seen:
            seen.add(fold(question))
            yield question


def public_question(public: str) -> str:
    """``Femmes victimes de violences`` → ``Quel logement pour des femmes victimes… ?``

    >>> public_question("Étudiants boursiers, seuls")
    'Quel logement pour des étudiants boursiers ?'
    """
    who = _CLAUSE.split(public.strip(), maxsplit=1)[0].strip()
    first = fold(who).split(" ")[0]
    # « La démarche vise… » is a sentence, « Personne… » would want another article.
    if not first.endswith("s") or len(who.split()) < 2:
        return ""
    return f"Quel logement pour {'' if first in _ARTICLES else 'des '}{_uncapitalised(who)} ?"


def aim_question(aim: str) -> str:
    """``Accès au logement`` → ``Quelles actions d’accès au logement ?``

    >>> aim_question("Relogement")
    'Quelles actions de relogement ?'
    """
    first = fold(aim).split(" ")[0]
    if first.endswith(("er", "ir")) and not first.endswith("oyer"):
        return f"Comment {_uncapitalised(aim)} ?"
    link = "d’" if first[:1] in _VOWELS else "de "
    return f"Quelles actions {link}{_uncapitalised(aim)} ?" if first else ""


def place_question(town: str) -> str:
    """``Le Havre`` → ``Quels projets au Havre ?``

    >>> place_question("Dunkerque")
    'Quels projets à Dunkerque ?'
    """
    for article, contracted in (("Le ", "au "), ("Les ", "aux ")):
        if town.startswith(article):
            return f"Quels projets {contracted}{town.removeprefix(article)} ?"
    return f"Quels projets à {town} ?"


def _in_turn(lists: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first of each project, then the second of each, so that none fills the list."""
    for turn in zip_longest(*lists, fillvalue=""):
        yield from filter(None, turn)


def _distinct(questions: Iterable[str]) -> Iterator[str]:
    return iter(dict.fromkeys(question for question in questions if question))


def _uncapitalised(text: str) -> str:
    """In lower case but for acronyms: ``FJT pour tous`` stays."""
    head = text.split(" ")[0]
    return text if head[1:2].isupper() else text[:1].lower() + text[1:]

"""What someone who types may mean: projects, organisations, places, frequent words.

Everything that can be offered is kept in memory, in alphabetical order: an answer costs
two binary searches and a look at what begins so, however many passages the base holds.
"""

from __future__ import annotations

import heapq
import re
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.library.base import Base
from kb.model import Project
from kb.privacy import without
from kb.results import Suggestion, SuggestionKind
from kb.stopwords import STOP_WORDS
from kb.territory import departement_name, place
from kb.text import fold, singular

SHORTEST = 2
"""Letters from which anything is offered."""
LONGEST = 200
"""Characters of a text that is still looked at."""
MOST_WORDS = 60_000
"""Words of the brochures that may be offered, the most frequent."""
LEAST_OCCURRENCES = 2
"""A word that stands only once in all brochures is not a frequent one."""

_WORD = re.compile(r"[^\W_]+")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that can be offered, and how it is compared."""

    suggestion: Suggestion
    folded: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the brochures as it is usually written."""

    word: str
    spelling: str
    occurrences: int


class Offers:
    """Everything that can be offered at one generation of the catalogue."""

    def __init__(self, names: Iterable[Suggestion], vocabulary: Iterable[Term]) -> None:
        # A name is not found by a contact that it prints.
        bare = [(one, without(one.label)) for one in names]
        self._names = [_Name(one, fold(label), tuple(_words(label))) for one, label in bare]
        self._entries = sorted(
            (word, place) for place, name in enumerate(self._names) for word in set(name.words)
        )
        self._terms = sorted(vocabulary, key=lambda term: term.word)
        self._words = [term.word for term in self._terms]

    def names(self, text: str, limit: int) -> list[Suggestion]:
        """Names with a word that begins like each word of ``text``, the likeliest first."""
        typed = _words(text)
        if max(map(len, typed), default=0) < SHORTEST:
            return []
        whole = fold(text)
        found = heapq.nsmallest(
            limit, set(self._meeting(typed)), key=lambda at: self._likeliness(at, whole)
        )
        return [self._names[at].suggestion for at in found]

    def terms(self, text: str, limit: int) -> list[Suggestion]:
        """``text`` with its last word completed, by the words most often met."""
        begun = _LAST_WORD.search(text)
        beginning = fold(begun.group()) if begun else ""
        if begun is None or len(beginning) < SHORTEST:
            return []
        first = bisect_left(self._words, beginning)
        last = bisect_left(self._words, beginning + _AFTER_ALL)
        # More than are wanted: singular and plural are offered once.
        likely = heapq.nsmallest(
            limit * 3, self._terms[first:last], key=lambda term: (-term.occurrences, term.word)
        )
        chosen: dict[str, Term] = {}
        for term in likely:
            if singular(term.word) != singular(beginning):
                chosen.setdefault(singular(term.word), term)
        head = text[: begun.start()]
        return [
            Suggestion(SuggestionKind.TERM, head + one.spelling, one.spelling, "", one.occurrences)
            for one in list(chosen.values())[:limit]
        ]

    def _meeting(self, typed: Sequence[str]) -> Iterator[int]:
        """Places of the names that hold a word beginning like each typed one."""
        # Only those under the typed word that fewest names hold need to be looked at.
        for at in min(map(self._under, typed), key=len):
            place = self._entries[at][1]
            words = self._names[place].words
            if all(any(word.startswith(one) for word in words) for one in typed):
                yield place

    def _under(self, beginning: str) -> range:
        """Where the words that begin so stand among the entries."""
        return range(
            bisect_left(self._entries, (beginning, -1)),
            bisect_left(self._entries, (beginning + _AFTER_ALL, -1)),
        )

    def _likeliness(self, place: int, whole: str) -> tuple[object, ...]:
        name = self._names[place]
        return (not name.folded.startswith(whole), -name.suggestion.count, len(name.folded), place)


class Suggester:
    """Completes what is typed; safe for many threads."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._lock = threading.Lock()
        self._kept: tuple[int, Offers] | None = None

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """At most ``limit`` suggestions: half of them words, where there are so many names."""
        text = text.lstrip()
        if len(text) > LONGEST:
            return ()
        offers = self._offers()
        names = offers.names(text.rstrip(), limit)
        named = {fold(one.label) for one in names}
        terms = offers.terms(text, max(limit - len(names), -(-limit // 2)))
        terms = [one for one in terms if fold(one.label) not in named]
        return (*terms, *names[: limit - len(terms)])

    def _offers(self) -> Offers:
        generation, kept = self._base.catalog.generation(), self._kept
        if kept is not None and kept[0] == generation:
            return kept[1]
        # Reading a large base takes seconds: meanwhile the others get what is known.
        if not self._lock.acquire(blocking=kept is None):
            return kept[1] if kept is not None else Offers((), ())
        try:
            if self._kept is None or self._kept[0] != generation:
                self._kept = (generation, self._read())
            return self._kept[1]
        finally:
            self._lock.release()

    def _read(self) -> Offers:
        projects, _ = self._base.places()
        names = _names([*projects.values()])
        return Offers(names, _frequent(self._base.catalog.vocabulary(MOST_WORDS)))


def _names(projects: Sequence[Project]) -> Iterator[Suggestion]:
    """Everything with a name, with the number of projects that it leads to."""
    for project in projects:
        facts = (project.organisation, place(project.communes, project.departements))
        detail = " · ".join(fact for fact in facts if fact)
        yield Suggestion(SuggestionKind.PROJECT, project.title, project.id, detail, 1)
    yield from _counted(
        SuggestionKind.ORGANISATION, (one.organisation for one in projects if one.organisation)
    )
    yield from _counted(SuggestionKind.COMMUNE, (c for one in projects for c in one.communes))
    codes = Counter(code for one in projects for code in one.departements)
    for code, count in codes.items():
        if name := departement_name(code):
            yield Suggestion(SuggestionKind.DEPARTEMENT, f"{name} ({code})", code, "", count)


def _counted(kind: SuggestionKind, names: Iterable[str]) -> Iterator[Suggestion]:
    for name, count in Counter(names).items():
        yield Suggestion(kind, name, name, "", count)


def _frequent(vocabulary: Iterable[tuple[str, str, int]]) -> list[Term]:
    """The words that stand often enough, each as it is usually written."""
    spellings: dict[str, list[tuple[str, int]]] = {}
    for word, spelling, occurrences in vocabulary:
        if word not in STOP_WORDS:
            spellings.setdefault(word, []).append((spelling, occurrences))
    terms = []
    for word, ways in spellings.items():
        total = sum(count for _, count in ways)
        if total >= LEAST_OCCURRENCES:
            # A capital at the start of a sentence says nothing; that of a name is everywhere.
            usual = min(ways, key=lambda way: (not way[0].islower(), -way[1], way[0]))
            terms.append(Term(word, usual[0], total))
    return terms


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))

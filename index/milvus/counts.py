"""In how many passages each term and each word stands, kept beside the passages.

Milvus could count by itself, a search through all passages for each term of each query.
Kept, the counts of a whole query are one look at a few rows by their names. Each row holds
the count before the last change too, so that a change that dies is as if it had not been.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from threading import Lock

from index.milvus.client import MilvusConnection, Row
from index.milvus.schema import UNUSED
from index.milvus.state import parts
from index.milvus.tokens import decoded, encoded
from index.suggestions import Lexicon

TERM, WORD = "t", "w"
"""What the names of the rows of terms, and of words, begin with."""
_LOOKED_UP = 2_000
"""Names in one condition."""
_FIELDS = ("id", "passages", "before", "version")


class CountTable:
    """Reads and writes the counts of one epoch. One process writes at a time."""

    def __init__(self, connection: MilvusConnection, collection: str) -> None:
        self._connection = connection
        self._name = collection
        self._vocabulary = _Vocabulary()
        self._loading = Lock()

    def of_terms(self, terms: Collection[str], version: int, level: str) -> dict[str, int]:
        """How many passages hold each term, at that version or the one after."""
        names = {TERM + encoded(term): term for term in terms}
        found = self._rows(names, level)
        return {term: _count(found.get(name), version) for name, term in names.items()}

    def suggest(self, word: str, limit: int, version: int) -> list[str]:
        """See ``kb.ports.EngineView.suggest``."""
        name = WORD + encoded(word)
        if limit <= 0 or _count(self._rows([name]).get(name), version) > 0:
            return []
        return self._lexicon(version).suggest(word, limit)

    def change(self, names: Mapping[str, int], version: int) -> None:
        """Add to the counts what the change that makes ``version`` brings, or takes away."""
        added = {name: count for name, count in names.items() if count}
        held = self._rows(added)
        before = {name: _count(held.get(name), version - 1) for name in added}
        self._write({name: (before[name] + added[name], before[name]) for name in added}, version)

    def undo(self, version: int) -> None:
        """Take back what a change after that version left, one that died."""
        pages = self._connection.pages(self._name, f"version > {version}", _FIELDS)
        left = [row for page in pages for row in page]
        self._write({row["id"]: (row["before"], row["before"]) for row in left}, version)

    def _write(self, counts: Mapping[str, tuple[int, int]], version: int) -> None:
        """Counts, and those before, by name."""
        rows = [
            {
                "id": name,
                "is_word": name.startswith(WORD),
                "passages": count,
                "before": before,
                "version": version,
                "unused": UNUSED,
            }
            for name, (count, before) in counts.items()
        ]
        self._connection.upsert(self._name, rows)

    def _rows(self, names: Iterable[str], level: str = "Strong") -> dict[str, Row]:
        wanted = list(names)
        found: dict[str, Row] = {}
        for start, end in parts(len(wanted), _LOOKED_UP):
            # Names are letters and digits: nothing in them can leave the quotes.
            listed = ", ".join(f'"{name}"' for name in wanted[start:end])
            rows = self._connection.query(self._name, f"id in [{listed}]", _FIELDS, level)
            found.update({row["id"]: row for row in rows})
        return found

    def _lexicon(self, version: int) -> Lexicon:
        """All words, those that came or went since the last call read anew."""
        with self._loading:
            if self._vocabulary.version < version:
                since = f"is_word == true and version > {self._vocabulary.version}"
                for page in self._connection.pages(self._name, since, _FIELDS):
                    self._vocabulary.take(page, version)
                self._vocabulary.version = version
            return self._vocabulary.lexicon()


class _Vocabulary:
    """Words and their counts in memory."""

    def __init__(self) -> None:
        self.version = 0
        self._counts: dict[str, int] = {}
        self._made: Lexicon | None = None

    def take(self, rows: Iterable[Row], version: int) -> None:
        for row in rows:
            word = decoded(row["id"].removeprefix(WORD))
            if word is not None:
                self._counts[word] = _count(row, version)
        self._made = None

    def lexicon(self) -> Lexicon:
        if self._made is None:
            self._made = Lexicon({word: held for word, held in self._counts.items() if held})
        return self._made


def _count(row: Mapping[str, int] | None, version: int) -> int:
    """The count of a row at a version, from 0; it goes back by one change."""
    if row is None:
        return 0
    return max(0, row["passages"] if row["version"] <= version else row["before"])

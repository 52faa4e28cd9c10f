"""The walls between the use cases and what they stand on.

Ports ask for nothing that a real engine or model cannot do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kb.model import EngineHit, Filter, IndexedPassage, QueryTerm, Reading

Vectors = npt.NDArray[np.float32]
"""Shape (n, dim), rows L2-normalised."""


class Engine(Protocol):
    """Finds passages by terms and by vectors. Derived: rebuilt from the catalogue at will.

    ``filter`` values are folded as ``kb.text.fold`` does. Hits come best first,
    ties broken by ascending key.
    """

    def write(self, passages: Sequence[IndexedPassage], vectors: Vectors) -> None:
        """Add passages, row ``i`` of ``vectors`` being that of ``passages[i]``.

        Visible to searches when the call returns; a passage whose key is already
        there is replaced. All or nothing.
        """

    def delete(self, keys: Collection[int]) -> None:
        """Forget these passages; unknown keys are ignored."""

    def clear(self) -> None:
        """Forget everything, vectors of another dimension included."""

    def lexical(
        self, terms: Sequence[QueryTerm], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """The ``k`` best passages by BM25 over any of ``terms``, weights applied."""

    def nearest(
        self, vector: npt.NDArray[np.float32], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """The ``k`` passages of highest cosine with ``vector`` (shape (dim,))."""

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """How many passages hold each term; 0 for unknown terms."""

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """Indexed words within a small edit distance of ``word``, likeliest first.

        Empty when ``word`` itself is indexed.
        """

    def keys(self) -> set[int]:
        """Every key that the engine holds."""

    def count(self) -> int:
        """How many passages the engine holds."""

    def close(self) -> None:
        """Release files and locks."""


class Embedder(Protocol):
    """Turns text into vectors; queries and passages through different calls."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text would give another vector."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row per query."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per passage."""


class EmbedderSource(Protocol):
    """Makes embedders, and loads again those it made."""

    def create(self, texts: Sequence[str]) -> tuple[str, Embedder]:
        """The wanted embedder and the name under which ``load`` finds it again.

        ``texts`` are all passages with their context, for a model that learns
        from the corpus itself. Raises ConfigurationError where it can't be had.
        """

    def load(self, name: str) -> Embedder:
        """The embedder that ``create`` named so."""

    def wanted(self, name: str) -> bool:
        """Whether the embedder of that name is of the model that the settings ask for."""

    def trust(self, name: str) -> float:
        """Largest share, 0 to 1, that meaning may have in a hybrid score with that model."""

    def outgrown(self, name: str, passages: int) -> bool:
        """Whether it learnt from so small a corpus that a base of so many passages
        needs a new one."""

    def keep_only(self, name: str) -> None:
        """Delete what was stored for embedders of other names."""


class BrochureReader(Protocol):
    """Reads one file into projects, sections and passages."""

    def __call__(self, path: Path) -> Reading:
        """Raise ``UnreadableBrochure`` with a sentence that says what to do."""

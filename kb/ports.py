"""The walls between the use cases and what they stand on.

Ports ask for nothing that a real engine or model cannot do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from kb.model import EngineHit, Filter, IndexedPassage, QueryTerm, Reading
from kb.source import Box, PageSize, Picture, Quote

Vectors = npt.NDArray[np.float32]
"""Shape (n, dim), rows L2-normalised."""


class EngineView(Protocol):
    """Finds passages by terms and by vectors.

    ``filter`` values are folded as ``kb.text.fold`` does. Hits come best first,
    ties broken by ascending key.
    """

    def lexical(
        self, terms: Sequence[QueryTerm], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """The ``k`` best passages by BM25 over any of ``terms``, weights applied."""

    def nearest(
        self, vector: npt.NDArray[np.float32], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """The ``k`` passages nearest to ``vector`` (shape (dim,)).

        The score is the mean of the cosine with the first row and of the highest cosine
        with the others; that of the first row where it is alone.
        """

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """How many passages hold each term; 0 for unknown terms."""

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """Indexed words within a small edit distance of ``word``, the nearest first.

        Of those as near, first the one that more passages came with. Empty when ``word``
        itself is indexed.
        """

    def keys(self) -> set[int]:
        """Every key that the engine holds."""

    def vectors(self, keys: Collection[int]) -> dict[int, Vectors]:
        """The vectors of these passages as they were written; unknown keys are left out."""

    def count(self) -> int:
        """How many passages the engine holds."""


class Engine(EngineView, Protocol):
    """A view of what was written last, by any process. Derived: rebuilt from the catalogue."""

    def view(self) -> EngineView:
        """The engine as it is now, whatever is written later; the same while nothing is."""

    def write(self, passages: Sequence[IndexedPassage], vectors: Sequence[Vectors]) -> None:
        """Add passages, ``vectors[i]`` (shape (rows, dim)) being those of ``passages[i]``.

        The first row is the passage as a whole, any others are its sentences. Visible
        to searches when the call returns; a passage whose key is already there is
        replaced. All or nothing.
        """

    def delete(self, keys: Collection[int]) -> None:
        """Forget these passages; unknown keys are ignored."""

    def clear(self) -> None:
        """Forget everything, vectors of another dimension included."""

    def tidy(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Put in order what many writes have left, in steps of a second or two.

        For when nobody waits: searches go on meanwhile, other writes wait for a step to end.
        ``stop`` is asked before each. A process that dies in a step leaves the state before it.
        """

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

    def __hash__(self) -> int:
        """Tells one model from another: vectors of queries are remembered by model."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row per query."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per passage."""

    def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        """One row per sentence that is shown, chosen while someone waits: a model may do less."""


class WordVectors(Protocol):
    """Tells which words are near each other in meaning, apart from any brochure."""

    def embed_words(self, words: Sequence[str]) -> Vectors:
        """One row per word, or per expression of several; zero where one is not known whole."""


class EmbedderSource(Protocol):
    """Names the models that a base may use, and loads them."""

    def create(self) -> tuple[str, Embedder]:
        """The embedder that the settings ask for, and the name under which ``load`` finds it.

        Raises ConfigurationError where it can't be had.
        """

    def load(self, name: str) -> Embedder:
        """The embedder that ``create`` or ``substitute`` named so."""

    def usable(self, name: str, fingerprint: str) -> bool:
        """Whether queries can still meet the vectors that were made under that name.

        False where another version of the program, or whoever keeps the model's
        folder, has put other weights in its place. True for a model that is missing
        but may come back: embedding then says how to bring it.
        """

    def substitute(self) -> tuple[str, Embedder]:
        """A model that embeds a whole base while someone waits, and its name."""

    def wanted(self, name: str) -> bool:
        """Whether the embedder of that name is of the model that the settings ask for."""

    def label(self, name: str) -> str:
        """How that model is called before a user."""

    def telling_cosine(self, name: str) -> float | None:
        """Cosine from which a passage answers a query by meaning alone, with that model.

        None where nobody has measured it: words decide then whether anything answers.
        """

    def keep_only(self, name: str) -> None:
        """Delete what was stored for embedders that are neither of that name nor asked for."""


class BrochureReader(Protocol):
    """Reads one file into projects, sections and passages."""

    def __call__(self, path: Path) -> Reading:
        """Raise ``UnreadableBrochure`` with a sentence that says what to do."""


class Writing(Protocol):
    """Lets one thread of one process change the base at a time; its holder may take it again."""

    def __call__(self, what: str, *, patient: bool = True) -> AbstractContextManager[bool]:
        """Hold it for the block; gives whether the holder before died over its work.

        ``what`` is told to who waits in vain: a few French words. Raises Busy where another
        keeps it for too long, or at all unless ``patient``; StorageError where the
        folder of the base can't be written.
        """


class PageRenderer(Protocol):
    """Draws the pages of brochures, given as files of a disk. Safe for many threads.

    Every call but ``shows`` raises ``UnreadableBrochure`` where the file can't be drawn
    or lacks the page, and ``Busy`` where others keep it waiting for too long.
    """

    def shows(self, format: str) -> bool:
        """Whether brochures of that format have pages that can be drawn."""

    def size(self, file: BinaryIO, number: int) -> PageSize:
        """The size of a page, from 1."""

    def locate(self, file: BinaryIO, quote: Quote) -> dict[int, tuple[Box, ...]]:
        """Where a text stands, rectangles by page; empty unless all of it is found for certain."""

    def draw(self, file: BinaryIO, number: int, zoom: int, *, bare: bool = False) -> Picture:
        """A page as a picture of bounded size, ``zoom`` in percent.

        No e-mail address and no telephone number shows, unless ``bare``.
        """


class PictureStore(Protocol):
    """Keeps pictures within a bound. Safe for many threads and processes.

    Keys are lower-case letters, digits and hyphens.
    """

    def get(self, key: str) -> bytes | None:
        """The picture of that key, None where it is not kept (any more)."""

    def put(self, key: str, data: bytes) -> None:
        """Keep a picture; one that can't be kept is left out in silence."""

    def forget(self, prefix: str) -> None:
        """Drop every picture whose key begins so."""

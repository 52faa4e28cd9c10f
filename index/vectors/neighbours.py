"""Approximate search beyond some hundred thousand passages: a graph of near vectors.

The score of a passage, the mean of the cosine of the whole and of the highest of its sentences,
is the highest product of the query with any (whole + sentence) / 2. So these means are what the
graph holds, some of them a passage, searched by product: the places whose means come first are
those whose passages score best, and only they are scored from their rows.

The graph is usearch's HNSW (Malkov and Yashunin, 2018), in bytes, in one file that is mapped and
not read. A file is named for the epoch of the vectors and for the places that it covers; it never
changes, and takes its name when it is complete, so that a build that is cut leaves the one
before. Places that came later are searched exactly, and those of dropped passages are found and
left out, until a wider graph is published beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.vectors.cosines import Numbers, Products
from index.vectors.quantised import LARGEST, Codes, quantise
from kb.ports import Vectors

if TYPE_CHECKING:
    from index.vectors.matrix import VectorMatrix

FEWEST = 300_000
"""Passages from which the graph costs less than multiplying every row."""
FEWEST_SEARCHED = 100_000
"""Passages that a filter leaves, from which the same holds."""
DEEPEST = 300
"""Passages looked for, up to which the same holds."""
NEW_SHARE = 0.1
"""Share of places that no graph covers yet from which it is built again."""
_FOUND = 5
"""Means looked for, for each passage that is wanted: some passages come by several, and the
nearest of a graph are never all found."""
_EFFORT = 8
"""Means that are kept in view during a search, for each that is looked for. A hundred hits then
cost 20 ms, which is what going through every row of 320,000 passages takes a core. Of the true
hundred, .988 are found among 320,000 real passages, .88 among a million made ones, whose words
come by chance (.93 of the ten best); with half of the effort .980 and .845, with twice .90."""
_FEWEST_WANTED = 100
"""Passages looked for at least: of the ten best, a search for ten alone finds .79."""
_LINKS = 16
"""Neighbours of a mean in the graph; twice as many on its lowest level."""
_LINKING_EFFORT = 128
"""Means that are kept in view while one is linked to its neighbours."""
_REACH = 8.0
"""Bytes reach that many standard deviations of a number of a vector of length 1. One scale for
all, for products are compared; what lies beyond is cut."""
_KEYS: dict[str, Any] = {"multi": True, "enable_key_lookups": False}
"""A place stands for several means, and none is looked up by its place."""
_ADDED = 8_192
"""Places added between two looks at whether the build goes on."""


def installed() -> bool:
    """Whether the library is there."""
    return find_spec("usearch") is not None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """One graph, mapped from its file."""

    graph: Any
    covered: int
    """Places that it covers, from the first on."""
    turn: Lock = field(default_factory=Lock)
    """The library does not say that threads may search one graph at once."""

    def search(self, unit: Products, k: int) -> Numbers:
        """The places of about the ``k`` best passages and of some more, ascending.

        ``unit`` is the query, of length 1 and shape (dim,).
        """
        query = quantise(unit[np.newaxis]).codes[0]
        count = min(max(k, _FEWEST_WANTED) * _FOUND, len(self.graph))
        with self.turn:
            self.graph.expansion_search = count * _EFFORT
            found = self.graph.search(query, count, threads=1)
        return np.unique(np.asarray(found.keys)).astype(np.int64)


class NeighbourFiles:
    """The graphs of one folder and epoch. Safe for many threads."""

    def __init__(self, folder: Path | None, epoch: int, places: int) -> None:
        """``places`` is how many the matrix has: graphs of more are of a later commit."""
        self._folder = folder
        self._epoch = epoch
        self._places = places
        self._opened: Neighbours | None = None
        self._opening = Lock()

    @staticmethod
    def none() -> NeighbourFiles:
        """For a matrix that has no file."""
        return NeighbourFiles(None, 0, 0)

    def covered(self) -> int:
        """Places that the widest graph covers; 0 where there is none."""
        return max((covered for covered, _ in self._found()), default=0)

    def lacking(self, places: int) -> bool:
        """Whether a graph of that many places is worth building: none covers most of them."""
        return places >= FEWEST and places - self.covered() > NEW_SHARE * places

    def to_extend(self) -> Any | None:
        """The widest graph read into memory, to be added to; None where there is none."""
        _, path = max(self._found(), default=(0, None))
        return None if path is None else _opened(path, view=False)

    def publish(self, grown: Neighbours) -> None:
        """Store a graph under its name, complete, and remove those before it.

        Raises ``OSError`` or ``RuntimeError`` where the folder can't be written.
        """
        if self._folder is None:
            raise ValueError("a matrix without files keeps no graph")
        for left in self._folder.glob("neighbours-*.new"):  # By a build that was killed.
            left.unlink(missing_ok=True)
        name = f"neighbours-{self._epoch}-{grown.covered}.usearch"
        temporary = self._folder / f"neighbours-{os.getpid()}.new"
        try:
            grown.graph.save(temporary)
            _sync(temporary)
            os.replace(temporary, self._folder / name)
        finally:
            temporary.unlink(missing_ok=True)
        remove(self._folder, but=self._folder / name)

    def newest(self) -> Neighbours | None:
        """The widest graph, opened; None where there is none, or no library to read it.

        Looked for at each call, so that one is used as soon as it is built.
        """
        covered, path = max(self._found(), default=(0, None))
        if path is None or not installed():
            return None
        with self._opening:
            if self._opened is None or self._opened.covered != covered:
                try:
                    self._opened = Neighbours(_opened(path, view=True), covered)
                except (OSError, RuntimeError, ValueError):
                    return None  # Just replaced, or damaged: every row is multiplied.
            return self._opened

    def _found(self) -> list[tuple[int, Path]]:
        if self._folder is None or self._places < FEWEST:
            return []
        start, end = f"neighbours-{self._epoch}-", ".usearch"
        names = [one for one in os.listdir(self._folder) if one.startswith(start)]
        numbers = [one.removeprefix(start).removesuffix(end) for one in names]
        found = [int(one) for one in numbers if one.isdecimal()]
        return [(one, self._folder / f"{start}{one}{end}") for one in found if one <= self._places]


def grown(matrix: VectorMatrix, stop: Callable[[], bool]) -> Neighbours | None:
    """A graph of all places of ``matrix``, in memory: the newest one, and what it lacks.

    None where ``stop``, asked before each step, says so. Uses all cores, and about 600 bytes of
    memory a mean at 384 dimensions.
    """
    files, places = matrix.neighbours, len(matrix.slots)
    graph, done = files.to_extend() or _empty(matrix.dim), files.covered()
    while done < places:
        if stop():
            return None
        some = np.arange(done, min(done + _ADDED, places))
        means, of = _means(matrix, some)
        graph.add(of, _bytes(means))
        done = int(some[-1]) + 1
    return Neighbours(graph, places)


def remove(folder: Path, but: Path | None = None) -> None:
    """Remove the graphs of ``folder``, save one."""
    for path in folder.glob("neighbours-*.usearch"):
        if path != but:
            try:
                path.unlink(missing_ok=True)
            except PermissionError:
                continue  # Windows: a reader holds it; the next build removes it.


def _empty(dim: int) -> Any:
    from usearch.index import Index

    return Index(
        ndim=dim,
        metric="ip",
        dtype="i8",
        connectivity=_LINKS,
        expansion_add=_LINKING_EFFORT,
        **_KEYS,
    )


def _opened(path: Path, view: bool) -> Any:
    from usearch.index import Index

    graph = Index.restore(path, view=view, **_KEYS)
    if graph is None:
        raise ValueError(f"no graph in {path}")
    return graph


def _means(matrix: VectorMatrix, places: Numbers) -> tuple[Vectors, Numbers]:
    """(whole + sentence) / 2 of each sentence, the whole where there is none, and their places."""
    counts, first = matrix.counts[places], int(matrix.starts[places[0]])
    rows = matrix.quantised(slice(first, first + int(counts.sum()))).float32()
    starts = matrix.starts[places] - first
    means = (rows + rows[np.repeat(starts, counts)]) * np.float32(0.5)
    kept = np.ones(len(rows), dtype=np.bool_)
    kept[starts[counts > 1]] = False
    return means[kept], np.repeat(places, counts)[kept]


def _bytes(means: Vectors) -> Codes:
    step = _REACH / np.sqrt(means.shape[1]) / LARGEST
    return np.asarray(np.clip(np.rint(means / step), -LARGEST, LARGEST), dtype=np.int8)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())

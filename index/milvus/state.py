"""Which version of an engine is current: the one row whose writing makes a change visible.

Rows of passages carry the version with which they were *born*. A change writes its rows
under the next version first, then the state: one message to one collection, from which
moment on everybody sees all of it. A change that dies before leaves rows that nobody sees
and that the next one deletes. What is deleted is only listed as *dead* with a version: a
search under way, which began at an earlier one, still finds it. It goes for good at the
first change after ``KEPT_S``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from index.milvus.client import MilvusConnection, Row
from index.milvus.schema import MOST_DEAD, UNUSED, Names, state_definition

KEPT_S = 60
"""How long what is deleted stays for searches under way: longer than any takes."""
_FIELDS = ("id", "version", "at", "epoch", "dim", "passages", "length", "dead")
_LISTS = 1_000
"""Lists of the dead that one change may write."""


@dataclass(frozen=True, slots=True)
class Grave:
    """Keys that one change deleted."""

    id: int
    version: int
    at: int
    """Seconds since 1970."""
    dead: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What is current."""

    version: int = 0
    epoch: int = 0
    dim: int = 0
    """Length of a vector; 0 while nothing was written since everything was forgotten."""
    at: int = 0
    """When everything was last forgotten, in seconds since 1970."""
    passages: int = 0
    length: int = 0
    """Terms of all passages together."""
    graves: tuple[Grave, ...] = field(default=())

    @property
    def dead(self) -> frozenset[int]:
        """Keys of rows that are there and count no more."""
        return frozenset(key for grave in self.graves for key in grave.dead)


class StateTable:
    """Reads and writes the state of one engine. One process writes at a time."""

    def __init__(self, connection: MilvusConnection, names: Names) -> None:
        self._connection = connection
        self._name = names.state
        self._there = False

    def read(self) -> State:
        """The state as the last change of any process left it."""
        if not self._there:
            if not self._connection.has(self._name):
                return State()
            self._connection.load(self._name)
            self._there = True
        rows = self._connection.query(self._name, "id >= 0", _FIELDS)
        head = next((row for row in rows if row["id"] == 0), None)
        if head is None:
            return State()
        return State(
            version=head["version"],
            epoch=head["epoch"],
            dim=head["dim"],
            at=head["at"],
            passages=head["passages"],
            length=head["length"],
            graves=_graves(rows, head["version"]),
        )

    def commit(self, state: State, dead: Collection[int] = (), now: int = 0) -> None:
        """Make ``state`` current, ``dead`` being deleted with it."""
        if not self._there:
            self._connection.create(self._name, state_definition())
            self._there = True
        keys = sorted(dead)
        rows = [
            _row(state.version * _LISTS + number, state.version, at=now, dead=keys[start:end])
            for number, (start, end) in enumerate(parts(len(keys), MOST_DEAD))
        ]
        head = _row(
            0,
            state.version,
            at=state.at,
            epoch=state.epoch,
            dim=state.dim,
            passages=state.passages,
            length=state.length,
        )
        self._connection.upsert(self._name, [*rows, head])

    def undo(self, version: int) -> None:
        """Forget what a change after that version left, one that died."""
        if self._there:
            self._connection.delete(self._name, f"version > {version}")

    def bury(self, graves: Sequence[Grave]) -> None:
        """Forget these lists: their passages are deleted for good."""
        if graves:
            self._connection.delete(self._name, f"id in {[grave.id for grave in graves]}")


MOST_LISTED = _LISTS * MOST_DEAD
"""Passages that one change can list as dead."""


def parts(total: int, size: int) -> list[tuple[int, int]]:
    """Ranges of at most ``size`` that make up ``total`` things."""
    return [(start, min(start + size, total)) for start in range(0, total, size)]


def _graves(rows: Sequence[Row], version: int) -> tuple[Grave, ...]:
    # Those of a later version are of a change that died, or is under way.
    return tuple(
        Grave(row["id"], row["version"], row["at"], tuple(row["dead"]))
        for row in sorted(rows, key=lambda row: int(row["id"]))
        if row["id"] and row["version"] <= version
    )


def _row(id: int, version: int, **others: object) -> Row:
    empty = {"at": 0, "epoch": 0, "dim": 0, "passages": 0, "length": 0, "dead": []}
    return {"id": id, "version": version, **empty, **others, "unused": UNUSED}

"""Which pairs stand together in a batch, as the trainer asks for them.

Each batch is made of equal parts, each drawn from one source: texts of one
source are harder negatives than texts of others. Sources are drawn in
proportion to size times weight; within a batch no text stands twice, for a
repeated text would be its own false negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class SourceRange:
    """Rows of one source in a dataset, and its weight."""

    start: int
    stop: int
    weight: float


class MixedBatches:
    """A batch sampler over concatenated sources; iterates once over ``steps`` batches."""

    def __init__(
        self,
        texts: Sequence[tuple[str, str]],
        ranges: Sequence[SourceRange],
        *,
        batch_size: int,
        chunks: int,
        steps: int,
        seed: int,
        pool: int = 1,
    ) -> None:
        """``pool``: rows drawn for each one taken, so that texts of like length stand together
        and little of a batch is padding. Every row is as likely, whatever its length."""
        self.batch_size = batch_size
        self.drop_last = False
        self.epoch = 0
        self._ranges = [one for one in ranges if one.stop > one.start and one.weight > 0]
        self._chunks = chunks
        self._steps = steps
        self._seed = seed
        self._pool = pool
        self._keys = _keys(texts)
        self._lengths = np.array([len(query) + len(positive) for query, positive in texts])

    def __len__(self) -> int:
        return self._steps

    def set_epoch(self, epoch: int) -> None:
        """Draw otherwise in another epoch; called by the trainer."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[list[int]]:
        chance = np.random.default_rng([self._seed, self.epoch])
        sizes = np.array([(one.stop - one.start) * one.weight for one in self._ranges])
        for _step in range(self._steps):
            yield self._batch(chance, sizes / sizes.sum())

    def _batch(self, chance: Any, shares: npt.NDArray[np.float64]) -> list[int]:
        size = max(1, self.batch_size // self._chunks)
        seen: set[int] = set()
        batch: list[int] = []
        for number in chance.choice(len(self._ranges), self._chunks, p=shares):
            one = self._ranges[number]
            for row in self._drawn(chance, one, size):
                query, positive = self._keys[row].tolist()
                if query not in seen and positive not in seen:
                    seen.update((query, positive))
                    batch.append(row)
        return batch

    def _drawn(self, chance: Any, one: SourceRange, size: int) -> list[int]:
        """``size`` rows of a source by chance."""
        rows = chance.integers(one.start, one.stop, size * self._pool)
        if self._pool > 1:
            rows = rows[np.argsort(self._lengths[rows], kind="stable")]
            rows = rows.reshape(self._pool, size)[chance.integers(self._pool)]
        found: list[int] = rows.tolist()
        return found


def _keys(texts: Sequence[tuple[str, str]]) -> npt.NDArray[np.int64]:
    """Shape (rows, 2): a number for each distinct text."""
    numbers: dict[str, int] = {}
    rows = [
        (numbers.setdefault(query, len(numbers)), numbers.setdefault(positive, len(numbers)))
        for query, positive in texts
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)

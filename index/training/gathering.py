"""From sources to material: read, kept apart from evaluations, counted, held out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.training.config import FIELD_KINDS, Source, TrainingConfig
from index.training.counting import WordCounts
from index.training.heldout import split_pairs
from index.training.leakage import KeptOut
from index.training.reporting import Reporter
from index.training.sources import Pair, read_pairs, read_parallel, read_texts

_WORDS_KINDS = ("text", *FIELD_KINDS)
_PAIRS_KINDS = ("pairs", "cloze", *FIELD_KINDS)


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What became of one source; ``used`` and ``held_out`` in texts, pairs or sentences."""

    name: str
    kind: str
    licence: str
    origin: str
    weight: float
    used: int
    held_out: int
    leaked: int
    """Dropped because they share words with an evaluation."""


@dataclass(slots=True)
class Gathered:
    """Everything that training and its report need from the sources."""

    texts: WordCounts = field(default_factory=WordCounts)
    own: WordCounts = field(default_factory=WordCounts)
    """Of the field's own text."""
    sample: list[str] = field(default_factory=list)
    """Texts of all kinds drawn evenly, for centring."""
    pairs: dict[str, list[Pair]] = field(default_factory=dict)
    held_out: dict[str, list[Pair]] = field(default_factory=dict)
    parallel: list[tuple[str, str]] = field(default_factory=list)
    counts: list[SourceCount] = field(default_factory=list)


def gather(config: TrainingConfig, data: Path, kept_out: KeptOut, reporter: Reporter) -> Gathered:
    """Read every source of ``config``. Raises InputError for what can't be read."""
    gathered = Gathered()
    sample = _Sample(config.export.centre_texts, config.seed)
    for number, source in enumerate(config.sources):
        reporter.step(number, len(config.sources), source.name)
        if source.kind in _WORDS_KINDS:
            _count_words(source, config, data, kept_out, gathered, sample)
        if source.kind in _PAIRS_KINDS and source.weight > 0:
            _take_pairs(source, config, data, kept_out, gathered)
        if source.kind == "parallel" and config.distillation.share > 0:
            _take_parallel(source, config, data, kept_out, gathered)
    reporter.step(len(config.sources), len(config.sources), "")
    gathered.sample = sample.texts
    return gathered


def _count_words(
    source: Source,
    config: TrainingConfig,
    data: Path,
    kept_out: KeptOut,
    gathered: Gathered,
    sample: _Sample,
) -> None:
    leaked = used = 0

    def safe() -> Iterator[str]:
        nonlocal leaked, used
        for text in read_texts(source, config, data):
            if kept_out.leaks(text):
                leaked += 1
                continue
            used += 1
            sample.offer(text)
            yield text

    if source.kind == "text":
        gathered.texts.add(safe(), source.weight)
        gathered.counts.append(_counted(source, used, 0, leaked))
    else:
        gathered.own.add(safe())


def _take_pairs(
    source: Source, config: TrainingConfig, data: Path, kept_out: KeptOut, gathered: Gathered
) -> None:
    read = read_pairs(source, config, data)
    safe = [pair for pair in read if not kept_out.leaks(pair.query, pair.positive)]
    learnt, held = split_pairs(safe, source.held_out)
    gathered.pairs[source.name] = learnt
    if held:
        gathered.held_out[source.name] = held
    gathered.counts.append(_counted(source, len(learnt), len(held), len(read) - len(safe)))


def _take_parallel(
    source: Source, config: TrainingConfig, data: Path, kept_out: KeptOut, gathered: Gathered
) -> None:
    read = read_parallel(source, config, data)
    safe = [pair for pair in read if not kept_out.leaks(pair[1])]
    chance = random.Random(f"{config.seed} {source.name}")
    taken = chance.sample(safe, int(len(safe) * min(source.weight, 1.0)))
    gathered.parallel += taken
    gathered.counts.append(_counted(source, len(taken), 0, len(read) - len(safe)))


def _counted(source: Source, used: int, held_out: int, leaked: int) -> SourceCount:
    return SourceCount(
        source.name,
        source.kind,
        source.licence,
        source.origin,
        source.weight,
        used,
        held_out,
        leaked,
    )


class _Sample:
    """An even sample of a stream whose length is not known (Vitter's algorithm R, 1985)."""

    def __init__(self, size: int, seed: int) -> None:
        self.texts: list[str] = []
        self._size = size
        self._seen = 0
        self._chance = random.Random(seed)

    def offer(self, text: str) -> None:
        """Take ``text`` with the chance that is due to it."""
        self._seen += 1
        if len(self.texts) < self._size:
            self.texts.append(text)
        elif (place := self._chance.randrange(self._seen)) < self._size:
            self.texts[place] = text

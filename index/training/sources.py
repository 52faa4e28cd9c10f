"""Reading sources: files of a configuration into clean, distinct texts and pairs."""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from index.training.config import Source, TrainingConfig
from kb.errors import InputError
from kb.sentences import split_sentences

PAIRS_PER_GROUP = 4
"""Pairs drawn from a group of near-equivalent expressions."""

_FEWEST_LETTERS = 3
_SENTENCE_WORDS, _REST_WORDS = 5, 8
"""Words of a sentence, and of what is left of its paragraph, from which they tell anything."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that a model should hold near; ``positive`` answers ``query``."""

    query: str
    positive: str


def files_of(source: Source, config: TrainingConfig, data: Path) -> list[Path]:
    """The files of a source, sorted. Raises InputError where a pattern finds none."""
    found: list[Path] = []
    for pattern in source.files:
        own = pattern.startswith("./")
        matches = sorted((config.folder if own else data).glob(pattern.removeprefix("./")))
        if not matches:
            place = config.folder if own else data
            raise InputError(
                f"Source « {source.name} » : aucun fichier « {pattern} » dans « {place} » ; "
                "vérifiez --data ou retirez la source de la configuration."
            )
        found += matches
    return found


def read_texts(source: Source, config: TrainingConfig, data: Path) -> Iterator[str]:
    """Every distinct text of a source of any kind, in order; both sides of pairs.

    Of parallel text the French side only. Raises InputError naming file and line.
    """
    seen: set[int] = set()
    for texts in _records(source, config, data):
        for text in texts:
            cleaned = clean(text)
            # Hashes rather than texts: a source may hold a million paragraphs.
            if len(cleaned) >= _FEWEST_LETTERS and (key := hash(cleaned)) not in seen:
                seen.add(key)
                yield cleaned


def read_pairs(source: Source, config: TrainingConfig, data: Path) -> list[Pair]:
    """The distinct pairs of a source of any kind but text and parallel, in order.

    Of a group of expressions a few pairs, of a paragraph one sentence and the rest
    (the inverse cloze task of Lee, Chang and Toutanova, ACL 2019, arXiv:1906.00300),
    drawn by the configuration's seed. Raises InputError naming file and line.
    """
    chance = random.Random(f"{config.seed} {source.name}")
    pairs: dict[Pair, None] = {}
    for texts in _records(source, config, data):
        cleaned = [clean(text) for text in texts]
        for query, positive in _paired(source.kind, cleaned, chance):
            if query and positive and query != positive:
                pairs[Pair(query, positive)] = None
    found = list(pairs)
    if not source.most or len(found) <= source.most:
        return found
    return [found[place] for place in sorted(chance.sample(range(len(found)), source.most))]


def read_parallel(source: Source, config: TrainingConfig, data: Path) -> list[tuple[str, str]]:
    """(English, French) sentences of a parallel source, each French one once."""
    found: dict[str, str] = {}
    for path in files_of(source, config, data):
        for number, line in _lines(path):
            english, french = _parallel(path, number, line)
            found.setdefault(clean(french), clean(english))
    return [(english, french) for french, english in found.items() if english and french]


def clean(text: str) -> str:
    """``text`` with single spaces and no control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _paired(
    kind: str, texts: list[str], chance: random.Random
) -> Iterator[tuple[str, str]] | list[tuple[str, str]]:
    """(query, positive) of one record."""
    if kind == "pairs":
        return [(texts[0], texts[1])]
    if kind == "passages":
        return ((query, texts[0]) for query in texts[1:])
    if kind == "cloze":
        return _cloze(texts[0], chance)
    every = list(combinations(texts, 2))
    drawn = chance.sample(every, min(PAIRS_PER_GROUP, len(every)))
    return [pair if chance.random() < 0.5 else (pair[1], pair[0]) for pair in drawn]


def _cloze(paragraph: str, chance: random.Random) -> list[tuple[str, str]]:
    """One sentence of a paragraph with the others; nothing where either is too short."""
    sentences = split_sentences(paragraph)
    if len(sentences) < 2:
        return []
    taken = chance.choice(sentences)
    sentence = paragraph[taken.start : taken.end]
    rest = clean(f"{paragraph[: taken.start]} {paragraph[taken.end :]}")
    if len(sentence.split()) < _SENTENCE_WORDS or len(rest.split()) < _REST_WORDS:
        return []
    return [(sentence, rest)]


def _records(source: Source, config: TrainingConfig, data: Path) -> Iterator[list[str]]:
    """The texts of each line; of a passage, the passage first."""
    for path in files_of(source, config, data):
        for number, line in _lines(path):
            yield _texts(source.kind, path, number, line)


def _texts(kind: str, path: Path, number: int, line: str) -> list[str]:
    if kind in ("text", "cloze"):
        return [line]
    if kind == "groups":
        return [part.strip() for part in line.split("|") if part.strip()]
    if kind == "parallel":
        return [_parallel(path, number, line)[1]]
    record = _json(path, number, line)
    match record:
        case {"query": str(query), "positive": str(positive)} if kind == "pairs":
            return [query, positive]
        case {"passage": str(passage), "queries": [*queries]} if kind == "passages" and all(
            isinstance(query, str) for query in queries
        ):
            return [passage, *queries]
    wanted = "query et positive" if kind == "pairs" else "passage et queries"
    raise _bad_line(path, number, f"un objet JSON avec {wanted} est attendu")


def _parallel(path: Path, number: int, line: str) -> tuple[str, str]:
    match _json(path, number, line):
        case [str(english), str(french)]:
            return english, french
    raise _bad_line(path, number, "deux phrases [anglais, français] sont attendues")


def _json(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise _bad_line(path, number, "ce n’est pas du JSON") from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank, of a plain or xz-compressed file."""
    try:
        with (
            lzma.open(path, "rt", encoding="utf-8")
            if path.suffix == ".xz"
            else path.open(encoding="utf-8") as lines
        ):
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, line.strip()
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise InputError(
            f"« {path} » ne se lit pas ({error}) : remplacez-le par une copie intacte."
        ) from error


def _bad_line(path: Path, number: int, message: str) -> InputError:
    return InputError(f"{path}, ligne {number} : {message}.")

"""No evaluation text in training: what shares a run of words with it is dropped.

A model that has seen the questions is measured too well. A text leaks when it
shares nine running words with an evaluation text, or is one, letters and digits
alone compared.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from index.training.words import WORD, folded
from kb.errors import InputError

SHINGLE = 9
"""Running words that two texts don't share by chance."""

_FEWEST_WORDS = 2
"""Of a text that is compared as a whole: one word alone is nobody's question."""

_READABLE = (".jsonl", ".json", ".tsv", ".txt", ".md", ".toml")


class KeptOut:
    """The evaluation texts, ready to be recognised."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._shingles: set[str] = set()
        self._whole: set[str] = set()
        for text in texts:
            words = _words(text)
            self._shingles.update(_shingles(words))
            if len(words) >= _FEWEST_WORDS:
                self._whole.add(" ".join(words))

    @classmethod
    def of_paths(cls, paths: Iterable[Path]) -> KeptOut:
        """Every text in these files and folders.

        Folders are searched for JSON lines, JSON, TSV, TOML and plain text.
        Raises InputError for what can't be read.
        """
        return cls(text for path in paths for text in _texts_of(path))

    def __len__(self) -> int:
        return len(self._whole)

    def leaks(self, *texts: str) -> bool:
        """Whether one of ``texts`` is, or shares nine running words with, a kept-out text."""
        if not self._whole:
            return False
        return any(self._leaks(_words(text)) for text in texts)

    def _leaks(self, words: list[str]) -> bool:
        if len(words) < SHINGLE:
            return " ".join(words) in self._whole
        return any(shingle in self._shingles for shingle in _shingles(words))


def _words(text: str) -> list[str]:
    return WORD.findall(folded(text))


def _shingles(words: list[str]) -> Iterator[str]:
    return (" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def _texts_of(path: Path) -> Iterator[str]:
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.suffix in _READABLE)
        if not files:
            raise InputError(
                f"« {path} » ne contient aucun texte à écarter de l’entraînement "
                f"({', '.join(_READABLE)}) : vérifiez --keep-out."
            )
    else:
        files = [path]
    for file in files:
        yield from _texts_of_file(file)


def _texts_of_file(path: Path) -> Iterator[str]:
    try:
        content = path.read_text(encoding="utf-8")
        if path.suffix == ".jsonl":
            for line in content.split("\n"):
                if line.strip():
                    yield from _strings(json.loads(line))
        elif path.suffix == ".json":
            yield from _strings(json.loads(content))
        elif path.suffix == ".toml":
            yield from _strings(tomllib.loads(content))
        else:
            for line in content.split("\n"):
                yield from line.split("\t")
            # Text cut by lines also leaks across them.
            yield content
    except (OSError, ValueError) as error:
        raise InputError(
            f"« {path} », à écarter de l’entraînement, ne se lit pas ({error}) : "
            "corrigez-le, ou retirez-le de --keep-out ou de la configuration."
        ) from error


def _strings(value: Any) -> Iterator[str]:
    """Every string inside a JSON or TOML value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)

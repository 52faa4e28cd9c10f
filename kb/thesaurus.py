"""The field's thesaurus: what else to look for when a word is typed.

The data (``kb/data/thesaurus.toml``) hold acronyms, synonyms and lay words;
this module finds which of them a query uses. What it adds is always shown to
the user with its reason, and can be switched off.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kb.errors import ConfigurationError
from kb.text import Token, content_tokens

ACRONYM = "sigle"
"""The reason of an acronym and its long form, each for the other."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Expressions to look for beside the words ``start`` to ``end`` of a query."""

    start: int
    """First token of the query's content tokens, from 0."""
    end: int
    """One past the last."""
    added: tuple[str, ...]
    reason: str
    """Why, in French: ``sigle``, ``synonyme`` or ``mot courant``."""


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Expressions, keyed by the stems that call for them."""

    entries: dict[tuple[str, ...], tuple[tuple[str, str], ...]]
    """Stems → (expression to add, reason)."""
    longest: int
    """Number of stems in the longest key."""

    def suggestions(self, tokens: Sequence[Token]) -> list[Suggestion]:
        """What the thesaurus adds to these content tokens, longest expressions first taken."""
        found: list[Suggestion] = []
        start = 0
        while start < len(tokens):
            size = self._longest_match(tokens, start)
            if size:
                found.extend(self._suggest(tokens, start, start + size))
            start += max(size, 1)
        return found

    def _longest_match(self, tokens: Sequence[Token], start: int) -> int:
        for size in range(min(self.longest, len(tokens) - start), 0, -1):
            if _key(tokens[start : start + size]) in self.entries:
                return size
        return 0

    def _suggest(self, tokens: Sequence[Token], start: int, end: int) -> list[Suggestion]:
        by_reason: dict[str, list[str]] = {}
        for added, reason in self.entries[_key(tokens[start:end])]:
            by_reason.setdefault(reason, []).append(added)
        return [Suggestion(start, end, tuple(added), reason) for reason, added in by_reason.items()]


@cache
def load_thesaurus() -> Thesaurus:
    """The thesaurus shipped with the product.

    Raises ConfigurationError where the file does not have the expected shape.
    """
    text = files("kb").joinpath("data/thesaurus.toml").read_text(encoding="utf-8")
    try:
        return build_thesaurus(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ConfigurationError(f"Le thésaurus est mal formé ({error}).") from error


def build_thesaurus(data: dict[str, list[dict[str, object]]]) -> Thesaurus:
    """A thesaurus from its parsed TOML: tables ``sigle``, ``synonymes``, ``courant``."""
    entries: dict[tuple[str, ...], dict[str, str]] = {}

    def add(source: str, target: str, reason: str) -> None:
        key = _key(content_tokens(source))
        if key and key != _key(content_tokens(target)):
            entries.setdefault(key, {}).setdefault(target, reason)

    for acronym in data.get("sigle", []):
        short, long = str(acronym["court"]), str(acronym["long"])
        add(short, long, ACRONYM)
        add(long, short, ACRONYM)
    for group in data.get("synonymes", []):
        terms = _strings(group["termes"])
        for source in terms:
            for target in terms:
                add(source, target, "synonyme")
    for lay in data.get("courant", []):
        for source in _strings(lay["mots"]):
            for target in _strings(lay["vers"]):
                add(source, target, "mot courant")
    frozen = {key: tuple(added.items()) for key, added in entries.items()}
    return Thesaurus(frozen, max(map(len, frozen), default=0))


def _key(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.stem for token in tokens)


def _strings(value: object) -> list[str]:
    if not isinstance(value, list):
        raise TypeError(f"liste attendue au lieu de {value!r}")
    return [str(entry) for entry in value]

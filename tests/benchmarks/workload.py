"""What is asked of a base under measurement, drawn by a seed; no question comes twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kb.model import Filter
from kb.text import content_tokens
from tests.benchmarks import field_words as field
from tests.benchmarks.generator import (
    FIRST_YEAR,
    ORGANISATIONS,
    PER_BROCHURE,
    YEARS,
    MadeBrochure,
    departements,
    made_brochure,
    organisations,
)

QUESTION_SHARE, FOREIGN_SHARE, TYPO_SHARE = 0.2, 0.3, 0.05
"""Whole questions; words that need not stand in one passage; queries with a typing error."""
SELECTIVITIES = ("all", "10 %", "1 %", "0.1 %")
_DRAWN_FROM = 200
"""Brochures of which words are drawn, at most."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Draws queries and filters for a base of so many made brochures."""

    brochures: int
    seed: int = 1

    def queries(self) -> Iterator[str]:
        """Endless, all different: one to four words, or a whole question."""
        some = random.Random(f"queries/{self.seed}/{self.brochures}")
        asked: set[str] = set()
        while True:
            query = self._query(some)
            if query not in asked:
                asked.add(query)
                yield query

    def filters(self, selectivity: str) -> Iterator[Filter]:
        """Endless: filters that so many of the passages meet, on average.

        A year is that of a tenth of the projects, a département of a hundredth, an
        organisation of a thousandth.
        """
        some = random.Random(f"filters/{self.seed}/{self.brochures}/{selectivity}")
        while True:
            match selectivity:
                case "all":
                    yield Filter()
                case "10 %":
                    yield Filter(year=(str(FIRST_YEAR + some.randrange(YEARS)),))
                case "1 %":
                    yield Filter(departement=(some.choice(departements()),))
                case "0.1 %":
                    yield Filter(organisation=(organisations()[some.randrange(ORGANISATIONS)],))
                case _:
                    raise ValueError(f"unknown selectivity {selectivity!r}")

    def _query(self, some: random.Random) -> str:
        if some.random() < QUESTION_SHARE:
            first, second = self._words(2, some)
            return some.choice(field.QUESTIONS).format(a=first, b=second)
        words = self._words(some.randint(1, 4), some)
        if some.random() < TYPO_SHARE:
            words[0] = _mistyped(words[0], some)
        return " ".join(words)

    def _words(self, count: int, some: random.Random) -> list[str]:
        """Words with meaning of one passage, or of several: rare ones and frequent ones."""
        if some.random() < FOREIGN_SHARE:
            return [self._of_one_passage(1, some)[0] for _ in range(count)]
        return self._of_one_passage(count, some)

    def _of_one_passage(self, count: int, some: random.Random) -> list[str]:
        place = some.randrange(min(self.brochures, _DRAWN_FROM))
        # Spread over the base.
        number = place * self.brochures // min(self.brochures, _DRAWN_FROM)
        words: list[str] = []
        while len(words) < count:
            text = some.choice(_texts(number))
            words = [one.surface.lower() for one in content_tokens(text) if len(one.surface) > 2]
        return some.sample(words, count)


@lru_cache(maxsize=_DRAWN_FROM)
def _texts(number: int) -> tuple[str, ...]:
    return tuple(made_brochure(number).paragraphs())


def _mistyped(word: str, some: random.Random) -> str:
    """Two neighbouring letters in each other's place."""
    place = some.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def brochures_of(passages: int) -> int:
    """How many made brochures hold so many passages."""
    return max(1, round(passages / PER_BROCHURE))


def changed_brochure(number: int, revision: int, *, whole: bool) -> MadeBrochure:
    """Brochure ``number`` in another revision: ``whole``, or one paragraph of it."""
    fresh = made_brochure(number, revision=revision)
    if whole:
        return fresh
    return with_paragraph(made_brochure(number), fresh.projects[0].sections[0].text)


def with_paragraph(brochure: MadeBrochure, text: str) -> MadeBrochure:
    """The brochure with another first paragraph."""
    from dataclasses import replace

    first, *others = brochure.projects
    section, *rest = first.sections
    changed = replace(first, sections=(replace(section, text=text), *rest))
    return replace(brochure, projects=(changed, *others))

"""What is made of a passage before anything stores it: terms, words, what is embedded.

All of it follows from a reading alone, so that whoever reads a file may do it, beside others
who read other files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, filterfalse

from kb.model import Passage, PassageAnalysis, Project, Reading, ReadingAnalysis
from kb.sentences import split_sentences
from kb.territory import departement_name
from kb.text import (
    context_terms,
    spans_with_words,
    spelt_words,
    stems,
    text_terms,
    written_words,
)

_FULL_SENTENCE = 3
"""Words with meaning from which a sentence says something by itself."""
_KEPT_SURROUNDINGS = 4096


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What is made of texts that stand around several passages, each word once."""

    terms: tuple[str, ...]
    words: tuple[str, ...]
    stems: tuple[str, ...]


def analyse_reading(reading: Reading) -> ReadingAnalysis:
    """The analysis of every passage of a reading, in order, and how its words are written."""
    projects = {one.id: one for one in reading.projects}
    made, texts = [], []
    told: set[str] = set()
    for passage in reading.passages:  # One after the other, so that its words are cut once.
        project = projects[passage.project_id]
        made.append(analyse(passage, project, told))
        texts.append(tuple(texts_to_embed(passage, project)))
    spelt = spellings(reading.passages, reading.projects)
    return ReadingAnalysis(tuple(made), tuple(texts), dict(spelt))


def analyse(passage: Passage, project: Project, told: set[str] | None = None) -> PassageAnalysis:
    """What engines and searches are given of a passage.

    Its words are those that are not yet among ``told``, which passages of its brochure share:
    they are added.
    """
    told = set() if told is None else told
    around = _surroundings(_of_project(project))
    above = _surroundings(_of_passage(passage))
    context = dict.fromkeys((*around.terms, *above.terms))
    words = chain(spelt_words(passage.text), around.words, above.words)
    untold = dict.fromkeys(filterfalse(told.__contains__, words))
    told.update(untold)
    return PassageAnalysis(
        terms=" ".join((*text_terms(passage.text), *context)),
        words=" ".join(untold),
        stems=" ".join(dict.fromkeys(stems(passage.text))),
        context=" ".join(dict.fromkeys((*around.stems, *above.stems))),
    )


def context_of(passage: Passage, project: Project) -> list[str]:
    """Texts that say what the passage is about without being in it."""
    return [*_of_project(project), *_of_passage(passage)]


def _of_project(project: Project) -> tuple[str, ...]:
    return (
        project.title,
        project.subtitle,
        project.organisation,
        *project.communes,
        *map(departement_name, project.departements),
        *project.objectives,
    )


def _of_passage(passage: Passage) -> tuple[str, ...]:
    return (passage.heading, passage.heading_printed)


@lru_cache(maxsize=_KEPT_SURROUNDINGS)
def _surroundings(texts: tuple[str, ...]) -> _Surroundings:
    """Projects and headings come back: each is analysed once, not with each passage."""
    return _Surroundings(
        tuple(context_terms(texts)),
        tuple(dict.fromkeys(chain.from_iterable(map(spelt_words, texts)))),
        tuple(dict.fromkeys(chain.from_iterable(map(stems, texts)))),
    )


def texts_to_embed(passage: Passage, project: Project) -> list[str]:
    """What the embedder is given of a passage: the passage as a whole, then its sentences."""
    return [embedded_text(passage, project), *full_sentences(passage.text)]


def embedded_text(passage: Passage, project: Project) -> str:
    """The text that stands for the passage as a whole in the vector space."""
    return ". ".join(
        part
        for part in (project.title, project.organisation, passage.heading, passage.text)
        if part
    )


def full_sentences(text: str) -> list[str]:
    """The sentences of a text that has two or more; none where it is a single one.

    Those of fewer than three words with meaning (« Oui. », a bullet of one word) are
    left out, unless there are no others.
    """
    spans = split_sentences(text)
    if len(spans) < 2:
        return []
    full = spans_with_words(text, spans, _FULL_SENTENCE)
    return [text[span.start : span.end] for span in full or spans]


def spellings(passages: Iterable[Passage], projects: Iterable[Project]) -> Counter[str]:
    """How often each word is written as it is, in texts and names."""
    texts = [passage.text for passage in passages]
    for project in projects:
        texts += [project.title, project.subtitle, project.organisation, *project.communes]
    return written_words(texts)

"""What surrounds a passage, and what engines and embedders are given of it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kb.masking import addresses
from kb.model import Brochure, Filter, IndexedPassage, Passage, Project, Span
from kb.sentences import split_sentences
from kb.territory import departement_code, departement_name
from kb.text import Token, content_tokens, context_terms, distinct_words, fold, text_terms

_FULL_SENTENCE = 3
"""Words with meaning from which a sentence says something by itself."""


def context_of(passage: Passage, project: Project) -> list[str]:
    """Texts that say what the passage is about without being in it."""
    return [
        project.title,
        project.subtitle,
        project.organisation,
        *project.communes,
        *map(departement_name, project.departements),
        *project.objectives,
        passage.heading,
        passage.heading_printed,
    ]


def embedded_text(passage: Passage, project: Project) -> str:
    """The text that stands for the passage as a whole in the vector space."""
    return ". ".join(
        part
        for part in (project.title, project.organisation, passage.heading, passage.text)
        if part
    )


def texts_to_embed(passage: Passage, project: Project) -> list[str]:
    """What the embedder is given of a passage: the passage as a whole, then its sentences."""
    return [embedded_text(passage, project), *full_sentences(passage.text)]


def full_sentences(text: str) -> list[str]:
    """The sentences of a text that has two or more; none where it is a single one.

    Those of fewer than three words with meaning (« Oui. », a bullet of one word) are
    left out, unless there are no others.
    """
    spans = split_sentences(text)
    if len(spans) < 2:
        return []
    starts = sorted(token.start for token in content_tokens(text))
    full = [
        span
        for span in spans
        if bisect_left(starts, span.end) - bisect_left(starts, span.start) >= _FULL_SENTENCE
    ]
    return [text[span.start : span.end] for span in full or spans]


def indexed(key: int, passage: Passage, project: Project, brochure: Brochure) -> IndexedPassage:
    """What an engine stores of a passage."""
    context = context_of(passage, project)
    return IndexedPassage(
        key=key,
        terms=tuple(text_terms(passage.text) + context_terms(context)),
        words=tuple(distinct_words([passage.text, *context])),
        facets=facets_of(passage, project, brochure),
    )


def facets_of(passage: Passage, project: Project, brochure: Brochure) -> Filter:
    """The folded values by which a passage is filtered."""
    return replace(project_facets(project, brochure), heading=(fold(passage.heading),))


def project_facets(project: Project, brochure: Brochure) -> Filter:
    """The folded values that all passages of a project share."""
    return normalised(
        Filter(
            organisation=(project.organisation,) if project.organisation else (),
            departement=project.departements,
            commune=project.communes,
            year=year_of(project, brochure),
            brochure=(brochure.id,),
            project=(project.id,),
        )
    )


def satisfies(facets: Filter, wanted: Filter) -> bool:
    """Whether these folded values meet a folded filter."""
    return all(set(values) & set(getattr(facets, name)) for name, values in wanted.active().items())


def year_of(project: Project, brochure: Brochure) -> tuple[str, ...]:
    """The project's year, the brochure's where the project gives none."""
    year = project.year if project.year is not None else brochure.year
    return (str(year),) if year is not None else ()


def normalised(given: Filter) -> Filter:
    """A filter as engines compare it: folded, départements as codes."""
    folded = {name: tuple(map(fold, values)) for name, values in given.active().items()}
    if given.departement:
        folded["departement"] = tuple(
            fold(departement_code(value) or value) for value in given.departement
        )
    return Filter(**folded)


def spellings(passages: Iterable[Passage], projects: Iterable[Project]) -> Counter[tuple[str, str]]:
    """How often each folded word is written which way, from texts and names."""
    texts = [passage.text for passage in passages]
    for project in projects:
        texts += [project.title, project.subtitle, project.organisation, *project.communes]
    counted: Counter[tuple[str, str]] = Counter()
    for text in texts:
        # Words of an e-mail address are no words of the brochure, and must not be offered.
        for token in _clear_of(addresses(text), content_tokens(text)):
            if _is_written_as_usual(token.surface):
                counted[(fold(token.surface), token.surface)] += 1
    return counted


def _clear_of(spans: Sequence[Span], tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if not any(span.start < token.end and token.start < span.end for span in spans):
            yield token


def _is_written_as_usual(word: str) -> bool:
    """Whether a word shows how it is written: not so in a heading all in capitals."""
    return word.isalpha() and len(word) > 2 and not (word.isupper() and len(word) > 5)

"""What surrounds a passage, and what engines and embedders are given of it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from kb.catalog import Analysis
from kb.model import Brochure, Filter, IndexedPassage, Passage, Project
from kb.privacy import hidden
from kb.sentences import split_sentences
from kb.territory import departement_code, departement_name
from kb.text import content_tokens, context_terms, distinct_words, fold, stems, text_terms

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


def indexed(
    key: int, passage: Passage, project: Project, brochure: Brochure, shared: Filter | None = None
) -> IndexedPassage:
    """What an engine stores of a passage; ``shared`` is its ``project_facets``, where known."""
    context = context_of(passage, project)
    return IndexedPassage(
        key=key,
        terms=tuple(text_terms(passage.text) + context_terms(context)),
        words=tuple(distinct_words([passage.text, *context])),
        facets=facets_of(passage, project, brochure, shared),
    )


def analysed(passage: Passage, project: Project) -> Analysis:
    """What the analyser sees of a passage, for searches to come."""
    context = (one for part in context_of(passage, project) for one in stems(part))
    return Analysis(" ".join(dict.fromkeys(stems(passage.text))), " ".join(dict.fromkeys(context)))


def facets_of(
    passage: Passage, project: Project, brochure: Brochure, shared: Filter | None = None
) -> Filter:
    """The folded values by which a passage is filtered; ``shared`` as for ``indexed``."""
    heading = _folded_heading(passage.heading)
    return replace(shared or project_facets(project, brochure), heading=heading)


@lru_cache(maxsize=4096)
def _folded_heading(heading: str) -> tuple[str, ...]:
    return normalised(Filter(heading=(heading,))).heading


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
    # Values come and go in addresses: they hold no contact that a brochure prints.
    folded = {
        name: tuple(fold(hidden(value)[0]) for value in values)
        for name, values in given.active().items()
    }
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
    surfaces = Counter(token.surface for text in texts for token in content_tokens(text))
    return Counter(
        {
            (fold(surface), surface): count
            for surface, count in surfaces.items()
            if _is_written_as_usual(surface)
        }
    )


def _is_written_as_usual(word: str) -> bool:
    """Whether a word shows how it is written: not so in a heading all in capitals."""
    return word.isalpha() and len(word) > 2 and not (word.isupper() and len(word) > 5)

"""Putting an answer together: hits to show, facets, expansions, nearest themes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from kb.citation import citation
from kb.library.conditions import PassagesOf, find_phrase
from kb.library.context import normalised
from kb.library.moment import Moment
from kb.library.narrowing import Narrowing
from kb.library.profiles import PassageProfile, answering
from kb.library.quoting import nearest_sentences, telling_sentence
from kb.library.requests import Ranked, Request
from kb.model import FILTER_FIELDS, Passage, Project, Span
from kb.query import Alternative, Query
from kb.ranking import Candidate
from kb.results import MOST_FACET_VALUES, Answer, Expansion, ExpansionSource, FacetValue, Hit, Why
from kb.spans import merged
from kb.text import Token, fold, tokenise, tokens_among

Shown = tuple[str, str]
"""A value of a facet and its label."""

_NEAREST = 3
"""Projects shown as nearest themes when nothing answers."""


class AnswerBuilder:
    """Builds the answer to one query."""

    def __init__(self, moment: Moment, query: Query, passages: PassagesOf) -> None:
        """``passages`` reads those of some keys."""
        self._moment = moment
        self._query = query
        self._passages = passages
        self._shares = query.shares()

    def build(
        self, request: Request, corrected: str | None, ranked: Ranked, started: float
    ) -> Answer:
        """The answer; ``started`` is the clock at the start of the search, in seconds."""
        candidates = ranked.candidates if ranked.answerable else []
        shown = candidates[request.offset : request.offset + request.limit]
        hits = self._hits(shown, request)
        return Answer(
            query=self._query.text if corrected is None else request.query.strip(),
            mode=request.mode,
            answerable=ranked.answerable and bool(candidates),
            hits=hits,
            total=len(candidates),
            took_ms=round((time.perf_counter() - started) * 1000, 2),
            at_least=ranked.at_least and bool(candidates),
            corrected=corrected,
            expanded=self._expansions(ranked) if candidates else (),
            facets=self._facets(request, ranked),
            nearest=() if candidates else self._nearest(ranked),
            notice=ranked.notice,
        )

    def _hits(self, shown: Sequence[Candidate], request: Request) -> tuple[Hit, ...]:
        read = self._passages([one.key for one in shown])
        passages = [read[one.key] for one in shown]
        matched = [tokens_among(passage.text, self._shares) for passage in passages]
        quoted = self._quoted(shown, passages, matched)
        return tuple(
            self._hit(request.offset + 1 + place, one, passages[place], matched[place], best)
            for place, (one, best) in enumerate(zip(shown, quoted, strict=True))
        )

    def _hit(
        self,
        rank: int,
        candidate: Candidate,
        passage: Passage,
        matched: Sequence[Token],
        best: Span,
    ) -> Hit:
        project = self._moment.projects[passage.project_id]
        brochure = self._moment.brochures[passage.brochure_id]
        return Hit(
            rank=rank,
            score=round(candidate.score, 6),
            passage=passage,
            project=project,
            brochure=brochure,
            citation=citation(passage.text[best.start : best.end], passage, project, brochure),
            best_sentence=best,
            highlights=self._highlights(passage.text, matched),
            why=Why(
                candidate.lexical_rank,
                candidate.semantic_rank,
                tuple(dict.fromkeys(token.surface for token in matched)),
            ),
        )

    def _quoted(
        self,
        shown: Sequence[Candidate],
        passages: Sequence[Passage],
        matched: Sequence[Sequence[Token]],
    ) -> list[Span]:
        """Of each passage, the sentence that answers most of the query.

        The nearest in meaning where the passage was found by meaning alone.
        """
        worth = {
            token.stem: self._moment.weight(token.stem) * self._shares[token.stem]
            for tokens in matched
            for token in tokens
        }
        quoted = [
            telling_sentence(passage.text, tokens, worth)
            for passage, tokens in zip(passages, matched, strict=True)
        ]
        by_meaning = [
            place
            for place, one in enumerate(shown)
            if not matched[place] and one.semantic_rank is not None
        ]
        texts = [passages[place].text for place in by_meaning]
        nearest = nearest_sentences(texts, self._query.words, self._moment.embedder)
        for place, span in zip(by_meaning, nearest, strict=True):
            quoted[place] = span
        return quoted

    def _highlights(self, text: str, matched: Sequence[Token]) -> tuple[Span, ...]:
        """What the analyser matched: words, and exact phrases in one piece."""
        ranges = {(token.start, token.end) for token in matched}
        if self._query.phrases:
            tokens = tokenise(text)
            for phrase in self._query.phrases:
                ranges.update(find_phrase(tokens, phrase))
        return tuple(merged([Span(start, end) for start, end in ranges], len(text)))

    def _expansions(self, ranked: Ranked) -> tuple[Expansion, ...]:
        """The added expressions by which at least one passage answers."""
        profiles = [ranked.profiles[one.key] for one in ranked.candidates]
        used = {id(one) for one in answering(self._query, profiles)}
        return tuple(
            Expansion(
                " ".join(token.surface for token in concept.typed.tokens),
                alternative.label,
                alternative.reason,
                _source(alternative),
                alternative.similarity,
            )
            for concept in self._query.concepts
            for alternative in concept.added
            if id(alternative) in used
        )

    def _facets(self, request: Request, ranked: Ranked) -> dict[str, tuple[FacetValue, ...]]:
        """How many passages choosing each value shows, most frequent first."""
        candidates = ranked.candidates if ranked.answerable else []
        passages = [ranked.profiles[one.key] for one in ranked.pool or candidates]
        kept = Narrowing(request.filter, self._moment).kept(passages)
        chosen = normalised(request.filter)
        # Fields that are not filtered count the same passages.
        different = {id(some): some for some in kept.values()}
        counted = {one: self._counted(some) for one, some in different.items()}
        return {
            name: _told(counted[id(kept[name])][name], getattr(chosen, name))
            for name in FILTER_FIELDS
        }

    def _counted(self, passages: Sequence[PassageProfile]) -> dict[str, dict[Shown, int]]:
        """How many of ``passages`` have each value of each field."""
        counts: dict[str, dict[Shown, int]] = {name: {} for name in FILTER_FIELDS}
        headings = Counter(one.heading for one in passages)
        counts["heading"] = {(heading, heading): times for heading, times in headings.items()}
        # Whatever else is counted, the passages of a project share.
        for project_id, times in Counter(one.project_id for one in passages).items():
            for name, values in self._moment.shown_values(project_id).items():
                of_field = counts[name]
                for shown in values:
                    of_field[shown] = of_field.get(shown, 0) + times
        return counts

    def _nearest(self, ranked: Ranked) -> tuple[Project, ...]:
        """Projects whose passages came nearest without answering."""
        ids = dict.fromkeys(ranked.profiles[one.key].project_id for one in ranked.candidates)
        return tuple(self._moment.projects[project_id] for project_id in list(ids)[:_NEAREST])


def _told(counts: Mapping[Shown, int], chosen: Collection[str]) -> tuple[FacetValue, ...]:
    """The values of a field that an answer tells; ``chosen`` ones, folded, are left in."""
    told = _most_frequent(counts, MOST_FACET_VALUES)
    if chosen and len(told) < len(counts):
        # The others that are chosen come after them, in the same order.
        others = {one: n for one, n in counts.items() if fold(one[0]) in chosen}
        told += [one for one in _most_frequent(others, len(others)) if one not in told]
    return tuple(FacetValue(value, counts[value, label], label) for value, label in told)


def _most_frequent(counts: Mapping[Shown, int], most: int) -> list[Shown]:
    """The first ``most`` by how often they occur, those that occur as often by the alphabet."""
    by_count: dict[int, list[Shown]] = {}
    for shown, count in counts.items():
        by_count.setdefault(count, []).append(shown)
    first: list[Shown] = []
    # Hundreds may occur once: only those that come into it are put in order.
    for count in sorted(by_count, reverse=True):
        if len(first) >= most:
            break
        first += sorted(by_count[count])
    return first[:most]


def _source(alternative: Alternative) -> ExpansionSource:
    by_thesaurus = alternative.similarity is None
    return ExpansionSource.THESAURUS if by_thesaurus else ExpansionSource.MEANING

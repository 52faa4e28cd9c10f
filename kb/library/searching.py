"""From a query to an answer: passages word for word, each with its place."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kb.deadline import check
from kb.errors import InvalidQuery
from kb.library.answers import AnswerBuilder
from kb.library.base import Base
from kb.library.conditions import Conditions
from kb.library.context import normalised, wanted_values
from kb.library.corrections import correct
from kb.library.coverage import Coverage, Covered, unknown_share
from kb.library.metadata import MetadataQuestion, metadata_question
from kb.library.moment import Moment
from kb.library.narrowing import Narrowing, joined, narrowed
from kb.library.profiles import PassageProfile, Profiles
from kb.library.requests import Ranked, Request
from kb.library.widening import Widener
from kb.model import EngineHit, Filter, Mode, Project
from kb.ports import Embedder
from kb.query import Query, expand, parse_query
from kb.ranking import (
    Candidate,
    best_first,
    diversify,
    fuse,
    is_answered,
    lift_amounts,
    semantic_weight,
    weigh_by_coverage,
    without_tail,
)
from kb.results import Answer
from kb.thesaurus import Thesaurus

LEXICAL_DEPTH = 400
SEMANTIC_DEPTH = 100
_KEPT_VECTORS = 500
"""Questions whose vector is remembered, about 3 kB each."""
_NEAR_SHARE = 0.1
"""Share of a base within which its passages nearest to a query can hold all that answer it."""
_METADATA_DEPTH = 20_000
"""Passages from which no further project of a year or a place is listed: a third of a second."""
_CONDITION_DEPTH = 5000
"""Passages looked at when a phrase or an exclusion will drop most of them."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Live passages that meet the conditions of a query, each list best first."""

    lexical: list[EngineHit]
    semantic: list[EngineHit]
    profiles: dict[int, PassageProfile]
    covered: dict[int, Covered]
    full: bool
    """Whether more passages may answer than the lists could hold."""


class Searcher:
    """Answers searches; safe for many threads."""

    def __init__(self, base: Base, thesaurus: Thesaurus) -> None:
        self._base = base
        self._thesaurus = thesaurus
        self._profiles = Profiles(base.catalog)
        self._widener = Widener(base)
        # The next page, another filter, the same search by words: the question comes back.
        self._vector_of = lru_cache(maxsize=_KEPT_VECTORS)(_vector_of)

    def search(self, request: Request) -> Answer:
        """See ``kb.library.Library.search``."""
        started = time.perf_counter()
        _check_bounds(request)
        parsed = parse_query(request.query)
        with self._base.moment() as moment:
            return self._answer(request, parsed, moment, started)

    def warm_up(self) -> None:
        """Read what searches compare with a query, and what the first one to be widened needs."""
        with self._base.moment() as moment:
            self._profiles.read_ahead(moment)
            self._widener.read(moment)

    def _answer(self, request: Request, parsed: Query, moment: Moment, started: float) -> Answer:
        moment.look_up(_stems(parsed))
        query, corrected = parsed, None
        if request.correct:
            query, corrected = correct(parsed, moment, self._thesaurus, self._base.catalog)
        asked = metadata_question(query, moment.names)
        if request.expand:
            query = expand(query, self._thesaurus, moment.known)
        if asked is None:
            ranked, query = self._by_text(request, query, moment)
        else:
            ranked = self._by_metadata(request, query, asked, moment)
        builder = AnswerBuilder(moment, query, self._base.catalog.passages)
        return builder.build(request, corrected, ranked, started)

    def _by_text(self, request: Request, query: Query, moment: Moment) -> tuple[Ranked, Query]:
        """Passages by what they say, and the query as it was widened, if it was."""
        whole, widened = self._ranked(replace(request, filter=Filter()), query, moment)
        narrowing = Narrowing(request.filter, moment)
        part = narrowed(whole, narrowing, self._base.parts.weights.project_decay)
        complete = part.candidates and not whole.at_least
        if complete or not narrowing.active or not whole.answerable:
            return part, widened
        # What was ranked may lack passages that meet the filters: those are searched alone.
        within, widened = self._ranked(request, query, moment)
        return joined(within, part), widened

    def _ranked(self, request: Request, query: Query, moment: Moment) -> tuple[Ranked, Query]:
        """Passages that the engine finds within the filters, best first."""
        check()
        weights = self._base.parts.weights
        semantic = self._by_meaning(request, query, moment)
        found = self._found(request, query, moment, semantic)
        said = max((one.said for one in found.covered.values()), default=0.0)
        widens = request.expand and request.mode is not Mode.LEXICAL
        if widens and said < weights.widened_below:
            query = self._widener.widen(query, moment)
            found = self._found(request, query, moment, semantic)
        lexical = weigh_by_coverage(
            found.lexical,
            {key: one.near for key, one in found.covered.items()},
            weights.coverage_share,
        )
        if query.asks_amount:
            with_number = {key for key, one in found.profiles.items() if one.has_number}
            lexical = lift_amounts(lexical, with_number, weights.amount_lift)
        fused = fuse(lexical, found.semantic, semantic_weight(request.mode, said, weights))
        project_of = {key: one.project_id for key, one in found.profiles.items()}
        unknown = unknown_share(query, moment.known, moment.weight)
        ranked = Ranked(
            diversify(without_tail(fused, weights.tail), project_of, weights.project_decay),
            found.profiles,
            answerable=is_answered(said, unknown, _is_near(found.semantic, moment), weights),
            notice=query.notice,
            at_least=found.full,
        )
        return ranked, query

    def _found(
        self, request: Request, query: Query, moment: Moment, semantic: Sequence[EngineHit]
    ) -> _Found:
        """What words find beside meaning, all measured against the query."""
        moment.look_up(_stems(query))
        lexical: list[EngineHit] = []
        full = SEMANTIC_DEPTH <= len(semantic) < _NEAR_SHARE * moment.passages
        if request.mode is not Mode.SEMANTIC:
            depth = _depth(LEXICAL_DEPTH, query)
            lexical = moment.engine.lexical(query.terms(), depth, normalised(request.filter))
            full = len(lexical) == depth
        check()
        keys = {hit.key for hit in (*lexical, *semantic)}
        conditions = Conditions(query, self._base.catalog.passages, moment.projects)
        profiles = conditions.met_by(self._profiles.load(keys, moment))
        measured = Coverage(query, moment.weight)
        return _Found(
            [hit for hit in lexical if hit.key in profiles],
            [hit for hit in semantic if hit.key in profiles],
            profiles,
            {key: measured.of(one) for key, one in profiles.items()},
            full,
        )

    def _by_meaning(self, request: Request, query: Query, moment: Moment) -> list[EngineHit]:
        """The passages nearest in meaning; none in a search by words alone."""
        if request.mode is Mode.LEXICAL:
            return []
        depth = _depth(SEMANTIC_DEPTH, query)
        vector = self._vector_of(moment.embedder, query.words)
        nearest = moment.engine.nearest(vector, depth, normalised(request.filter))
        return [hit for hit in nearest if hit.score > 0]

    def _by_metadata(
        self, request: Request, query: Query, asked: MetadataQuestion, moment: Moment
    ) -> Ranked:
        """Passages of the projects whose metadata answer; those that say so first."""
        projects = [] if asked.unknown else moment.projects_meeting(wanted_values(asked.filter))
        if not projects:
            return Ranked([], {}, answerable=False, notice=asked.refusal())
        named = Filter(project=tuple(project.id for project in projects))
        found = moment.engine.lexical(query.terms(), LEXICAL_DEPTH, named)
        if request.filter.active():
            # The filters would find nothing if only others were listed.
            met = moment.projects_meeting(wanted_values(replace(request.filter, heading=())))
            first = {one.id for one in met}
            projects = sorted(projects, key=lambda one: one.id not in first)
        keys, full = self._first_passages(projects)
        keys = list(dict.fromkeys([*keys, *(hit.key for hit in found)]))
        candidates = _words_first(keys, found)
        profiles = self._profiles.load([one.key for one in candidates], moment)
        live = [one for one in candidates if one.key in profiles]
        project_of = {key: profile.project_id for key, profile in profiles.items()}
        decay = self._base.parts.weights.project_decay
        spread = diversify(live, project_of, decay)
        ranked = Ranked(spread, profiles, bool(live), asked.notice(), at_least=full)
        return narrowed(ranked, Narrowing(request.filter, moment), decay)

    def _first_passages(self, projects: Sequence[Project]) -> tuple[list[int], bool]:
        """The passages of the first of these projects, and whether there are others."""
        keys: list[int] = []
        for project in projects:
            check()
            if len(keys) >= _METADATA_DEPTH:
                return keys, True
            keys += [one.key for one in self._base.catalog.passages_of_project(project.id)]
        return keys, False


def _stems(query: Query) -> set[str]:
    """Every stem of a query, added ones included."""
    return {
        stem
        for concept in query.concepts
        for alternative in concept.alternatives
        for stem in alternative.stems
    }


def _vector_of(embedder: Embedder, words: str) -> npt.NDArray[np.float32]:
    vector: npt.NDArray[np.float32] = embedder.embed_queries([words])[0]
    vector.flags.writeable = False  # many searches share it
    return vector


def _words_first(keys: Sequence[int], found: Sequence[EngineHit]) -> list[Candidate]:
    """Passages that name what was asked first, then the others in the order of ``keys``."""
    best = max((hit.score for hit in found), default=1.0)
    scores = {hit.key: 0.5 + 0.5 * hit.score / best for hit in found}
    ranks = {hit.key: rank for rank, hit in enumerate(found, start=1)}
    return best_first(
        [
            Candidate(key, scores.get(key, 0.5 * (1 - place / len(keys))), ranks.get(key))
            for place, key in enumerate(keys)
        ]
    )


def _depth(usual: int, query: Query) -> int:
    """Passages to ask of the engine: many more where conditions will drop most of them."""
    return _CONDITION_DEPTH if query.phrases or query.excluded else usual


def _is_near(semantic: Sequence[EngineHit], moment: Moment) -> bool:
    """Whether a passage answers by meaning alone."""
    if moment.telling_cosine is None or not semantic:
        return False
    return semantic[0].score >= moment.telling_cosine


def _check_bounds(request: Request) -> None:
    if request.limit < 1:
        raise InvalidQuery(f"La limite doit être d’au moins 1 (reçu : {request.limit}).")
    if request.offset < 0:
        raise InvalidQuery(f"Le décalage ne peut pas être négatif (reçu : {request.offset}).")

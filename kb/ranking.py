"""Ranking: pure functions, the same for every engine. Ties break by ascending key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple, TypeVar

from kb.model import EngineHit, Mode


@dataclass(frozen=True, slots=True)
class Weights:
    """The constants of the ranking.

    Chosen by leaving one set of questions out at a time; docs/evaluation.md has the
    measures and the command that makes them again.
    """

    coverage_share: float = 0.8
    """How much of a lexical score hangs on the share of the query that is covered."""
    amount_lift: float = 0.3
    """How much more a passage with a number answers a question that asks for an amount."""
    widened_below: float = 0.6
    """Best coverage by words from which no word is widened by meaning."""
    least_meaning: float = 0.2
    """Share of meaning in a hybrid score where words answer the query."""
    most_meaning: float = 0.85
    """Share of meaning in a hybrid score where words hardly answer it."""
    open_coverage: float = 0.2
    """Best coverage by words up to which meaning has its largest share."""
    closed_coverage: float = 0.7
    """Best coverage by words from which meaning has its least share."""
    project_decay: float = 0.95
    """Each further passage of a project already shown counts this much less."""
    tail: float = 0.15
    """Passages below this share of the best score are left out."""
    answered_coverage: float = 0.27
    """Share of the query's weight that the best passage must answer."""
    unknown_share: float = 0.45
    """Share of the query's weight that words no brochure holds may have."""


DEFAULT_WEIGHTS = Weights()


class Candidate(NamedTuple):
    """A passage on its way to the answer.

    A named tuple, as ``kb.model.EngineHit`` is.
    """

    key: int
    score: float
    lexical_rank: int | None = None
    semantic_rank: int | None = None


_Found = TypeVar("_Found", EngineHit, Candidate)
_KEY, _SCORE = itemgetter(0), itemgetter(1)
"""Of either of them."""


def weigh_by_coverage(
    hits: Sequence[EngineHit], coverage: Mapping[int, float], share: float
) -> list[EngineHit]:
    """Lexical hits again ordered, those that answer more of the query lifted.

    ``coverage`` gives the share of the query's weight that a passage answers,
    0 to 1; ``share`` how much of the score hangs on it. BM25 adds up words: ten
    mentions of one word of the query would otherwise beat one mention of each.
    """
    weighed = [
        EngineHit(hit.key, hit.score * (1 - share + share * coverage[hit.key])) for hit in hits
    ]
    return best_first(weighed)


def lift_amounts(
    hits: Sequence[EngineHit], with_number: Collection[int], lift: float
) -> list[EngineHit]:
    """Hits again ordered for a question of amount: passages with a number lifted."""
    lifted = [EngineHit(hit.key, hit.score * (1 + lift * (hit.key in with_number))) for hit in hits]
    return best_first(lifted)


def fuse(
    lexical: Sequence[EngineHit], semantic: Sequence[EngineHit], semantic_weight: float
) -> list[Candidate]:
    """One list out of two, scores brought to 0 to 1 in each list, then added.

    Scores of words are divided by the best one. Cosines are counted from that of the
    last passage of the list: they differ little between passages, and none is zero.
    A passage that one list lacks gets nothing from it. ``semantic_weight`` is
    between 0 (lexical alone) and 1 (semantic alone).
    """
    lexical_scores = _shares(lexical, floor=0.0)
    semantic_scores = _shares(semantic, floor=min((hit.score for hit in semantic), default=0.0))
    lexical_ranks = {hit.key: rank for rank, hit in enumerate(lexical, start=1)}
    semantic_ranks = {hit.key: rank for rank, hit in enumerate(semantic, start=1)}
    candidates = [
        Candidate(
            key,
            (1 - semantic_weight) * lexical_scores.get(key, 0.0)
            + semantic_weight * semantic_scores.get(key, 0.0),
            lexical_ranks.get(key),
            semantic_ranks.get(key),
        )
        for key in {**lexical_scores, **semantic_scores}
    ]
    return best_first(candidates)


def diversify(
    candidates: Sequence[Candidate], project_of: Mapping[int, str], decay: float
) -> list[Candidate]:
    """Candidates again ordered so that two projects beat ten passages of one."""
    seen: dict[str, int] = {}
    spread: list[Candidate] = []
    for candidate in candidates:
        project = project_of[candidate.key]
        score = candidate.score * decay ** seen.get(project, 0)
        # The constructor, a fraction of the time of _replace(): there are hundreds.
        spread.append(
            Candidate(candidate.key, score, candidate.lexical_rank, candidate.semantic_rank)
        )
        seen[project] = seen.get(project, 0) + 1
    return best_first(spread)


def without_tail(candidates: Sequence[Candidate], share: float) -> list[Candidate]:
    """Candidates (best first) down to a share of the best score."""
    if not candidates:
        return []
    floor = candidates[0].score * share
    return [candidate for candidate in candidates if candidate.score >= floor]


def best_first(found: Iterable[_Found]) -> list[_Found]:
    """Best first, ties by ascending key."""
    # Sorts that call nothing of Python's: a sort keeps the order of what is equal.
    return sorted(sorted(found, key=_KEY), key=_SCORE, reverse=True)


def semantic_weight(mode: Mode, best_coverage: float, weights: Weights) -> float:
    """The share of meaning in the fused score.

    In a hybrid search, meaning is asked for what words leave open: the less of the
    query one passage answers by its words (``best_coverage``, 0 to 1), the less the
    lexical ranking tells.
    """
    if mode is Mode.LEXICAL:
        return 0.0
    if mode is Mode.SEMANTIC:
        return 1.0
    least, most = weights.least_meaning, weights.most_meaning
    missing = weights.closed_coverage - best_coverage
    share = missing / (weights.closed_coverage - weights.open_coverage)
    return least + (most - least) * min(max(share, 0.0), 1.0)


def is_answered(best_coverage: float, unknown: float, near: bool, weights: Weights) -> bool:
    """Whether any passage answers, or the product must say that none does.

    ``best_coverage`` is the largest share of the query's weight that one passage
    answers by its words; ``unknown`` the share of words that no brochure holds;
    ``near`` whether a passage is so near in meaning that this alone tells.
    """
    by_words = best_coverage >= weights.answered_coverage and unknown <= weights.unknown_share
    return by_words or near


def _shares(hits: Sequence[EngineHit], floor: float) -> dict[int, float]:
    """Scores counted from ``floor``, divided by the best; all 1 where the best is the floor."""
    reach = max((hit.score for hit in hits), default=floor) - floor
    if reach > 0:
        return {hit.key: (hit.score - floor) / reach for hit in hits}
    return {hit.key: 1.0 for hit in hits if hit.score > 0}

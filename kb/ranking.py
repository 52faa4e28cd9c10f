"""Ranking: pure functions, the same for every engine. Ties break by ascending key.

The weights below are plain choices, checked on the project's own questions and
documented with their measures in CHANGELOG.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.model import EngineHit, Mode

COVERAGE_SHARE = 0.8
"""How much of a lexical score hangs on the share of the query that is covered."""
AMOUNT_LIFT = 0.3
"""How much more a passage with a number answers a question that asks for an amount."""
PROJECT_DECAY = 0.95
"""Each further passage of a project already shown counts this much less."""
TAIL = 0.15
"""Passages below this share of the best score are left out."""
ANSWERED_COVERAGE = 0.27
"""Share of the query's weight that the best passage must answer."""
UNKNOWN_SHARE = 0.45
"""Share of the query's weight that words no brochure holds may have."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage on its way to the answer."""

    key: int
    score: float
    lexical_rank: int | None = None
    semantic_rank: int | None = None


def weigh_by_coverage(hits: Sequence[EngineHit], coverage: Mapping[int, float]) -> list[EngineHit]:
    """Lexical hits again ordered, those that answer more of the query lifted.

    ``coverage`` gives the share of the query's weight that a passage answers,
    0 to 1. BM25 adds up words: ten mentions of one word of the query would
    otherwise beat one mention of each.
    """
    weighed = [
        EngineHit(hit.key, hit.score * (1 - COVERAGE_SHARE + COVERAGE_SHARE * coverage[hit.key]))
        for hit in hits
    ]
    return sorted(weighed, key=lambda hit: (-hit.score, hit.key))


def lift_amounts(hits: Sequence[EngineHit], with_number: Collection[int]) -> list[EngineHit]:
    """Hits again ordered for a question of amount: passages with a number lifted."""
    lifted = [
        EngineHit(hit.key, hit.score * (1 + AMOUNT_LIFT * (hit.key in with_number))) for hit in hits
    ]
    return sorted(lifted, key=lambda hit: (-hit.score, hit.key))


def fuse(
    lexical: Sequence[EngineHit], semantic: Sequence[EngineHit], semantic_weight: float
) -> list[Candidate]:
    """One list out of two, scores divided by the best of each list, then added.

    A passage that one list lacks gets nothing from it. ``semantic_weight`` is
    between 0 (lexical alone) and 1 (semantic alone).
    """
    lexical_scores, semantic_scores = _normalised(lexical), _normalised(semantic)
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
    return sort_candidates(candidates)


def diversify(candidates: Sequence[Candidate], project_of: Mapping[int, str]) -> list[Candidate]:
    """Candidates again ordered so that two projects beat ten passages of one."""
    seen: dict[str, int] = {}
    spread: list[Candidate] = []
    for candidate in candidates:
        project = project_of[candidate.key]
        spread.append(
            replace(candidate, score=candidate.score * PROJECT_DECAY ** seen.get(project, 0))
        )
        seen[project] = seen.get(project, 0) + 1
    return sort_candidates(spread)


def without_tail(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates (best first) down to a share of the best score."""
    if not candidates:
        return []
    floor = candidates[0].score * TAIL
    return [candidate for candidate in candidates if candidate.score >= floor]


def sort_candidates(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best first, ties by ascending key."""
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.key))


def semantic_weight(mode: Mode, trust: float, best_coverage: float) -> float:
    """The share of meaning in the fused score.

    ``trust`` is the largest share that the model's measures justify. In a hybrid
    search, meaning is asked for what words leave open: where one passage answers
    every word of the query, words decide alone.
    """
    if mode is Mode.HYBRID:
        return trust * (1 - best_coverage)
    return 1.0 if mode is Mode.SEMANTIC else 0.0


def is_answered(best_coverage: float, unknown: float) -> bool:
    """Whether any passage answers, or the product must say that none does.

    ``best_coverage`` is the largest share of the query's weight that one passage
    answers; ``unknown`` the share of words that no brochure holds.
    """
    return best_coverage >= ANSWERED_COVERAGE and unknown <= UNKNOWN_SHARE


def _normalised(hits: Sequence[EngineHit]) -> dict[int, float]:
    best = max((hit.score for hit in hits), default=0.0)
    return {hit.key: hit.score / best for hit in hits} if best > 0 else {}

"""Passages of like meaning."""

from __future__ import annotations

from kb.catalog import StoredPassage
from kb.citation import citation
from kb.library.base import Base
from kb.library.moment import Moment
from kb.model import Span
from kb.results import Hit, Why


def similar(base: Base, moment: Moment, stored: StoredPassage, limit: int) -> tuple[Hit, ...]:
    """The ``limit`` passages nearest to this one, itself left out."""
    vector = base.vectors(moment, [stored])[0][0]
    found = moment.engine.nearest(vector, limit + 1)
    scores = {hit.key: hit.score for hit in found if hit.key != stored.key and hit.score > 0}
    passages = base.catalog.passages(scores)
    hits: list[Hit] = []
    for key, score in list(scores.items())[:limit]:
        if key not in passages:
            continue
        passage = passages[key]
        project = moment.projects[passage.project_id]
        brochure = moment.brochures[passage.brochure_id]
        hits.append(
            Hit(
                rank=len(hits) + 1,
                score=round(score, 6),
                passage=passage,
                project=project,
                brochure=brochure,
                citation=citation(passage.text, passage, project, brochure),
                best_sentence=Span(0, len(passage.text)),
                highlights=(),
                why=Why(None, len(hits) + 1, ()),
            )
        )
    return tuple(hits)

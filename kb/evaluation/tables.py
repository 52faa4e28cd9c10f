"""What an evaluation found, as text in French, as Markdown and as JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.evaluation.ablation import Ablation
from kb.evaluation.evaluating import Evaluation, Row
from kb.evaluation.intervals import Estimate
from kb.evaluation.measures import MAIN, MEASURES

_NOTHING = "–"
_LISTED = 10
"""Ids or failures named at most in a text; JSON has all."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells, the first line being the names of the columns."""

    lines: tuple[tuple[str, ...], ...]
    words: int
    """Columns of words, from the left; the others are figures."""

    def text(self) -> str:
        """For a terminal: columns aligned by spaces."""
        widths = [max(map(len, column)) for column in zip(*self.lines, strict=True)]
        return "\n".join(
            "  ".join(
                cell.ljust(width) if place < self.words else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in self.lines
        )

    def markdown(self) -> str:
        """For a page, to be pasted as it is."""
        head, *rest = self.lines
        rule = tuple("---" if place < self.words else "---:" for place in range(len(head)))
        return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *rest))


def evaluation_table(evaluation: Evaluation) -> Table:
    """One line a mode and type of query."""
    names: list[str] = []
    for name in MEASURES:
        names += [name, f"{name} à 95 %"] if name == MAIN else [name]
    head = ("mode", "type", "n", *names, "refus à tort", "hors sujet refusés")
    return Table((head, *map(_cells, evaluation.rows)), words=2)


def evaluation_notes(evaluation: Evaluation) -> list[str]:
    """What is said under the table, one sentence a line."""
    notes = []
    if evaluation.gains:
        shown = ", ".join(f"{name} {signed(gain)}" for name, gain in evaluation.gains.items())
        notes.append(f"Hybride moins lexical (à 95 %) : {shown}")
    if evaluation.without_passage:
        notes.append("Sans passage dans la base : " + _some(evaluation.without_passage))
    notes += [f"En échec : {failure}" for failure in evaluation.failures[:_LISTED]]
    more = len(evaluation.failures) - _LISTED
    return [*notes, f"En échec : {more} de plus"] if more > 0 else notes


def evaluation_record(evaluation: Evaluation) -> dict[str, Any]:
    """All of it as JSON values, figures to four decimals."""
    return {
        "name": evaluation.name,
        "rows": [
            {
                "mode": row.mode.value,
                "type": row.type,
                "answerable": row.answerable,
                **{name: round(value, 4) for name, value in row.scores.items()},
                "intervals": _records(row.intervals),
                "wrongly_refused": row.wrongly_refused,
                "out_of_scope": row.out_of_scope,
                "refused": row.refused,
            }
            for row in evaluation.rows
        ],
        "hybrid_minus_lexical": _records(evaluation.gains),
        "without_passage": list(evaluation.without_passage),
        "failures": list(evaluation.failures),
    }


def ablation_table(ablation: Ablation) -> Table:
    """One line a variant: its scores, and what it gains or loses against the whole."""
    columns = [part for name in ablation.full for part in (name, "écart (à 95 %)")]
    lines = [("recherche hybride", *columns)]
    whole = [part for value in ablation.full.values() for part in (f"{value:.3f}", _NOTHING)]
    lines.append(("complète", *whole))
    for variant in ablation.variants:
        cells = [
            part
            for name, value in variant.scores.items()
            for part in (f"{value:.3f}", signed(variant.changes.get(name)))
        ]
        lines.append((variant.name, *cells))
    return Table(tuple(lines), words=1)


def ablation_record(ablation: Ablation) -> dict[str, Any]:
    """All of it as JSON values, figures to four decimals."""
    return {
        "full": {name: round(value, 4) for name, value in ablation.full.items()},
        "variants": [
            {
                "name": variant.name,
                **{name: round(value, 4) for name, value in variant.scores.items()},
                "changes": _records(variant.changes),
            }
            for variant in ablation.variants
        ],
    }


def signed(estimate: Estimate | None) -> str:
    """``+0.012 [-0.004 ; +0.028]``: a difference with its interval."""
    if estimate is None:
        return _NOTHING
    # Adding 0.0 makes what rounds to minus zero a plain zero.
    mean, low, high = (
        round(figure, 3) + 0.0 for figure in (estimate.mean, estimate.low, estimate.high)
    )
    return f"{mean:+.3f} [{low:+.3f} ; {high:+.3f}]"


def _cells(row: Row) -> tuple[str, ...]:
    figures: list[str] = []
    for name in MEASURES:
        known = row.answerable and name in row.scores
        figures.append(f"{row.scores[name]:.3f}" if known else _NOTHING)
        if name == MAIN:
            figures.append(_interval(row.intervals.get(name)))
    return (
        row.mode.value,
        row.type,
        str(row.answerable + row.out_of_scope),
        *figures,
        f"{row.wrongly_refused}/{row.answerable}",
        f"{row.refused}/{row.out_of_scope}",
    )


def _interval(estimate: Estimate | None) -> str:
    return f"[{estimate.low:.3f} ; {estimate.high:.3f}]" if estimate else _NOTHING


def _records(estimates: dict[str, Estimate]) -> dict[str, dict[str, float]]:
    return {name: estimate.record() for name, estimate in estimates.items()}


def _some(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    shown = ", ".join(names[:_LISTED])
    return f"{shown}… et {more} de plus" if more > 0 else shown

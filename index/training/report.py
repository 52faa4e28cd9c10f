"""What a training was and gave: ``report.json``, ``report.md`` and the model's card."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from index.training.config import TrainingConfig
from index.training.gathering import SourceCount
from index.training.trainer import History

REPORT_FILE = "report.json"
LIBRARIES = ("sentence-transformers", "torch", "tokenizers", "numpy", "datasets", "accelerate")


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is told of one training."""

    name: str
    licence: str
    about: str
    """What the model is, in a paragraph."""
    began_with: str
    """What it was before training, in a sentence."""
    config_digest: str
    seed: int
    sources: tuple[SourceCount, ...]
    kept_out: int
    """Evaluation texts that the sources were compared with."""
    tokens: int
    dim: int
    megabytes: float
    steps: int
    losses: tuple[tuple[int, float], ...]
    held_out_losses: tuple[tuple[int, float], ...]
    figures: Mapping[int, Mapping[str, float]]
    """nDCG@10 of held-out pairs by step and source, before quantisation."""
    exported: Mapping[str, float]
    """The same of the folder as written."""
    seconds: float
    versions: Mapping[str, str]

    def record(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    def markdown(self) -> str:
        """As people read it."""
        return "\n".join(
            [
                f"# Training of {self.name}",
                "",
                f"Configuration {self.config_digest[:12]}, seed {self.seed}; {self.tokens} tokens "
                f"of {self.dim} numbers, {self.megabytes:.1f} MB; {self.steps} steps, "
                f"{self.seconds:.0f} s since it was started, or resumed.",
                "",
                "## Sources",
                "",
                *sources_table(self.sources),
                "",
                f"Compared with {self.kept_out} evaluation texts; what shares nine running words "
                "with one of them, or is one, was left out (last column).",
                "",
                "## nDCG@10 of held-out pairs",
                "",
                *self._figures_table(),
                "",
                "## Loss",
                "",
                "| step | training | held out |",
                "| --- | --- | --- |",
                *_loss_rows(self.losses, self.held_out_losses),
                "",
                "## Versions",
                "",
                ", ".join(f"{name} {number}" for name, number in self.versions.items()),
                "",
            ]
        )

    def card(self) -> str:
        """The README of the model folder."""
        return "\n".join(
            [
                "---",
                "language: fr",
                f"license: {self.licence.lower()}",
                "library_name: sentence-transformers",
                "pipeline_tag: sentence-similarity",
                "tags: [sentence-embeddings]",
                "---",
                "",
                f"# {self.name}",
                "",
                self.about,
                "",
                "## Learnt from",
                "",
                *sources_table(self.sources),
                "",
                self.began_with,
                "",
                "## Figures",
                "",
                "nDCG@10 over pairs kept out of training: "
                + ", ".join(f"{name} {value:.3f}" for name, value in self.exported.items())
                + ".",
                "",
                f"Configuration {self.config_digest}, seed {self.seed}.",
                "",
            ]
        )

    def _figures_table(self) -> list[str]:
        names = list(self.exported)
        rows = [*self.figures.items(), ("as written", self.exported)]
        return [
            f"| step | {' | '.join(names)} | mean |",
            "| --- " * (len(names) + 2) + "|",
            *(
                f"| {step} | {' | '.join(f'{values[name]:.3f}' for name in names)} | "
                f"{sum(values.values()) / max(len(values), 1):.4f} |"
                for step, values in rows
            ),
        ]


def make_report(
    config: TrainingConfig,
    sources: Sequence[SourceCount],
    history: History,
    *,
    about: str,
    began_with: str,
    tokens: int,
    dim: int,
    kept_out: int,
    exported: Mapping[str, float],
    megabytes: float,
    seconds: float,
) -> Report:
    """The report of a training that has ended."""
    return Report(
        name=config.name,
        licence=config.licence,
        about=about,
        began_with=began_with,
        config_digest=config.digest,
        seed=config.seed,
        sources=tuple(sources),
        kept_out=kept_out,
        tokens=tokens,
        dim=dim,
        megabytes=megabytes,
        steps=history.steps,
        losses=history.losses,
        held_out_losses=history.held_out_losses,
        figures=history.figures,
        exported=exported,
        seconds=seconds,
        versions=versions(),
    )


def write_report(report: Report, folder: Path) -> None:
    """``report.json`` and ``report.md`` beside the model's files' folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.record(), ensure_ascii=False, indent=2)
    (folder / REPORT_FILE).write_text(text + "\n", encoding="utf-8")
    (folder / "report.md").write_text(report.markdown(), encoding="utf-8")


def sources_table(sources: Sequence[SourceCount]) -> list[str]:
    """Markdown lines."""
    return [
        "| source | kind | licence | origin | weight | used | held out | left out |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {one.name} | {one.kind} | {one.licence} | {one.origin} | {one.weight:g} | "
            f"{one.used} | {one.held_out} | {one.leaked} |"
            for one in sources
        ),
    ]


def versions() -> dict[str, str]:
    """Of Python and the libraries that the result depends on."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _loss_rows(
    losses: Sequence[tuple[int, float]], held_out: Sequence[tuple[int, float]]
) -> list[str]:
    trained, measured = dict(losses), dict(held_out)

    def shown(value: float | None) -> str:
        return "" if value is None else f"{value:.4f}"

    return [
        f"| {step} | {shown(trained.get(step))} | {shown(measured.get(step))} |"
        for step in sorted({*trained, *measured})
    ]

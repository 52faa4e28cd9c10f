"""Going on with a model on a base's own passages, on the machine where they are.

What a corpus says by its layout serves as questions: a title asks for the
passages under it, a sentence for the rest of its passage. The field's own text is
mixed in, so that what the model knew is not forgotten.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.training.config import (
    FIELD_KINDS,
    ExportOptions,
    FittingOptions,
    TrainingConfig,
    load_config,
)
from index.training.export import write_model
from index.training.extending import extended, read_model
from index.training.extra import FITTING, need
from index.training.fitting import fit
from index.training.heldout import HeldOut, measure, split_pairs, table_embedding
from index.training.reporting import Reporter
from index.training.sources import Pair, clean, read_pairs
from index.training.trainer import Material
from kb.errors import InputError
from kb.sentences import split_sentences

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from index.training.initial import Table

CONFIG = Path(__file__).with_name("french.toml")
"""Says which texts are the field's own, and how much of them was held out."""

FEWEST_PASSAGES = 30
"""Fewer say nothing about how a corpus speaks."""

HELD_OUT = 0.15
SEED = 0
OPTIONS = FittingOptions(
    batch_size=256, chunks=4, epochs=3.0, learning_rate=1e-3, warmup=0.1, evaluations=1
)
"""Few steps at a fifth of the usual learning rate: near what the model was."""

_EXPORT = ExportOptions(centre=False, max_megabytes=1000.0)
_FEWEST_SENTENCES, _FEWEST_WORDS = 3, 5
_ASKED_OF_BASE = ("heading", "sentence")
"""Pairs that resemble questions, on which the base is measured."""


@dataclass(frozen=True, slots=True)
class CorpusPassage:
    """A passage and the places that name it; ``section`` tells neighbours apart."""

    text: str
    title: str
    organisation: str
    heading: str
    section: str


@dataclass(frozen=True, slots=True)
class Adapted:
    """A model adapted to a corpus, and nDCG@10 of held-out pairs by source."""

    folder: Path
    added_words: int
    steps: int
    base_figures: dict[str, tuple[float, float]]
    """Before and after, on pairs of the corpus."""
    field_figures: dict[str, tuple[float, float]]
    """Before and after, on pairs of the field's own text."""


def adapt(
    model: Path,
    passages: Sequence[CorpusPassage],
    output: Path,
    work: Path,
    reporter: Reporter,
    options: FittingOptions = OPTIONS,
) -> Adapted:
    """Go on with the static model of folder ``model``; writes the folder ``output``.

    ``passages`` are in the order of their text. The same bytes for the same
    passages. Raises InputError where they are too few, KbError for what can't be read
    or written.
    """
    need(*FITTING)
    if len(passages) < FEWEST_PASSAGES:
        raise InputError(
            f"La base contient trop peu de passages pour adapter un modèle ({len(passages)} ; "
            f"il en faut {FEWEST_PASSAGES}) : ajoutez des brochures par « kb ingest »."
        )
    config = load_config(CONFIG)
    table, tokenizer = read_model(model)
    texts = [
        text for one in passages for text in (one.title, one.organisation, one.heading, one.text)
    ]
    wider, wider_tokenizer, added = extended(table, tokenizer, texts)
    material = _material(corpus_pairs(passages), config)
    reporter.stage(
        f"Adaptation sur {len(passages)} passages ; mots ajoutés au vocabulaire : {added}."
    )
    fitted = fit(
        wider,
        wider_tokenizer,
        material,
        options,
        seed=SEED,
        work=work,
        resume=False,
        reporter=reporter,
    )
    stored = write_model(output, fitted.table, wider_tokenizer, _card(added), _EXPORT)
    before = _figures(material, table, tokenizer)
    after = _figures(material, stored.table(), wider_tokenizer)
    both = {name: (before[name], after[name]) for name in before}
    return Adapted(
        output,
        added,
        fitted.steps,
        base_figures={name: both[name] for name in both if name in _ASKED_OF_BASE},
        field_figures={name: both[name] for name in both if name not in _ASKED_OF_BASE},
    )


def corpus_pairs(passages: Sequence[CorpusPassage]) -> dict[str, list[Pair]]:
    """Pairs that a corpus gives by its layout, by kind, each once."""
    chance = random.Random(SEED)
    found: dict[str, dict[Pair, None]] = {
        kind: {} for kind in ("title", "heading", "organisation", "neighbour", "sentence")
    }

    def take(kind: str, query: str, positive: str) -> None:
        pair = Pair(clean(query), clean(positive))
        if pair.query and pair.positive and pair.query != pair.positive:
            found[kind][pair] = None

    for number, one in enumerate(passages):
        take("title", one.title, one.text)
        if one.heading:
            take("heading", f"{one.heading} {one.title}", one.text)
        if one.organisation:
            take("organisation", f"{one.organisation} {one.title}", one.text)
        if number and passages[number - 1].section == one.section:
            take("neighbour", passages[number - 1].text, one.text)
        if cut := _sentence_and_rest(one.text, chance):
            take("sentence", *cut)
    return {kind: list(pairs) for kind, pairs in found.items() if pairs}


def _sentence_and_rest(text: str, chance: random.Random) -> tuple[str, str] | None:
    """A sentence of ``text`` and what stands around it; None where it has too few."""
    spans = split_sentences(text)
    long = [span for span in spans if len(text[span.start : span.end].split()) >= _FEWEST_WORDS]
    if len(spans) < _FEWEST_SENTENCES or not long:
        return None
    span = chance.choice(long)
    return text[span.start : span.end], f"{text[: span.start]} {text[span.end :]}"


def _material(own: dict[str, list[Pair]], config: TrainingConfig) -> Material:
    """The corpus's pairs, and as many of the field's."""
    pairs: dict[str, list[Pair]] = {}
    held: dict[str, list[Pair]] = {}
    for kind, found in own.items():
        pairs[kind], out = split_pairs(found, HELD_OUT)
        if kind in _ASKED_OF_BASE and out:
            held[kind] = out
    field: dict[str, list[Pair]] = {}
    for source in config.of_kind(*FIELD_KINDS):
        read = read_pairs(source, config, CONFIG.parent)
        field[source.name], out = split_pairs(read, source.held_out)
        if out:
            held[source.name] = out
    weight = sum(map(len, pairs.values())) / max(1, sum(map(len, field.values())))
    weights = dict.fromkeys(pairs, 1.0) | dict.fromkeys(field, min(1.0, weight))
    return Material(pairs | field, weights, held)


def _figures(material: Material, table: Table, tokenizer: Tokenizer) -> dict[str, float]:
    held = {name: HeldOut.of_pairs(pairs) for name, pairs in material.held_out.items()}
    return measure(held, table_embedding(table, tokenizer))


def _card(added: int) -> str:
    return "\n".join(
        [
            "# Adapted model",
            "",
            "The static model in use, trained further on the passages of one knowledge base, on "
            f"the machine where that base is; {added} of its words were added to the vocabulary. "
            "It holds no passage, but its vectors have learnt from all of them: give it to nobody "
            "who may not read them.",
            "",
        ]
    )

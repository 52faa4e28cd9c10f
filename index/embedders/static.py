"""Static models: one vector a token, a text being the mean of its tokens.

The layout is that of model2vec, which sentence-transformers' ``StaticEmbedding``
reads too; here the tokenizers library and NumPy suffice, so that a query from a
cold shell does not wait for torch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from index.embedders.tokens import Ids, TokenLists, Tokens
from kb.errors import ConfigurationError
from kb.ports import Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_WEIGHTS_FILE: Final = "model.safetensors"
_TOKENIZER_FILE: Final = "tokenizer.json"
_MODULES_FILE: Final = "modules.json"
_SETTINGS_FILE: Final = "config_sentence_transformers.json"
_TABLES: Final = ("embeddings", "embedding.weight")
"""What the table is called by model2vec, and by sentence-transformers."""
_ROW_WEIGHTS: Final = "weights"
_READ: Final = frozenset({*_TABLES, _ROW_WEIGHTS})
_DTYPES: Final = frozenset({"I8", "F16", "F32"})
_TEXTS_AT_ONCE: Final = 256
"""Tokenised texts held in memory: their words, and the rows of those, fit the cache."""
_MANY: Final = 64
"""Texts from which one product of a sparse matrix takes less than a sum for each."""
_WORTH_LOADING: Final = 2_000
"""Texts, some five brochures, from which others are likely to follow: loading SciPy, .2 s, pays
after ten times as many."""
_TOKENS_AT_ONCE: Final = 512
"""Rows of one text that are widened to float32 and summed at once: they fit the processor's
cache, and short sums lose less to rounding."""
_IN_PIECES: Final = -1
"""Stands for the token of a word that is none."""


@dataclass(frozen=True, slots=True)
class _Files:
    """What was read from the folder, once and together: the fingerprint is that of these bytes."""

    tokenizer: bytes
    table: npt.NDArray[Any]
    """Shape (n, dim), as narrow as it was saved."""
    weights: Vectors
    """Shape (n,): row ``i`` of the model is ``table[i] * weights[i]``."""
    fingerprint: str


class StaticEmbedder:
    """Implements ``kb.ports.Embedder`` and ``kb.ports.WordVectors`` over a folder.

    Vectors are L2-normalised means of token rows, without special tokens; a text
    of which no token has a direction gets the zero row, and is near nothing.
    Nothing is read before the first use. Threads may share it. Everything raises
    ConfigurationError where the folder is incomplete or damaged.
    """

    def __init__(self, folder: Path) -> None:
        """``folder`` holds ``model.safetensors`` and ``tokenizer.json``."""
        self._folder = folder
        self._loading = RLock()
        self._embedded = 0

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._files.table.shape[1])

    @property
    def fingerprint(self) -> str:
        """Hash of the table and of the tokeniser; the model's card does not count."""
        return self._files.fingerprint

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row per query."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per passage."""
        return self._embed(texts)

    def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        """One row per sentence that is shown."""
        return self._embed(texts)

    def token_ids(self, texts: Sequence[str]) -> Iterator[Ids]:
        """The rows that each text is the mean of, in order."""
        for found in self._token_lists(texts):
            yield from found.each()

    @property
    def tokenizer_digest(self) -> str:
        """SHA-256 of the tokeniser's file."""
        return hashlib.sha256(self._files.tokenizer).hexdigest()

    def embed_words(self, words: Sequence[str]) -> Vectors:
        """One row per word, or per expression of several.

        Zero where one of its words is known in pieces only: the mean of pieces
        says how a word is spelt, not what it means.
        """
        rows = np.zeros((len(words), self.dim), dtype=np.float32)
        ids = self._tokens_of(words)
        whole = [place for place, token in enumerate(ids) if token is not None and token >= 0]
        others = [place for place, token in enumerate(ids) if token is None]
        at = np.array([ids[place] for place in whole], dtype=np.intp)
        files = self._files
        rows[whole] = files.table[at].astype(np.float32, copy=False)
        rows[whole] *= files.weights[at][:, None]
        # Only the slower call tells which tokens are pieces of one word.
        encodings = self._tokenizer.encode_batch(
            [words[place] for place in others], add_special_tokens=False
        )
        for place, encoding in zip(others, encodings, strict=True):
            if len(set(encoding.word_ids)) == len(encoding.ids):
                _add_tokens(rows[place], encoding.ids, files)
        return normalised(rows)

    def _tokens_of(self, words: Sequence[str]) -> list[int | None]:
        """The token that each word is as it stands; -1 where it is none, only pieces of it are.

        None where that takes the tokeniser: looked up by name, the thousands of words of a
        base take a tenth of the time. WordPiece takes the longest match, hence the whole
        word where it is a token; other tokenisers mark where words begin.
        """
        from tokenizers.models import WordPiece

        if not isinstance(self._tokenizer.model, WordPiece):
            return [None] * len(words)
        token_to_id = self._tokenizer.token_to_id
        plain = [word.isascii() and word.isalpha() and word.islower() for word in words]
        found = [token_to_id(word) if one else None for word, one in zip(words, plain, strict=True)]
        return [
            _IN_PIECES if one and token is None else token
            for token, one in zip(found, plain, strict=True)
        ]

    def _embed(self, texts: Sequence[str]) -> Vectors:
        # Threads that count at once may lose some: it only begins a little later.
        self._embedded += len(texts)
        sums_of = _sums_of_many if self._embedded >= _WORTH_LOADING else _sums
        sums = [sums_of(found, self._files) for found in self._token_lists(texts)]
        return normalised(np.concatenate([np.zeros((0, self.dim), np.float32), *sums]))

    def _token_lists(self, texts: Sequence[str]) -> Iterator[TokenLists]:
        """The tokens of so many texts at once as fit the cache."""
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            yield self._tokens.of(texts[start : start + _TEXTS_AT_ONCE])

    @property
    def _tokenizer(self) -> Tokenizer:
        with self._loading:
            return self._parsed_tokenizer

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(self._tokenizer)

    @property
    def _files(self) -> _Files:
        with self._loading:
            return self._read_files

    @cached_property
    def _parsed_tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_buffer(self._files.tokenizer)
        # The library raises bare exceptions of its Rust side.
        except Exception as error:
            raise self._damaged() from error
        if tokenizer.get_vocab_size() > len(self._files.table):
            raise self._damaged()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _read_files(self) -> _Files:
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            tokenizer = (self._folder / _TOKENIZER_FILE).read_bytes()
            saved = (self._folder / _WEIGHTS_FILE).read_bytes()
            arrays = load(saved)
            table = next(arrays[name] for name in _TABLES if name in arrays)
        except (OSError, SafetensorError, StopIteration, KeyError, ValueError) as error:
            raise self._damaged() from error
        weights = arrays.get(_ROW_WEIGHTS, np.ones(len(table))).astype(np.float32)
        if table.ndim != 2 or weights.shape != (len(table),):
            raise self._damaged()
        digest = hashlib.sha256(hashlib.sha256(tokenizer).digest())
        digest.update(saved)
        return _Files(tokenizer, table, weights, f"static-{digest.hexdigest()[:24]}")

    def _damaged(self) -> ConfigurationError:
        return ConfigurationError(
            f"Le modèle du dossier « {self._folder} » manque ou est abîmé : réinstallez le "
            "programme si c’est le modèle fourni, sinon remettez une copie saine de ce dossier "
            "ou retirez-le, puis lancez « kb reindex »."
        )


def bundled_folder() -> Path:
    """Where the model that comes with the program is."""
    return Path(str(files("index").joinpath("models", "french-static")))


@cache
def bundled_model() -> StaticEmbedder:
    """The model that comes with the program, once for all bases of the process: its files
    do not change while it runs."""
    return StaticEmbedder(bundled_folder())


def is_static(folder: Path) -> bool:
    """Whether ``StaticEmbedder`` gives what sentence-transformers would with that folder.

    Its modules are a static embedding and at most a normalisation, in the folder
    itself, without prompts.
    """
    modules = _json(folder / _MODULES_FILE)
    if not isinstance(modules, list) or not all(isinstance(one, dict) for one in modules):
        return False
    kinds = [str(one.get("type", "")).rpartition(".")[2] for one in modules]
    if kinds not in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]):
        return False
    if modules[0].get("path") or not (folder / _TOKENIZER_FILE).is_file():
        return False
    settings = _json(folder / _SETTINGS_FILE)
    prompts = settings.get("prompts") if isinstance(settings, dict) else None
    return not any((prompts or {}).values()) and _is_readable_table(folder / _WEIGHTS_FILE)


def _is_readable_table(path: Path) -> bool:
    """Whether the file holds a table and nothing that changes how it is read."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as saved:
            names = set(saved.keys())
            dtypes = {saved.get_slice(name).get_dtype() for name in names}
    except (OSError, SafetensorError):
        return False
    return len(names & set(_TABLES)) == 1 and names <= _READ and dtypes <= _DTYPES


def _json(path: Path) -> Any:
    """What the file holds; None where it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _add_tokens(row: Vectors, ids: Ids | Sequence[int], files: _Files) -> None:
    """Add these tokens' rows to ``row``: the mean, but for a length that is dropped anyway.

    A text at a time stays in the processor's cache, five times as quick as one sum over a
    block of texts; ``einsum`` widens rows as it goes, and starts no threads for so little.
    """
    for start in range(0, len(ids), _TOKENS_AT_ONCE):
        at = np.asarray(ids[start : start + _TOKENS_AT_ONCE], dtype=np.intp)
        row += np.einsum("t,td->d", files.weights.take(at), files.table.take(at, axis=0))


def _sums(found: TokenLists, files: _Files) -> Vectors:
    """What ``_add_tokens`` makes of each of these texts."""
    sums = np.zeros((len(found), files.table.shape[1]), dtype=np.float32)
    for row, ids in zip(sums, found.each(), strict=True):
        _add_tokens(row, ids, files)
    return sums


def _sums_of_many(found: TokenLists, files: _Files) -> Vectors:
    """The same, to the last bit; rows are read once for all texts where there are many."""
    if len(found) < _MANY:
        return _sums(found, files)
    from scipy.sparse import csr_array

    distinct, columns = _each_once(found.ids, len(files.table))
    rows = files.table.take(distinct, axis=0).astype(np.float32, copy=False)
    weights, shape = files.weights.take(found.ids), (len(found), len(distinct))
    sums: Vectors = csr_array((weights, columns, found.ends), shape=shape) @ rows
    for place in np.flatnonzero(np.diff(found.ends) > _TOKENS_AT_ONCE):
        sums[place] = 0.0
        _add_tokens(sums[place], found.ids[found.ends[place] : found.ends[place + 1]], files)
    return sums


def _each_once(ids: Ids, below: int) -> tuple[Ids, Ids]:
    """The distinct numbers, in order, and the place of each of ``ids`` among them: as
    ``numpy.unique`` finds them by sorting, sooner."""
    met = np.zeros(below, dtype=np.bool_)
    met[ids] = True
    distinct = np.flatnonzero(met).astype(np.int32)
    places = np.empty(below, dtype=np.int32)
    places[distinct] = np.arange(len(distinct), dtype=np.int32)
    return distinct, places.take(ids)


def normalised(rows: Vectors) -> Vectors:
    """Each row brought to length 1, in place; zero rows stay."""
    lengths = np.sqrt(np.einsum("td,td->t", rows, rows))
    rows /= np.where(lengths > 0, lengths, 1)[:, None]
    return rows

"""Any sentence-transformers model that is on this machine, by name or by folder.

Torch takes seconds to import: nothing here loads it before the first text is
embedded. Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np

from kb.errors import ConfigurationError
from kb.ports import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_SAMPLED_BLOCKS: Final = 64
_BLOCK: Final = 65_536
_IGNORED_FOLDERS: Final = frozenset({"onnx", "openvino"})
"""The same weights for other run times."""
_IGNORED_SUFFIXES: Final = frozenset({".md", ".lock", ".metadata", ".png"})
_MODEL_MARKS: Final = ("modules.json", "config.json")
_PASSAGE_PROMPTS: Final = ("document", "passage", "corpus")
_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])", re.IGNORECASE)


class SentenceTransformerEmbedder:
    """Implements ``kb.ports.Embedder`` with the prompts that the model was trained with.

    Those of its configuration are used; models of the E5 family seldom name
    theirs, and get ``query: `` and ``passage: ``. Threads may share it.
    """

    def __init__(self, name_or_path: str, batch_size: int = 32) -> None:
        """``name_or_path`` is a folder, or a model's name in the local cache."""
        self._name = name_or_path
        self._batch_size = batch_size
        self._busy = Lock()

    @property
    def dim(self) -> int:
        """Length of a vector. Loads the model."""
        return int(self.embed_queries([""]).shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the model's files, large ones by samples. Does not load the model."""
        digest = hashlib.sha256()
        for path in _model_files(self._folder):
            digest.update(f"{path.relative_to(self._folder).as_posix()} ".encode())
            digest.update(f"{path.stat().st_size}\n".encode())
            for block in _sampled(path):
                digest.update(block)
        digest.update("|".join(self._e5_prompts()).encode())
        return f"st-{digest.hexdigest()[:24]}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row per query."""
        return self._embed(texts, self._prompts[0])

    def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        """One row per sentence that is shown."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per passage."""
        return self._embed(texts, self._prompts[1], passages=True)

    def _embed(self, texts: Sequence[str], prompt: str, passages: bool = False) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        encode = self._model.encode_document if passages else self._model.encode_query
        with self._busy:  # Fast tokenisers refuse two callers at once.
            vectors = encode(
                list(texts),
                prompt=prompt,
                batch_size=self._batch_size,
                show_progress_bar=False,
                normalize_embeddings=True,
                convert_to_numpy=True,
            )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _prompts(self) -> tuple[str, str]:
        """For queries and for passages; empty where the model wants none."""
        configured = self._model.prompts
        query = configured.get("query") or ""
        passage = next(filter(None, map(configured.get, _PASSAGE_PROMPTS)), "")
        return (query, passage) if query or passage else self._e5_prompts()

    def _e5_prompts(self) -> tuple[str, str]:
        names = f"{self._name}\n{self._folder.resolve()}"
        if _E5.search(names) and "instruct" not in names.lower():
            return "query: ", "passage: "
        return "", ""

    @cached_property
    def _folder(self) -> Path:
        given = Path(self._name).expanduser()
        if self._name and given.is_dir():
            if not any((given / name).is_file() for name in _MODEL_MARKS):
                raise self._unloadable()
            return given
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

        full = self._name if "/" in self._name else f"sentence-transformers/{self._name}"
        try:
            return Path(snapshot_download(full, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
            raise ConfigurationError(
                f"Le modèle « {self._name} » n’est pas sur cette machine : téléchargez-le sur une "
                "machine reliée à internet, copiez son dossier ici, puis donnez le chemin de ce "
                "dossier dans KB_EMBEDDING_MODEL."
            ) from error

    @cached_property
    def _model(self) -> SentenceTransformer:
        folder = self._folder
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            # Loading takes a moment; a bar of another program's would only puzzle.
            disable_progress_bar()  # type: ignore[no-untyped-call]
            return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (ImportError, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise self._unloadable() from error

    def _unloadable(self) -> ConfigurationError:
        return ConfigurationError(
            f"Le modèle « {self._name} » ne peut pas être chargé : vérifiez que son dossier "
            "est complet et qu’il s’agit d’un modèle sentence-transformers, ou donnez-en un "
            "autre dans KB_EMBEDDING_MODEL."
        )


def _model_files(folder: Path) -> list[Path]:
    """Files that decide what the model computes, in a stable order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() not in _IGNORED_SUFFIXES
        and not any(
            part in _IGNORED_FOLDERS or part.startswith(".")
            for part in path.relative_to(folder).parts
        )
    )


def _sampled(path: Path) -> Iterator[bytes]:
    """The whole of a small file; of a large one, blocks spread evenly."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= _SAMPLED_BLOCKS * _BLOCK:
            yield file.read()
            return
        for index in range(_SAMPLED_BLOCKS):
            file.seek(index * (size - _BLOCK) // (_SAMPLED_BLOCKS - 1))
            yield file.read(_BLOCK)

"""The only place that names concrete classes: settings in, library out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kb.catalog import Catalog
from kb.config import Settings
from kb.errors import StorageError
from kb.library import Library
from kb.library.base import Parts
from kb.model import Reading
from kb.ports import Embedder, Engine
from kb.results import Found
from kb.text import stems

LOCK_TIMEOUT_S = 30.0
"""How long a change waits for another process's change."""

_CORPUS_TRAINED = "lsa:"
_CORPUS_TRAINED_TRUST = 0.01
"""A model that saw only these brochures knows no word that full text lacks: it decides
between near equals, and no more (measured: every larger share lost nDCG)."""
_PRETRAINED_TRUST = 0.25
_GROWTH = 2
"""A model learnt from the corpus is learnt again when the corpus has doubled."""


def open_library(settings: Settings) -> Library:
    """The knowledge base of these settings, created where there is none.

    Raises StorageError where its folder can't be used.
    """
    home = settings.home.absolute()
    return Library(
        Parts(
            catalog=Catalog(home / "catalogue.sqlite"),
            embedders=EmbedderShelf(home / "models", settings.embedding_model),
            open_engine=lambda name: _open_engine(home / "engines" / name),
            drop_engines=lambda keep: _keep_only(home / "engines", keep),
            read=lambda path: _read(path, home / "profiles"),
            find_files=_find_files,
            writing=lambda: _writing(home / "writing.lock"),
        )
    )


class EmbedderShelf:
    """Implements ``kb.ports.EmbedderSource`` over a folder of models.

    A name is ``lsa:FINGERPRINT:PASSAGES`` for a model learnt from the corpus
    itself, or the name or path of a sentence-transformers model.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = model

    def wanted(self, name: str) -> bool:
        """See ``kb.ports.EmbedderSource.wanted``."""
        return name == self._model if self._model else name.startswith(_CORPUS_TRAINED)

    def create(self, texts: Sequence[str]) -> tuple[str, Embedder]:
        """See ``kb.ports.EmbedderSource.create``."""
        if self._model:
            return self._model, _sentence_transformer(self._model)
        from index import LsaEmbedder

        fitted = LsaEmbedder.fit(texts, stems)
        name = f"{_CORPUS_TRAINED}{fitted.fingerprint}:{len(texts)}"
        fitted.save(self._place(name))
        return name, fitted

    def load(self, name: str) -> Embedder:
        """See ``kb.ports.EmbedderSource.load``."""
        if not name.startswith(_CORPUS_TRAINED):
            return _sentence_transformer(name)
        from index import LsaEmbedder

        return LsaEmbedder.load(self._place(name), stems)

    def trust(self, name: str) -> float:
        """See ``kb.ports.EmbedderSource.trust``."""
        return _CORPUS_TRAINED_TRUST if name.startswith(_CORPUS_TRAINED) else _PRETRAINED_TRUST

    def outgrown(self, name: str, passages: int) -> bool:
        """See ``kb.ports.EmbedderSource.outgrown``."""
        if not name.startswith(_CORPUS_TRAINED) or not self.wanted(name):
            return False
        return passages >= _GROWTH * int(name.rpartition(":")[2])

    def keep_only(self, name: str) -> None:
        """See ``kb.ports.EmbedderSource.keep_only``."""
        own = self._place(name).name if name.startswith(_CORPUS_TRAINED) else ""
        _keep_only(self._folder, own)

    def _place(self, name: str) -> Path:
        """The folder of a model learnt from the corpus."""
        return self._folder / name.split(":")[1]


def _sentence_transformer(name: str) -> Embedder:
    from index import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(name)


def _open_engine(folder: Path) -> Engine:
    from index import WhooshEngine

    return WhooshEngine(folder, lock_timeout=LOCK_TIMEOUT_S)


def _read(path: Path, profile_folder: Path) -> Reading:
    from ingest import read_brochure

    return read_brochure(path, profile_folder=profile_folder)


def _find_files(paths: Sequence[Path]) -> Found:
    from ingest.files import find_brochures

    return find_brochures(paths)


def _keep_only(folder: Path, keep: str) -> None:
    if folder.is_dir():
        for other in folder.iterdir():
            if other.name != keep:
                shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Held while the base is changed; the system frees it when a process dies."""
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=LOCK_TIMEOUT_S)
        lock.acquire()
    except Timeout as error:
        raise StorageError(
            "Un autre programme modifie la base : attendez qu’il ait fini, puis relancez."
        ) from error
    except OSError as error:
        raise StorageError(
            f"Le dossier « {path.parent} » n’accepte pas l’écriture ({error.strerror}) : "
            "changez ses droits ou indiquez un autre dossier par KB_HOME."
        ) from error
    try:
        yield
    finally:
        lock.release()

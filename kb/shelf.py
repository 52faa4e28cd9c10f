"""The models that a base may use: the bundled one, one adapted to it, one of the user's."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from kb.errors import ConfigurationError, StorageError
from kb.faults import reach
from kb.ports import Embedder, WordVectors

if TYPE_CHECKING:
    from index import StaticEmbedder, StudentEmbedder

BUNDLED: Final = "bundled"
"""The static model that comes with the program. A name rather than a path: the base may be
opened from another installation."""
STUDENT: Final = "student:"
"""Before the name of a static model: with the transformer that comes with the program."""
LIGHT: Final = "french-static"
"""Asks for a static model alone: a hundred times quicker to embed with."""
_ADAPTED: Final = "adapted:"
_ADAPTED_NAME: Final = re.compile(r"adapted:[\w-]+")
_RETIRED: Final = "lsa:"
"""Models learnt from the corpus alone, which bases of version 0.1 may name."""
_CHOICE: Final = "adapted"
"""The file that says which adapted model is asked for."""
_TELLING_COSINE: Final = {STUDENT: 0.36, "": 0.34}
"""With and without the transformer. Few questions on another subject come so near to a passage
(docs/evaluation.md has how many)."""


class EmbedderShelf:
    """Implements ``kb.ports.EmbedderSource`` over a folder of models.

    A name is ``bundled``, ``adapted:FINGERPRINT`` for a static model that was adapted to
    this base and installed, one of these two after ``student:``, or the user's own: a
    model's folder, or the name of a sentence-transformers model. Threads may share it.
    """

    def __init__(self, folder: Path, model: str, bundled: Path | None = None) -> None:
        """``folder`` holds adapted models, ``model`` is what the user asks for, if anything.

        ``bundled`` stands in for the static model that comes with the program.
        """
        self._folder = folder
        self._model = model
        self._bundled = bundled
        self._static: dict[Path, StaticEmbedder] = {}
        self._students: dict[tuple[Path, Path], StudentEmbedder] = {}
        self._opening = Lock()

    def create(self) -> tuple[str, Embedder]:
        """See ``kb.ports.EmbedderSource.create``."""
        name = self._asked()
        return name, self.load(name)

    def load(self, name: str) -> Embedder:
        """See ``kb.ports.EmbedderSource.load``."""
        place = self._static_place(name)
        if place is not None:
            return self._open_static(place)
        from index.embedders.student import bundled_student_folder, is_student

        if name.startswith(STUDENT):
            return self._open_student(bundled_student_folder(), name.removeprefix(STUDENT))
        if is_student(given := Path(name).expanduser()):
            return self._open_student(given, BUNDLED)
        from index import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(name)

    def usable(self, name: str, fingerprint: str) -> bool:
        """See ``kb.ports.EmbedderSource.usable``."""
        if name.startswith(_RETIRED):
            return False
        static = name.removeprefix(STUDENT)
        if static.startswith(_ADAPTED) and not self._adapted_place(static).is_dir():
            return False
        if self._is_own(name) or self._static_place(name) is not None:
            return self.load(name).fingerprint == fingerprint
        try:
            return self.load(name).fingerprint == fingerprint
        except ConfigurationError:
            return True

    def substitute(self) -> tuple[str, Embedder]:
        """See ``kb.ports.EmbedderSource.substitute``: a static model alone."""
        name, place = self._static_choice()
        return name, self._open_static(place)

    def word_vectors(self) -> WordVectors:
        """The static model in use, which is there even where a transformer embeds passages."""
        return self._open_static(self._static_choice()[1])

    def static_folder(self) -> Path:
        """Where that static model is, to be adapted."""
        return self._static_choice()[1]

    def wanted(self, name: str) -> bool:
        """See ``kb.ports.EmbedderSource.wanted``."""
        return name == self._asked()

    def label(self, name: str) -> str:
        """See ``kb.ports.EmbedderSource.label``."""
        if not self._is_own(name):
            return name
        kind = "modèle français" if name.startswith(STUDENT) else "modèle français léger"
        adapted = name.removeprefix(STUDENT).startswith(_ADAPTED)
        return f"{kind} adapté à vos brochures" if adapted else f"{kind} fourni"

    def telling_cosine(self, name: str) -> float | None:
        """See ``kb.ports.EmbedderSource.telling_cosine``: known of the bundled models and their
        adaptations."""
        if not self._is_own(name):
            return None
        return _TELLING_COSINE[STUDENT if name.startswith(STUDENT) else ""]

    def install(self, folder: Path) -> str:
        """Keep a copy of an adapted static model and ask for it from now on; its name.

        The base goes on with its present model until it is reindexed. The caller
        holds the writing lock. Raises ConfigurationError where ``folder`` holds no
        whole static model, StorageError where it can't be copied.
        """
        from index import StaticEmbedder

        embedder = StaticEmbedder(folder)
        embedder.embed_words(["logement"])  # Reads table and tokeniser: both are whole.
        name = _ADAPTED + embedder.fingerprint
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not self._adapted_place(name).is_dir():
                with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
                    copy = shutil.copytree(folder, Path(scratch) / "model")
                    reach("model:copied")
                    os.replace(copy, self._adapted_place(name))
            reach("model:kept")
            choice = self._folder / f"{_CHOICE}.new"
            choice.write_text(name, encoding="utf-8")
            os.replace(choice, self._folder / _CHOICE)
            reach("model:chosen")
        except OSError as error:
            raise StorageError(
                f"Le modèle adapté n’a pas pu être rangé dans « {self._folder} » "
                f"({error.strerror}) : vérifiez l’espace disque et les droits."
            ) from error
        return name

    def keep_only(self, name: str) -> None:
        """See ``kb.ports.EmbedderSource.keep_only``."""
        kept = {one.removeprefix(STUDENT).removeprefix(_ADAPTED) for one in (name, self._chosen())}
        if self._folder.is_dir():
            for other in self._folder.iterdir():
                if other.is_dir() and other.name not in kept:
                    shutil.rmtree(other, ignore_errors=True)

    def files(self, name: str) -> tuple[Path, ...]:
        """What a base that uses the embedder of that name takes along when it moves.

        Relative to the folder of models; empty where it uses what comes with the program.
        """
        static = {one.removeprefix(STUDENT) for one in (name, self._chosen())}
        found = [
            path.relative_to(self._folder)
            for one in sorted(static)
            if _ADAPTED_NAME.fullmatch(one)
            for path in sorted(self._adapted_place(one).rglob("*"))
            if path.is_file() and not path.is_symlink()
        ]
        choice = Path(_CHOICE)
        return (choice, *found) if (self._folder / choice).is_file() else tuple(found)

    def trusted(self, name: str) -> bool:
        """Whether a base from elsewhere may name that embedder without anyone being asked."""
        static = name.removeprefix(STUDENT)
        own = static == BUNDLED or _ADAPTED_NAME.fullmatch(static) is not None
        return own or name.startswith(_RETIRED) or self.wanted(name)

    def _asked(self) -> str:
        if self._model == LIGHT:
            return self._chosen()
        return self._model or STUDENT + self._chosen()

    def _is_own(self, name: str) -> bool:
        """Whether it is one of the program's, adapted or not."""
        static = name.removeprefix(STUDENT)
        return static == BUNDLED or static.startswith(_ADAPTED)

    def _chosen(self) -> str:
        """The adapted static model where one was installed and is there, else the bundled one."""
        try:
            name = (self._folder / _CHOICE).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return BUNDLED
        # A power cut may have left a choice that was never written.
        there = name.startswith(_ADAPTED) and self._adapted_place(name).is_dir()
        return name if there else BUNDLED

    def _static_choice(self) -> tuple[str, Path]:
        """Name and folder of the static model that is asked for, or that stands behind."""
        for name in (self._asked().removeprefix(STUDENT), self._chosen()):
            place = self._static_place(name)
            if place is not None:
                return name, place
        raise AssertionError("the bundled model is static")

    def _static_place(self, name: str) -> Path | None:
        """The folder of a model that is static and nothing else; None for others."""
        if name.startswith(_ADAPTED):
            return self._adapted_place(name)
        from index.embedders.static import bundled_folder, is_static

        if name == BUNDLED:
            return self._bundled or bundled_folder()
        given = Path(name).expanduser()
        return given if not name.startswith(STUDENT) and is_static(given) else None

    def _adapted_place(self, name: str) -> Path:
        return self._folder / name.removeprefix(_ADAPTED)

    def _open_static(self, place: Path) -> StaticEmbedder:
        """One for all callers: the table is in memory once."""
        from index import StaticEmbedder
        from index.embedders.static import bundled_folder, bundled_model

        if place == bundled_folder():
            return bundled_model()
        with self._opening:
            return self._static.setdefault(place, StaticEmbedder(place))

    def _open_student(self, folder: Path, static: str) -> StudentEmbedder:
        """One for all callers: the graph is in memory once."""
        from index import StudentEmbedder

        place = self._static_place(static)
        if place is None:
            raise AssertionError("adapted and bundled models are static")
        beside = self._open_static(place)
        with self._opening:
            return self._students.setdefault((folder, place), StudentEmbedder(folder, beside))

"""Putting a model folder in its place: whole or not at all, and never over something else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from kb.errors import InputError, StorageError

MODEL_FILES = ("model.safetensors", "model.onnx")
"""What a folder holds that may be replaced."""
_MEGABYTE = 1_000_000


def check_target(folder: Path) -> None:
    """Raise InputError where ``folder`` holds something else than a model."""
    if not folder.exists():
        return
    is_model = folder.is_dir() and (
        any((folder / name).exists() for name in MODEL_FILES) or not any(folder.iterdir())
    )
    if not is_model:
        raise InputError(
            f"« {folder} » existe et n’est pas un modèle : donnez un autre dossier par --output."
        )


def write_folder(
    folder: Path, fill: Callable[[Path], None], max_megabytes: float, advice: str
) -> None:
    """Give a new folder to ``fill``, then put it in the place of ``folder`` at once.

    Raises StorageError where the disk refuses, or where it is larger than allowed:
    ``advice`` says what to ask for then.
    """
    check_target(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            fill(partial)
            size = sum(file.stat().st_size for file in partial.iterdir()) / _MEGABYTE
            if size > max_megabytes:
                raise StorageError(
                    f"Le modèle pèse {_french(size)} Mo et {_french(max_megabytes)} Mo "
                    f"sont permis : {advice}."
                )
            partial.chmod(0o755)
            _put(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise StorageError(
            f"Le modèle ne s’écrit pas dans « {folder} » ({error.strerror}) : libérez de la place "
            "ou donnez un autre dossier."
        ) from error


def _french(number: float) -> str:
    return f"{number:.4g}".replace(".", ",")


def _put(partial: Path, folder: Path) -> None:
    """Move ``partial`` to ``folder``; what was there is gone only when the new one stands."""
    old = partial.with_name(partial.name + "-old")
    if folder.exists():
        folder.rename(old)
    try:
        partial.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)

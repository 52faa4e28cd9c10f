"""One wording for everything that can go wrong with the index's files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import StorageError


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turn whatever a damaged file raises into a ``StorageError``.

    Whoosh's files hold pickles, which may raise anything when they are damaged.
    """
    try:
        yield
    except StorageError:
        raise
    except Exception as error:
        raise StorageError(
            f"L’index de recherche « {folder} » est abîmé ou illisible : "
            "lancez « kb reindex » pour le reconstruire."
        ) from error


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """As ``reading``, and tell a disk that refuses from files that are damaged."""
    try:
        with reading(folder):
            yield
    except StorageError as error:
        if isinstance(error.__cause__, OSError):
            raise StorageError(
                f"L’index de recherche « {folder} » ne peut pas être écrit : "
                "vérifiez la place sur le disque et les droits du dossier."
            ) from error.__cause__
        raise


def dimension_mismatch(stored: int, given: int) -> StorageError:
    """The error for vectors of another model than the stored ones."""
    return StorageError(
        f"Les vecteurs de l’index ont {stored} dimensions et le modèle en donne {given} : "
        "lancez « kb reindex » pour les recalculer."
    )


def another_writer() -> StorageError:
    """The error for a write lock that stays taken."""
    return StorageError(
        "Un autre programme est en train d’écrire dans l’index : "
        "attendez qu’il ait fini, puis recommencez."
    )

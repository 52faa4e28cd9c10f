"""What a restore that died has left in a home: room that is taken, and nothing else."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from kb.errors import StorageError
from kb.home import Home
from kb.wiring import home_of, writing_lock

if TYPE_CHECKING:
    from kb.config import Settings


def left_over(home: Home) -> bool:
    """Whether there is something, and no restore under way that it is of."""
    if not home.restoring.exists():
        return False
    try:
        with writing_lock(home)("contrôle", patient=False):
            return home.restoring.exists()
    except StorageError:
        return False


def sweep(settings: Settings) -> bool:
    """Delete it; whether there was something. One that is in use, or can't go, stays."""
    home = home_of(settings)
    if not home.restoring.exists():
        return False
    try:
        with writing_lock(home)("nettoyage", patient=False):
            shutil.rmtree(home.restoring, ignore_errors=True)
    except StorageError:
        return False
    return not home.restoring.exists()

"""Where a knowledge base keeps what, below its one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of a base; ``KB_HOME`` says which one."""

    root: Path
    """Absolute."""

    @property
    def catalogue(self) -> Path:
        """The single truth: brochures, projects, passages."""
        return self.root / "catalogue.sqlite"

    @property
    def engines(self) -> Path:
        """A folder for each engine, the one in use and those being built or left over."""
        return self.root / "engines"

    @property
    def models(self) -> Path:
        """Models that were adapted to the base."""
        return self.root / "models"

    @property
    def profiles(self) -> Path:
        """The user's own layouts of brochures."""
        return self.root / "profiles"

    @property
    def uploads(self) -> Path:
        """The base's own copies of brochures: those that came through the network."""
        return (self.root / "uploads").resolve()

    @property
    def pictures(self) -> Path:
        """Drawn pages, which can be thrown away."""
        return self.root / "pictures"

    @property
    def office(self) -> Path:
        """Accounts, background work and key of the site."""
        return self.root / "office"

    @property
    def accounts(self) -> Path:
        """The office's database."""
        return self.office / "office.sqlite"

    @property
    def incoming(self) -> Path:
        """Files that were sent and wait to be read."""
        return self.office / "incoming"

    @property
    def writing_lock(self) -> Path:
        """Held by whoever changes the base."""
        return self.root / "writing.lock"

    @property
    def restoring(self) -> Path:
        """Where a backup is unpacked before it takes the place of what is there."""
        return self.root / "restoring"

"""What a command finds when it starts: settings and a library, both made on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.config import Settings, load_settings

if TYPE_CHECKING:
    from kb.library import Library


@dataclass(frozen=True, slots=True)
class Session:
    """Handed to every command as click's ``obj``."""

    environ: Mapping[str, str]
    opener: Callable[[Settings], Library]
    """Opens the knowledge base; tests give their own."""

    def settings(self) -> Settings:
        """Raises ``ConfigurationError``."""
        return load_settings(self.environ)

    def library(self) -> Library:
        """A library to be closed, as a context manager. Raises ``KbError``."""
        return self.opener(self.settings())

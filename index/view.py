"""What engines answer with: the view of their last commit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from kb.model import EngineHit, Filter, QueryTerm
from kb.ports import EngineView, Vectors


class AsksItsView(ABC):
    """The searches of ``kb.ports.Engine``, each over what is there when it is called."""

    @abstractmethod
    def view(self) -> EngineView:
        """See ``kb.ports.Engine.view``."""

    def lexical(
        self, terms: Sequence[QueryTerm], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.lexical``."""
        return self.view().lexical(terms, k, filter)

    def nearest(
        self, vector: npt.NDArray[np.float32], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.nearest``; nothing is near the zero vector.

        Raises ``StorageError`` when ``vector`` has another length than the stored ones.
        """
        return self.view().nearest(vector, k, filter)

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """See ``kb.ports.EngineView.document_frequencies``."""
        return self.view().document_frequencies(terms)

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """See ``kb.ports.EngineView.suggest``."""
        return self.view().suggest(word, limit)

    def keys(self) -> set[int]:
        """See ``kb.ports.EngineView.keys``."""
        return self.view().keys()

    def vectors(self, keys: Collection[int]) -> dict[int, Vectors]:
        """See ``kb.ports.EngineView.vectors``."""
        return self.view().vectors(keys)

    def count(self) -> int:
        """See ``kb.ports.EngineView.count``."""
        return self.view().count()

"""The catalogue: the single truth of a knowledge base, in a SQLite file or in PostgreSQL.

Engines are derived from it and can always be rebuilt without reading a
brochure again.
"""

from kb.catalog.changes import Transaction
from kb.catalog.store import Catalog
from kb.catalog.values import AnalysedPassage, Analysis, EngineState, StoredPassage

__all__ = [
    "AnalysedPassage",
    "Analysis",
    "Catalog",
    "EngineState",
    "StoredPassage",
    "Transaction",
]

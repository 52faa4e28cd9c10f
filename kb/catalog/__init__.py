"""The catalogue: the single truth of a knowledge base, in one SQLite file.

Engines are derived from it and can always be rebuilt without reading a
brochure again.
"""

from kb.catalog.store import Catalog, EngineState, StoredPassage, Transaction

__all__ = ["Catalog", "EngineState", "StoredPassage", "Transaction"]

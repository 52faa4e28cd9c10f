"""Engines and embedders behind the ports of ``kb.ports``.

Names are imported when they are first used, so that a process pays only for the
engine and the model that it runs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.embedders.sentence_transformers import SentenceTransformerEmbedder
    from index.embedders.static import StaticEmbedder
    from index.embedders.student import StudentEmbedder
    from index.milvus.engine import MilvusEngine
    from index.tantivy.engine import TantivyEngine
    from index.whoosh.engine import WhooshEngine
    from index.whoosh.snapshot import Bm25

__all__ = [
    "Bm25",
    "MilvusEngine",
    "SentenceTransformerEmbedder",
    "StaticEmbedder",
    "StudentEmbedder",
    "TantivyEngine",
    "WhooshEngine",
]

_HOMES = {
    "Bm25": "index.whoosh.snapshot",
    "MilvusEngine": "index.milvus.engine",
    "SentenceTransformerEmbedder": "index.embedders.sentence_transformers",
    "StaticEmbedder": "index.embedders.static",
    "StudentEmbedder": "index.embedders.student",
    "TantivyEngine": "index.tantivy.engine",
    "WhooshEngine": "index.whoosh.engine",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

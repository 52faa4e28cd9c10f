"""The engines that the tests are run over; those of an extra are skipped where it is absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.ports import Engine
from tests.contract.oracle import OracleEngine

ON_DISK = ("tantivy", "whoosh")
"""Engines whose files several processes may share."""
ALL = ("oracle", "milvus", *ON_DISK)


def open_engine(kind: str, folder: Path, lock_timeout: float = 30.0) -> Engine:
    """The engine of that kind kept in ``folder``; skips the test where its library is absent."""
    if kind == "oracle":
        return OracleEngine()
    if kind == "tantivy":
        pytest.importorskip("tantivy", reason="needs pip install passages[tantivy]")
        from index.tantivy.engine import TantivyEngine

        return TantivyEngine(folder, lock_timeout=lock_timeout)
    if kind == "milvus":
        pytest.importorskip("milvus_lite", reason="needs pip install passages[milvus]")
        from tests.contract.milvus import fresh_engine

        return fresh_engine()
    from index.whoosh.engine import WhooshEngine

    return WhooshEngine(folder, lock_timeout=lock_timeout)

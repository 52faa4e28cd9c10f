"""Every engine goes through the same tests, the oracle included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.whoosh_engine import WhooshEngine
from kb.ports import Engine
from tests.contract.oracle import OracleEngine

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "oracle": lambda folder: OracleEngine(),
    "whoosh": lambda folder: WhooshEngine(folder),
}


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty engine of each kind."""
    made = ENGINES[request.param](tmp_path / "index")
    yield made
    made.close()

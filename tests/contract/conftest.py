"""Every engine goes through the same tests, the oracle included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.ports import Engine
from tests.contract.engines import ALL, open_engine


@pytest.fixture(params=sorted(ALL))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty engine of each kind."""
    made = open_engine(request.param, tmp_path / "index")
    yield made
    made.close()

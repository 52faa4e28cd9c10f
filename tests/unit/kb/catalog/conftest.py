"""Every catalogue goes through the same tests, wherever it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.catalog.database import Location


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """Where an empty catalogue of each kind is to be."""
    if request.param == "sqlite":
        return tmp_path / "catalogue.sqlite"
    address: str = request.getfixturevalue("postgresql").database()
    return address

"""Ways of writing a small brochure and reading it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import read_brochure
from kb.model import Reading

ReadText = Callable[[str], Reading]


@pytest.fixture
def read_text(tmp_path: Path) -> ReadText:
    """Read a brochure given as plain text; form feeds part its pages."""

    def read(text: str) -> Reading:
        path = tmp_path / "brochure.txt"
        path.write_text(text, encoding="utf-8")
        return read_brochure(path)

    return read

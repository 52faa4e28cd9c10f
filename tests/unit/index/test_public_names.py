"""What the package offers, and that naming it costs nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import index

ROOT = Path(__file__).parents[3]


def test_the_public_names_are_these() -> None:
    assert index.__all__ == [
        "Bm25",
        "SentenceTransformerEmbedder",
        "StaticEmbedder",
        "StudentEmbedder",
        "WhooshEngine",
    ]


@pytest.mark.parametrize("name", index.__all__)
def test_each_public_name_is_there(name: str) -> None:
    assert getattr(index, name).__name__ == name


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = index.Nothing


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, index; print(sorted({'numpy', 'whoosh', 'rapidfuzz'} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


def test_only_one_file_names_whoosh() -> None:
    """Every call to the library stands behind one wall."""
    naming = [
        path.name
        for path in (ROOT / "index").rglob("*.py")
        if any(
            line.lstrip().startswith(("import whoosh", "from whoosh"))
            for line in path.read_text("utf-8").splitlines()
        )
    ]
    assert naming == ["whoosh_files.py"]

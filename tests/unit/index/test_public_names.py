"""What the package offers, and that naming it costs nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import index

ROOT = Path(__file__).parents[3]


def test_the_public_names_are_these() -> None:
    assert index.__all__ == [
        "Bm25",
        "MilvusEngine",
        "SentenceTransformerEmbedder",
        "StaticEmbedder",
        "StudentEmbedder",
        "TantivyEngine",
        "WhooshEngine",
    ]


@pytest.mark.parametrize("name", index.__all__)
def test_each_public_name_is_there(name: str) -> None:
    assert getattr(index, name).__name__ == name


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = index.Nothing


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = {"numpy", "whoosh", "rapidfuzz", "tantivy"}
    code = f"import sys, index; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


@pytest.mark.parametrize("library", ["whoosh", "tantivy", "pymilvus", "usearch"])
def test_a_library_is_called_in_its_own_folder_alone(library: str) -> None:
    room = {"pymilvus": "milvus", "usearch": "vectors"}.get(library, library)
    calling = {
        path.relative_to(ROOT).parent.as_posix()
        for package in ("index", "kb", "ingest", "web")
        for path in (ROOT / package).rglob("*.py")
        if re.search(rf"^\s*(from|import) {library}\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert calling == {f"index/{room}"}

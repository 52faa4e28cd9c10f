"""onnxruntime says nothing to anyone, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]

_EMBED = """
import os, sys
from index.embedders.student import StudentEmbedder, bundled_student_folder
StudentEmbedder(bundled_student_folder()).embed_queries(["logement"])
"""
_BARE = """
import onnxruntime, sys
onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
"""


def left_behind(home: Path, program: str, *arguments: str) -> list[str]:
    """The files that a process of its own has made in the home of its user."""
    home.mkdir()
    # Nothing of what makes it silent by itself: it is so in CI, and where told to be.
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", program, *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
    return sorted(path.name for path in home.rglob("*") if path.is_file())


def test_a_search_leaves_no_number_of_this_machine_and_no_report(tmp_path: Path) -> None:
    assert left_behind(tmp_path / "home", _EMBED) == []


def test_the_library_alone_would(tmp_path: Path) -> None:
    """Once this fails, newer builds keep to themselves and the test above tests nothing."""
    model = str(ROOT / "index" / "models" / "french-student" / "model.onnx")
    assert "deviceid" in left_behind(tmp_path / "home", _BARE, model)


@pytest.mark.parametrize("folder", ["index", "kb", "ingest", "web"])
def test_nothing_else_imports_it(folder: str) -> None:
    importers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*.py")
        if "import onnxruntime" in path.read_text(encoding="utf-8")
    }
    assert importers <= {"index/embedders/onnx.py"}

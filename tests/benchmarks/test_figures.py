"""The times that the product promises, each against a peer in the same run.

``make bench`` prints them; the limits are those of CHANGELOG.md.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import StaticEmbedder, StudentEmbedder
from index.embedders.static import bundled_folder
from index.embedders.student import bundled_student_folder
from kb.config import Settings
from kb.shelf import LIGHT
from kb.wiring import open_library

pytestmark = pytest.mark.benchmark

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpus" / "synthese-hauts-de-france.pdf"
REAL = ROOT.parent / "shared" / "corpus" / "urh-hauts-de-france-2020.txt"
QUERIES = (
    "logement femmes violences",
    "prévention des expulsions locatives",
    "maintien à domicile des seniors",
    "jeunes travailleurs en résidence",
    "troubles psychiques accompagnement hôpital",
)
KB = Path(sys.executable).with_name("kb")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _extract_with_pypdf() -> None:
    from pypdf import PdfReader

    for page in PdfReader(SAMPLE).pages:
        page.extract_text()


def _cold(*arguments: str, home: Path) -> float:
    """Median wall time of a command, in seconds, from a cold interpreter."""
    environment = {"KB_HOME": str(home), "PATH": "/usr/bin:/bin"}
    run = lambda: subprocess.run(  # noqa: E731
        [KB, *arguments], check=True, capture_output=True, env=environment
    )
    return statistics.median(_seconds(run) for _ in range(5))


@pytest.mark.parametrize(("model", "most"), [(LIGHT, 2), ("", 8)])
def test_ingest_of_the_sample_against_extraction_alone(
    tmp_path: Path, model: str, most: float
) -> None:
    # Read first, so that the process that reads is there, as it is from the second file on.
    other = tmp_path / "autre.pdf"
    other.write_bytes(SAMPLE.read_bytes() + b"\n%autre\n")
    ratios = []
    for attempt in range(4):
        extraction = _seconds(_extract_with_pypdf)
        with open_library(Settings(home=tmp_path / str(attempt), embedding_model=model)) as library:
            library.ingest([other])
            ingest = _seconds(lambda: library.ingest([SAMPLE]))
        ratios.append(ingest / extraction)
    # The first round also imports every module.
    ratio = statistics.median(ratios[1:])
    print(f"\ningest of the sample PDF with {model or 'both models'}: {ratio:.2f} × pypdf's")
    print(f"extraction, first: {ratios[0]:.2f}")
    assert ratio <= most


def test_queries_on_a_warm_server(tmp_path: Path) -> None:
    source = REAL if REAL.exists() else SAMPLE
    with open_library(Settings(home=tmp_path)) as library:
        library.ingest([source])
        library.search("échauffement logement")
        times = [_seconds(lambda q=q: library.search(q)) for q in QUERIES * 10]
    median = statistics.median(times) * 1000
    print(f"\nhybrid query, 50 in a row on {source.name}: median {median:.1f} ms")
    assert median < 15


def test_search_from_a_cold_shell(tmp_path: Path) -> None:
    with open_library(Settings(home=tmp_path)) as library:
        library.ingest([SAMPLE])
    seconds = _cold("search", "logement femmes violences", home=tmp_path)
    print(f"\nkb search from a cold shell: {seconds:.2f} s")
    assert seconds < 1.5


def test_help_from_a_cold_shell(tmp_path: Path) -> None:
    seconds = _cold("--help", home=tmp_path)
    print(f"\nkb --help from a cold shell: {seconds:.2f} s")
    assert seconds < 0.4


def _passages() -> list[str]:
    """The sample in pieces of 80 words."""
    from pypdf import PdfReader

    words = " ".join(page.extract_text() for page in PdfReader(SAMPLE).pages).split()
    return [" ".join(words[start : start + 80]) for start in range(0, len(words) - 80, 80)]


def test_embedding_with_the_student() -> None:
    embedder = StudentEmbedder(bundled_student_folder())
    loading = _seconds(lambda: embedder.embed_queries(["logement"]))
    passages = _passages()
    started = time.process_time()
    embedder.embed_passages(passages)
    rate = len(passages) / (time.process_time() - started)
    queries = [_seconds(lambda q=q: embedder.embed_queries([q])) for q in QUERIES * 10]
    median = statistics.median(queries) * 1000
    print(
        f"\nstudent: {loading * 1000:.0f} ms to load, {rate:.0f} passages of 80 words a second of"
    )
    print(f"second of processor time, query {median:.1f} ms")
    assert rate >= 40
    assert median <= 15


def test_embedding_with_the_static_model() -> None:
    passages = _passages() * 40
    embedder = StaticEmbedder(bundled_folder())
    loading = _seconds(lambda: embedder.embed_queries(["logement"]))
    started = time.process_time()
    embedder.embed_passages(passages)
    rate = len(passages) / (time.process_time() - started)
    print(f"\nstatic model: {loading * 1000:.0f} ms to load, {rate:.0f} passages of 80 words a")
    print("second of processor time, tokenising included")
    assert rate >= 4000

"""Reading PDF: the whole chain against pypdf's extraction alone, on one core and on two."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from tests.benchmarks.base_tasks import LOADING, Given, settings_of
from tests.benchmarks.child import ROOT
from tests.benchmarks.generator import write_brochures
from tests.benchmarks.machine import load_average

SAMPLE = ROOT / "corpus" / "synthese-hauts-de-france.pdf"
FIRST_MADE = 100_000
"""Their numbers stay apart from those of the bases."""


def make_pdfs(folder: Path, made: int, copies: int) -> dict[str, Path]:
    """Two folders of PDF: made brochures, and the designed sample again and again."""
    plain, designed = folder / "made", folder / "designed"
    write_brochures(plain, (made + LOADING) * 100, form="pdf", first=FIRST_MADE)
    designed.mkdir(parents=True, exist_ok=True)
    for number in range(copies + LOADING):
        # Another file with the same pages: a comment after the end.
        content = SAMPLE.read_bytes() + f"\n%{number}\n".encode()
        (designed / f"synthese-{number:03}.pdf").write_bytes(content)
    return {"made": plain, "designed": designed}


def extraction(given: Given) -> Given:
    """pypdf over the pages of every file but those that warm up, and no more."""
    from pypdf import PdfReader

    files = sorted(Path(given["folder"]).iterdir())
    pages = 0
    for number, path in enumerate(files):
        if number == LOADING:
            pages, started = 0, time.perf_counter()
        for page in PdfReader(path).pages:
            page.extract_text()
            pages += 1
    return {"seconds": time.perf_counter() - started, "pages": pages, "load": load_average()}


def chain(given: Given) -> Given:
    """The same files into a base: read, cut, embedded, stored, indexed."""
    from kb.wiring import open_library

    files = sorted(Path(given["folder"]).iterdir())
    home = Path(given["home"])
    shutil.rmtree(home, ignore_errors=True)
    with open_library(settings_of(given)) as library:
        assert library.ingest(files[:LOADING]).refused == ()
        before = library.statistics().passages
        started = time.perf_counter()
        outcome = library.ingest(files[LOADING:])
        took = time.perf_counter() - started
        assert outcome.refused == ()
        passages = library.statistics().passages - before
    shutil.rmtree(home, ignore_errors=True)
    return {"seconds": took, "passages": passages}


def reading(given: Given) -> Given:
    """The same files to projects and passages, one after the other, nothing stored."""
    from kb.wiring import parts_of

    files = sorted(Path(given["folder"]).iterdir())
    parts = parts_of(settings_of(given))
    for path in files[:LOADING]:
        parts.read(path)
    started = time.perf_counter()
    passages = sum(len(parts.read(path).passages) for path in files[LOADING:])
    took = time.perf_counter() - started
    parts.catalog.close()
    return {"seconds": took, "passages": passages}

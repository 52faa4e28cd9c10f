"""Reading in a process apart: the same reading, and a sentence for each misdeed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import read_brochure
from ingest.guard.limits import READING
from ingest.guard.reading import GuardedReader
from kb.analysis import analyse_reading
from kb.errors import ConfigurationError, UnreadableBrochure
from kb.model import Reading

ROOT = Path(__file__).parents[4]
MISDEEDS = "tests.hostile.misdeeds"
LIMITS = replace(READING, seconds=1, memory=512 * 1024 * 1024, reply=1024 * 1024)


@pytest.fixture(scope="module")
def reader() -> Iterator[GuardedReader]:
    reader = GuardedReader(limits=LIMITS, tasks=MISDEEDS)
    yield reader
    reader.close()


def test_the_reading_is_that_of_read_brochure_and_is_analysed() -> None:
    path = ROOT / "corpus" / "logement-accompagne-bretagne.docx"
    reader = GuardedReader()
    assert reader(path) == _analysed(read_brochure(path))
    reader.close()


def _analysed(reading: Reading) -> Reading:
    return replace(reading, analysis=analyse_reading(reading))


@pytest.mark.parametrize(
    ("misdeed", "said"),
    [
        (
            "crash",
            "a fait échouer sa lecture, il est sans doute endommagé : "
            "enregistrez-en une nouvelle copie ou exportez-le en PDF.",
        ),
        (
            "sink",
            "a fait échouer sa lecture, il est sans doute endommagé : "
            "enregistrez-en une nouvelle copie ou exportez-le en PDF.",
        ),
        (
            "loop",
            "n’a pas pu être lu en 1 seconde : découpez-le, ou exportez-le de nouveau en PDF.",
        ),
        ("swell", "demande trop de mémoire : allégez-le (sans ses images) ou découpez-le."),
        ("flood", "contient trop de texte pour une brochure : découpez-le."),
    ],
)
def test_what_a_misdeed_costs_is_one_sentence(
    reader: GuardedReader, tmp_path: Path, misdeed: str, said: str
) -> None:
    bad, good = tmp_path / "fiche.txt", tmp_path / "bonne.txt"
    bad.write_text(f"{misdeed}\n", encoding="utf-8")
    good.write_text("Douze logements accueillent des jeunes.", encoding="utf-8")
    with pytest.raises(UnreadableBrochure) as caught:
        reader(bad)
    assert str(caught.value) == f"fiche.txt {said}"
    assert reader(good) == _analysed(read_brochure(good))


def test_nothing_of_an_unforeseen_error_is_shown_but_it_is_logged(
    reader: GuardedReader, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "fiche.txt"
    path.write_text("unforeseen\n", encoding="utf-8")
    with pytest.raises(UnreadableBrochure) as caught:
        reader(path)
    assert "détail" not in str(caught.value)
    assert "le détail reste dans le journal" in caplog.text


def test_the_users_profiles_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "faux.toml").write_text("= ", encoding="utf-8")
    path = tmp_path / "fiche.txt"
    path.write_text("Un texte.", encoding="utf-8")
    reader = GuardedReader(tmp_path)
    with pytest.raises(ConfigurationError, match=r"faux\.toml"):
        reader(path)
    reader.close()

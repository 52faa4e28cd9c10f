"""Made brochures: the same for a seed, of realistic shape, and read as they were written."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice
from pathlib import Path
from statistics import mean

import pytest

from ingest import read_brochure
from kb.text import fold
from tests.benchmarks.brochure_files import WRITERS, wrapped
from tests.benchmarks.french import GRAMMAR, Quoted, Zipfian, sentences_at_hand
from tests.benchmarks.generator import (
    PER_BROCHURE,
    departements,
    made_brochure,
    made_brochures,
    main,
    organisations,
    write_brochures,
)

FORMS = [
    f"{first}{second}lisation" for first in "bcdfglmprst" for second in ("a", "i", "ou", "eau")
]
SOURCE = Zipfian(FORMS)


def test_a_brochure_of_a_seed_is_always_the_same() -> None:
    assert made_brochure(3, 1, sentences=SOURCE) == made_brochure(3, 1, sentences=SOURCE)


@pytest.mark.parametrize(("number", "seed", "revision"), [(4, 1, 0), (3, 2, 0), (3, 1, 1)])
def test_number_seed_and_revision_each_give_other_texts(
    number: int, seed: int, revision: int
) -> None:
    one = made_brochure(3, 1, sentences=SOURCE)
    other = made_brochure(number, seed, revision=revision, sentences=SOURCE)
    assert not set(one.paragraphs()) & set(other.paragraphs())


def test_another_revision_keeps_the_name_of_the_file() -> None:
    revised = made_brochure(3, revision=1, sentences=SOURCE)
    assert revised.name == made_brochure(3, sentences=SOURCE).name == "recueil-00003"


def test_a_brochure_has_twelve_projects_and_a_hundred_paragraphs() -> None:
    brochure = made_brochure(0, sentences=SOURCE)
    assert [len(one.sections) for one in brochure.projects] == [9, 8, 8] * 4
    assert len(list(brochure.paragraphs())) == PER_BROCHURE
    assert len({one.title for one in brochure.projects}) == 12


def test_paragraphs_are_as_long_as_those_of_a_real_brochure() -> None:
    texts = [text for n in range(5) for text in made_brochure(n, sentences=SOURCE).paragraphs()]
    assert 400 < mean(map(len, texts)) < 480


def test_as_many_brochures_as_the_passages_ask_for() -> None:
    assert [one.name for one in made_brochures(300, first=7)] == [
        "recueil-00007",
        "recueil-00008",
        "recueil-00009",
    ]


def test_filters_have_known_selectivities() -> None:
    projects = [p for n in range(40) for p in made_brochure(n, sentences=SOURCE).projects]
    years = Counter(one.year for one in projects)
    assert len(years) == 10
    assert len(departements()) == 101
    assert len(organisations()) == 1000
    assert max(years.values()) < 2 * len(projects) / 10


@pytest.mark.parametrize("form", list(WRITERS))
def test_the_product_reads_every_project_and_passage(form: str, tmp_path: Path) -> None:
    made = made_brochure(0, sentences=SOURCE)
    path = tmp_path / f"{made.name}.{form}"
    WRITERS[form](made, path)
    reading = read_brochure(path)
    assert [fold(one.title) for one in reading.projects] == [
        fold(one.title) for one in made.projects
    ]
    for read, wanted in zip(reading.projects, made.projects, strict=True):
        assert read.organisation == wanted.organisation
        assert read.communes == (wanted.commune,)
        assert read.departements == (wanted.departement,)
        assert read.year == wanted.year
        assert read.partners == wanted.partners
    assert len(reading.sections) == PER_BROCHURE
    assert abs(len(reading.passages) - PER_BROCHURE) <= 3


def test_text_reads_back_word_for_word(tmp_path: Path) -> None:
    made = made_brochure(1, sentences=SOURCE)
    path = tmp_path / "one.txt"
    WRITERS["txt"](made, path)
    reading = read_brochure(path)
    read = " ".join(passage.text for passage in reading.passages).split()
    assert read == " ".join(made.paragraphs()).split()


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    for form in ("txt", "html", "pdf"):
        first = write_brochures(tmp_path / "a", 100, form=form, seed=5)
        second = write_brochures(tmp_path / "b", 100, form=form, seed=5)
        assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second]


def test_the_command_tells_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "made"), "--passages", "200", "--first", "5"]) == 0
    assert capsys.readouterr().out.startswith("2 brochures, about 200 passages, 0.1 MB in ")
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        "recueil-00005.txt",
        "recueil-00006.txt",
    ]


def test_lines_of_text_are_broken_between_words() -> None:
    assert wrapped("un deux trois quatre", 9) == ["un deux", "trois", "quatre"]
    assert wrapped("indivisible", 4) == ["indivisible"]


def test_made_words_follow_zipf() -> None:
    some = random.Random(0)
    source = Zipfian([f"mot{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(200)])
    text = " ".join(source.draw(some) for _ in range(2000)).lower().replace(".", "").split()
    counts = Counter(word for word in text if word not in GRAMMAR).most_common()
    assert 1.6 < counts[0][1] / counts[1][1] < 2.4
    assert 7 < counts[0][1] / counts[9][1] < 13


def test_words_are_made_where_no_text_lies_at_hand(tmp_path: Path) -> None:
    source = sentences_at_hand(tmp_path)
    assert isinstance(source, Zipfian)
    sentences = [source.draw(random.Random(number)) for number in range(5)]
    assert all(one[0].isupper() and one.endswith(".") for one in sentences)


def test_sentences_of_texts_at_hand_are_whole(tmp_path: Path) -> None:
    import lzma

    line = (
        "Le bailleur accompagne chaque locataire pendant un an après la signature du bail. "
        "Trop court. Voyez la page https://exemple.fr/demande pour savoir comment demander un "
        "logement adapté. "
        "Une équipe de proximité passe chaque semaine dans toutes les résidences du quartier."
    )
    with lzma.open(tmp_path / "mon_entreprise.txt.xz", "wt", encoding="utf-8") as file:
        file.write(f"{line}\n{line}\n")
    source = sentences_at_hand(tmp_path)
    assert isinstance(source, Quoted)
    some = random.Random(0)
    assert {one for one in islice(iter(lambda: source.draw(some), None), 50)} == {
        "Le bailleur accompagne chaque locataire pendant un an après la signature du bail.",
        "Une équipe de proximité passe chaque semaine dans toutes les résidences du quartier.",
    }

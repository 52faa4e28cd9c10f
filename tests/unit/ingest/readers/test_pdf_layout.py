"""Where text stands on a PDF page decides in which order it is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Line
from ingest.readers.pdf import read
from ingest.readers.pdf_layout import lines_of as layout
from ingest.readers.pdf_runs import Run

MakePdf = Callable[..., bytes]
SAMPLE = Path(__file__).parents[4] / "corpus" / "synthese-hauts-de-france.pdf"
LEFT = "Le logement des jeunes est une priorité locale"
RIGHT = "La ville accueille chaque année des familles"


def lines_of(data: bytes) -> tuple[Line, ...]:
    (page,) = read(Path("a.pdf"), data).pages
    return page.lines


def column(x: float, top: float, text: str, count: int) -> list[tuple[float, float, str]]:
    return [(x, top + 12 * number, f"{text} {number}") for number in range(count)]


def test_two_columns_are_read_one_after_the_other_between_wide_headings(make_pdf: MakePdf) -> None:
    wide = "Un titre qui court d’un bord à l’autre de la page et même un peu plus loin encore"
    data = make_pdf(
        [
            (60, 80, wide, 12, True),
            *column(60, 110, LEFT, 4),
            *column(310, 110, RIGHT, 3),
            (60, 200, wide, 12, True),
            (60, 230, "Suite."),
        ]
    )
    found = [(line.text, line.column) for line in lines_of(data)]
    assert found == [
        (wide, 0),
        *[(f"{LEFT} {number}", 0) for number in range(4)],
        *[(f"{RIGHT} {number}", 1) for number in range(3)],
        (wide, 0),
        ("Suite.", 0),
    ]


def test_columns_whose_lines_stand_at_other_heights_are_columns_too(make_pdf: MakePdf) -> None:
    data = make_pdf([*column(60, 100, LEFT, 5), *column(310, 105, RIGHT, 5)])
    assert [line.column for line in lines_of(data)] == [0] * 5 + [1] * 5


def test_three_columns(make_pdf: MakePdf) -> None:
    text = "un texte assez étroit ici"
    data = make_pdf(
        [row for x in (60, 220, 380) for row in column(x, 100, text, 6)],
    )
    assert [line.column for line in lines_of(data)] == [0] * 6 + [1] * 6 + [2] * 6


def test_a_short_heading_below_two_columns_ends_them(make_pdf: MakePdf) -> None:
    data = make_pdf(
        [
            *column(60, 100, LEFT, 3),
            *column(310, 100, RIGHT, 5),
            (60, 190, "Contact", 14, True),
            (60, 206, "Une personne"),
        ]
    )
    assert [line.text for line in lines_of(data)][-2:] == ["Contact", "Une personne"]


def test_labels_with_their_values_are_read_cell_by_cell(make_pdf: MakePdf) -> None:
    data = make_pdf(
        [
            (60, 100, "Organisme", 10, True),
            (180, 100, "Sia Habitat"),
            (60, 120, "Maître", 10, True),
            (60, 132, "d’ouvrage", 10, True),
            (180, 120, "Une société qui porte un nom plutôt long"),
            (180, 132, "sur deux lignes"),
            (60, 152, "Année", 10, True),
            (180, 152, "2019"),
        ]
    )
    assert [(line.text, line.cell) for line in lines_of(data)] == [
        ("Organisme", 1),
        ("Sia Habitat", 2),
        ("Maître", 1),
        ("d’ouvrage", 1),
        ("Une société qui porte un nom plutôt long", 2),
        ("sur deux lignes", 2),
        ("Année", 1),
        ("2019", 2),
    ]


def test_a_footer_and_its_page_number_are_two_lines(make_pdf: MakePdf) -> None:
    data = make_pdf([(60, 700, "Texte."), (60, 800, "Projets remarquables"), (520, 800, "12")])
    assert [line.text for line in lines_of(data)] == ["Texte.", "Projets remarquables", "12"]


def test_bullets_are_flags_even_where_drawn_apart(make_pdf: MakePdf) -> None:
    data = make_pdf(
        [
            (60, 100, "•"),
            (80, 100, "Un point"),
            (80, 112, "qui continue"),
            (60, 124, "•"),
            (80, 124, "Un autre"),
        ]
    )
    assert [(line.text, line.bullet) for line in lines_of(data)] == [
        ("Un point", True),
        ("qui continue", False),
        ("Un autre", True),
    ]


def test_the_bullet_that_a_control_character_draws_is_one(make_pdf: MakePdf) -> None:
    data = make_pdf([(60, 100, "\x7f"), (70, 100, "Un point"), (60, 112, "\x7f Un autre")])
    assert [(line.text, line.bullet) for line in lines_of(data)] == [
        ("Un point", True),
        ("Un autre", True),
    ]


def test_a_bold_start_is_measured_in_the_text_of_the_line(make_pdf: MakePdf) -> None:
    data = make_pdf(
        [
            (60, 100, "Contexte :", 10, True),
            (113, 100, "les logements sont anciens et mal chauffés"),
            (60, 112, "•"),
            (70, 112, "Budget :", 10, True),
            (113, 112, "43 000 euros, dont une part de la région"),
            (60, 130, "Une ligne toute en gras", 10, True),
            (60, 148, "Une ligne avec un mot"),
            (170, 148, "gras", 10, True),
        ]
    )
    assert [(line.text[: line.bold_prefix], line.bold) for line in lines_of(data)] == [
        ("Contexte :", False),
        ("Budget :", False),
        ("", True),
        ("", False),
    ]


def test_gaps_are_measured_against_the_usual_leading(make_pdf: MakePdf) -> None:
    data = make_pdf([(60, y, f"ligne {y}") for y in (100, 114, 128, 150, 164, 178)])
    assert [line.gap_before for line in lines_of(data)] == [False, False, False, True, False, False]


def test_the_drawing_order_does_not_matter(make_pdf: MakePdf) -> None:
    texts = [(60, 100, "un"), (60, 112, "deux"), (60, 124, "trois")]
    shuffled = [texts[2], texts[0], texts[1]]
    assert lines_of(make_pdf(texts)) == lines_of(make_pdf(shuffled))


runs = st.builds(
    Run,
    text=st.sampled_from(["Sia Habitat", "un logement accompagné", "2019", "• point", "- fin"]),
    x=st.integers(0, 500),
    y=st.integers(0, 800),
    width=st.integers(5, 300),
    size=st.sampled_from([6.0, 10.0, 24.0]),
    bold=st.booleans(),
    symbolic=st.just(False),
    space=st.just(2.5),
    turn=st.sampled_from([0, 0, 0, 1, 2, 3]),
)


@given(st.lists(runs, max_size=25, unique_by=lambda run: (run.x, run.y)))
def test_no_word_is_lost_wherever_the_text_stands(drawn: list[Run]) -> None:
    def letters(texts: list[str]) -> list[str]:
        return sorted(character for text in texts for character in text if character.isalnum())

    far = [run for run in drawn if not _has_double(run, drawn)]
    lines = layout(far, 595, 842)
    assert letters([line.text for line in lines]) == letters([run.text for run in far])


def _has_double(run: Run, runs: list[Run]) -> bool:
    """Is the same text drawn so close that it may count as one drawn twice?"""
    return any(
        other is not run
        and other.text == run.text
        and abs(other.x - run.x) < 10
        and abs(other.y - run.y) < 10
        for other in runs
    )


def test_the_sample_brochure_reads_column_after_column() -> None:
    page = read(SAMPLE, SAMPLE.read_bytes()).pages[5]
    texts = [line.text for line in page.lines]
    conditions = texts.index("Les conditions de réussite")
    obstacles = texts.index("Les freins identifiés")
    figures = texts.index("Quelques chiffres")
    assert conditions < obstacles < figures
    assert {line.column for line in page.lines[conditions:obstacles]} == {0}
    assert {line.column for line in page.lines[obstacles:figures]} == {1}


def test_labels_with_text_beside_them_are_no_cells_but_those_with_values_are(
    make_pdf: MakePdf,
) -> None:
    data = make_pdf(
        [
            (60, 100, "Commune", 10, True),
            (250, 100, "Brest"),
            (60, 112, "Bilan", 10, True),
            (250, 112, "Les familles ont repeint elles-mêmes la"),
            (250, 124, "cage d’escalier de leur immeuble."),
            (60, 136, "Suites", 10, True),
            (250, 136, "Un second chantier doit s’ouvrir dans"),
        ]
    )
    found = [(line.text[:12], line.cell, line.gap_before) for line in lines_of(data)]
    assert found == [
        ("Commune", 1, False),
        ("Brest", 2, False),
        ("Bilan", 0, True),
        ("Les familles", 0, True),
        ("cage d’escal", 0, False),
        ("Suites", 0, True),
        ("Un second ch", 0, True),
    ]

"""Where a text stands on a page: its own rectangles, or none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.pictures import PdfPages
from kb.source import Box, Quote
from tests.unit.ingest.pictures.conftest import (
    HEIGHT,
    MakeFile,
    assert_marks,
    line,
    lines,
    width_of,
)

PAGES = PdfPages()


def quote(text: str, first: int = 1, last: int = 1, **around: tuple[str, ...]) -> Quote:
    return Quote(text, first, last, **around)


def test_one_rectangle_a_line(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "Le titre", "Les jardins sont", "ouverts à tous."))
    found = PAGES.locate(file, quote("Les jardins sont ouverts à tous."))
    assert list(found) == [1]
    assert_marks(found[1], (50, 114, "Les jardins sont"), (50, 128, "ouverts à tous."))


def test_part_of_a_line_is_marked_alone(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "Un début. Le milieu ici. La fin."))
    found = PAGES.locate(file, quote("Le milieu ici."))
    assert_marks(found[1], (50 + width_of("Un début. "), 100, "Le milieu ici."))


def test_broken_word_is_found(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "Des loge-", "ments neufs."))
    found = PAGES.locate(file, quote("Des logements neufs."))
    assert_marks(found[1], (50, 100, "Des loge-"), (50, 114, "ments neufs."))


def test_quotes_and_stops_at_both_ends_are_marked_with_the_text(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "Il dit : « Entrez donc ! » Et voilà."))
    found = PAGES.locate(file, quote("« Entrez donc ! »"))
    assert_marks(found[1], (50 + width_of("Il dit : "), 100, "« Entrez donc ! »"))


@pytest.mark.parametrize("bullet", ["•", "n", "–"])
def test_bullets_do_not_hide_the_text(make_file: MakeFile, bullet: str) -> None:
    def items(canvas: Canvas) -> None:
        for number, text in enumerate(("Dix logements", "Un jardin")):
            line(canvas, 50, 100 + 20 * number, f"{bullet} {text}")

    found = PAGES.locate(make_file(items), quote("• Dix logements\n• Un jardin"))
    assert len(found[1]) == 2
    assert [round(box.bottom, -1) for box in found[1]] == [100, 120]


def test_columns_drawn_one_after_the_other(make_file: MakeFile) -> None:
    left = lines(50, 100, "Les jardins", "sont ouverts", "à tous.")
    right = lines(320, 100, "Le bailleur", "a tout refait.", "Enfin.")
    file = make_file((left, right))
    found = PAGES.locate(file, quote("Le bailleur a tout refait."))
    assert_marks(found[1], (320, 100, "Le bailleur"), (320, 114, "a tout refait."))


def test_columns_drawn_line_by_line(make_file: MakeFile) -> None:
    def rows(canvas: Canvas) -> None:
        for number, (one, other) in enumerate(
            [("Les jardins", "Le bailleur"), ("sont ouverts", "a tout refait."), ("à tous.", "")]
        ):
            line(canvas, 50, 100 + 14 * number, one)
            line(canvas, 320, 100 + 14 * number, other)

    found = PAGES.locate(make_file(rows), quote("Les jardins sont ouverts à tous."))
    assert_marks(
        found[1], (50, 100, "Les jardins"), (50, 114, "sont ouverts"), (50, 128, "à tous.")
    )


def test_columns_that_begin_alike_are_never_confused(make_file: MakeFile) -> None:
    def rows(canvas: Canvas) -> None:
        for number, (one, other) in enumerate(
            [("Le projet", "Le projet"), ("vise les jeunes.", "vise les aînés.")]
        ):
            line(canvas, 50, 100 + 14 * number, one)
            line(canvas, 320, 100 + 14 * number, other)

    # To mark the right column's first line for the left column's text would be wrong.
    assert PAGES.locate(make_file(rows), quote("Le projet vise les jeunes.")) == {}


def test_text_that_goes_on_in_the_next_column(make_file: MakeFile) -> None:
    left = lines(50, 700, "Les jardins sont")
    right = lines(320, 100, "ouverts à tous.")
    found = PAGES.locate(make_file((left, right)), quote("Les jardins sont ouverts à tous."))
    assert_marks(found[1], (50, 700, "Les jardins sont"), (320, 100, "ouverts à tous."))


def test_large_first_letter_has_its_own_rectangle(make_file: MakeFile) -> None:
    def opening(canvas: Canvas) -> None:
        line(canvas, 50, 114, "L", 30)
        line(canvas, 70, 100, "es jardins sont")
        line(canvas, 70, 114, "ouverts à tous.")

    found = PAGES.locate(make_file(opening), quote("Les jardins sont ouverts à tous."))
    assert len(found[1]) == 3
    assert_marks(found[1][1:], (70, 100, "es jardins sont"), (70, 114, "ouverts à tous."))


def test_equal_sentences_are_marked_by_their_neighbours_only(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "Besoin", "Dix lits.", "Effet", "Dix lits.", "Fin"))
    assert PAGES.locate(file, quote("Dix lits.")) == {}
    for around, y in (
        ({"before": ("Besoin",)}, 114),
        ({"before": ("Effet",)}, 142),
        ({"after": ("Fin",)}, 142),
    ):
        assert_marks(PAGES.locate(file, quote("Dix lits.", **around))[1], (50, y, "Dix lits."))


def test_text_over_two_pages_is_marked_on_both(make_file: MakeFile) -> None:
    file = make_file(
        (lines(50, 700, "Les habitants se"), lines(50, 780, "Page 1")),
        (lines(50, 30, "En-tête"), lines(50, 100, "retrouvent ici. Autre.")),
    )
    found = PAGES.locate(file, quote("Les habitants se retrouvent ici.", 1, 2))
    assert list(found) == [1, 2]
    assert_marks(found[1], (50, 700, "Les habitants se"))
    assert_marks(found[2], (50, 100, "retrouvent ici."))


@pytest.mark.parametrize(
    "text", ["Un texte absent.", "Les jardins sont fermés.", "jard", "", "…", "13"]
)
def test_what_is_not_on_the_page_is_not_marked(make_file: MakeFile, text: str) -> None:
    file = make_file(lines(50, 100, "Les jardins sont ouverts", "depuis 2013."))
    assert PAGES.locate(file, quote(text)) == {}


def test_half_of_a_text_is_not_marked(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "Les habitants se"), lines(50, 100, "Autre chose."))
    assert PAGES.locate(file, quote("Les habitants se retrouvent ici.", 1, 2)) == {}


def test_text_outside_the_page_is_not_marked(make_file: MakeFile) -> None:
    def outside(canvas: Canvas) -> None:
        line(canvas, 50, 100, "Visible.")
        line(canvas, 50, 1200, "Hors de la page.")

    assert PAGES.locate(make_file(outside), quote("Hors de la page.")) == {}


def _turned(canvas: Canvas, angle: int) -> None:
    canvas.setPageRotation(angle)
    line(canvas, 50, 100, "Les jardins sont ouverts.")


@pytest.mark.parametrize(
    ("angle", "expected"),
    [
        (0, lambda length: (50, HEIGHT - 700, 50 + length)),
        (180, lambda length: (600 - 50 - length, HEIGHT - 100, 600 - 50)),
    ],
)
def test_turned_page(
    make_file: MakeFile, angle: int, expected: Callable[[float], tuple[float, float, float]]
) -> None:
    text = "Les jardins sont ouverts."
    (box,) = PAGES.locate(make_file(lambda canvas: _turned(canvas, angle)), quote(text))[1]
    left, foot, right = expected(width_of(text))
    assert (box.left, box.right) == (pytest.approx(left, abs=2), pytest.approx(right, abs=2))
    assert box.top <= foot <= box.bottom


@pytest.mark.parametrize(("angle", "across", "top"), [(90, 400, 50), (270, 200, 750)])
def test_page_turned_on_its_side(make_file: MakeFile, angle: int, across: int, top: int) -> None:
    text = "Les jardins sont ouverts."

    def turned(canvas: Canvas) -> None:
        # The file's page is then 800 by 600, shown on its side.
        canvas.setPageRotation(angle)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(50, 400, text)

    file = make_file(turned)
    size = PAGES.size(file, 1)
    assert (size.width, size.height) == (600, 800)
    boxes = PAGES.locate(file, quote(text))[1]
    ends = (min(box.top for box in boxes), max(box.bottom for box in boxes))
    assert ends[0 if angle == 90 else 1] == pytest.approx(top, abs=2)
    assert ends[1] - ends[0] == pytest.approx(width_of(text), abs=4)
    assert all(box.left <= across <= box.right for box in boxes)


def test_cropped_page_counts_from_what_is_shown(make_file: MakeFile) -> None:
    def cropped(canvas: Canvas) -> None:
        canvas.setCropBox((40, 300, 500, 750))
        line(canvas, 60, 100, "Les jardins sont ouverts.")

    file = make_file(cropped)
    size = PAGES.size(file, 1)
    assert (size.width, size.height) == (460, 450)
    found = PAGES.locate(file, quote("Les jardins sont ouverts."))
    # 40 points are cut off at the left, 50 at the top.
    assert_marks(found[1], (20, 50, "Les jardins sont ouverts."))


def test_shadow_of_a_text_is_no_second_place(make_file: MakeFile) -> None:
    def shadowed(canvas: Canvas) -> None:
        line(canvas, 50, 100, "Les jardins")
        line(canvas, 50, 100, "Les jardins")

    found = PAGES.locate(make_file(shadowed), quote("Les jardins"))
    assert found == {} or len(found[1]) == 1


def test_rectangles_stay_on_the_page(make_file: MakeFile) -> None:
    file = make_file(lines(560, 100, "Les jardins sont ouverts."))
    (box,) = PAGES.locate(file, quote("Les jardins sont ouverts."))[1]
    assert isinstance(box, Box)
    assert box.right == 600

"""Which rows of a table hold values, and which frame text."""

from __future__ import annotations

import pytest

from ingest.document import Line
from ingest.readers.table_rows import frames_wrapped_text, is_layout

SENTENCE = "Les habitants ont choisi ensemble la couleur de leur porte."


def row(*cells: list[str]) -> list[Line]:
    return [Line(text, cell=n) for n, texts in enumerate(cells, start=1) for text in texts]


@pytest.mark.parametrize(
    ("cells", "layout"),
    [
        ([["Commune"], ["Brest"]], False),
        ([["Partenaires"], ["La Ville de Brest", "Le Département", "La CAF"]], False),
        ([["Bilan"], [SENTENCE]], True),
        ([[SENTENCE], ["Bilan"]], True),
        ([["Buts"], ["loger de jeunes actifs du bassin", "rapprocher les âges de la vie"]], True),
        ([["“"], ["Des mots."]], True),
        ([["Budget"], []], False),
        ([["2021"], [SENTENCE], ["12"]], False),
    ],
)
def test_rows(cells: list[list[str]], layout: bool) -> None:
    assert is_layout(row(*cells), len(cells)) is layout


def test_a_row_of_one_cell_or_with_a_heading_is_layout() -> None:
    assert is_layout(row(["Commune"]), 1)
    assert is_layout([Line("Titre", level=2, cell=1), Line("Brest", cell=2)], 2)


@pytest.mark.parametrize(
    ("cells", "layout"),
    [
        ({1: ["Commune"], 2: ["Brest"]}, False),
        ({1: ["Partenaires"], 2: ["Ville de Brest", "Compagnons", "CAF"]}, False),
        ({1: ["Bilan"], 2: [SENTENCE[:30], SENTENCE[30:]]}, True),
        ({1: ["Bilan"], 2: ["Un succès."]}, False),
        (
            {
                1: ["Buts"],
                2: [
                    "loger des jeunes actifs",
                    "du bassin",
                    "tisser des liens dans",
                    "un quartier et aider chacun à",
                ],
            },
            True,
        ),
        ({2: ["la suite d’une cellule"]}, True),
        ({1: ["Une étiquette seule"]}, False),
    ],
)
def test_rows_of_printed_lines(cells: dict[int, list[str]], layout: bool) -> None:
    assert frames_wrapped_text(cells) is layout

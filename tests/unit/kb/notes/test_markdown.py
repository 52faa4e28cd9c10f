"""Notes as Markdown; what a brochure prints stays text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.notes.markdown import note_markdown, paragraphs, plain
from kb.notes.note import Note


def test_note_reads_as_a_document(note: Note) -> None:
    assert note_markdown(note) == (
        "# Accueillir\n"
        "\n"
        "*Note du 1er mars 2025*\n"
        "\n"
        "Pour la commission.\\\n"
        "De mars.\n"
        "\n"
        "Merci.\n"
        "\n"
        "## Le Porche\n"
        "\n"
        "Habitat du Littoral, Calais (62), 2018\n"
        "\n"
        "> «\u00a0Un accueil de nuit.\n"
        ">\n"
        "> - Dix logements\n"
        "> - Un jardin\u00a0»\n"
        ">\n"
        "> — Le Porche, Actions, Recueil (2020), p.\u00a05 (page 7 du fichier)\n"
        "\n"
        "> «\u00a0Écrire à \\[adresse masquée\\].\u00a0»\n"
        ">\n"
        "> — Le Porche, Actions, Recueil (2020), p.\u00a02 (page 4 du fichier)\n"
        "\n"
        "## =Mémo\n"
        "\n"
        "> «\u00a0Une note sans page.\u00a0»\n"
        ">\n"
        "> — =Mémo, Actions, Notes\n"
        "\n"
        "## Sources\n"
        "\n"
        "- Recueil (2020), recueil.pdf, p.\u00a02 (page 4 du fichier), "
        "p.\u00a05 (page 7 du fichier)\n"
        "- Notes, notes.txt\n"
        "\n"
        "## Disparus\n"
        "\n"
        "- recueil/perdu/1\n"
    )


def test_note_without_introduction_nor_losses_has_neither(note: Note) -> None:
    text = note_markdown(replace(note, introduction=" \n", gone=()))
    assert text.startswith("# Accueillir\n\n*Note du 1er mars 2025*\n\n## Le Porche\n")
    assert text.endswith("- Notes, notes.txt\n")


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("# titre", "\\# titre"),
        ("- tiret", "\\- tiret"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("=", "\\="),
        ("1. un", "1\\. un"),
        ("<b>[x](y)</b> & `z`", "\\<b\\>\\[x\\](y)\\</b\\> \\& \\`z\\`"),
        ("&lt;script&gt;", "\\&lt;script\\&gt;"),
        ("en 2019 - déjà", "en 2019 - déjà"),
        ("-1 logement", "-1 logement"),
    ],
)
def test_characters_of_markdown_are_only_characters(line: str, written: str) -> None:
    assert plain(line) == written


def test_bullets_become_a_list_apart_from_paragraphs() -> None:
    assert list(paragraphs("Un\n• deux\n• trois\nquatre")) == [
        "Un",
        "",
        "- deux",
        "- trois",
        "",
        "quatre",
    ]

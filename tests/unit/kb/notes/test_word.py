"""The Word file, read back as Word reads it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pytest
from docx.shared import Cm
from lxml import etree

from kb.notes.note import Note
from kb.notes.word import note_docx
from kb.results import PassageSheet


def read(note: Note) -> list[tuple[str, str]]:
    """Style and text of each paragraph."""
    document = docx.Document(io.BytesIO(note_docx(note)))
    return [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]


def test_note_reads_back_as_it_was_made(note: Note) -> None:
    assert read(note) == [
        ("Title", "Accueillir"),
        ("Subtitle", "Note du 1er mars 2025"),
        ("Normal", "Pour la commission.\nDe mars."),
        ("Normal", "Merci."),
        ("Heading 1", "Le Porche"),
        ("Reference", "Habitat du Littoral, Calais (62), 2018"),
        ("Quote", "«\u00a0Un accueil de nuit."),
        ("Quote", "• Dix logements"),
        ("Quote", "• Un jardin\u00a0»"),
        ("Reference", "— Le Porche, Actions, Recueil (2020), p.\u00a05 (page 7 du fichier)"),
        ("Quote", "«\u00a0Écrire à [adresse masquée].\u00a0»"),
        ("Reference", "— Le Porche, Actions, Recueil (2020), p.\u00a02 (page 4 du fichier)"),
        ("Heading 1", "=Mémo"),
        ("Quote", "«\u00a0Une note sans page.\u00a0»"),
        ("Reference", "— =Mémo, Actions, Notes"),
        ("Heading 1", "Sources"),
        (
            "List Bullet",
            "Recueil (2020), recueil.pdf, p.\u00a02 (page 4 du fichier), "
            "p.\u00a05 (page 7 du fichier)",
        ),
        ("List Bullet", "Notes, notes.txt"),
        ("Heading 1", "Disparus"),
        ("List Bullet", "recueil/perdu/1"),
    ]


def test_page_is_a4_in_the_reader_s_language_and_names_no_other_author(note: Note) -> None:
    document = docx.Document(io.BytesIO(note_docx(note)))
    section = document.sections[0]
    # Word counts in twentieths of a point.
    assert abs(section.page_width - Cm(21)) < 1000 and abs(section.page_height - Cm(29.7)) < 1000
    properties = document.core_properties
    assert (properties.title, properties.author, properties.comments) == ("Accueillir", "", "")
    assert properties.language == "fr-FR"
    assert properties.created == properties.modified == datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
    languages = document.styles.element.xpath("//w:lang/@w:val")
    assert languages and set(languages) == {"fr-FR"}


def test_every_part_is_sound_xml_and_points_nowhere_outside(note: Note) -> None:
    with zipfile.ZipFile(io.BytesIO(note_docx(note))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
            if name.endswith(".rels"):
                assert b"TargetMode" not in archive.read(name)


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x1b", "\ufffe", "\ud800"])
def test_characters_that_no_file_can_hold_are_left_out(
    note: Note, sheet: Callable[..., PassageSheet], character: str
) -> None:
    hostile = replace(
        note,
        title=f"Un{character}titre",
        introduction=f"Un{character}mot",
        passages=(sheet(f"Un{character}toit"),),
        gone=(f"un{character}id",),
    )
    texts = [text for _, text in read(hostile)]
    assert texts[0] == "Untitre" and texts[2] == "Unmot" and texts[-1] == "unid"
    assert "«\u00a0Untoit\u00a0»" in texts


def test_markup_is_text(note: Note, sheet: Callable[..., PassageSheet]) -> None:
    hostile = replace(note, passages=(sheet("</w:t><w:br/> & <b>"),), gone=())
    assert ("Quote", "«\u00a0</w:t><w:br/> & <b>\u00a0»") in read(hostile)


def test_title_longer_than_a_property_may_be_stays_whole_in_the_text(note: Note) -> None:
    title = "mot " * 100
    assert read(replace(note, title=title))[0] == ("Title", title.strip())

"""Choosing the reader, and refusing files that are not what they are named."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import docx
import odfdo
import pytest

from ingest.readers import SUPPORTED_SUFFIXES, read_document, source
from kb.errors import UnreadableBrochure

WriteFile = Callable[[str, bytes], Path]
MakePdf = Callable[..., bytes]


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableBrochure) as caught:
        read_document(path)
    return str(caught.value)


def word() -> bytes:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Un texte.")
    document.save(buffer)
    return buffer.getvalue()


def open_document() -> bytes:
    buffer = io.BytesIO()
    odfdo.Document("text").save(buffer)
    return buffer.getvalue()


def archive(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


def test_the_supported_types_are_those_of_the_product() -> None:
    assert SUPPORTED_SUFFIXES == (".pdf", ".txt", ".docx", ".html", ".htm", ".odt")


def test_the_suffix_counts_in_any_case(write_file: WriteFile) -> None:
    assert read_document(write_file("A.TXT", b"Bonjour")).format == "txt"


def test_an_unsupported_type_is_refused_by_name(write_file: WriteFile) -> None:
    assert refusal(write_file("notes.md", b"Bonjour")) == (
        "notes.md n’est pas d’un type pris en charge : "
        "convertissez-le en .pdf, .txt, .docx, .html, .htm ou .odt."
    )


@pytest.mark.parametrize("suffix", SUPPORTED_SUFFIXES)
@pytest.mark.parametrize("data", [b"", b" \r\n\t \n"])
def test_an_empty_file_is_refused(write_file: WriteFile, suffix: str, data: bytes) -> None:
    assert refusal(write_file(f"vide{suffix}", data)) == (
        f"vide{suffix} est vide : remplacez-le par un fichier qui contient du texte."
    )


def test_invisible_characters_alone_are_no_text(write_file: WriteFile) -> None:
    assert refusal(write_file("a.txt", "\u200b \u00ad\n".encode())) == (
        "a.txt ne contient aucun texte : vérifiez que c’est le bon fichier."
    )


def test_a_document_without_text_is_refused(write_file: WriteFile) -> None:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    assert refusal(write_file("a.docx", buffer.getvalue())) == (
        "a.docx ne contient aucun texte : vérifiez que c’est le bon fichier."
    )
    assert "aucun texte" in refusal(write_file("a.html", b"<html><body><img></body></html>"))


def test_a_file_of_another_type_is_named_for_what_it_is(
    write_file: WriteFile, make_pdf: MakePdf
) -> None:
    pdf = make_pdf([(72, 72, "Bonjour")])
    assert refusal(write_file("plan.txt", pdf)) == (
        "plan.txt est en réalité un PDF : renommez-le en « plan.pdf »."
    )
    assert refusal(write_file("plan.pdf", word())) == (
        "plan.pdf est en réalité un document Word (.docx) : renommez-le en « plan.docx »."
    )
    assert refusal(write_file("plan.docx", open_document())) == (
        "plan.docx est en réalité un document OpenDocument (.odt) : renommez-le en « plan.odt »."
    )
    assert refusal(write_file("plan.odt", b"<!DOCTYPE html><html><p>Oui</html>")) == (
        "plan.odt est en réalité une page HTML : renommez-le en « plan.html »."
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "un document Word d’ancien format"),
        (b"{\\rtf1 Bonjour}", "un document RTF"),
        (b"\x89PNG\r\n\x1a\n....", "une image"),
        (archive(a="x"), "une archive compressée"),
        (archive(**{"xl__workbook.xml": "x"}), "un classeur Excel"),
        (archive(**{"ppt__presentation.xml": "x"}), "une présentation PowerPoint"),
    ],
)
def test_what_must_be_converted_says_so(write_file: WriteFile, data: bytes, reason: str) -> None:
    message = refusal(write_file("a.docx", data))
    assert message.startswith(f"a.docx est en réalité {reason}")
    assert "enregistrez-le au format .docx" in message or "au format PDF" in message


def test_an_old_word_file_is_to_be_saved_as_docx(write_file: WriteFile) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert refusal(write_file("a.docx", data)) == (
        "a.docx est en réalité un document Word d’ancien format (.doc) : ouvrez-le dans un "
        "traitement de texte et enregistrez-le au format .docx."
    )


def test_an_office_file_under_a_password_is_refused(write_file: WriteFile) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert refusal(write_file("a.docx", data)) == (
        "a.docx est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
    )


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        (".pdf", "un PDF"),
        (".docx", "un document Word (.docx)"),
        (".odt", "un document OpenDocument (.odt)"),
    ],
)
def test_plain_text_under_another_name_is_not_that_type(
    write_file: WriteFile, suffix: str, kind: str
) -> None:
    assert refusal(write_file(f"a{suffix}", b"Un simple texte.")) == (
        f"a{suffix} n’est pas {kind} ou est endommagé : "
        "téléchargez-le ou enregistrez-le de nouveau."
    )


def test_a_text_that_speaks_of_pdf_is_a_text(write_file: WriteFile) -> None:
    document = read_document(write_file("a.txt", b"Un fichier commence par %PDF-1.7 toujours."))
    assert document.pages[0].lines[0].text == "Un fichier commence par %PDF-1.7 toujours."


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    missing = tmp_path / "absent.txt"
    assert refusal(missing) == f"{missing} n’existe pas : vérifiez le chemin."
    folder = tmp_path / "dossier.txt"
    folder.mkdir()
    assert refusal(folder) == (f"{folder} est un dossier : indiquez un fichier de ce dossier.")


def test_a_file_that_may_not_be_read_is_refused(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_file("a.txt", b"secret")
    path.chmod(0)
    if os.geteuid() == 0:  # The superuser reads everything.

        def refuse(_: Path) -> BinaryIO:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(source, "open_brochure", refuse)
    assert refusal(path) == (
        "a.txt ne peut pas être lu : donnez-vous le droit de lecture sur ce fichier."
    )

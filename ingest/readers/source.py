"""A brochure's bytes: reading them, and telling what they really are."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

from kb.errors import UnreadableBrochure
from kb.opening import LARGEST_FILE, open_brochure, too_large

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_PDF_WITHIN = 1024
"""A PDF header may stand after some stray bytes, within this many from the start."""

_SIGNATURES = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
)
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)

_NAMES = {
    "pdf": "un PDF",
    "docx": "un document Word (.docx)",
    "odt": "un document OpenDocument (.odt)",
    "html": "une page HTML",
    "doc": "un document Word d’ancien format (.doc)",
    "rtf": "un document RTF",
    "image": "une image",
    "archive": "une archive compressée",
    "xlsx": "un classeur Excel",
    "pptx": "une présentation PowerPoint",
    "epub": "un livre EPUB",
    "ods": "un classeur OpenDocument",
    "odp": "une présentation OpenDocument",
    "protected": "un document Office protégé par un mot de passe",
}
_READABLE = {"pdf": ".pdf", "docx": ".docx", "odt": ".odt", "html": ".html"}


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raise ``UnreadableBrochure`` when there are none to read."""
    try:
        with open_brochure(path) as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise UnreadableBrochure(f"{path} n’existe pas : vérifiez le chemin.") from None
    except IsADirectoryError:
        raise UnreadableBrochure(
            f"{path} est un dossier : indiquez un fichier de ce dossier."
        ) from None
    except PermissionError:
        raise UnreadableBrochure(
            f"{path.name} ne peut pas être lu : donnez-vous le droit de lecture sur ce fichier."
        ) from None
    except (OSError, ValueError) as error:
        raise UnreadableBrochure(
            f"{path.name} ne peut pas être lu ({error}) : vérifiez le disque ou copiez le fichier."
        ) from None
    if len(data) > LARGEST_FILE:  # it has grown since it was opened
        raise too_large(path)
    if not data.strip(b" \t\r\n\f\v\x00"):
        raise UnreadableBrochure(
            f"{path.name} est vide : remplacez-le par un fichier qui contient du texte."
        )
    return data


def check_kind(path: Path, data: bytes, expected: str) -> None:
    """Raise ``UnreadableBrochure`` when the bytes are of another kind than the suffix says.

    ``expected`` is ``pdf``, ``txt``, ``docx``, ``html`` or ``odt``. Text can't be
    told from its bytes: what has no signature passes as text or HTML only.
    """
    actual = kind_of(data)
    if actual == expected or (actual == "" and expected in ("txt", "html")):
        return
    raise UnreadableBrochure(f"{path.name} {_what_is_wrong(path, actual, expected)}")


def _what_is_wrong(path: Path, actual: str, expected: str) -> str:
    if actual in _READABLE:
        return (
            f"est en réalité {_NAMES[actual]} : renommez-le en « {path.stem}{_READABLE[actual]} »."
        )
    if actual == "protected":
        return "est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
    if actual in ("doc", "rtf"):
        return (
            f"est en réalité {_NAMES[actual]} : ouvrez-le dans un traitement de texte "
            "et enregistrez-le au format .docx."
        )
    if actual:
        return f"est en réalité {_NAMES[actual]} : exportez-en le texte au format PDF."
    return (
        f"n’est pas {_NAMES[expected]} ou est endommagé : "
        "téléchargez-le ou enregistrez-le de nouveau."
    )


def kind_of(data: bytes) -> str:
    """What the first bytes tell: a format's name, empty where they tell nothing."""
    if data.startswith(_ZIP):
        return _kind_of_zip(data)
    if data.startswith(_OLE):
        return "protected" if _ENCRYPTED_OFFICE in data else "doc"
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if b"%PDF-" in data[:_PDF_WITHIN] and _precedes_nothing_but_junk(data):
        return "pdf"
    return "html" if _HTML_START.match(data[:_PDF_WITHIN].removeprefix(b"\xef\xbb\xbf")) else ""


def _precedes_nothing_but_junk(data: bytes) -> bool:
    """Is the PDF header first, or at the start of a line (not quoted in a sentence)?"""
    start = data.index(b"%PDF-")
    return start == 0 or data[start - 1] in b"\r\n\x00\xbf"


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return _kind_of_broken_zip(data)
    for member, kind in (
        ("word/document.xml", "docx"),
        ("xl/workbook.xml", "xlsx"),
        ("ppt/presentation.xml", "pptx"),
        ("META-INF/container.xml", "epub"),
    ):
        if member in names:
            return kind
    return _kind_of_broken_zip(data) if "content.xml" in names else "archive"


def _kind_of_broken_zip(data: bytes) -> str:
    """From the uncompressed ``mimetype`` entry that OpenDocument puts first, else nothing."""
    start = data[:200]
    kinds = {b"opendocument.text": "odt", b"spreadsheet": "ods", b"presentation": "odp"}
    return next((kind for mark, kind in kinds.items() if mark in start), "")

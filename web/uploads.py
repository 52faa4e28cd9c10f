"""Brochures that come in through the network."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from kb.office.desk import Desk
from kb.office.intake import RECEIVING, Intake
from kb.office.jobs import Job
from kb.office.journal import Actor
from kb.privacy import without
from kb.results import FileOutcome
from web.problems import Unusable

MEGABYTE = 1024 * 1024
MAX_UPLOAD_BYTES = 100 * MEGABYTE
"""Of one file."""
MAX_FORM_BYTES = 64 * 1024
"""Of a request that sends no file."""
MAX_BATCH_BYTES = 2 * MAX_UPLOAD_BYTES
"""Of all the files of one form."""
MAX_NAME_LENGTH = 100
_DEVICES = frozenset(
    ("AUX", "CON", "NUL", "PRN", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)))
)


def safe_name(name: str) -> str:
    """A file name without folders or odd characters, its extension kept."""
    # The extension goes apart: a name without Latin letters would swallow it.
    # The name is shown to everyone, which no address in it shall be.
    stem = secure_filename(without(Path(name).stem))[:MAX_NAME_LENGTH].strip("-")
    # Other systems know these names for devices: a base may be moved to one.
    if not stem or stem.partition(".")[0].upper() in _DEVICES:
        stem = f"brochure-{stem}".rstrip("-")
    suffix = secure_filename(Path(name).suffix.lstrip(".")).lower()[:10]
    return f"{stem}.{suffix}" if suffix else stem


def receive(intake: Intake, upload: FileStorage) -> FileOutcome:
    """Ingest an uploaded file at once, and keep it.

    A file that is refused or a duplicate leaves the folder as it was.
    """
    intake.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=intake.folder, prefix=RECEIVING) as temporary:
        incoming = Path(temporary, "incoming")
        upload.save(incoming)
        return intake.take(incoming, safe_name(upload.filename or ""))


def order(desk: Desk, upload: FileStorage, by: Actor, replacing: str = "") -> Job:
    """Have an uploaded file read in the background, in the place of a brochure or beside all.

    Raises ``InvalidQuery`` for a file that no reading would take, NotFound for an
    unknown brochure.
    """
    shown = _shortened(Path((upload.filename or "").replace("\\", "/")).name)
    size = upload.stream.seek(0, os.SEEK_END)
    upload.stream.seek(0)
    if size == 0:
        raise Unusable(_("%(name)s est vide : choisissez un autre fichier.", name=shown))
    if size > MAX_UPLOAD_BYTES:
        raise Unusable(
            _(
                "%(name)s dépasse %(most)s Mo : allégez-le ou passez par « kb ingest ».",
                name=shown,
                most=MAX_UPLOAD_BYTES // MEGABYTE,
            )
        )
    name = safe_name(upload.filename or "")
    if replacing:
        return desk.replace(replacing, name, upload.save, by)
    return desk.add(name, upload.save, by)


def _shortened(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else f"{name[: MAX_NAME_LENGTH - 1]}…"

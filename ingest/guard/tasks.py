"""What is done in a process apart, by name: reading a brochure, drawing its pages.

Arguments and results are plain values and the classes of the vocabulary.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kb.errors import UnreadableBrochure
from kb.model import Reading
from kb.opening import open_brochure
from kb.source import Box, PageSize, Picture, Quote

if TYPE_CHECKING:
    from ingest.pictures import PdfPages

READ, SIZE, LOCATE, DRAW = "read", "size", "locate", "draw"

Signature = tuple[int, int, int, int, int]
"""Device, inode, size and times of change: they differ when a file's content does."""


def find(name: str, path: str) -> Callable[..., object]:
    """The task of that name, everything imported that it needs for the file at ``path``.

    What is imported before the task runs may still be compiled and kept on disk.
    """
    if name == READ:
        from ingest import reading
        from ingest.readers import load_reader
        from kb import analysis

        assert reading and analysis
        load_reader(Path(path))
    else:
        from PIL import ImageDraw, WebPImagePlugin
        from pypdfium2 import raw

        assert raw and ImageDraw and WebPImagePlugin
    return _TASKS[name]


def signature_of(file: BinaryIO) -> Signature:
    """By which a file that is opened a second time is known to be the same."""
    found = os.fstat(file.fileno())
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _read(path: str, profile_folder: str) -> Reading:
    from ingest.reading import read_brochure
    from kb.analysis import analyse_reading

    reading = read_brochure(Path(path), Path(profile_folder) if profile_folder else None)
    # Here, for as many files are read at once as there are processors.
    return replace(reading, analysis=analyse_reading(reading))


def _size(path: str, signature: Signature, number: int) -> PageSize:
    with _same(path, signature) as file:
        return _pages().size(file, number)


def _locate(path: str, signature: Signature, quote: Quote) -> dict[int, tuple[Box, ...]]:
    with _same(path, signature) as file:
        return _pages().locate(file, quote)


def _draw(path: str, signature: Signature, number: int, zoom: int, bare: bool) -> Picture:
    with _same(path, signature) as file:
        return _pages().draw(file, number, zoom, bare=bare)


def _pages() -> PdfPages:
    from ingest.pictures import PdfPages

    return PdfPages()


@contextmanager
def _same(path: str, signature: Signature) -> Iterator[BinaryIO]:
    try:
        file = open_brochure(Path(path))
    except OSError as error:
        raise _changed() from error
    with file:
        if signature_of(file) != signature:
            raise _changed()
        yield file


def _changed() -> UnreadableBrochure:
    return UnreadableBrochure(
        "Le fichier de la brochure vient de changer : relancez « kb ingest » pour le relire."
    )


_TASKS: dict[str, Callable[..., object]] = {
    READ: _read,
    SIZE: _size,
    LOCATE: _locate,
    DRAW: _draw,
}

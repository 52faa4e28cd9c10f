"""A base that holds one good brochure, and must still answer from it whatever comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.config import Settings
from kb.library import Library
from kb.shelf import LIGHT
from kb.wiring import open_library

GOOD = "Le Hangar\n\nL’association prête des bicyclettes aux locataires de la résidence.\n"
TOKEN = "jeton-de-l-essai"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of a base in a folder of its own."""
    home = tmp_path_factory.mktemp("base")
    return Settings(home=home / "home", embedding_model=LIGHT, admin_token=TOKEN)


@pytest.fixture(scope="module")
def library(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The base."""
    good = tmp_path_factory.mktemp("bonnes") / "hangar.txt"
    good.write_text(GOOD, encoding="utf-8")
    with open_library(settings) as library:
        assert library.ingest([good]).refused == ()
        yield library


def still_works(library: Library) -> None:
    """The good brochure, and nothing else, answers."""
    assert [entry.brochure.id for entry in library.brochures()] == ["hangar"]
    (hit,) = library.search("bicyclettes").hits
    assert hit.passage.text == "L’association prête des bicyclettes aux locataires de la résidence."


def put(folder: Path, name: str, data: bytes) -> Path:
    """A file of these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


def passages_of(library: Library, brochure_id: str) -> tuple[str, ...]:
    """What a brochure gave."""
    return tuple(one.passage.text for one in library.passages() if one.brochure.id == brochure_id)

"""No command prints a contact of a brochure unless it is asked to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import cast

import pytest

from kb.cli.session import Session
from kb.config import Settings
from kb.library import Library
from kb.main import run
from kb.shelf import LIGHT
from kb.wiring import temporary_library
from tests.web.everywhere import reading
from tests.web.test_leaks import Contacts, leaks

COMMANDS = (
    ("search", "logement accompagnement"),
    ("search", "logement", "--json"),
    ("projects",),
    ("show", "cahier"),
    ("show", "cahier/projet"),
    ("show", "cahier/projet/bilan/1", "--similar"),
    ("export", "--format", "jsonl"),
    ("export", "--format", "csv"),
    ("export", "--format", "md"),
    ("journal",),
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, embedding_model=LIGHT)
    with temporary_library(settings, [reading(Contacts())]) as library:
        # The fixture closes it, not the commands.
        lent = cast(Library, nullcontext(library))
        yield Session({"KB_HOME": str(home)}, lambda settings: lent)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_mask_contacts(
    session: Session, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command, session) == 0
    assert leaks("".join(capsys.readouterr())) == set()


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if c[0] in ("show", "export")], ids=" ".join
)
def test_commands_show_contacts_where_they_are_asked_for(
    session: Session, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run((*command, "--contacts"), session) == 0
    assert leaks(capsys.readouterr().out) != set()
    assert run(command, session) == 0
    assert leaks(capsys.readouterr().out) == set()

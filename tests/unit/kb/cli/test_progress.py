"""Progress is a bar for people and plain lines for logs, always on standard error."""

from __future__ import annotations

import io
import sys

import pytest

from kb.cli.progress import shown_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def work() -> None:
    with shown_progress("Lecture") as progress:
        progress(0, 2, "premier.pdf")
        progress(1, 2, "second.pdf")
        progress(2, 2, "")


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    work()

    assert "Lecture" in terminal.getvalue()
    assert "50%  second.pdf" in terminal.getvalue()
    assert "100%" in terminal.getvalue()
    assert capsys.readouterr().out == ""


def test_plain_lines_elsewhere(capsys: pytest.CaptureFixture[str]):
    work()

    assert capsys.readouterr() == ("", "[1/2] premier.pdf\n[2/2] second.pdf\n")


def test_lines_number_what_is_at_hand_where_it_is_ahead_of_what_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with shown_progress("Lecture", ahead=True) as progress:
        for done, name in ((0, "premier.pdf"), (0, "second.pdf"), (2, "")):
            progress(done, 2, name)

    assert capsys.readouterr() == ("", "[1/2] premier.pdf\n[2/2] second.pdf\n")


def test_work_that_never_starts_shows_nothing(capsys: pytest.CaptureFixture[str]):
    with shown_progress("Lecture"):
        pass

    assert capsys.readouterr() == ("", "")

"""Progress on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from kb.cli.terminal import printable

Progress = Callable[[int, int, str], None]
"""``(done, total, name of what is at hand)``; the name is empty at the end."""


@contextmanager
def shown_progress(label: str, *, ahead: bool = False) -> Iterator[Progress]:
    """A function to call as work goes on.

    ``ahead``: what is at hand may be further on than what is done; each is named once.
    """
    with ExitStack() as stack:
        if sys.stderr.isatty():
            yield _Bar(label, stack)
        else:
            yield _Lines(ahead)


class _Lines:
    """A line for all that is at hand, with its number."""

    def __init__(self, ahead: bool) -> None:
        self._ahead = ahead
        self._told = 0

    def __call__(self, done: int, total: int, name: str) -> None:
        if name:
            self._told += 1
            number = self._told if self._ahead else done + 1
            click.echo(f"[{number}/{total}] {printable(name)}", err=True)


class _Bar:
    """Click's bar, made when the total is first known."""

    def __init__(self, label: str, stack: ExitStack) -> None:
        self._label = label
        self._stack = stack
        self._bar: Any = None

    def __call__(self, done: int, total: int, name: str) -> None:
        if self._bar is None:
            bar: Any = click.progressbar(
                length=total,
                label=self._label,
                item_show_func=lambda item: item or "",
                file=sys.stderr,
            )
            self._bar = self._stack.enter_context(bar)
        self._bar.update(done - self._bar.pos, printable(name))

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
def shown_progress(label: str) -> Iterator[Progress]:
    """A function to call as work goes on."""
    with ExitStack() as stack:
        if sys.stderr.isatty():
            yield _Bar(label, stack)
        else:
            yield _plain_line


def _plain_line(done: int, total: int, name: str) -> None:
    if name:
        click.echo(f"[{done + 1}/{total}] {printable(name)}", err=True)


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

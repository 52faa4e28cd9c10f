"""A group of commands that imports a command only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from kb.cli.french import FrenchContext


@dataclass(frozen=True, slots=True)
class CommandPlace:
    """Where a command is, and the line that the list of commands shows for it."""

    target: str
    """``module:attribute``."""
    summary: str


class LazyGroup(click.Group):
    """Lists commands without importing them."""

    context_class = FrenchContext

    def __init__(self, places: Mapping[str, CommandPlace], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.places = dict(places)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they were given."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command, or None when there is none of that name."""
        place = self.places.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        # Also for commands that know nothing of this package.
        command.context_class = FrenchContext
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but with every name as a possible correction."""
        name = args[0]
        if name not in self.places and not name.startswith("-"):
            raise click.NoSuchCommand(name, possibilities=self.list_commands(ctx), ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.summary) for name, place in self.places.items()])

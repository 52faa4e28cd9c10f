"""E-mail addresses and telephone numbers on the command line: masked, unless asked for.

Who runs ``kb`` may open the brochures themselves; but what it prints is pasted, sent and
published, so that it shows what the public may see until one says otherwise.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import click

from kb.privacy import revealed

contacts_option = click.option(
    "--contacts",
    is_flag=True,
    help="Montre les adresses électroniques et les numéros de téléphone, masqués sinon.",
)


def shown_to(asked: bool) -> AbstractContextManager[None]:
    """The block in which contacts are shown, where they were asked for."""
    return revealed() if asked else nullcontext()

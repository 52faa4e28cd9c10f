"""Themes under which projects can be browsed.

The list (``kb/data/themes.toml``) is the field's, not a brochure's: a project is of a theme
when its title, subtitle, public or objectives use one of the theme's expressions.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from kb.errors import ConfigurationError
from kb.model import Project
from kb.slugs import slugify
from kb.text import fold


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and how it is recognised."""

    slug: str
    """Its name in addresses."""
    name: str
    pattern: re.Pattern[str]
    """Over folded text."""


@lru_cache(maxsize=4096)
def themes_of(project: Project) -> tuple[Theme, ...]:
    """The themes of a project, in the order of the list."""
    texts = (project.title, project.subtitle, project.public, *project.objectives)
    # Apart: an expression does not run from one text into the next.
    told = "\n".join(map(fold, texts))
    return tuple(theme for theme in all_themes() if theme.pattern.search(told))


def theme(slug: str) -> Theme | None:
    """The theme of that name in addresses; None where there is none."""
    return next((each for each in all_themes() if each.slug == slug), None)


@cache
def all_themes() -> tuple[Theme, ...]:
    """The themes shipped with the product; ConfigurationError where their file is malformed."""
    text = files("kb").joinpath("data/themes.toml").read_text(encoding="utf-8")
    try:
        return build_themes(text)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, re.error) as error:
        raise ConfigurationError(f"La liste des thèmes est mal formée ({error}).") from error


def build_themes(text: str) -> tuple[Theme, ...]:
    """Themes from TOML; raises what a wrong shape raises."""
    return tuple(
        Theme(
            slug=slugify(entry["name"]),
            name=entry["name"],
            pattern=re.compile(rf"(?<!\w)(?:{'|'.join(entry['patterns'])})(?!\w)"),
        )
        for entry in tomllib.loads(text)["theme"]
    )

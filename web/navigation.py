"""What stands in the head of every page: where one can go, and in which language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import lazy_gettext as _

from web.i18n import LANGUAGES, language


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the navigation."""

    endpoint: str
    label: str
    """Translated when it is shown."""
    icon: str


ENTRIES = (
    Entry("pages.projects", _("Projets"), "list"),
    Entry("browse.index", _("Parcourir"), "map"),
    Entry("collections.basket", _("Panier"), "basket"),
    Entry("pages.brochures", _("Brochures"), "book"),
    Entry("pages.about", _("À propos"), "info"),
)


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """Another language that the page can be had in."""

    code: str
    name: str
    url: str


def install(app: Flask) -> None:
    """Offer the navigation to the templates."""
    app.jinja_env.globals.update(navigation=ENTRIES, other_languages=other_languages)


def other_languages() -> tuple[LanguageLink, ...]:
    """The same page in the languages that it is not shown in."""
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return tuple(
        LanguageLink(code, name, url_for("languages.choose", code=code, retour=here))
        for code, name in LANGUAGES.items()
        if code != language()
    )

"""Languages of the site: French, and English for who asks for it.

Message ids are the French sentences, written with plain spaces: the no-break spaces that
French wants before « : », within quotes or after a ``%(count)s`` are put in here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from gettext import NullTranslations
from typing import Any, cast

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations as BabelNullTranslations
from flask import Blueprint, Flask, Response, redirect, request
from flask_babel import Babel, Domain, get_locale, ngettext
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from web.addresses import local_target
from web.french import spaced

LANGUAGES = {"fr": "Français", "en": "English"}
"""What the site speaks, each language by its own name."""
DEFAULT_LANGUAGE = "fr"
BROWSER = "auto"
"""The setting that follows the browser's ``Accept-Language``."""
COOKIE = "langue"

_DATES = {"en": "en_GB"}
"""Whose dates a language writes, where its own begin with the month."""

_NO_BREAK_SPACE = "\u00a0"
_YEAR_SECONDS = 365 * 24 * 3600

blueprint = Blueprint("languages", __name__)


def N_(message: str) -> str:
    """Mark a sentence that is translated later, where it is shown.

    The name is the one that the extraction of messages looks for.
    """
    return message


def install(app: Flask, setting: str = DEFAULT_LANGUAGE) -> None:
    """Let the pages of ``app`` speak the visitor's language, ``setting`` unless told."""
    babel = _Babel(configure_jinja=True)
    babel.init_app(app, default_locale=DEFAULT_LANGUAGE, locale_selector=_selector(setting))
    app.jinja_env.globals.update(
        in_french=in_french, language=language, languages=LANGUAGES, plural=plural
    )
    app.jinja_env.filters.update(
        in_french=in_french, longdate=long_date, number=number, percent=percent
    )
    app.register_blueprint(blueprint)

    @app.after_request
    def name_language(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Language", language())
            response.vary.add("Cookie")
        return response


def language() -> str:
    """The code of the language that this request is answered in."""
    locale = get_locale()
    return str(locale.language) if locale else DEFAULT_LANGUAGE


def in_french(text: str) -> Markup:
    """Words of a brochure, marked as French on a page of another language."""
    if not text or language() == DEFAULT_LANGUAGE:
        return escape(text)
    return Markup('<span lang="fr">{}</span>').format(text)


def number(value: float) -> str:
    """``1234`` → ``1 234`` with a narrow no-break space, or ``1,234`` in English."""
    return _decimal(value, language())


@lru_cache(maxsize=4096)
def _decimal(value: float, language: str) -> str:
    return format_decimal(value, locale=language)


def plural(count: int, singular: str, several: str) -> str:
    """The count with its noun, both in the language of the page.

    Templates call it as a function: its words are extracted with ``-k plural:2,3``.

    >>> plural(2, "projet", "projets")
    '2 projets'
    """
    return f"{number(count)}{_NO_BREAK_SPACE}{ngettext(singular, several, count)}"


def percent(value: float) -> str:
    """``1.25`` → ``125 %`` with a no-break space, or ``125%`` in English."""
    return format_percent(value, locale=language())


def long_date(moment: datetime | str) -> str:
    """``1er mars 2024`` or ``1 March 2024``; an ISO text is read first."""
    day = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    written = format_date(day, "long", locale=_DATES.get(language(), language()))
    if language() == "fr":
        first = "1er" if day.day == 1 else str(day.day)
        written = written.replace(f"{day.day} ", f"{first} ", 1)
    return written.replace(" ", _NO_BREAK_SPACE)


@blueprint.get("/langue/<code>")
def choose(code: str) -> Response:
    """Keep the visitor's language in a cookie, and go back where they were."""
    if code not in LANGUAGES:
        raise NotFound
    response = cast(Response, redirect(local_target(request.args.get("retour", ""))))
    response.set_cookie(
        COOKIE,
        code,
        max_age=_YEAR_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _selector(setting: str) -> Callable[[], str]:
    """Reads the language of a request: the visitor's choice, else what the setting says."""

    def select() -> str:
        chosen = request.cookies.get(COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        if setting != BROWSER:
            return setting
        return request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE

    return select


class _French(NullTranslations):
    """The sentences as they are written in the source, well spaced."""

    def gettext(self, message: str) -> str:
        return _spaced(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        # In French the plural begins at two: none is singular.
        return _spaced(msgid2 if n >= 2 else msgid1)


class _Domain(Domain):  # type: ignore[misc]  # published without types
    """Translations that fall back on French as it is written."""

    def __init__(self) -> None:
        super().__init__()
        # A page asks for them a hundred times.
        self._held: dict[Locale, BabelNullTranslations] = {}

    def get_translations(self) -> BabelNullTranslations:
        locale = get_locale()
        if locale not in self._held:
            translations: BabelNullTranslations = super().get_translations()
            if translations._fallback is None:
                translations.add_fallback(_French())
            if locale is None:  # no request: nothing is known of the language
                return translations
            self._held[locale] = translations
        return self._held[locale]


class _Babel(Babel):  # type: ignore[misc]  # published without types
    """Flask-Babel over that domain."""

    def init_app(self, app: Flask, *args: object, **kwargs: object) -> None:
        super().init_app(app, *args, **kwargs)
        self.domain_instance = domain = _Domain()
        # Without the detours of the extension: a page says a hundred sentences.
        environment: Any = app.jinja_env  # the extension of translations adds to it
        environment.install_gettext_callables(
            lambda message: domain.get_translations().gettext(message),
            lambda one, many, count: domain.get_translations().ngettext(one, many, count),
            newstyle=True,
        )


@lru_cache(maxsize=2048)
def _spaced(message: str) -> str:
    return spaced(message).replace("%(count)s ", f"%(count)s{_NO_BREAK_SPACE}")

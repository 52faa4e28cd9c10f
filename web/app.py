"""Assembles the site: the one place that knows all its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from kb.wiring import open_office
from web import (
    accounts,
    api,
    browse,
    collections,
    context,
    core_words,
    exports,
    french,
    i18n,
    logs,
    metrics,
    navigation,
    pages,
    problems,
    readiness,
    security,
    sheets,
    source,
    throttle,
    trust,
)
from web.uploads import MAX_FORM_BYTES

if TYPE_CHECKING:
    from kb.config import Settings
    from kb.library import Library
    from kb.office.office import Office


class _PlainJson(DefaultJSONProvider):
    """JSON as people read it: accents as they are, keys in the order of the contract."""

    ensure_ascii = False
    sort_keys = False


def create_app(library: Library, settings: Settings, office: Office | None = None) -> Flask:
    """The site over ``library``, which stays the caller's to close.

    Work that is asked for waits until the ``office`` works; without one, the site opens
    that of the settings.
    """
    app = Flask(__name__)
    app.json = _PlainJson(app)
    # Of what is no file: those who take files raise it for themselves.
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM_BYTES
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    french.install(app)
    i18n.install(app, settings.language)
    core_words.install(app)
    navigation.install(app)
    context.attach(app, library, settings, office or open_office(settings, library))
    # Told and measured from the first hook, so that refused requests count too.
    logs.install(app)
    readiness.install(app, library)
    metrics.install(app)
    security.install(app, security.trusted_hosts(settings.host, settings.allowed_hosts))
    throttle.install(app, settings.rate_limit)
    problems.install(app)
    forms = accounts.install(app, settings)
    # Programs send a token, which no other site can make a browser send; notes made
    # of a basket change nothing.
    for harmless in (api.blueprint, collections.blueprint, exports.blueprint):
        forms.exempt(harmless)
    app.register_blueprint(accounts.blueprint)
    # The blueprint of web.admin, with the views that web.trust adds to it.
    app.register_blueprint(trust.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(metrics.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(sheets.blueprint)
    app.register_blueprint(browse.blueprint)
    app.register_blueprint(collections.blueprint)
    app.register_blueprint(exports.blueprint)
    app.register_blueprint(source.blueprint)
    return app

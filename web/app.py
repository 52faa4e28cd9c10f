"""Assembles the site: the one place that knows all its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from web import api, context, french, metrics, pages, problems, security
from web.uploads import MAX_UPLOAD_BYTES

if TYPE_CHECKING:
    from kb.config import Settings
    from kb.library import Library


class _PlainJson(DefaultJSONProvider):
    """JSON as people read it: accents as they are, keys in the order of the contract."""

    ensure_ascii = False
    sort_keys = False


def create_app(library: Library, settings: Settings) -> Flask:
    """The site over ``library``, which stays the caller's to close."""
    app = Flask(__name__)
    app.json = _PlainJson(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_UPLOAD_BYTES
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    french.install(app)
    context.attach(app, library, settings)
    # Measured from the first hook, so that refused requests count too.
    metrics.install(app)
    security.install(app, security.trusted_hosts(settings.host, settings.allowed_hosts))
    problems.install(app)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(metrics.blueprint)
    app.register_blueprint(pages.blueprint)
    return app

"""The server's log: one line a request, with an identifier that the answer carries too.

Nothing says who asks or what: no address, no question, no path, which may name a passage.
The standard library is enough: a formatter and a filter.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from datetime import UTC, datetime
from time import perf_counter

from flask import Flask, Response, g, has_request_context, request

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""Of an identifier that a proxy gives: neither spaces, nor line ends, nor a novel."""
_QUIET = ("static", "metrics.")
"""Beginnings of the endpoints that are asked all the time, and tell nothing."""
_EXTRA = ("method", "route", "status", "ms")
"""What a line of access tells, as fields of their own."""

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "DELETE"})

_access = logging.getLogger("web.access")


def configure(form: str) -> None:
    """Write the log of this process to its errors, as ``text`` or as ``json``."""
    handler = logging.StreamHandler()
    handler.addFilter(_name_request)
    handler.setFormatter(_JsonLines() if form == "json" else _TextLines())
    root = logging.getLogger()
    for former in root.handlers[:]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # Lines of theirs would tell what was asked for, or how many wait at each request.
    logging.getLogger("waitress").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("huey").setLevel(logging.WARNING)


def install(app: Flask) -> None:
    """Give each request of ``app`` an identifier and a line of the log."""

    @app.before_request
    def name() -> None:
        g.request_started = perf_counter()
        request_id()

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        quiet = (request.endpoint or "").startswith(_QUIET)
        level = logging.DEBUG if quiet and response.status_code < 500 else logging.INFO
        took = round((perf_counter() - g.request_started) * 1000, 1)
        told = (method(), route(), response.status_code, took)
        extra = dict(zip(_EXTRA, told, strict=True))
        _access.log(level, "%s %s %d %.1f ms", *told, extra=extra)
        return response


def method() -> str:
    """The method of the request at hand, one of few: what anyone may invent is told apart."""
    return request.method if request.method in _METHODS else "(other)"


def route() -> str:
    """The pattern of the address that was asked for: addresses are private, patterns are few."""
    return str(request.url_rule.rule) if request.url_rule else "(none)"


def request_id() -> str:
    """The identifier of the request at hand: the one that it came with, where that is sane."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)
    return str(g.request_id)


def _name_request(record: logging.LogRecord) -> bool:
    record.request_id = request_id() if has_request_context() else ""
    return True


class _TextLines(logging.Formatter):
    """``2026-01-31T12:00:00.123Z INFO web.access [3f2a…] GET / 200 12.3 ms``."""

    def format(self, record: logging.LogRecord) -> str:
        named = getattr(record, "request_id", "")
        head = f"{_moment(record)} {record.levelname} {record.name}"
        # A line of the log is one line, whatever a message was made of; tracebacks aside.
        message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = f"{head} [{named}] {message}" if named else f"{head} {message}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class _JsonLines(logging.Formatter):
    """One JSON object a line, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if named := getattr(record, "request_id", ""):
            told["request_id"] = named
        told |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def _moment(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

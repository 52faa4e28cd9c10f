"""How much one place may ask: enough for a room of people, too little to keep others waiting.

``limits`` counts (what Flask-Limiter is made of, and what signs of attempts are counted
with already); each process counts for itself, in memory.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from flask import Flask, request
from flask_babel import gettext as _
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from werkzeug.routing import IntegerConverter

from web.attempts import place_of
from web.callers import bearer
from web.problems import Refused

_FREE = frozenset({"static", "metrics.health", "metrics.readiness", "metrics.metrics"})
"""Endpoints that cost nothing, or that machines ask all the time."""

LONGEST_ADDRESS = 32 * 1024
"""Bytes of what follows the question mark: a basket of a hundred passages takes a third."""
MOST_VALUES = 300
"""Parameters of one request."""
_HIGHEST = 10**9


def install(app: Flask, per_minute: int) -> None:
    """Refuse what is asked too often, with 429, and addresses without end, with 414.

    ``per_minute`` 0 lets everyone ask as often as they like. So may programs of this very
    machine, which do as they like with it anyway; a proxy tells whom it asks for.
    """
    limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
    limit = RateLimitItemPerMinute(max(per_minute, 1))

    app.url_map.converters["int"] = _Number

    @app.before_request
    def check() -> None:
        values = sum(map(len, dict(request.args.lists()).values()))
        if len(request.query_string) > LONGEST_ADDRESS or values > MOST_VALUES:
            raise Refused(
                HTTPStatus.REQUEST_URI_TOO_LONG,
                _("L’adresse est trop longue : donnez moins de paramètres, ou plus courts."),
            )
        if not per_minute or request.endpoint in _FREE:
            return
        who = _who()
        if who and not limiter.hit(limit, who):
            reset = limiter.get_window_stats(limit, who).reset_time
            wait = max(1, math.ceil(reset - time.time()))
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS,
                _(
                    "Trop de demandes en peu de temps : attendez %(wait)s s, puis réessayez.",
                    wait=wait,
                ),
                retry_after_s=wait,
            )


class _Number(IntegerConverter):
    """A number of an address: one that Python reads, and no more than SQLite keeps."""

    regex = r"[0-9]{1,1000}"

    def to_python(self, value: str) -> int:
        """The number; one that nothing is counted up to stands for all beyond."""
        number: int = super().to_python(value)
        return min(number, _HIGHEST)


def _who() -> str:
    """Who is counted as one; empty for who is not counted."""
    asking = bearer()
    if asking is not None:
        return f"token {asking.name}"
    address = request.remote_addr or ""
    try:
        local = ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        local = False
    return "" if local else place_of(address)


class Few:
    """Lets a few in at once, and sends the others away rather than have them wait."""

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)

    @contextmanager
    def let_in(self) -> Iterator[None]:
        """Raises ``Refused``, 503, where there are too many."""
        if not self._free.acquire(blocking=False):
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                _("Le serveur est très demandé : réessayez dans un instant."),
                retry_after_s=1,
            )
        try:
            yield
        finally:
            self._free.release()

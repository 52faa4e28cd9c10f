"""Attempts to sign in: few from one place, so that passwords can't be tried in numbers."""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

MOST, MINUTES = 10, 15
_IPV6_SITE_BITS = 64
"""Of an IPv6 address, what one subscriber can't change."""


class Attempts:
    """Counts the attempts of each address in memory; a restart forgets them."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(MOST, MINUTES)

    def take(self, address: str) -> bool:
        """Count one attempt; False when there were too many."""
        return self._limiter.hit(self._limit, place_of(address))

    def forget(self, address: str) -> None:
        """Who signed in begins anew."""
        self._limiter.clear(self._limit, place_of(address))

    def wait_s(self, address: str) -> int:
        """Seconds until the next attempt is taken."""
        window = self._limiter.get_window_stats(self._limit, place_of(address))
        return max(1, math.ceil(window.reset_time - time.time()))


def place_of(address: str) -> str:
    """What one subscriber can't change of an address: counts are kept under it."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, _IPV6_SITE_BITS), strict=False))

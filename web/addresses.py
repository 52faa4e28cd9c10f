"""Where a visitor may be sent: addresses of this site only."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

from flask import Response, redirect, url_for


def local_target(target: str, otherwise: str = "pages.search") -> str:
    """``target`` where it is an address of this site, else that of the page ``otherwise``."""
    try:
        parts = urlsplit(target)
    except ValueError:  # such as a broken IPv6 address
        return url_for(otherwise)
    # Browsers read « /\host » and « //host » as another site, and drop tabs and line breaks.
    odd = "\\" in target or target.startswith("//") or not target.isprintable()
    if parts.scheme or parts.netloc or odd or not target.startswith("/"):
        return url_for(otherwise)
    return target


def see_other(address: str) -> Response:
    """Send the visitor on to ``address``, which is read whatever was sent before."""
    return cast(Response, redirect(address, HTTPStatus.SEE_OTHER))

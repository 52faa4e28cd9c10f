"""A visitor is sent to addresses of this site only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from web.addresses import local_target


@pytest.mark.parametrize("target", ["/", "/projets?x=1#y", "/?q=logement+été", "/a:b"])
def test_an_address_of_the_site_is_kept(make_app: Callable[..., Flask], target: str) -> None:
    with make_app().test_request_context():
        assert local_target(target) == target


@pytest.mark.parametrize(
    "target",
    [
        *("", "projets", "//x.exemple", "/\\x.exemple", "https://x.exemple/"),
        *("javascript:alert(1)", "/\n/x.exemple", "\t//x.exemple", "http://[::1"),
        *("///x.exemple", "/\x00"),
    ],
)
def test_any_other_leads_home(make_app: Callable[..., Flask], target: str) -> None:
    with make_app().test_request_context():
        assert local_target(target) == "/"
        assert local_target(target, "pages.about") == "/a-propos"

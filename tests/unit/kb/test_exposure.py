"""What the settings leave open is told with its mend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.config import Settings
from kb.exposure import is_loopback, weaknesses

SAFE = Settings()
OUTSIDE = replace(SAFE, host="0.0.0.0")
TOKEN = "j" * 24


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("passages.exemple.fr", False),
    ],
)
def test_addresses_of_this_machine_alone(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_defaults_are_safe() -> None:
    assert weaknesses(SAFE, has_account=False) == ()


def test_a_site_behind_a_proxy_of_this_machine_is_safe() -> None:
    closed = replace(SAFE, reading_open=False, admin_token=TOKEN, allowed_hosts=("kb.fr",))
    assert weaknesses(closed, has_account=True) == ()


def test_each_weakness_of_an_open_site_is_told() -> None:
    told = weaknesses(replace(OUTSIDE, debug=True, admin_token="court"), has_account=False)
    mends = ("KB_HOST=127.0.0.1", "KB_ALLOWED_HOSTS", "KB_READING=closed", "KB_DEBUG", "24 caract")
    assert len(told) == len(mends)
    assert [mend in one for mend, one in zip(mends, told, strict=True)] == [True] * 5


def test_an_open_site_with_an_account_and_names_still_lacks_encryption() -> None:
    named = replace(OUTSIDE, allowed_hosts=("kb.fr",))
    (told,) = weaknesses(named, has_account=True)
    assert "sans HTTPS" in told


def test_the_token_itself_is_never_told() -> None:
    (told,) = weaknesses(replace(SAFE, admin_token="hunter2"), has_account=True)
    assert "hunter2" not in told


def test_a_site_that_nobody_can_enter_is_told() -> None:
    closed = replace(SAFE, reading_open=False)
    (told,) = weaknesses(closed, has_account=False)
    assert "kb admin create" in told
    assert weaknesses(closed, has_account=True) == ()

"""Where attempts come from, and what counts as one place."""

from __future__ import annotations

import pytest

from web.attempts import MINUTES, MOST, Attempts


def test_attempts_are_few_from_one_place() -> None:
    attempts = Attempts()
    assert [attempts.take("192.0.2.1") for _ in range(MOST + 1)] == [True] * MOST + [False]
    assert attempts.take("192.0.2.2")
    assert 0 < attempts.wait_s("192.0.2.1") <= MINUTES * 60


def test_a_place_that_is_forgotten_begins_anew() -> None:
    attempts = Attempts()
    for _ in range(MOST + 1):
        attempts.take("192.0.2.1")
    attempts.forget("192.0.2.1")
    assert attempts.take("192.0.2.1")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:3::1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_a_subscriber_of_ipv6_is_one_place(other: str, same: bool) -> None:
    attempts = Attempts()
    for _ in range(MOST):
        attempts.take("2001:db8:1:2::1")
    assert attempts.take(other) is not same


@pytest.mark.parametrize("address", ["", "unix:", "x" * 50])
def test_an_address_that_is_none_counts_too(address: str) -> None:
    attempts = Attempts()
    assert [attempts.take(address) for _ in range(MOST + 1)][-1] is False

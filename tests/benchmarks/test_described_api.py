"""Schemathesis over the description of the API, for long."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.fuzzing import TOKEN, campaign

pytestmark = pytest.mark.benchmark


@pytest.mark.parametrize(
    ("token", "reading_open", "examples"), [(TOKEN, True, 300), ("", True, 50), ("", False, 50)]
)
def test_every_answer_is_as_described(
    tmp_path: Path, token: str, reading_open: bool, examples: int
) -> None:
    found = campaign(tmp_path, examples, token=token, reading_open=reading_open)
    told = f"{found.requests} requests, {found.checks.total()} checks"
    print(f"\n{told}, {len(found.failures)} failures")
    assert found.failures == ()

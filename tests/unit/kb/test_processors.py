"""Processors: those of the process, not of the machine."""

from __future__ import annotations

import os

import pytest

from kb.processors import usable_processors


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system has no such bounds")
def test_processors_that_the_process_may_not_use_do_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2, 5})
    assert usable_processors() == 3


def test_where_the_system_tells_nothing_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_processors() == 1

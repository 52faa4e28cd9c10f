"""What all tests share; property tests give the same examples at every run.

New examples are looked for on purpose: ``make test ARGS="--hypothesis-profile=explore"``.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from hypothesis import settings

from kb import faults
from tests.postgresql import postgresql

__all__ = ["failing_at", "postgresql"]

# Some tests import onnxruntime themselves: it would report to its makers that they did.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

settings.register_profile("suite", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile("suite")


@pytest.fixture
def failing_at() -> Callable[[str], AbstractContextManager[None]]:
    """Makes writes fail at a named point, as on a full disk, for as long as a block lasts."""

    @contextmanager
    def failing(point: str) -> Iterator[None]:
        assert point in faults.POINTS

        def fail(reached: str) -> None:
            if reached == point:
                raise OSError(errno.ENOSPC, "No space left on device")

        faults.listen(fail)
        try:
            yield
        finally:
            faults.listen(None)

    return failing

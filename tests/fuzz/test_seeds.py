"""What fuzzing starts from, and what it has found: read again at every run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import mutation
from tests.fuzz.campaign import SEEDS, TARGETS
from tests.fuzz.targets import TARGETS as FUZZED

INPUTS = sorted(SEEDS.glob("*/*"))


@pytest.mark.parametrize("path", INPUTS, ids=[f"{p.parent.name}-{p.name}" for p in INPUTS])
def test_every_input_keeps_what_is_promised(path: Path) -> None:
    FUZZED[path.parent.name](path.read_bytes())


def test_every_target_has_seeds() -> None:
    assert sorted({path.parent.name for path in INPUTS}) == sorted(TARGETS) == sorted(FUZZED)


@pytest.mark.parametrize("target", TARGETS)
def test_changes_of_seeds_keep_what_is_promised(target: str) -> None:
    """A little fuzzing, the same at every run."""
    for path in sorted((SEEDS / target).glob("*")):
        data = path.read_bytes()
        for seed in range(5):
            FUZZED[target](mutation.changed(data, 16384, seed))

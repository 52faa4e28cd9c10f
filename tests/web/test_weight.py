"""What every visitor loads stays small."""

from __future__ import annotations

import gzip
from importlib import resources

HEAVIEST = 60_000
"""Bytes of all style sheets and scripts, compressed."""


def test_styles_and_scripts_are_light() -> None:
    files = [
        one
        for one in resources.files("web").joinpath("static").iterdir()
        if one.name.endswith((".css", ".js"))
    ]
    weights = {one.name: len(gzip.compress(one.read_bytes())) for one in files}
    assert len(weights) > 5
    assert sum(weights.values()) <= HEAVIEST, weights

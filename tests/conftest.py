"""What all tests share: property tests give the same examples at every run.

New examples are looked for on purpose: ``make test ARGS="--hypothesis-profile=explore"``.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("suite", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile("suite")

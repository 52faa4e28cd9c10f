"""What a server holds of the memory does not grow with what it has answered.

``make bench ARGS=-k memory`` prints what docs/operations/load.md holds; it takes about ten
minutes.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.benchmarks.serving import Rereading, addresses, brochures, crowd, make_base, served

pytestmark = pytest.mark.benchmark

SEARCHES, REREADS = 20_000, 200
BEFORE_SEARCHES, BEFORE_REREADS = 1_000, 10
MOST_GROWTH = 1.10
MEGABYTE = 1e6


def test_memory_after_twenty_thousand_searches_and_two_hundred_rereads(tmp_path: Path) -> None:
    home = tmp_path / "base"
    make_base(home)
    searches = [path for path in addresses(home) if "q=" in path]
    each = SEARCHES // REREADS
    assert each * BEFORE_REREADS == BEFORE_SEARCHES
    held: list[int] = []
    with served(home) as server:
        # Not entered: it sends one brochure at a time, when it is told to.
        rereading = Rereading(server.port, brochures())
        for _ in range(REREADS):
            tally = crowd([server.port], searches, clients=4, visits=each)
            assert tally.wrong == {}
            rereading.once()
            held.append(server.resident_bytes())
        files = server.open_files()
    assert rereading.wrong == {}
    print("\nresident MB after searches and rereads:")
    for number in (1, BEFORE_REREADS, 25, 50, 100, 150, REREADS):
        print(f"  {number * each:6} {number:4}  {held[number - 1] / MEGABYTE:6.1f}")
    growth = held[-1] / held[BEFORE_REREADS - 1]
    print(f"growth {growth:.3f}; {files} open files; load average {os.getloadavg()[0]:.1f}")
    assert growth <= MOST_GROWTH

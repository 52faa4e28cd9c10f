"""Fifty people who never pause, while brochures are read again without end.

Through the server that ``kb serve`` starts, in its own process; ``make bench ARGS=-k
people`` prints what docs/operations/load.md holds. The people share the machine's
processors with the server.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.benchmarks.serving import Rereading, addresses, brochures, crowd, make_base, served

pytestmark = pytest.mark.benchmark

PEOPLE, SECONDS = 50, 60.0
MOST_P99_S = 1.0


def test_fifty_people_while_brochures_are_read_again(tmp_path: Path) -> None:
    home = tmp_path / "base"
    make_base(home)
    paths = addresses(home)
    with served(home) as server:
        crowd(server.port, paths, clients=4, visits=200)
        before = server.processor_seconds()
        with Rereading(server.port, brochures()) as rereading:
            tally = crowd(server.port, paths, clients=PEOPLE, seconds=SECONDS)
        busy = (server.processor_seconds() - before) / SECONDS
    rate = len(tally.seconds) / SECONDS
    p50, p95, p99 = (tally.percentile(share) for share in (0.5, 0.95, 0.99))
    print(
        f"\n{PEOPLE} people for {SECONDS:.0f} s: {len(tally.seconds)} answers, {rate:.0f} a second"
    )
    print(f"p50 {p50:.3f} s, p95 {p95:.3f} s, p99 {p99:.3f} s, longest {max(tally.seconds):.3f} s")
    print(f"{rereading.done} brochures read again; processors busy with the server: {busy:.2f}")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for took, path in tally.slowest[-5:]:
        print(f"  {took:.2f} s  {path}")
    assert tally.wrong == {}
    assert rereading.wrong == {}
    assert p99 < MOST_P99_S

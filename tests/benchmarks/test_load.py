"""Fifty people who never pause, while brochures are read again without end.

Through servers that ``kb serve`` starts, each in its own process; ``make bench ARGS="-k
people"`` prints what docs/operations/load.md holds. The people share the machine's
processors with the servers. One process computes on one processor at a time: two take two.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.benchmarks.serving import Rereading, addresses, brochures, crowd, make_base, served

pytestmark = pytest.mark.benchmark

PEOPLE, SECONDS = 50, 60.0
MOST_P99_S = {1: 2.0, 2: 1.0}
"""By the number of processes over the base."""


@pytest.mark.parametrize("processes", list(MOST_P99_S))
def test_fifty_people_while_brochures_are_read_again(tmp_path: Path, processes: int) -> None:
    home = tmp_path / "base"
    make_base(home)
    paths = addresses(home)
    with ExitStack() as open_servers:
        servers = [open_servers.enter_context(served(home)) for _ in range(processes)]
        for server in servers:
            crowd([server.port], paths, clients=4, visits=200)
        before = sum(server.processor_seconds() for server in servers)
        ports = [server.port for server in servers]
        with Rereading(ports[0], brochures()) as rereading:
            tally = crowd(ports, paths, clients=PEOPLE, seconds=SECONDS)
        busy = sum(server.processor_seconds() for server in servers) - before
    p50, p95, p99 = (tally.percentile(share) for share in (0.5, 0.95, 0.99))
    count = len(tally.seconds)
    print(f"\n{processes} processes on {os.cpu_count()} processors, {PEOPLE} people:", end=" ")
    print(f"{count} answers, {count / SECONDS:.0f} a second")
    print(f"p50 {p50:.3f} s, p95 {p95:.3f} s, p99 {p99:.3f} s, longest {max(tally.seconds):.3f} s")
    print(f"{rereading.done} brochures read again; processors busy: {busy / SECONDS:.2f}")
    print(f"load average {os.getloadavg()[0]:.1f}")
    for took, path in tally.slowest[-5:]:
        print(f"  {took:.2f} s  {path}")
    assert tally.wrong == {}
    assert rereading.wrong == {}
    assert p99 < MOST_P99_S[processes]

"""The allocator of a server is told to keep little; tests/benchmarks measures what that brings."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from web import memory

ROOT = Path(__file__).parents[2]

# Sixty blocks of one megabyte, each with a small one behind it that stays.
_HOLES = """
import ctypes, sys
from web.memory import keep_little
if sys.argv[1] == "set":
    assert keep_little()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.realloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
def resident():
    return int(next(l for l in open("/proc/self/status") if l.startswith("VmRSS")).split()[1])
libc.free(libc.malloc(30_000_000))  # from now on, large blocks are thought to be usual
before, large = resident(), []
for _ in range(60):
    large.append(libc.malloc(1_000_000))
    ctypes.memset(large[-1], 1, 1_000_000)
    libc.malloc(1000)
for one in large:
    libc.free(one)
print(resident() - before)
"""


def held_kb(setting: str) -> int:
    command = [sys.executable, "-c", _HOLES, setting]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_large_blocks_go_back_whatever_stands_between_them() -> None:
    assert held_kb("as it is") > 50_000
    assert held_kb("set") < 5_000


def test_another_system_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    assert memory.keep_little() is False

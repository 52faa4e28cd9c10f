"""Has freed memory go back to the system, rather than stay with a process that serves for weeks.

The allocator of glibc keeps a heap for each thread, and learns from the first large
blocks to take even larger ones from these heaps, where one small neighbour holds them:
a server then grows by a third in some hours. ``MALLOC_ARENA_MAX`` and its like in the
environment do the same; who starts a server need not know them.
"""

from __future__ import annotations

import ctypes
import sys

# Of malloc.h: parameters of mallopt, and what they are set to.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_LARGE_BYTES = 128 * 1024
"""Blocks from this size are the system's own, and go back at once. Set, it stays so."""
_HEAPS = 2


def keep_little() -> bool:
    """Set the allocator so, before threads are made; False where there is another one."""
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # musl has none, and needs none
        return False
    wanted = (
        (_MMAP_THRESHOLD, _LARGE_BYTES),
        (_TRIM_THRESHOLD, _LARGE_BYTES),
        (_ARENA_MAX, _HEAPS),
    )
    return all([mallopt(parameter, value) == 1 for parameter, value in wanted])

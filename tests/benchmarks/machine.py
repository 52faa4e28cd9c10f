"""What a measurement ran on, and what a process and a base take of it.

No host name, no path: results are kept with the project.
"""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    *("numpy", "whoosh-reloaded", "tantivy", "pymilvus", "milvus-lite", "usearch", "bm25s"),
    *("pypdf", "onnxruntime", "PyStemmer"),
)
"""Whose versions bear on the figures."""
_READ_AT_ONCE = 2**24
MEMORY_FIELDS = {"Rss": "resident", "Pss": "shared_out", "Anonymous": "anonymous"}


def machine_facts() -> dict[str, object]:
    """Processor, cores, memory, system and versions."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def load_average() -> float:
    """Processes that wanted a core in the last minute: high ones make figures doubtful."""
    return round(os.getloadavg()[0], 1)


def memory() -> dict[str, int]:
    """Bytes that this process holds.

    ``resident``: in memory, files mapped included, which the system takes back when it
    needs room; ``shared_out``: each page divided among the processes that map it;
    ``anonymous``: what no file backs, the process's own.
    """
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8")
    return memory_of(rollup)


def memory_of(rollup: str) -> dict[str, int]:
    """The bytes that a text in the form of ``/proc/PID/smaps_rollup`` tells."""
    found = {}
    for line in rollup.splitlines():
        name, _, value = line.partition(":")
        if name in MEMORY_FIELDS:
            found[MEMORY_FIELDS[name]] = int(value.split()[0]) * 1024
    return found


def disk_use(home: Path) -> dict[str, int]:
    """Bytes of a base's files, by what they hold: the catalogue, each part of the engine."""
    sizes: dict[str, int] = {}
    for path in sorted(home.rglob("*")):
        if path.is_file():
            kind = kind_of_file(path.relative_to(home))
            sizes[kind] = sizes.get(kind, 0) + path.stat().st_size
    return sizes


def kind_of_file(path: Path) -> str:
    """What a file of a base holds, by its place in the base's folder."""
    if path.parts[0] == "engines":
        # engines/NAME/PART/…, or a file of the engine's own.
        return f"engine: {path.parts[2]}" if len(path.parts) > 3 else "engine: other"
    return "catalogue" if path.name.startswith("catalogue") else "other"


def evict(folder: Path) -> None:
    """Have the system forget what it keeps in memory of these files, as after a restart."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def fetch(folder: Path) -> None:
    """Read all of these files, so that the system has them in memory as far as there is room."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(_READ_AT_ONCE):
                    pass

"""Runs one measurement in a process of its own, whose memory and start are its alone."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_MARK = "result: "
_MOST_TOLD = 300
MOST_S = 3 * 3600
"""Seconds after which a measurement is given up."""


def apart(task: str, *, cores: int = 0, **given: Any) -> dict[str, Any]:
    """What ``module.function`` of this folder returns for ``given``.

    With ``cores``, the process and those that it starts have only so many. Where it
    fails, ``{"failed": …}`` with the last line that it wrote: one measurement that
    can't be made costs only itself.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.child", task, str(cores)],
            input=json.dumps(given),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_S,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"given up after {MOST_S} s"}
    results = [line for line in done.stdout.splitlines() if line.startswith(_MARK)]
    if done.returncode == 0 and results:
        found: dict[str, Any] = json.loads(results[-1].removeprefix(_MARK))
        return found
    told = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    return {"failed": told[-1][:_MOST_TOLD]}


def main(arguments: Sequence[str]) -> int:
    """Does the task with what stands on the standard input, and prints what it found."""
    task, cores = arguments
    if int(cores):
        import os

        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(cores)])
    module, _, function = task.partition(".")
    work = getattr(importlib.import_module(f"tests.benchmarks.{module}"), function)
    print(_MARK + json.dumps(work(json.load(sys.stdin))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Starts the processes that are killed: a process that has imported everything forks each.

Reads one order a line, as JSON: the case, the folder of its world, the point and which time
that it is reached; answers with the child's status as ``os.waitpid`` gives it. Without a
point, the child goes to its end and writes every point that it reached into the folder.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from pathlib import Path

from kb import faults
from kb.shelf import LIGHT, EmbedderShelf
from tests.reliability.world import CASES, World

REACHED = "reached"


def main() -> None:
    # Warm: every child then has the model and the modules.
    EmbedderShelf(Path("none"), LIGHT).create()[1].embed_queries(["logement"])
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _act(order)
        print(os.waitpid(child, 0)[1], flush=True)


def _act(order: dict[str, str]) -> None:
    """Do the case, and end the process."""
    try:
        world, times = World(Path(order["folder"])), Counter[str]()
        reached: list[str] = []

        def listener(point: str) -> None:
            times[point] += 1
            reached.append(point)
            if point == order["point"] and times[point] == order["time"]:
                os.kill(os.getpid(), signal.SIGKILL)

        faults.listen(listener)
        CASES[order["case"]].act(world)
        (world.folder / REACHED).write_text("\n".join(reached), encoding="utf-8")
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()

"""Tasks that go wrong in every way there is; run in a process apart, as those of the product.

A file whose first word is one of them does it when it is « read »; others are read as ever.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ingest.guard import tasks
from kb.errors import ConfigurationError, UnreadableBrochure


def find(name: str, path: str) -> Callable[..., object]:
    """As ``ingest.guard.tasks.find``; a name of this module is a task as well."""
    if name != tasks.READ:
        return _MISDEEDS.get(name) or tasks.find(name, path)
    with Path(path).open("rb") as file:
        word = file.read(20).partition(b"\n")[0].decode("latin-1")
    return _MISDEEDS.get(word) or tasks.find(name, path)


def echo(*said: object) -> object:
    """No misdeed: what was said, and by which process."""
    return (os.getpid(), *said)


def crash(*_: object) -> None:
    """What a fault in a C library does."""
    ctypes.string_at(0)


def leave(*_: object) -> None:
    """End without a word, as if all were well."""
    os._exit(0)


def loop(*_: object) -> None:
    """Never end, the processor busy."""
    while True:
        pass


def hang(*_: object) -> None:
    """Never end, the processor idle."""
    time.sleep(3600)


def deaf_loop(*_: object) -> None:
    """Never end, and listen to no signal that can be ignored."""
    for kind in (signal.SIGTERM, signal.SIGXCPU, signal.SIGALRM, signal.SIGINT):
        signal.signal(kind, signal.SIG_IGN)
    loop()


def swell(*_: object) -> None:
    """Take all the memory there is."""
    taken = []
    while True:
        taken.append(bytearray(64 * 1024 * 1024))


def flood(*_: object) -> bytes:
    """An answer without an end."""
    return bytes(64 * 1024 * 1024)


def sink(*_: object) -> object:
    """Call itself for ever."""
    return sink()


def unforeseen(*_: object) -> None:
    """An error that nobody meant."""
    raise ZeroDivisionError("le détail reste dans le journal")


def refuse(*_: object) -> None:
    """An error that is meant."""
    raise UnreadableBrochure("essai.txt est refusé : changez-le.")


def misconfigured(*_: object) -> None:
    """Another one."""
    raise ConfigurationError("Un profil est faux : corrigez-le.")


class Trap:
    """Has a program run by whoever unpickles it."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, ("touch /tmp/trap",))


def trap(*_: object) -> object:
    """An answer that would do something to its reader."""
    return Trap()


def babble(*_: object) -> None:
    """Print, as libraries do: the answer must not mix with it."""
    print("bavardage", flush=True)
    print("bavardage", file=sys.stderr, flush=True)
    os.write(1, b"bavardage")


def write(*_: object) -> str:
    """Try to leave a file on the disk; how that ended."""
    try:
        path = Path("/tmp/hostile-was-here")
        path.write_bytes(b"x")
    except OSError as error:
        return type(error).__name__
    finally:
        path.unlink(missing_ok=True)
    return "written"


def run(*_: object) -> str:
    """Try to start a program; how that ended."""
    try:
        subprocess.run(["/bin/true"], check=True)
    except OSError as error:
        return type(error).__name__
    return "run"


def names(*_: object) -> list[str]:
    """The heavy modules that the process has loaded."""
    heavy = {"torch", "onnxruntime", "transformers", "whoosh", "numpy", "flask", "scipy"}
    return sorted(heavy & set(sys.modules))


def limits(*_: object) -> dict[str, int]:
    """The bounds that hold during a task."""
    import resource

    kinds = ("AS", "CORE", "FSIZE", "NPROC")
    return {kind: resource.getrlimit(getattr(resource, f"RLIMIT_{kind}"))[0] for kind in kinds}


_MISDEEDS: dict[str, Callable[..., object]] = {
    task.__name__: task
    for task in (
        echo, crash, leave, loop, hang, deaf_loop, swell, flood, sink, unforeseen, refuse,
        misconfigured, trap, babble, write, run, names, limits,
    )
}  # fmt: skip

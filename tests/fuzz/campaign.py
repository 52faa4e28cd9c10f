"""Fuzzing by coverage, through Atheris (Python's libFuzzer); kept out of the default tests.

Each target runs in a process of its own, which ends at its first finding and is started
again until the time is over. Findings lie under ``build/fuzz/TARGET/``; a mended one
becomes a seed, ``tests/fuzz/seeds/TARGET/found-…``, which every test run replays.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz import mutation

HERE = Path(__file__).parent
SEEDS = HERE / "seeds"
BUILD = HERE.parents[1] / "build" / "fuzz"

TARGETS = ("pdf", "docx", "odt", "html", "txt", "query")
STRUCTURED = ("docx", "odt", "html", "txt")
"""Targets of which two inputs in three are changed by their structure."""
INSTRUMENTED = ("ingest", "kb", "pypdf", "docx", "odfdo", "bs4")
SLOW_S = 20
MOST_MEGABYTES = 2048
LONGEST = 16384
"""Bytes of an input: what breaks on more is the matter of tests/hostile."""


def main() -> int:
    """Fuzz the named targets, or all, for some minutes each; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.campaign", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="all where none")
    parser.add_argument("--minutes", type=float, default=5.0, help="for each target")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        _fuzz(asked.one, asked.minutes)
        return 0
    found = [_campaign(target, asked.minutes) for target in asked.targets or TARGETS]
    return int(any(found))


def _campaign(target: str, minutes: float) -> int:
    """How many findings a target has given."""
    folder = BUILD / target
    folder.mkdir(parents=True, exist_ok=True)
    known = set(folder.glob("*-*"))
    log = BUILD / f"{target}.log"
    end, runs = time.monotonic() + 60 * minutes, 0
    with log.open("w") as output:
        while (left := end - time.monotonic()) > 1:
            command = [sys.executable, "-m", "tests.fuzz.campaign", "--one", target]
            subprocess.run(
                [*command, "--minutes", str(left / 60)],
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            runs += 1
    findings = sorted(set(folder.glob("*-*")) - known)
    print(f"{target}: {minutes:g} min, {runs} processes, {len(findings)} findings; {log}")
    for finding in findings:
        print(f"  {finding}")
    return len(findings)


def _fuzz(target: str, minutes: float) -> None:
    import atheris

    # Imported here only: what was imported before would not be watched.
    with atheris.instrument_imports(include=[*INSTRUMENTED]):
        from tests.fuzz import targets

        for name in ("pdf", "docx", "odt", "html", "text"):
            __import__(f"ingest.readers.{name}")

    def changed(data: bytes, most: int, seed: int) -> bytes:
        if target in STRUCTURED and not data.startswith(b"PK") and seed % 3:
            return mutation.changed(data, most, seed)
        done: bytes = atheris.Mutate(data, most)
        return done

    kept = BUILD / f"{target}-corpus"
    kept.mkdir(parents=True, exist_ok=True)
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={max(1, round(60 * minutes))}",
            f"-timeout={SLOW_S}",
            f"-rss_limit_mb={MOST_MEGABYTES}",
            f"-max_len={LONGEST}",
            f"-artifact_prefix={BUILD / target}/",
            "-print_final_stats=1",
            *([f"-dict={words}"] if (words := HERE / f"{target}.dict").exists() else []),
            str(kept),
            str(SEEDS / target),
        ],
        targets.TARGETS[target],
        custom_mutator=changed,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())

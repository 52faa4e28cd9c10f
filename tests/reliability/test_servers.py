"""Several servers over one base: each sees what any process changes, without a restart."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from select import POLLIN, poll
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from kb.shelf import LIGHT
from kb.writing import WritingLock
from tests.benchmarks.serving import KB, TOKEN, Served, served

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TEXT = "Le Hangar\n\nL’association prête des {} aux locataires de la résidence.\n"

STOPS_BEFORE_ITS_COMMIT = """
import sys
from pathlib import Path
from kb import faults
from kb.config import Settings
from kb.wiring import open_library
def stop(point):
    if point == "catalogue:changed":
        print("here", flush=True)
        sys.stdin.read()
with open_library(Settings(home=Path(sys.argv[1]), embedding_model="french-static")) as library:
    faults.listen(stop)
    library.ingest([Path(sys.argv[2])])
"""


def found(server: Served, word: str) -> list[str]:
    """The passages that one server finds."""
    address = f"http://127.0.0.1:{server.port}/api/search?mode=lexical&q={quote(word)}"
    with urlopen(address, timeout=30) as answer:
        return [hit["passage"]["text"] for hit in json.load(answer)["hits"]]


def kb(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {**os.environ, "KB_HOME": str(home), "KB_EMBEDDING_MODEL": LIGHT}
    return subprocess.run(
        [*KB, *arguments], cwd=ROOT, env=own, capture_output=True, text=True, timeout=120
    )


def remove_through(server: Served, brochure: str) -> None:
    address = f"http://127.0.0.1:{server.port}/api/brochures/{brochure}"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    urlopen(Request(address, method="DELETE", headers=headers), timeout=30).close()


def test_servers_see_what_any_process_changes(tmp_path: Path) -> None:
    home, file = tmp_path / "base", tmp_path / "hangar.txt"
    file.write_text(TEXT.format("poussettes"), encoding="utf-8")
    assert kb(home, "ingest", str(file)).returncode == 0
    with (
        served(home, KB_EMBEDDING_MODEL=LIGHT) as first,
        served(home, KB_EMBEDDING_MODEL=LIGHT) as second,
    ):
        for former, word in (("poussettes", "bicyclettes"), ("bicyclettes", "trottinettes")):
            file.write_text(TEXT.format(word), encoding="utf-8")
            assert kb(home, "ingest", str(file)).returncode == 0
            for server in (first, second):
                [text] = found(server, word)
                assert word in text
                assert not any(former in one for one in found(server, former))
        assert kb(home, "reindex").returncode == 0
        assert [len(found(server, "trottinettes")) for server in (first, second)] == [1, 1]
        remove_through(first, "hangar")
        assert kb(home, "ingest", str(file)).returncode == 0
        assert [len(found(server, "trottinettes")) for server in (first, second)] == [1, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
def test_a_killed_reader_leaves_no_lock_and_no_process(tmp_path: Path) -> None:
    """Files are read in processes of their own, which must not keep what their parent held."""
    home, file = tmp_path / "base", tmp_path / "hangar.txt"
    file.write_text(TEXT.format("bicyclettes"), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", STOPS_BEFORE_ITS_COMMIT, str(home), str(file)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "here\n"
    told = kb(home, "doctor").stdout
    assert f"ajout de brochures, processus {process.pid}" in told or "Base vide" in told
    own = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    children = [os.pidfd_open(int(child)) for child in own]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with WritingLock(home / "writing.lock", 0.0)("essai") as died:
        assert died is True
    for child in children:
        ended = poll()
        ended.register(child, POLLIN)
        assert ended.poll(20_000), "a reading process outlives its parent"
        os.close(child)
    assert kb(home, "ingest", str(file)).returncode == 0
    assert "bicyclettes" in kb(home, "search", "bicyclettes").stdout

"""A base served by ``kb serve`` in a process of its own, and people who visit it.

What is visited is drawn with a seed: every kind of search, filters, pages and API, in
about the shares in which people use them.
"""

from __future__ import annotations

import http.client
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from kb.config import Settings
from kb.wiring import open_library

ROOT = Path(__file__).parents[2]
KB = (sys.executable, "-c", "from kb.main import main; main()")
"""The command of this very tree, wherever the environment was installed from."""
LAYOUTS = ROOT / "tests" / "golden" / "layouts"
CORPUS = ROOT / "corpus"
TOKEN = "jeton-des-mesures-de-charge-0123456789"
QUERIES = (
    "logement femmes violences",
    "prévention des expulsions locatives",
    "maintien à domicile des seniors",
    "jeunes travailleurs en résidence",
    "troubles psychiques accompagnement hôpital",
    "Combien coûte un diagnostic social ?",
    "jardin partagé",
    "FJT",
    "insertion par l’emploi",
    "rénovation énergétique",
    '"habitat inclusif"',
    "colocation -étudiant",
    "projets de 2018",
    "lutte contre la précarite energetique",
    "mediation entre voisins",
    "logement accompagné pour sortants de prison",
    "quantum chromodynamique",
)


def brochures() -> list[Path]:
    """The sample and the layouts: PDF, Word, OpenDocument, HTML and text."""
    kinds = {".pdf", ".docx", ".odt", ".html", ".txt"}
    found = [*CORPUS.iterdir(), *LAYOUTS.iterdir()]
    return sorted(path for path in found if path.suffix in kinds)


def make_base(home: Path) -> None:
    """A base of these brochures, as if all had been sent through the site."""
    uploads = home / "uploads"
    uploads.mkdir(parents=True)
    for path in brochures():
        shutil.copy(path, uploads / path.name)
    with open_library(Settings(home=home)) as library:
        assert library.ingest([uploads]).refused == ()


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers until its block ends."""

    port: int
    process: subprocess.Popen[str]

    def resident_bytes(self) -> int:
        """What the process holds of the memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def open_files(self) -> int:
        """How many files and connections it holds open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor_seconds(self) -> float:
        """Processor time that it and its ended children have taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(home: Path, **environment: str) -> Iterator[Served]:
    """``kb serve`` over ``home``, once it says that it is ready."""
    own = {
        "PATH": os.defpath,
        "KB_HOME": str(home),
        "KB_ADMIN_TOKEN": TOKEN,
        "PYTHONUNBUFFERED": "1",
        **environment,
    }
    log = home.with_name(f"{home.name}-server-{secrets.token_hex(4)}.log")
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*KB, "serve", "--port", "0"],
            cwd=ROOT,
            env=own,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert " sur http://" in line, (line, log.read_text())
        port = int(line.split(" sur http://127.0.0.1:")[1].split("/")[0])
        server = Served(port, process)
        until(lambda: visit(Client(port), "/readyz") == 200)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            ended = process.wait(60)
        finally:
            process.kill()
            process.stdout.close()
    assert ended == 0, log.read_text()


def until(condition: Callable[[], bool], most_s: float = 60.0) -> None:
    """Wait for a condition; fails when it does not come."""
    end = time.monotonic() + most_s
    while not condition():
        assert time.monotonic() < end, "never came"
        time.sleep(0.05)


class Client:
    """One visitor, who keeps the connection while the server does."""

    def __init__(self, port: int, place: int = 1) -> None:
        """``place`` tells visitors apart by address: 127.0.0.``place``."""
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=60, source_address=(f"127.0.0.{place}", 0)
        )

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and content of an answer."""
        try:
            self._connection.request(method, path, body or None, headers or {})
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # What was kept too long was closed: a browser asks again too.
            self._connection.close()
            self._connection.request(method, path, body or None, headers or {})
            answer = self._connection.getresponse()
            return answer.status, answer.read()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def visit(client: Client, path: str) -> int:
    """The status of one page."""
    return client.ask("GET", path)[0]


def addresses(home: Path) -> list[str]:
    """What is visited, drawn from with equal chances: half searches, the rest as linked."""
    searches, others = [], []
    with open_library(Settings(home=home)) as library:
        projects = library.projects()
        passages = [sheet.passage.id for sheet in library.passages()]
        overview = library.overview()
    codes = [one.value for one in overview.counts["departement"]]
    years = [one.value for one in overview.counts["year"]]
    names = [one.value for one in overview.counts["organisation"]]
    some = random.Random(0)
    for query in QUERIES:
        for mode in ("hybrid", "lexical", "semantic"):
            searches.append("/api/search?" + urlencode({"q": query, "mode": mode}))
            searches.append("/?" + urlencode({"q": query, "mode": mode}))
        for name, values in (("departement", codes), ("year", years), ("organisation", names)):
            asked = urlencode({"q": query, name: some.choice(values), "limit": "20"})
            searches += ["/?" + asked, "/api/search?" + asked]
        searches.append("/?" + urlencode({"q": query, "offset": "10"}))
        others.append("/api/suggest?" + urlencode({"q": query[:4]}))
        others.append("/api/suggest?" + urlencode({"q": query[:7]}))
    others += ["/", "/projets", "/parcourir", "/brochures", "/a-propos", "/api/projects"]
    others += [f"/projets/{quote(one.id)}" for one in some.sample(projects, 20)]
    for one in map(quote, some.sample(passages, 20)):
        others += [f"/passages/{one}", f"/api/passages/{one}", f"/source/{one}"]
        others.append(f"/api/passages/{one}/similar")
    return searches * len(others) + others * len(searches)


@dataclass(slots=True)
class Tally:
    """What visitors met."""

    seconds: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Seconds within which that share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def crowd(
    ports: Sequence[int],
    paths: Sequence[str],
    *,
    clients: int,
    seconds: float = 0.0,
    visits: int = 0,
) -> Tally:
    """Visitors who ask one thing after the other, without a pause, for so long or so often.

    They are shared out among the ports, as a proxy would.
    """
    tally, lock = Tally(), threading.Lock()
    end = time.monotonic() + seconds

    def person(place: int) -> None:
        client, some = Client(ports[place % len(ports)], place + 2), random.Random(place)
        own = Tally()
        left = visits // clients + (place < visits % clients)
        while time.monotonic() < end or left > 0:
            left -= 1
            path = some.choice(paths)
            started = time.perf_counter()
            try:
                status = visit(client, path)
            except Exception as error:
                own.wrong[f"{path}: {error!r}"] += 1
                client.close()
                continue
            took = time.perf_counter() - started
            own.seconds.append(took)
            own.slowest.append((took, path))
            if status != 200:
                own.wrong[f"{path}: {status}"] += 1
        client.close()
        with lock:
            tally.seconds += own.seconds
            tally.wrong += own.wrong
            tally.slowest = sorted(tally.slowest + own.slowest)[-50:]

    people = [threading.Thread(target=person, args=(place,)) for place in range(clients)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return tally


class Rereading:
    """Sends the brochures again and again, each time another file with the same words."""

    def __init__(self, port: int, files: Sequence[Path]) -> None:
        self._client = Client(port, 1)
        self._files = files
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self.done = 0
        self.wrong: Counter[str] = Counter()

    def __enter__(self) -> Rereading:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        self._client.close()

    def once(self) -> None:
        """Send the next file and wait until it is read."""
        path = self._files[self.done % len(self._files)]
        self.done += 1
        body, kind = _form(path.name, changed(path, self.done))
        status, content = self._client.ask(
            "POST",
            "/api/brochures",
            body,
            {"Content-Type": kind, "Authorization": f"Bearer {TOKEN}"},
        )
        if status not in (200, 201):
            self.wrong[f"{path.name}: {status} {content[:300]!r}"] += 1

    def _go_on(self) -> None:
        while not self._stop.is_set():
            try:
                self.once()
            except Exception as error:
                self.wrong[repr(error)] += 1


def changed(path: Path, number: int) -> bytes:
    """The file with other bytes and the same words."""
    content, mark = path.read_bytes(), f"revision {number}"
    if path.suffix == ".pdf":
        return content + f"\n%{mark}\n".encode()
    if path.suffix in (".docx", ".odt"):
        return content + _archive_comment(content, mark.encode())
    if path.suffix == ".html":
        return content + f"\n<!-- {mark} -->\n".encode()
    return content + b"\n" * (number % 50 + 1)


def _archive_comment(content: bytes, mark: bytes) -> bytes:
    # The last two bytes of a zip archive without a comment tell how long that is.
    assert content.endswith(b"\0\0")
    return mark


def _form(name: str, content: bytes) -> tuple[bytes, str]:
    """A form with one file, and its media type."""
    edge = "edge-of-the-form-7d1f"
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{edge}--\r\n".encode(), (
        f"multipart/form-data; boundary={edge}"
    )

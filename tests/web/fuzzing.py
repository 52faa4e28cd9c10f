"""The API called as its own description lets anyone call it, and as it does not.

Schemathesis draws requests from ``/api/openapi.json``, valid and not, one by one and in
sequences, and holds each answer against what the description says of it: status, headers,
media type, schema; that what is valid is taken, what is not refused; and no 5xx.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events
from waitress.server import create_server

from kb.config import Settings
from kb.shelf import LIGHT
from kb.wiring import open_library
from web.app import create_app

TOKEN = "jeton-des-essais"

TEXT = (
    "Le Porche\n\nL’association loge des femmes seules avec leurs enfants, dans douze "
    "appartements de la ville, et les accompagne chaque semaine.\n\n"
    "Un jardin partagé réunit les voisins. Contact : ada@exemple.fr, 03 20 12 34 56.\n"
)

_ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "429"]


@dataclass(frozen=True, slots=True)
class Campaign:
    """What calling the API gave."""

    requests: int
    checks: Counter[str]
    """How often each check was made."""
    failures: tuple[str, ...]


def campaign(home: Path, examples: int, *, reading_open: bool = True, token: str = "") -> Campaign:
    """Call every operation of a site over a small base, ``examples`` times each way or so."""
    settings = Settings(
        home=home / "base",
        embedding_model=LIGHT,
        admin_token=TOKEN,
        reading_open=reading_open,
        rate_limit=0,
    )
    brochure = home / "recueil.txt"
    brochure.write_text(TEXT, encoding="utf-8")
    with open_library(settings) as library:
        assert library.ingest([brochure]).refused == ()
        with _served(create_app(library, settings)) as address:
            schema = schemathesis.openapi.from_url(
                f"{address}/api/openapi.json",
                config=SchemathesisConfig.from_dict(_config(examples, token)),
                headers={"Authorization": f"Bearer {TOKEN}"},
            )
            return _told(engine.from_schema(schema).execute())


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    """The address of the site, served on this machine as it is in use."""
    server = create_server(app, host="127.0.0.1", port=0, threads=2, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=10)


def _config(examples: int, token: str) -> dict[str, Any]:
    return {
        "seed": 1,
        "headers": {"Authorization": f"Bearer {token}"} if token else {},
        "generation": {"max-examples": examples, "database": "none"},
        "checks": {"positive_data_acceptance": {"expected-statuses": _ACCEPTED}},
        # No schema can tell a word that carries meaning, nor a file that can be read.
        "operations": [
            {
                "include-name": name,
                "checks": {"positive_data_acceptance": {"expected-statuses": [*_ACCEPTED, status]}},
            }
            for name, status in (("GET /api/search", "400"), ("POST /api/brochures", "422"))
        ],
    }


def _told(stream: Any) -> Campaign:
    requests, checks, failures = 0, Counter[str](), []
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            requests += len(event.recorder.interactions)
            for found in event.recorder.checks.values():
                for check in found:
                    checks[check.name] += 1
                    if check.status is not Status.SUCCESS:
                        failures.append(_failure(event.recorder.label, check))
        elif isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(str(getattr(event, "value", None) or event))
    return Campaign(requests, checks, tuple(dict.fromkeys(failures)))


def _failure(label: str, check: Any) -> str:
    info = check.failure_info
    told = f"{info.failure} {info.code_sample}" if info else check.status
    return f"{label}: {check.name}: {told}"

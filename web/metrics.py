"""Whether the service is well, and how it is used: counts and times, never a question.

Each process answers for itself, as Prometheus wants of its targets; what is read from the
base (passages, jobs that wait) is the same whichever of several processes tells it.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from time import perf_counter
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, jsonify
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
)
from prometheus_client.exposition import generate_latest

from kb.errors import KbError
from kb.office.jobs import Job, JobState
from kb.results import Answer
from web import context
from web.logs import method, route
from web.problems import problem
from web.readiness import readiness_of

blueprint = Blueprint("metrics", __name__)

_EXTENSION = "passages-measures"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measures:
    """What one application counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "kb_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self.seconds = Histogram(
            "kb_request_seconds",
            "Time to answer a request.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.searches = Counter(
            "kb_searches",
            "Searches, and whether any passage answered.",
            ("mode", "answered"),
            registry=registry,
        )
        self.ingests = Counter(
            "kb_ingests",
            "Brochures that were to be changed, by outcome.",
            ("outcome",),
            registry=registry,
        )
        self.pictures = Counter(
            "kb_page_pictures",
            "Pictures of pages: drawn, kept from before, or already with who asks.",
            ("origin",),
            registry=registry,
        )
        ProcessCollector(registry=registry)

    def job_ended(self, job: Job) -> None:
        """Count what became of work in the background."""
        self.ingests.labels(job.outcome or job.state.value).inc()

    def gauge(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Tell what ``read`` gives whenever the measures are asked for."""
        Gauge(name, meaning, registry=self.registry).set_function(lambda: _or_nothing(read))


def install(app: Flask) -> None:
    """Measure every request of ``app``."""
    measures = Measures()
    app.extensions[_EXTENSION] = measures
    desk = context.office_of(app).desk
    desk.on_end = measures.job_ended
    measures.gauge(
        "kb_passages",
        "Passages that can be found.",
        lambda: context.library().statistics().passages,
    )
    measures.gauge(
        "kb_jobs_waiting",
        "Jobs that wait or are under way, of all processes.",
        lambda: sum(job.active for job in desk.jobs()),
    )
    measures.gauge(
        "kb_jobs_interrupted",
        "Jobs that a stop cut short and nobody has ordered again.",
        lambda: sum(job.state is JobState.INTERRUPTED for job in desk.jobs()),
    )
    measures.gauge(
        "kb_ready", "1 when searches can be answered.", lambda: not readiness_of(app).reason()
    )

    @app.before_request
    def start() -> None:
        g.started = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        # Routes and methods are finite; addresses and questions are not, and are private.
        measures.requests.labels(method(), route(), str(response.status_code)).inc()
        measures.seconds.labels(route()).observe(perf_counter() - g.started)
        return response


def count_search(answer: Answer) -> None:
    """Count an answer of the current application, a refusal apart."""
    _measures().searches.labels(answer.mode.value, "yes" if answer.answerable else "no").inc()


def count_ingest(outcome: str) -> None:
    """Count what became of a brochure that was sent to the current application."""
    _measures().ingests.labels(outcome).inc()


def count_picture(origin: str) -> None:
    """Count a picture of a page: ``drawn``, ``kept`` or ``unchanged``."""
    _measures().pictures.labels(origin).inc()


def _measures() -> Measures:
    return cast(Measures, current_app.extensions[_EXTENSION])


def _or_nothing(read: Callable[[], float]) -> float:
    """NaN where the base can't be read: the other measures are wanted then above all."""
    try:
        return float(read())
    except KbError:
        return float("nan")


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readiness() -> Response:
    """The knowledge base can be searched; else why not."""
    reason = readiness_of(current_app).reason()
    if not reason:
        return jsonify({"status": "ready"})
    response = problem(HTTPStatus.SERVICE_UNAVAILABLE.value, reason)
    response.headers["Retry-After"] = "2"
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Measures in Prometheus' text format."""
    return Response(generate_latest(_measures().registry), content_type=CONTENT_TYPE_LATEST)

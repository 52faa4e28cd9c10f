"""Whether the service is well, and how it is used: counts and times, never a question."""

from __future__ import annotations

from http import HTTPStatus
from time import perf_counter

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask_babel import gettext as _
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from web import context
from web.problems import problem

blueprint = Blueprint("metrics", __name__)

_REGISTRY = "passages-metrics"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "DELETE"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def install(app: Flask) -> None:
    """Measure every request of ``app`` in a registry of its own."""
    registry = CollectorRegistry()
    requests = Counter(
        "kb_requests", "Requests answered.", ("method", "route", "status"), registry=registry
    )
    seconds = Histogram(
        "kb_request_seconds",
        "Time to answer a request.",
        ("route",),
        buckets=_SECONDS,
        registry=registry,
    )
    passages = Gauge("kb_passages", "Passages that can be found.", registry=registry)
    passages.set_function(lambda: context.library().statistics().passages)
    app.extensions[_REGISTRY] = registry

    @app.before_request
    def start() -> None:
        g.started = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        # Routes and methods are finite; addresses and questions are not, and are private.
        route = request.url_rule.rule if request.url_rule else "(none)"
        method = request.method if request.method in _METHODS else "(other)"
        requests.labels(method, route, str(response.status_code)).inc()
        seconds.labels(route).observe(perf_counter() - g.started)
        return response


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readiness() -> Response:
    """The knowledge base can be searched."""
    if context.library().ready():
        return jsonify({"status": "ready"})
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE.value,
        _("La base n’est pas prête : lancez « kb doctor » pour savoir pourquoi."),
    )


@blueprint.get("/metrics")
def metrics() -> Response:
    """Measures in Prometheus' text format."""
    registry = current_app.extensions[_REGISTRY]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

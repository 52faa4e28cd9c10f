"""Schemathesis over the description of the API: a short run of all its checks, each time.

The long one is ``make bench ARGS="-k described"``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.fuzzing import TOKEN, campaign

CHECKS = {
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
}


@pytest.mark.slow
def test_every_answer_is_as_described(tmp_path: Path) -> None:
    found = campaign(tmp_path, examples=4, token=TOKEN)
    assert found.failures == ()
    assert set(found.checks) >= CHECKS
    assert found.requests > 300


@pytest.mark.slow
def test_visitors_of_a_reserved_base_are_told_as_described(tmp_path: Path) -> None:
    found = campaign(tmp_path, examples=1, reading_open=False)
    assert found.failures == ()
    assert found.requests > 100

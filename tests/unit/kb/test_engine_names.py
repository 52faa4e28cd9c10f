"""An engine's name tells its kind, and how many were built before it."""

from __future__ import annotations

import pytest

from kb.engine_names import kind_of, next_name, number_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("whoosh-3", "whoosh"),
        ("tantivy-4", "tantivy"),
        ("milvus-5", "milvus"),
        ("engine-12", "whoosh"),  # bases of former versions
        ("lucene-1", "lucene"),  # of later ones
        ("", "whoosh"),
    ],
)
def test_a_name_tells_the_kind(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("current", "kind", "following"),
    [
        ("", "whoosh", "whoosh-1"),
        ("whoosh-1", "whoosh", "whoosh-2"),
        ("engine-9", "tantivy", "tantivy-10"),
        ("tantivy-10", "whoosh", "whoosh-11"),
        ("odd", "whoosh", "whoosh-1"),
        ("whoosh-²", "whoosh", "whoosh-1"),
    ],
)
def test_the_number_grows_whatever_the_kind(current: str, kind: str, following: str) -> None:
    assert next_name(current, kind) == following


def test_no_engine_was_built_before_there_is_a_name() -> None:
    assert [number_of(name) for name in ("", "whoosh-7", "milvus-12")] == [0, 7, 12]

"""What each package offers to the others: growth is a decision, made here."""

from __future__ import annotations

from importlib import import_module

import pytest

SURFACES = {
    "index": [
        "Bm25",
        "MilvusEngine",
        "SentenceTransformerEmbedder",
        "StaticEmbedder",
        "StudentEmbedder",
        "TantivyEngine",
        "WhooshEngine",
    ],
    "ingest": ["read_brochure"],
    "kb.library": ["Library"],
}


@pytest.mark.parametrize("package", SURFACES)
def test_the_public_names_are_these(package):
    module = import_module(package)

    assert sorted(module.__all__) == SURFACES[package]
    assert [name for name in module.__all__ if getattr(module, name, None) is None] == []


@pytest.mark.parametrize("package", ["kb", "web"])
def test_the_other_packages_are_reached_through_their_modules(package):
    assert not hasattr(import_module(package), "__all__")

"""Facts of the machine, and what files and memory are counted as."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from tests.benchmarks.machine import disk_use, evict, kind_of_file, machine_facts, memory_of


def test_no_fact_names_the_machine() -> None:
    facts = machine_facts()
    assert set(facts) == {
        "processor",
        "cores",
        "memory_gb",
        "system",
        "python",
        "sqlite",
        "packages",
    }
    assert platform.node() not in str(facts).split()


def test_memory_is_read_in_bytes() -> None:
    rollup = (
        "00400000-7ffe ---p 00000000 00:00 0  [rollup]\n"
        "Rss:                1752 kB\nPss:                 273 kB\nPss_Anon:            112 kB\n"
        "Anonymous:           112 kB\n"
    )
    assert memory_of(rollup) == {
        "resident": 1752 * 1024,
        "shared_out": 273 * 1024,
        "anonymous": 112 * 1024,
    }


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("catalogue.sqlite", "catalogue"),
        ("catalogue.sqlite-wal", "catalogue"),
        ("engines/whoosh-1/lexical/passages_1.seg", "engine: lexical"),
        ("engines/whoosh-1/vectors/a/b", "engine: vectors"),
        ("engines/milvus-2/base.db", "engine: other"),
        ("office/office.sqlite", "other"),
    ],
)
def test_files_are_told_apart_by_their_place(path: str, kind: str) -> None:
    assert kind_of_file(Path(path)) == kind


def test_sizes_add_up_by_kind_and_eviction_keeps_files(tmp_path: Path) -> None:
    (tmp_path / "engines" / "e-1" / "lexical").mkdir(parents=True)
    (tmp_path / "engines" / "e-1" / "lexical" / "one").write_bytes(b"abc")
    (tmp_path / "engines" / "e-1" / "lexical" / "two").write_bytes(b"de")
    (tmp_path / "catalogue.sqlite").write_bytes(b"f")
    evict(tmp_path)
    assert disk_use(tmp_path) == {"catalogue": 1, "engine: lexical": 5}

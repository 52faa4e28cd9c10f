"""Which engine in Milvus a base opens, and what becomes of the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kb.config import Settings
from kb.errors import ConfigurationError
from kb.wiring import parts_of
from tests.contract.passages import alike, passage

pytest.importorskip("milvus_lite", reason="needs pip install passages[milvus]")

from index.milvus.client import MilvusConnection
from index.milvus.schema import ALIAS


def test_without_an_address_a_file_of_the_base_is_used(tmp_path: Path) -> None:
    parts = parts_of(Settings(home=tmp_path / "home"))
    engine = parts.open_engine("milvus-1")
    engine.write([passage(1, "toit")], alike(1))
    engine.close()
    parts.drop_engines("milvus-2")
    assert not (tmp_path / "home" / "engines" / "milvus-1").exists()
    parts.catalog.close()


def test_engines_of_the_base_alone_are_dropped_from_a_server(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", milvus_uri=str(tmp_path / "milvus.db"))
    parts = parts_of(settings)
    elsewhere = parts_of(replace(settings, home=tmp_path / "other"))
    for opening, name in ((parts, "milvus-1"), (parts, "milvus-2"), (elsewhere, "milvus-9")):
        engine = opening.open_engine(name)
        engine.write([passage(1, "toit")], alike(1))
        engine.close()
    parts.drop_engines("milvus-2")
    connection = MilvusConnection(settings.milvus_uri)
    kept = {name.partition("_")[2].partition("_")[0] for name in connection.collections()}
    assert kept == {"2", "9"}
    assert connection.aliased(ALIAS) == "milvus_2_e0_passages"
    parts.drop_engines("whoosh-3")
    assert {name.split("_")[1] for name in connection.collections()} == {"9"}
    connection.close()
    for one in (parts, elsewhere):
        one.catalog.close()


def test_a_base_whose_address_is_no_longer_given_is_not_built_anew(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", milvus_uri="http://127.0.0.1:1")
    parts = parts_of(settings)
    parts.open_engine("milvus-1").close()
    parts.catalog.close()
    parts = parts_of(replace(settings, milvus_uri=""))
    with pytest.raises(ConfigurationError, match="donnez son adresse par KB_MILVUS_URI"):
        parts.open_engine("milvus-1")
    parts.catalog.close()

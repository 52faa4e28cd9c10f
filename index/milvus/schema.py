"""The collections of one engine in Milvus, and what their rows hold.

An engine of the name ``milvus-5`` has these collections; ``e2`` is its *epoch*, which
grows each time that everything is forgotten, so that a search under way ends on what
it began with::

    milvus_5_state          one row says which version is current; others, what died since
    milvus_5_e2_passages    one row a passage: terms, facets, the vector of the whole
    milvus_5_e2_rows        one row a vector that a passage may be near by: its sentences
    milvus_5_e2_counts      how many passages hold each term and each word

Milvus asks for a vector in each collection: those without use have one of two numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kb.model import FILTER_FIELDS

LONGEST_TEXT = 65_535
"""Bytes that a text field of Milvus may hold."""
MOST_DEAD = 4_096
"""Numbers that one array field of Milvus may hold."""
_LONGEST_VALUE = 512
_MOST_VALUES = 1_024
_PARTITIONS = 64
"""Brochures are spread over so many partitions of a cluster: it then reads one for a brochure."""
ARRAYS = tuple(name for name in FILTER_FIELDS if name != "brochure")
UNUSED = [1.0, 0.0]
ALIAS = "passages_current"
"""Another name of the passages of the engine in use, for other readers of the cluster."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the collections of one engine are called."""

    engine: str

    @property
    def prefix(self) -> str:
        """What all of them begin with."""
        return self.engine.replace("-", "_") + "_"

    @property
    def state(self) -> str:
        """Which version is current."""
        return f"{self.prefix}state"

    def passages(self, epoch: int) -> str:
        """Passages as wholes."""
        return f"{self.prefix}e{epoch}_passages"

    def rows(self, epoch: int) -> str:
        """Vectors of sentences."""
        return f"{self.prefix}e{epoch}_rows"

    def counts(self, epoch: int) -> str:
        """Terms and words with their passages."""
        return f"{self.prefix}e{epoch}_counts"

    def of_epoch(self, epoch: int) -> tuple[str, str, str]:
        """All collections of that epoch."""
        return self.passages(epoch), self.rows(epoch), self.counts(epoch)

    def epoch_of(self, collection: str) -> int | None:
        """The epoch of one of this engine's collections; None for any other."""
        number = collection.removeprefix(f"{self.prefix}e").partition("_")[0]
        ours = collection.startswith(f"{self.prefix}e") and number.isdecimal()
        return int(number) if ours else None


def state_definition() -> dict[str, Any]:
    """Arguments of ``MilvusClient.create_collection`` for the state."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    for name in ("version", "at", "epoch", "dim", "passages", "length"):
        schema.add_field(name, DataType.INT64)
    schema.add_field("dead", DataType.ARRAY, element_type=DataType.INT64, max_capacity=MOST_DEAD)
    return _defined(schema, {"unused": (2, "FLAT", {})})


def passages_definition(dim: int, embedded: bool) -> dict[str, Any]:
    """Arguments for the passages; ``embedded`` where milvus-lite serves them."""
    from pymilvus import DataType, Function, FunctionType

    schema = _searched("id", embedded)
    schema.add_field("length", DataType.INT64)
    schema.add_field(
        "terms",
        DataType.VARCHAR,
        max_length=LONGEST_TEXT,
        enable_analyzer=True,
        analyzer_params={"tokenizer": "standard"},
    )
    schema.add_field("words", DataType.VARCHAR, max_length=LONGEST_TEXT)
    schema.add_field("bm25", DataType.SPARSE_FLOAT_VECTOR)
    function = Function(
        name="bm25",
        function_type=FunctionType.BM25,
        input_field_names=["terms"],
        output_field_names=["bm25"],
    )
    schema.add_function(function)
    return _defined(schema, {"whole": _dense(dim, embedded)}, embedded)


def rows_definition(dim: int, embedded: bool) -> dict[str, Any]:
    """Arguments for the vectors of sentences; ``embedded`` as above."""
    from pymilvus import DataType

    schema = _searched("passage", embedded)
    schema.add_field("place", DataType.INT64)
    return _defined(schema, {"vector": _dense(dim, embedded)}, embedded)


def counts_definition() -> dict[str, Any]:
    """Arguments for the terms and words."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.VARCHAR, max_length=_LONGEST_VALUE, is_primary=True)
    schema.add_field("is_word", DataType.BOOL)
    for name in ("passages", "before", "version"):
        schema.add_field(name, DataType.INT64)
    return _defined(schema, {"unused": (2, "FLAT", {})})


def _searched(passage: str, embedded: bool) -> Any:
    """A schema with what filters ask for; ``passage`` names the field of the passage's key."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=passage != "id", enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True, auto_id=passage != "id")
    if passage != "id":
        schema.add_field(passage, DataType.INT64)
    schema.add_field("born", DataType.INT64)
    schema.add_field(
        "brochure", DataType.VARCHAR, max_length=_LONGEST_VALUE, is_partition_key=not embedded
    )
    for name in ARRAYS:
        schema.add_field(
            name,
            DataType.ARRAY,
            element_type=DataType.VARCHAR,
            max_capacity=_MOST_VALUES,
            max_length=_LONGEST_VALUE,
        )
    return schema


def _dense(dim: int, embedded: bool) -> tuple[int, str, dict[str, int]]:
    # Exact where everything is small; a graph (Malkov and Yashunin, 2018) on a cluster.
    return (dim, "FLAT", {}) if embedded else (dim, "HNSW", {"M": 16, "efConstruction": 200})


def _defined(
    schema: Any, vectors: dict[str, tuple[int, str, dict[str, int]]], embedded: bool = True
) -> dict[str, Any]:
    from pymilvus import DataType, MilvusClient

    indexes = MilvusClient.prepare_index_params()
    for name, (dim, kind, params) in vectors.items():
        schema.add_field(name, DataType.FLOAT_VECTOR, dim=dim)
        indexes.add_index(name, index_type=kind, metric_type="IP", params=params)
    fields = {field.name for field in schema.fields}
    if "bm25" in fields:
        indexes.add_index(
            "bm25",
            index_type="SPARSE_INVERTED_INDEX",
            metric_type="BM25",
            params={"bm25_k1": 1.2, "bm25_b": 0.75},
        )
    for name in ("born", "passage", "version"):
        if name in fields:
            indexes.add_index(name, index_type="INVERTED")
    spread = {} if embedded else {"num_partitions": _PARTITIONS}
    return {"schema": schema, "index_params": indexes, "consistency_level": "Strong", **spread}

"""Search by words: the engine of a base against peers over the same passages and queries.

bm25s and tantivy get the very terms that ``kb.text`` made; plain Whoosh is what one has who
gives it the texts: three TEXT fields, analysed by its own French chain. Times go from the
words of a query, analysed or not as each needs them, to the keys of the ten best passages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from kb.config import Settings
from kb.library import Library
from kb.library.context import indexed
from kb.model import IndexedPassage, QueryTerm
from kb.query import parse_query
from kb.results import PassageSheet
from tests.benchmarks.base_tasks import Given, settings_of
from tests.benchmarks.machine import disk_use, load_average
from tests.benchmarks.targets import LIGHT
from tests.benchmarks.timing import seconds, summary, timed
from tests.benchmarks.workload import Workload

BEST = 10
DEEP = 400
"""Passages that a search of the product asks its engine for."""
PEER_S = 15.0
INDEXED = 20_000
WARMING = 20
BATCH = 1000
_NOT_WORDS = str.maketrans("?!,.;:()[]{}*\"'’-/^~+", " " * 21)


@dataclass(frozen=True, slots=True)
class Asked:
    """One query, as typed and as terms."""

    text: str
    terms: tuple[QueryTerm, ...]


Searching = Callable[[Asked], Sequence[int]]
"""The keys of the best passages."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The passages of a base, as texts and as terms."""

    sheets: list[PassageSheet]
    indexed: list[IndexedPassage]


def lexical_peers(given: Given) -> Given:
    """Latency of the engines of bases of the same brochures, then of each peer.

    Of peers also how fast they index and what they take on disk.
    """
    from kb.wiring import open_library

    count = 2 * (WARMING + given["queries"])
    asked = [_asked(query) for query in islice(Workload(given["brochures"], 2).queries(), count)]
    found: Given = {"load": load_average(), "engines": {}}
    for engine, home in given["homes"].items():
        found["engines"][engine] = _own(_base(home, engine), asked, given)
    if not given["peers"]:
        return found
    first, home = next(iter(given["homes"].items()))
    with open_library(_base(home, first)) as library:
        corpus = corpus_of(library)
    found["passages"] = len(corpus.sheets)
    for name in given["peers"]:
        try:
            found[name] = _peer(PEERS[name], corpus, asked, given)
        except ImportError as error:
            found[name] = {"failed": f"not installed: {error.name}"}
    return found


def _base(home: str, engine: str) -> Settings:
    return settings_of({"home": home, "engine": engine, "model": LIGHT})


def corpus_of(library: Library, most: int | None = None) -> Corpus:
    """Every passage, or the first ones, in order; keys are places, from 1."""
    sheets = list(islice(library.passages(), most))
    return Corpus(
        sheets,
        [
            indexed(key, sheet.passage, sheet.project, sheet.brochure)
            for key, sheet in enumerate(sheets, start=1)
        ],
    )


def _asked(query: str) -> Asked:
    return Asked(query, tuple(parse_query(query).terms()))


def _own(settings: Settings, asked: Sequence[Asked], given: Given) -> Given:
    from kb.wiring import parts_of

    parts = parts_of(settings)
    engine = parts.open_engine(parts.catalog.state().engine)
    try:
        view = engine.view()
        best = _latency(lambda one: view.lexical(one.terms, BEST), asked, given)
        # Others than those before, whose postings it now holds.
        others = asked[len(asked) // 2 :]
        deep = _latency(lambda one: view.lexical(one.terms, DEEP), others, given)
    finally:
        engine.close()
        parts.catalog.close()
    return {"latency": best, "latency of 400": deep}


def own_indexing(given: Given) -> Given:
    """How fast an empty engine takes in the terms of passages, vectors next to nothing.

    Of the first ``INDEXED`` passages of a base at most.
    """
    from kb.wiring import open_library, parts_of

    with open_library(_base(given["home"], given["engine"])) as library:
        corpus = corpus_of(library, INDEXED)
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        parts = parts_of(_base(name, given["engine"]))
        engine = parts.open_engine(f"{given['engine']}-1")
        vector = np.zeros((1, 8), np.float32)
        vector[0, 0] = 1

        def build() -> None:
            for start in range(0, len(corpus.indexed), BATCH):
                batch = corpus.indexed[start : start + BATCH]
                engine.write(batch, [vector] * len(batch))

        try:
            took = seconds(build)
        finally:
            engine.close()
            parts.catalog.close()
        size = sum(disk_use(Path(name)).values())
    count = len(corpus.indexed)
    return {"passages_per_second": count / took, "bytes_per_passage": size / count}


def _peer(
    build: Callable[[Corpus, Path, ExitStack], Searching],
    corpus: Corpus,
    asked: Sequence[Asked],
    given: Given,
) -> Given:
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as name,
        ExitStack() as stack,
    ):
        made: list[Searching] = []
        took = seconds(lambda: made.append(build(corpus, Path(name), stack)))
        size = sum(path.stat().st_size for path in Path(name).rglob("*") if path.is_file())
        return {
            "passages_per_second": len(corpus.sheets) / took,
            "bytes_per_passage": size / len(corpus.sheets),
            "latency": _latency(made[0], asked, given),
        }


def _latency(search: Callable[[Asked], object], asked: Sequence[Asked], given: Given) -> Given:
    queries = iter(asked)
    for one in islice(queries, WARMING):
        search(one)
    return summary(timed(lambda: search(next(queries)), most=given["queries"], most_s=PEER_S))


def build_bm25s(corpus: Corpus, folder: Path, stack: ExitStack) -> Searching:
    """bm25s (Lù 2024): scores computed in advance, in sparse matrices."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([one.terms.split() for one in corpus.indexed], show_progress=False)
    retriever.save(str(folder))
    known = retriever.vocab_dict

    def search(asked: Asked) -> Sequence[int]:
        terms = [one.text for one in asked.terms if one.text in known]
        if not terms:
            return []
        keys, _ = retriever.retrieve([terms], k=BEST, show_progress=False)
        return [int(key) + 1 for key in keys[0]]

    return search


def build_tantivy(corpus: Corpus, folder: Path, stack: ExitStack) -> Searching:
    """tantivy: one field of terms without positions."""
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    schema.add_integer_field("key", stored=True)
    index = tantivy.Index(schema.build(), path=str(folder))
    writer = index.writer()
    for one in corpus.indexed:
        writer.add_document(tantivy.Document(terms=one.terms, key=one.key))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    built = index.schema
    searcher = index.searcher()

    def search(asked: Asked) -> Sequence[int]:
        query = tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(
                        tantivy.Query.term_query(built, "terms", term.text, "freq"), term.weight
                    ),
                )
                for term in asked.terms
            ]
        )
        hits = searcher.search(query, BEST, count=False).hits
        return [int(searcher.doc(address)["key"][0]) for _, address in hits]

    return search


def build_plain_whoosh(corpus: Corpus, folder: Path, stack: ExitStack) -> Searching:
    """Whoosh as its manual shows it: texts in, parser and scorer its own."""
    from whoosh import fields, index, qparser
    from whoosh.analysis import LanguageAnalyzer

    french = LanguageAnalyzer("fr")
    names = ["title", "heading", "text"]
    texts = {name: fields.TEXT(analyzer=french) for name in names}
    made = index.create_in(str(folder), fields.Schema(key=fields.STORED, **texts))
    with made.writer(limitmb=256) as writer:
        for key, sheet in enumerate(corpus.sheets, start=1):
            writer.add_document(
                key=key,
                title=f"{sheet.project.title} {sheet.project.organisation}",
                heading=sheet.passage.heading,
                text=sheet.passage.text,
            )
    parser = qparser.MultifieldParser(names, made.schema, group=qparser.OrGroup)
    searcher = stack.enter_context(made.searcher())

    def search(asked: Asked) -> Sequence[int]:
        # Its parser reads punctuation as operators.
        query = parser.parse(asked.text.translate(_NOT_WORDS))
        return [int(hit["key"]) for hit in searcher.search(query, limit=BEST)]

    return search


PEERS: dict[str, Callable[[Corpus, Path, ExitStack], Searching]] = {
    "plain Whoosh": build_plain_whoosh,
    "bm25s": build_bm25s,
    "tantivy": build_tantivy,
}


def batches(keys: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """``keys`` in lists of so many."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]

"""What a knowledge base is made of, and what of it is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.analysis import texts_to_embed
from kb.catalog import Catalog, EngineState
from kb.library.embedding import TextsOf
from kb.ports import (
    BrochureReader,
    Embedder,
    EmbedderSource,
    Engine,
    PageRenderer,
    PictureStore,
    WordVectors,
    Writing,
)
from kb.ranking import DEFAULT_WEIGHTS, Weights
from kb.results import Found
from kb.thesaurus import Thesaurus, load_thesaurus


@dataclass(frozen=True, slots=True)
class Parts:
    """What a knowledge base is made of; ``kb.wiring`` chooses the classes."""

    catalog: Catalog
    embedders: EmbedderSource
    word_vectors: Callable[[], WordVectors]
    """A static model, also where a transformer embeds the passages."""
    open_engine: Callable[[str], Engine]
    """Opens (or creates) the engine kept under that name."""
    drop_engines: Callable[[str], None]
    """Deletes every engine but that one."""
    read: BrochureReader
    find_files: Callable[[Sequence[Path]], Found]
    writing: Writing
    """Held by whoever changes the base, one process at a time."""
    renderer: Callable[[], PageRenderer]
    pictures: PictureStore
    own_writing: Callable[[str], Writing | None] = lambda name: None
    """The lock of an engine that is this machine's alone, while others share the catalogue;
    None where whoever changes the catalogue writes that engine too."""
    engine_kind: str = ""
    """Kind of the engine of a new base, and of one built anew; empty: that in use, or Whoosh."""
    read_at_once: int = 1
    """How many files ``read`` may be given at once, each from a thread."""
    texts_of: TextsOf = texts_to_embed
    """What the embedder is given of a passage; measuring tries others."""
    thesaurus: Callable[[], Thesaurus] = load_thesaurus
    """What widens queries by lists of words."""
    weights: Weights = DEFAULT_WEIGHTS
    """The constants of the ranking; measuring tries others."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The engine and embedder in use, and the state that names them."""

    state: EngineState
    engine: Engine
    embedder: Embedder

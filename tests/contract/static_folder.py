"""Small static models, written as the bundled one is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN = "[UNK]"


def write_static_model(
    folder: Path, words: Sequence[str], *, dim: int = 8, seed: int = 3, added: Sequence[str] = ()
) -> Path:
    """A random direction a word, int8 with a length each; ``added`` words are whole tokens."""
    tokenizer = Tokenizer(
        models.WordPiece(
            {word: row for row, word in enumerate((UNKNOWN, *words))}, unk_token=UNKNOWN
        )
    )
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=True, lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_tokens([AddedToken(word, single_word=True, normalized=True) for word in added])
    rows = tokenizer.get_vocab_size()
    random = np.random.default_rng(seed)
    weights = random.uniform(0.001, 0.01, size=rows).astype(np.float32)
    weights[0] = 0  # What is unknown has no direction.
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {
            "embeddings": random.integers(-127, 128, size=(rows, dim), dtype=np.int8),
            "weights": weights,
        },
        folder / "model.safetensors",
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    write_modules(folder)
    return folder


def write_modules(folder: Path, *kinds: str, path: str = "") -> None:
    """Say what sentence-transformers puts together; a normalised static embedding if unsaid."""
    modules = [
        {
            "idx": place,
            "name": str(place),
            "path": path if place == 0 else f"{place}_{kind}",
            "type": f"sentence_transformers.models.{kind}",
        }
        for place, kind in enumerate(kinds or ("StaticEmbedding", "Normalize"))
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")

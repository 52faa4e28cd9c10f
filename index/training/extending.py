"""A written model read back, and given rows for words that it knew only in pieces."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.training.export import WEIGHTS, Quantised
from index.training.initial import Table
from index.training.words import KNOWABLE, WORD, folded
from kb.errors import ConfigurationError
from kb.text import stem

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FEWEST_USES = 3
MOST_WORDS = 5_000


def read_model(folder: Path) -> tuple[Table, Tokenizer]:
    """The rows and the tokenizer of a folder that ``export`` wrote.

    Raises ConfigurationError where it holds something else.
    """
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    try:
        arrays = load_file(folder / WEIGHTS)
        table = Quantised(arrays["embeddings"], arrays["weights"]).table()
        tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
    # Both libraries raise exceptions of their Rust side, some of them bare.
    except Exception as error:
        raise ConfigurationError(
            f"Le modèle de « {folder} » ne se lit pas : réinstallez le programme, ou retirez le "
            "modèle adapté puis lancez « kb reindex »."
        ) from error
    return table, tokenizer


def extended(
    table: Table, tokenizer: Tokenizer, texts: Iterable[str]
) -> tuple[Table, Tokenizer, int]:
    """Rows and tokenizer that know the frequent words of ``texts`` whole; how many are new.

    A new word begins as the mean of the words of its stem, else as that of its pieces.
    Rows that were there keep their number.
    """
    from tokenizers import Tokenizer

    words = _unknown(tokenizer, texts)
    if not words:
        return table, tokenizer, 0
    families: dict[str, list[int]] = {}
    for token, row in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1]):
        if token.isalpha() and len(token) > 2:
            families.setdefault(stem(token), []).append(row)
    rows = [
        table[families.get(stem(word)) or tokenizer.encode(word, add_special_tokens=False).ids]
        for word in words
    ]
    # The library adds whole tokens only beside its model; a word belongs inside it.
    state = json.loads(tokenizer.to_str())
    vocabulary = state["model"]["vocab"]
    # Numbers of added tokens hold only where the model knows them too.
    vocabulary |= {token["content"]: token["id"] for token in state["added_tokens"]}
    vocabulary |= {word: len(table) + at for at, word in enumerate(words)}
    wider: Table = np.vstack([table, *(row.mean(axis=0, keepdims=True) for row in rows)])
    return wider, Tokenizer.from_str(json.dumps(state)), len(words)


def _unknown(tokenizer: Tokenizer, texts: Iterable[str]) -> Sequence[str]:
    """Words of several uses that are no token, most frequent first, ties by spelling."""
    uses: Counter[str] = Counter()
    for text in texts:
        uses.update(WORD.findall(folded(text)))
    known = tokenizer.get_vocab()
    found = [
        word
        for word, count in uses.items()
        if count >= FEWEST_USES and word not in known and KNOWABLE.fullmatch(word)
    ]
    return sorted(found, key=lambda word: (-uses[word], word))[:MOST_WORDS]

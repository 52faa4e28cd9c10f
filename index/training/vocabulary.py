"""Which tokens the model has, and the tokenizer that finds them in a text.

Whole words first: a mean of word vectors is only as good as its words are whole.
The likeliest words of texts and word vectors, every word of the field's own
text whatever its frequency, then pieces for what is left. Hyphenated words
(*sans-abri*) and a few fixed expressions are tokens of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.training.config import VocabularyOptions
from index.training.counting import WordCounts
from index.training.word_vectors import WordVectors
from index.training.words import COMPOUND, KNOWABLE, REPLACED, folded

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "[UNK]"
"""Token 0: punctuation and foreign letters; its row is zero."""

CONTINUES = "##"
"""What a piece inside a word begins with."""

_LONGEST_WORD = 60
_WORDS_FOR_PIECES = 150_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

_INVERSION = re.compile(
    r".*-(?:je|tu|il|elle|on|nous|vous|ils|elles|ce|ci|la|le|les|moi|toi|lui|leur|y|en|t)"
)
"""*est-il*, *celui-ci*: words of grammar side by side, no words of their own."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens by row, and how often each stands in running text."""

    tokens: tuple[str, ...]
    added: tuple[str, ...]
    """Those of several parts, the last of ``tokens``."""
    frequencies: Mapping[str, float]
    """Estimated share of running text; 0 for what is not listed."""

    def __len__(self) -> int:
        return len(self.tokens)


def make_vocabulary(
    texts: WordCounts, field: WordCounts, vectors: WordVectors, options: VocabularyOptions
) -> Vocabulary:
    """The vocabulary over counted texts, the field's own text and word vectors."""
    frequencies = mixed_frequencies(texts, vectors, options.vector_share)
    words = [word for word in frequencies if KNOWABLE.fullmatch(word)]
    words.sort(key=lambda word: (-frequencies[word], word))
    chosen = dict.fromkeys(words[: options.words])
    chosen.update(dict.fromkeys(field.knowable()))
    left = [word for word in words[: options.words + _WORDS_FOR_PIECES] if word not in chosen]
    pieces = [piece for piece in _pieces(left, options.pieces) if piece not in chosen]
    added = _compounds(frequencies, field, options)
    return Vocabulary((UNKNOWN, *pieces, *chosen, *added), tuple(added), frequencies)


def mixed_frequencies(
    texts: WordCounts, vectors: WordVectors, vector_share: float
) -> dict[str, float]:
    """Share of running text of every folded word and hyphenated word.

    ``vector_share`` of it after the order of the word vectors, the rest as counted.
    """
    mixed: dict[str, float] = defaultdict(float)
    for word, share in vectors.frequencies():
        plain = folded(word)
        if KNOWABLE.fullmatch(plain) or COMPOUND.fullmatch(plain):
            mixed[plain] += vector_share * share
    total = texts.words.total() or 1
    for counts in (texts.words, texts.compounds):
        for word, count in counts.items():
            mixed[word] += (1.0 - vector_share) * count / total
    return dict(mixed)


def make_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """WordPiece over ``vocabulary``: lower case, accents stripped, ligatures apart.

    Ids are the rows of ``vocabulary.tokens``.
    """
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(
        models.WordPiece(
            # Added tokens too: their numbers are then part of the model, and stay when it grows.
            vocab={token: row for row, token in enumerate(vocabulary.tokens)},
            unk_token=UNKNOWN,
            continuing_subword_prefix=CONTINUES,
            max_input_chars_per_word=_LONGEST_WORD,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            *(normalizers.Replace(old, new) for old, new in REPLACED),
            normalizers.BertNormalizer(lowercase=True, strip_accents=True),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_tokens(
        [AddedToken(token, single_word=True, normalized=True) for token in vocabulary.added]
    )
    return tokenizer


def _compounds(
    frequencies: Mapping[str, float], field: WordCounts, options: VocabularyOptions
) -> list[str]:
    """Hyphenated words and expressions that are tokens of their own, sorted by source."""
    frequent = sorted(
        (word for word in frequencies if _is_compound(word)),
        key=lambda word: (-frequencies[word], word),
    )[: options.compounds]
    own = sorted(filter(_is_compound, field.compounds))
    expressions = [" ".join(folded(one).split()) for one in options.expressions]
    return list(dict.fromkeys([*expressions, *own, *frequent]))


def _is_compound(word: str) -> bool:
    return COMPOUND.fullmatch(word) is not None and _INVERSION.fullmatch(word) is None


def _pieces(words: Sequence[str], count: int) -> list[str]:
    """Word pieces for ``words``, every letter among them, so that each can be spelt.

    Pieces of byte-pair encoding (R. Sennrich, B. Haddow, A. Birch, Neural Machine
    Translation of Rare Words with Subword Units, ACL 2016), the most useful first.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    letters = [*_LETTERS, *(CONTINUES + letter for letter in _LETTERS)]
    if not count or not words:
        return letters
    # Not the library's trainer of word pieces: it numbers letters as they come, and its
    # ties fall otherwise in every run.
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(vocab_size=len(_LETTERS) + count, show_progress=False)
    tokenizer.train_from_iterator(words, trainer)
    ids = tokenizer.get_vocab()
    pieces = sorted((piece for piece in ids if len(piece) > 1), key=lambda piece: ids[piece])
    return [*letters, *(CONTINUES + piece for piece in pieces[:count])]

"""The student before training: some layers of the teacher, and its word rows put in French.

A word's row is read off the static model: its vector is taken to the teacher's space
by the linear map that serves the sentences of the lesson best (ridge regression), and the
rows of the English words that lie nearest there are averaged. Cf. B. Minixhofer et al.,
WECHSEL, NAACL 2022 (arXiv:2112.06598), which finds neighbours by aligned word vectors.
"""

from __future__ import annotations

import string
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.training.extending import read_model
from index.training.heldout import table_embedding
from index.training.teacher import Lesson, teacher_folder
from kb.errors import ConfigurationError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Table = npt.NDArray[np.float32]

CLASSIFIER, SEPARATOR, PADDING = "[CLS]", "[SEP]", "[PAD]"
SPECIAL = (CLASSIFIER, SEPARATOR, PADDING)
"""Tokens after those of the static model, in this order."""

UNKNOWN = "[UNK]"
_ENGLISH_WORDS = 25_000
"""The first ones of the teacher's vocabulary, which is sorted by frequency."""
_NEIGHBOURS = 10
_TEMPERATURE = 0.07
"""Of the softmax over cosines that weighs neighbours."""
_RIDGE = 30.0
_WORDS_AT_ONCE = 2000


def initial_student(static: Path, teacher: str, layers: int, lesson: Lesson, target: Path) -> Path:
    """Write a model folder that sentence-transformers reads; gives ``target``.

    ``layers`` of the teacher are kept, evenly spread. Raises ConfigurationError
    where the teacher is not installed, or is no BERT of whole words and word pieces.
    """
    from transformers import PreTrainedTokenizerFast

    table, words = read_model(static)
    model, english = _teacher(teacher)
    # Before the special tokens, of which the table has no rows.
    matrix = _map(table_embedding(table, words)(lesson.sentences), lesson)
    tokenizer = with_special_tokens(words)
    rows = _english_rows(table @ matrix, model, english)
    rows = _with_signs(rows, _tokens(tokenizer), model, english)
    _keep_layers(model, layers)
    _put_rows(model, rows)
    target.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(target / "transformer")
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        unk_token=UNKNOWN,
        cls_token=CLASSIFIER,
        sep_token=SEPARATOR,
        pad_token=PADDING,
        model_max_length=model.config.max_position_embeddings,
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(target / "transformer")
    return target


def with_special_tokens(tokenizer: Tokenizer) -> Tokenizer:
    """``tokenizer`` with the tokens that a transformer wants around a text."""
    from tokenizers import AddedToken
    from tokenizers.processors import TemplateProcessing

    tokenizer.add_special_tokens([AddedToken(one, normalized=False) for one in SPECIAL])
    around = [(one, tokenizer.token_to_id(one)) for one in (CLASSIFIER, SEPARATOR)]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{CLASSIFIER} $A {SEPARATOR}", special_tokens=around
    )
    return tokenizer


def open_student(folder: Path, max_tokens: int) -> Any:
    """A ``SentenceTransformer``: the transformer, the mean of its tokens, unit length."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    transformer = Transformer(str(folder / "transformer"), max_seq_length=max_tokens)
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")


def _tokens(tokenizer: Tokenizer) -> list[str]:
    """By number."""
    numbers = tokenizer.get_vocab()
    return sorted(numbers, key=lambda token: numbers[token])


def _teacher(teacher: str) -> tuple[Any, list[str]]:
    """Its layers, and its tokens by number."""
    from transformers import BertModel

    folder = teacher_folder(teacher)
    try:
        english = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        model = BertModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigurationError(
            f"Le modèle enseignant « {teacher} » n’est pas un modèle BERT entier, avec son "
            "vocab.txt : indiquez-en un autre dans [distillation]."
        ) from error
    return model, english


def _map(sentences: Table, lesson: Lesson) -> Table:
    """The matrix that takes static vectors of French sentences to the teacher's of the English."""
    targets = lesson.vectors - lesson.vectors.mean(axis=0)
    squares = sentences.T @ sentences + _RIDGE * np.eye(sentences.shape[1], dtype=np.float32)
    found: Table = np.linalg.solve(squares, sentences.T @ targets)
    return found


def _english_rows(moved: Table, model: Any, english: list[str]) -> Table:
    """For each row in the teacher's output space, the mean of its nearest words' input rows."""
    old: Table = model.embeddings.word_embeddings.weight.detach().numpy()
    known = [
        number
        for number, word in enumerate(english[:_ENGLISH_WORDS])
        if word.isascii() and word.isalpha() and len(word) > 1
    ]
    outputs = _of_words(model, english, known)
    outputs = _unit(outputs - outputs.mean(axis=0))
    moved = _unit(moved)
    blocks = [
        _mean_of_nearest(moved[start : start + _WORDS_AT_ONCE], outputs, old[known])
        for start in range(0, len(moved), _WORDS_AT_ONCE)
    ]
    return _lengthened(np.concatenate(blocks), float(np.linalg.norm(old[known], axis=1).mean()))


def _with_signs(rows: Table, tokens: list[str], model: Any, english: list[str]) -> Table:
    """``rows`` with those of the special tokens, and the teacher's own for what is the same
    in both languages: digits, numbers, letters."""
    old: Table = model.embeddings.word_embeddings.weight.detach().numpy()
    places = {word: number for number, word in enumerate(english)}
    found = np.zeros((len(tokens), rows.shape[1]), np.float32)
    found[: len(rows)] = rows
    for number, token in enumerate(tokens):
        same = token in (*SPECIAL, UNKNOWN) or token.isdigit() or token in string.ascii_lowercase
        if same and token in places:
            found[number] = old[places[token]]
    return found


def _of_words(model: Any, english: list[str], known: list[int]) -> Table:
    """What the teacher makes of each word alone: the mean of its output tokens."""
    import torch

    first, last = english.index(CLASSIFIER), english.index(SEPARATOR)
    found = []
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(known), 256):
            ids = torch.tensor([[first, one, last] for one in known[start : start + 256]])
            found.append(model(input_ids=ids).last_hidden_state.mean(dim=1).numpy())
    rows: Table = np.concatenate(found)
    return rows


def _mean_of_nearest(block: Table, outputs: Table, rows: Table) -> Table:
    cosines = block @ outputs.T
    nearest = np.argpartition(-cosines, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
    values = np.take_along_axis(cosines, nearest, axis=1)
    weights = np.exp((values - values.max(axis=1, keepdims=True)) / _TEMPERATURE)
    weights /= weights.sum(axis=1, keepdims=True)
    mean: Table = np.einsum("wn,wnd->wd", weights, rows[nearest])
    return mean


def _unit(rows: Table) -> Table:
    found: Table = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return found


def _lengthened(rows: Table, length: float) -> Table:
    """A mean is shorter than what it is made of: up to ``length``, 1.4 times at most."""
    norms = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    longer: Table = rows * np.clip(length / norms, 1.0, 1.4).astype(np.float32)
    return longer


def _keep_layers(model: Any, count: int) -> None:
    import torch

    layers = model.encoder.layer
    kept = np.linspace(0, len(layers) - 1, min(count, len(layers))).round().astype(int)
    model.encoder.layer = torch.nn.ModuleList([layers[number] for number in kept])
    model.config.num_hidden_layers = len(kept)
    # Nothing is seen often enough to be learnt by heart.
    model.config.hidden_dropout_prob = model.config.attention_probs_dropout_prob = 0.0


def _put_rows(model: Any, rows: Table) -> None:
    import torch

    padding = len(rows) - len(SPECIAL) + SPECIAL.index(PADDING)
    count, dim = rows.shape
    words = torch.nn.Embedding(count, dim, padding_idx=padding)
    words.weight.data = torch.from_numpy(rows)
    model.embeddings.word_embeddings = words
    model.config.vocab_size, model.config.pad_token_id = len(rows), padding

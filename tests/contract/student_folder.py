"""Small transformers: students written as the bundled one is, and a teacher to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tokenizers import Tokenizer

from index import StaticEmbedder
from index.embedders.student import CONFIG_FILE, GRAPH_FILE, StudentConfig
from index.training.export import write_json
from index.training.student.onnx_export import export_onnx

DIM = 12


def tiny_bert(tokens: int, *, seed: int = 0, places: int = 64) -> Any:
    """A random transformer of two layers that reads ``places`` tokens of a text."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=tokens,
        hidden_size=DIM,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=24,
        max_position_embeddings=places,
        # So long that texts of different words lie well apart.
        initializer_range=0.5,
    )
    return BertModel(config, add_pooling_layer=False).eval()


def write_student(folder: Path, words: Path, *, share: float = 0.5, max_tokens: int = 32) -> Path:
    """A random graph over the words of the static model in the folder ``words``."""
    first = Tokenizer.from_file(str(words / "tokenizer.json")).get_vocab_size()
    folder.mkdir(parents=True, exist_ok=True)
    bert = tiny_bert(first + 2, places=max_tokens)
    export_onnx([SimpleNamespace(auto_model=bert)], folder / GRAPH_FILE)
    config = StudentConfig(
        tokenizer=StaticEmbedder(words).tokenizer_digest,
        first=first,
        last=first + 1,
        max_tokens=max_tokens,
        dim=DIM,
        share=share,
    )
    write_json(folder / CONFIG_FILE, config.record())
    return folder


def write_teacher(folder: Path, words: Sequence[str], *, places: int = 64) -> Path:
    """An English model that sentence-transformers reads, with its ``vocab.txt``.

    Words are random, and what it makes of a text is mostly what its words are, wherever
    they stand.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertTokenizer

    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    bare = folder / "bare"
    bare.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
    bert = tiny_bert(len(tokens), seed=1, places=places)
    for name, parameter in bert.named_parameters():
        if "position_embeddings" in name or "token_type" in name:
            parameter.data.zero_()
        elif "encoder" in name and "LayerNorm" not in name:
            parameter.data *= 0.2
    bert.save_pretrained(bare)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(bare)
    transformer = Transformer(str(bare))
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    model = SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")
    model.save(str(folder))
    return folder

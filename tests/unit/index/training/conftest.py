"""A tiny language to train on: a hundred words in ten subjects, word vectors by chance."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from index.training.config import TrainingConfig, load_config
from index.training.request import TrainingRequest

SUBJECTS = [
    [head + tail for tail in ("ade", "ette", "ine", "oir", "ule", "age", "ouche", "illon")]
    for head in ("bal", "cor", "dim", "fer", "gol", "hur", "jap", "lom", "mur", "nor")
]
CONFIG = """
name = "tiny"
seed = 7
licence = "Apache-2.0"
keep_out = []

[vocabulary]
words = 60
pieces = 20
compounds = 5
expressions = ["maison de retraite"]

[initial]
signature_dim = 4
origin = "drawn by chance"

[fitting]
batch_size = 32
chunks = 2
epochs = 2
learning_rate = 3e-2
evaluations = 3

[export]
centre_texts = 50
max_megabytes = 1

[[source]]
name = "field"
kind = "groups"
files = ["./groups.txt"]
licence = "Apache-2.0"
origin = "written for this test"

[[source]]
name = "asked"
kind = "pairs"
files = ["pairs.jsonl"]
licence = "CC0"
origin = "drawn by chance"
weight = 2
held_out = 0.2

[[source]]
name = "text"
kind = "text"
files = ["text.txt"]
licence = "CC0"
origin = "drawn by chance"
"""


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder with a configuration, its data and word vectors."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "config.toml"

    def request(self, output: str = "model", **changes: object) -> TrainingRequest:
        made = TrainingRequest(
            self.path, self.folder / "data", self.folder / output, self.folder / "words.vec"
        )
        return replace(made, **changes)

    def config(self, old: str = "", new: str = "") -> TrainingConfig:
        """The configuration, written anew with ``new`` for ``old``."""
        assert old in CONFIG
        self.path.write_text(CONFIG.replace(old, new, 1) if old else CONFIG, encoding="utf-8")
        return load_config(self.path)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return make_workshop(tmp_path)


def make_workshop(tmp_path: Path) -> Workshop:
    """Write everything that a tiny training reads."""
    chance = random.Random(5)
    data = tmp_path / "data"
    data.mkdir()
    every = [word for words in SUBJECTS for word in words]
    vectors = [
        f"{word} {' '.join(f'{chance.gauss(0, 1):.4f}' for _ in range(12))}" for word in every
    ]
    (tmp_path / "words.vec").write_text("\n".join([f"{len(every)} 12", *vectors]) + "\n")
    pairs = []
    for _ in range(300):
        words = chance.choice(SUBJECTS)
        pairs.append(
            {
                "query": " ".join(chance.sample(words, 2)),
                "positive": " ".join(chance.sample(words, 4) + chance.sample(every, 2)),
            }
        )
    (data / "pairs.jsonl").write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    (data / "text.txt").write_text(
        "".join(" ".join(chance.choices(every, k=12)) + "\n" for _ in range(200))
    )
    (tmp_path / "groups.txt").write_text("sans-abri | à la rue\nEHPAD | maison de retraite\n")
    made = Workshop(tmp_path)
    made.config()
    return made

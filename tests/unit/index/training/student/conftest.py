"""The tiny language of the folder above, with a teacher who knows its translations."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from index.training.config import TrainingConfig, load_config
from index.training.request import TrainingRequest
from index.training.teacher import Lesson, learn_from, load_teacher
from tests.contract.static_folder import write_static_model
from tests.contract.student_folder import write_teacher
from tests.unit.index.training.conftest import SUBJECTS, make_workshop

WORDS = [word for words in SUBJECTS for word in words]
CONFIG = """
name = "tiny-student"
seed = 7
licence = "Apache-2.0"
keep_out = []

[student]
static = "static"
layers = 1
distil_epochs = 2
distil_batch_size = 32
distil_learning_rate = 5e-3
pool = 4
share = 0.4

[fitting]
batch_size = 32
chunks = 2
epochs = 2
learning_rate = 1e-2
max_tokens = 32
evaluations = 2

[distillation]
share = 0.5
weight = 1
sentences = 500
teacher = "TEACHER"

[export]
max_megabytes = 1

[[source]]
name = "asked"
kind = "pairs"
files = ["pairs.jsonl"]
licence = "CC0"
origin = "drawn by chance"
weight = 2
held_out = 0.2

[[source]]
name = "translated"
kind = "parallel"
files = ["parallel.jsonl"]
licence = "CC0"
origin = "drawn by chance"
"""


def english(word: str) -> str:
    """The translation of a word."""
    return word[::-1] + "ly"


@dataclass(frozen=True, slots=True)
class StudentWorkshop:
    """A folder with a configuration, its data, a static model and a teacher."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "student.toml"

    @property
    def static(self) -> Path:
        return self.folder / "data" / "static"

    @property
    def teacher(self) -> Path:
        return self.folder / "teacher"

    def request(self, output: str, **changes: object) -> TrainingRequest:
        made = TrainingRequest(self.path, self.folder / "data", self.folder / output)
        return replace(made, **changes)

    def config(self, old: str = "", new: str = "") -> TrainingConfig:
        """The configuration, written anew with ``new`` for ``old``."""
        assert old in CONFIG
        text = CONFIG.replace("TEACHER", str(self.teacher))
        self.path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
        return load_config(self.path)

    def lesson(self, count: int = 2000) -> Lesson:
        """What the teacher makes of ``count`` sentences."""
        return learn_from(
            sentences(count), load_teacher(str(self.teacher)), self.folder / f"lesson-{count}"
        )


def sentences(count: int) -> list[tuple[str, str]]:
    """(English, French), four words drawn by chance."""
    chance = random.Random(3)
    drawn = (chance.choices(WORDS, k=4) for _ in range(count))
    return [(" ".join(map(english, words)), " ".join(words)) for words in drawn]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Products so small are slower shared out."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> StudentWorkshop:
    """Made once a module: a test that asks for another configuration puts the first one back."""
    folder = make_workshop(tmp_path_factory.mktemp("student")).folder
    made = StudentWorkshop(folder)
    # Longer than there are words, so that a sentence tells its words.
    write_static_model(made.static, WORDS, dim=96)
    write_teacher(made.teacher, [english(word) for word in WORDS])
    lines = (json.dumps(pair) + "\n" for pair in sentences(500))
    (folder / "data" / "parallel.jsonl").write_text("".join(lines))
    made.config()
    return made

"""What a student is before training: the teacher's layers, over French words."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index import StaticEmbedder
from index.training.extending import read_model
from index.training.student.initial import initial_student, open_student, with_special_tokens
from index.training.teacher import Lesson
from kb.errors import ConfigurationError
from tests.contract.static_folder import write_static_model
from tests.contract.student_folder import DIM, write_teacher
from tests.unit.index.training.student.conftest import WORDS, english

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lesson(shop) -> Lesson:
    return shop.lesson()


@pytest.fixture(scope="module")
def initial(shop, lesson) -> Path:
    """The folder of a student of one layer."""
    return initial_student(shop.static, str(shop.teacher), 1, lesson, shop.folder / "initial")


def rows_of(folder: Path) -> np.ndarray:
    from transformers import BertModel

    bert = BertModel.from_pretrained(folder, add_pooling_layer=False)
    return bert.embeddings.word_embeddings.weight.detach().numpy()


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_words_begin_near_their_translation(shop, initial):
    """Which the teacher's vectors of sentences tell, no dictionary."""
    french = unit(rows_of(initial / "transformer")[1 : 1 + len(WORDS)])
    theirs = unit(rows_of(shop.teacher)[-len(WORDS) :])
    cosines = french @ theirs.T

    assert cosines.diagonal().mean() > 0.8
    assert abs(cosines.mean()) < 0.1
    assert (cosines.argmax(axis=1) == np.arange(len(WORDS))).mean() > 0.75


def test_special_tokens_and_signs_keep_the_teacher_s_rows(tmp_path: Path, lesson):
    static = write_static_model(tmp_path / "static", [*WORDS, "7", "2024", "b", "##b"], dim=96)
    teacher = write_teacher(tmp_path / "teacher", [*map(english, WORDS), "7", "2024", "b"])

    made = initial_student(static, str(teacher), 1, lesson, tmp_path / "made")
    model = open_student(made, 16)
    mine, theirs = model.tokenizer.get_vocab(), (teacher / "vocab.txt").read_text().split()
    rows, before = rows_of(made / "transformer"), rows_of(teacher)
    for token in ("[UNK]", "[CLS]", "[SEP]", "[PAD]", "7", "2024", "b"):
        assert np.array_equal(rows[mine[token]], before[theirs.index(token)]), token
    assert not np.array_equal(rows[mine["##b"]], before[theirs.index("b")])


def test_rows_are_neither_shorter_nor_much_longer_than_a_mean_of_the_teacher_s(shop, initial):
    lengths = np.linalg.norm(rows_of(initial / "transformer")[1 : 1 + len(WORDS)], axis=1)
    theirs = np.linalg.norm(rows_of(shop.teacher)[-len(WORDS) :], axis=1)

    assert lengths.max() <= theirs.max() * 1.4
    assert lengths.mean() == pytest.approx(theirs.mean(), rel=0.2)


def test_the_layers_asked_for_are_the_teacher_s_evenly_spread(shop, initial, lesson, tmp_path):
    from transformers import BertModel

    teacher = BertModel.from_pretrained(shop.teacher, add_pooling_layer=False)
    first = open_student(initial, 16)[0].auto_model
    assert first.config.num_hidden_layers == len(first.encoder.layer) == 1
    wide = initial_student(shop.static, str(shop.teacher), 9, lesson, tmp_path / "wide")
    all_layers = open_student(wide, 16)[0].auto_model
    assert all_layers.config.num_hidden_layers == len(all_layers.encoder.layer) == 2
    for kept, number in (
        (first.encoder.layer[0], 0),
        *zip(all_layers.encoder.layer, (0, 1), strict=True),
    ):
        theirs = teacher.encoder.layer[number].state_dict()
        assert all(np.array_equal(value, theirs[name]) for name, value in kept.state_dict().items())


def test_it_reads_the_words_of_the_static_model_between_two_more(shop, initial):
    model = open_student(initial, 16)
    text = "Balade, corette zzz"
    [ids] = StaticEmbedder(shop.static).token_ids([text])
    count = len(WORDS) + 1

    assert model.tokenizer(text)["input_ids"] == [count, *ids, count + 1]
    assert len(rows_of(initial / "transformer")) == count + 3
    _table, words = read_model(shop.static)
    special = with_special_tokens(words)
    assert [special.token_to_id(one) for one in ("[CLS]", "[SEP]", "[PAD]")] == [81, 82, 83]


def test_it_gives_rows_of_unit_length_and_reads_no_more_than_it_is_told(initial):
    model = open_student(initial, 6)
    texts = ["balade corette dimine feroir", "balade corette dimine feroir golule", "balade"]
    rows = model.encode(texts, show_progress_bar=False)

    assert rows.shape == (3, DIM)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert rows[0] == pytest.approx(rows[1], abs=1e-6)
    assert np.abs(rows[0] - rows[2]).max() > 1e-3


def test_the_same_inputs_give_the_same_rows(shop, initial, lesson, tmp_path):
    again = initial_student(shop.static, str(shop.teacher), 1, lesson, tmp_path / "again")

    assert np.array_equal(rows_of(again / "transformer"), rows_of(initial / "transformer"))


@pytest.mark.parametrize("missing", ["vocab.txt", "model.safetensors", "config.json"])
def test_a_teacher_that_is_no_whole_bert_is_told(shop, lesson, tmp_path, missing):
    broken = Path(shutil.copytree(shop.teacher, tmp_path / "broken"))
    (broken / missing).unlink()

    with pytest.raises(ConfigurationError) as caught:
        initial_student(shop.static, str(broken), 1, lesson, tmp_path / "made")
    assert str(caught.value) == (
        f"Le modèle enseignant « {broken} » n’est pas un modèle BERT entier, avec son vocab.txt : "
        "indiquez-en un autre dans [distillation]."
    )


def test_a_missing_teacher_is_told(shop, lesson, tmp_path):
    with pytest.raises(ConfigurationError, match=r"Le modèle enseignant « no_such_one » manque"):
        initial_student(shop.static, "no_such_one", 1, lesson, tmp_path / "made")

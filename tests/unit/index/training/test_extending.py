from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.training.config import ExportOptions
from index.training.export import write_model
from index.training.extending import extended, read_model
from kb.errors import ConfigurationError
from tests.contract.static_folder import write_static_model

WORDS = ["logement", "toit", "##s", "##ille"]


@pytest.fixture
def model(tmp_path: Path):
    return read_model(write_static_model(tmp_path / "m", WORDS, added=["sans-abri"]))


def test_a_frequent_word_gets_a_row_and_the_others_keep_theirs(model):
    table, tokenizer = model
    wider, wider_tokenizer, added = extended(table, tokenizer, ["Toitille !", "toitille toitille"])

    assert added == 1
    assert np.array_equal(wider[:-1], table)
    assert wider_tokenizer.encode("la Toitille").tokens == ["[UNK]", "toitille"]
    assert wider_tokenizer.token_to_id("toitille") == len(table)
    assert wider_tokenizer.token_to_id("sans-abri") == tokenizer.token_to_id("sans-abri")
    assert wider_tokenizer.get_vocab_size() == len(wider)
    ids = tokenizer.encode("toitille").ids
    assert np.allclose(wider[-1], table[ids].mean(axis=0))


def test_a_word_of_a_known_stem_begins_there(model):
    table, tokenizer = model
    wider, _tokenizer, _added = extended(table, tokenizer, ["logements"] * 3)

    assert np.allclose(wider[-1], table[tokenizer.token_to_id("logement")])


def test_rare_and_known_words_add_nothing(model):
    table, tokenizer = model

    same, _tokenizer, added = extended(table, tokenizer, ["rare rare", "toit toit toit"])
    assert added == 0
    assert same is table


def test_an_extended_model_is_written_and_read_back(model, tmp_path: Path):
    table, tokenizer, _added = extended(*model, ["toitille"] * 3)

    stored = write_model(tmp_path / "wider", table, tokenizer, "", ExportOptions())
    again, again_tokenizer = read_model(tmp_path / "wider")
    assert np.array_equal(again, stored.table())
    assert again_tokenizer.encode("toitille sans-abri").tokens == ["toitille", "sans-abri"]


def test_what_is_no_model_is_told(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="ne se lit pas : réinstallez le programme"):
        read_model(tmp_path)

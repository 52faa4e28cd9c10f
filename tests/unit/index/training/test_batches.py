from __future__ import annotations

from collections import Counter

from index.training.batches import MixedBatches, SourceRange

TEXTS = [(f"q{at}", f"p{at}") for at in range(100)]
RANGES = [SourceRange(0, 60, 1.0), SourceRange(60, 100, 4.5), SourceRange(100, 100, 9.0)]


def batches(texts=TEXTS, ranges=RANGES, **changes):
    options = {"batch_size": 16, "chunks": 4, "steps": 200, "seed": 3} | changes
    return MixedBatches(texts, ranges, **options)


def test_there_are_as_many_batches_as_steps():
    assert len(batches(steps=7)) == 7
    assert len(list(batches(steps=7))) == 7


def test_sources_come_in_proportion_to_size_and_weight():
    drawn = Counter(row >= 60 for batch in batches(chunks=1) for row in batch)

    # 60 x 1 against 40 x 4.5.
    assert 0.70 < drawn[True] / drawn.total() < 0.80


def test_a_batch_of_one_part_is_of_one_source():
    assert {len({row >= 60 for row in batch}) for batch in batches(chunks=1)} == {1}


def test_no_text_stands_twice_in_a_batch():
    texts = [(f"q{at % 5}", f"p{at}") for at in range(100)]

    for batch in batches(texts):
        queries = [texts[row][0] for row in batch]
        assert len(set(queries)) == len(queries) <= 5


def test_the_seed_and_the_epoch_decide():
    assert list(batches()) == list(batches())
    assert list(batches()) != list(batches(seed=4))
    other = batches()
    other.set_epoch(1)
    assert list(batches()) != list(other)

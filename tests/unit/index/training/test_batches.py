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


LENGTHS = [1 + at % 50 for at in range(100)]
DISTINCT = [("q" * length + f"{at:02}", f"{at:02}") for at, length in enumerate(LENGTHS)]
WHOLE = [SourceRange(0, 100, 1.0)]


def spread(found):
    """Mean difference of the longest and the shortest text of a batch."""
    lengths = [[LENGTHS[row] for row in batch] for batch in found]
    return sum(max(one) - min(one) for one in lengths) / len(lengths)


def test_texts_of_like_length_stand_together_in_a_batch():
    alone = batches(DISTINCT, WHOLE, chunks=1)
    pooled = batches(DISTINCT, WHOLE, chunks=1, pool=16)

    assert spread(alone) > 40
    assert spread(pooled) < 10


def test_every_row_is_as_likely_whatever_its_length():
    """5,000 batches of 2 rows: each row 100 times on average, give or take 10."""
    pooled = batches(DISTINCT, WHOLE, chunks=1, batch_size=2, steps=5000, pool=8)
    drawn = Counter(row for batch in pooled for row in batch)

    assert set(drawn) == set(range(100))
    assert all(60 < count < 140 for count in drawn.values())
    short = sum(count for row, count in drawn.items() if LENGTHS[row] <= 25)
    assert 0.48 < short / drawn.total() < 0.52


def test_sources_come_in_proportion_and_apart_with_a_pool():
    pooled = list(batches(chunks=1, pool=4))
    drawn = Counter(row >= 60 for batch in pooled for row in batch)

    assert {len({row >= 60 for row in batch}) for batch in pooled} == {1}
    assert 0.70 < drawn[True] / drawn.total() < 0.80


def test_no_text_stands_twice_in_a_batch_with_a_pool():
    texts = [(f"q{at % 5}", f"p{at}") for at in range(100)]

    for batch in batches(texts, pool=16):
        assert len({texts[row][0] for row in batch}) == len(batch) <= 5


def test_the_seed_and_the_epoch_decide_with_a_pool():
    assert list(batches(pool=4)) == list(batches(pool=4))
    assert list(batches(pool=4)) != list(batches(pool=4, seed=4))

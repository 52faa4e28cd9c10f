"""Which segments are gathered: few are left, and no write gathers too much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.whoosh.merging import AT_REST, AT_WRITE, Policy, Size, to_gather


def _alive(*sizes: int) -> list[Size]:
    return [Size(size, 0) for size in sizes]


def _after(sizes: list[Size], incoming: int, policy: Policy) -> list[Size]:
    """The sizes once the chosen segments and the new passages are one."""
    chosen = to_gather(sizes, incoming, policy)
    made = incoming + sum(sizes[place].alive for place in chosen)
    kept = [size for place, size in enumerate(sizes) if place not in chosen and size.alive]
    return kept + ([Size(made, 0)] if made else [])


def test_seven_segments_of_a_class_wait_for_the_eighth() -> None:
    assert to_gather(_alive(*[100] * 6), 100, AT_WRITE) == []
    assert to_gather(_alive(*[100] * 7), 100, AT_WRITE) == list(range(7))


def test_other_classes_are_left_alone() -> None:
    assert to_gather(_alive(5000, *[100] * 7, 1), 100, AT_WRITE) == list(range(1, 8))


def test_gathering_one_class_may_fill_the_next() -> None:
    sizes = _alive(*[700] * 7, *[100] * 7)
    assert to_gather(sizes, 100, AT_WRITE) == list(range(14))


def test_a_segment_with_many_dead_passages_is_written_anew() -> None:
    assert to_gather([Size(7, 3)], 0, AT_WRITE) == []
    assert to_gather([Size(6, 4)], 0, AT_WRITE) == [0]


def test_a_write_leaves_what_is_large_to_others() -> None:
    assert to_gather([Size(20_000, 15_000)], 100, AT_WRITE) == []
    assert to_gather([Size(20_000, 15_000)], 0, AT_REST) == [0]
    assert to_gather(_alive(*[40_000] * 9), 100, AT_WRITE) == []


def test_at_rest_two_of_a_class_are_enough() -> None:
    assert to_gather(_alive(100, 100), 0, AT_REST) == [0, 1]
    assert to_gather(_alive(30_000, 100), 0, AT_REST) == []
    assert to_gather(_alive(40_000, 40_000), 0, AT_REST) == []


def test_a_hundred_thousand_passages_lie_in_few_segments_and_are_rewritten_a_few_times() -> None:
    sizes: list[Size] = []
    rewritten = most = 0
    for _ in range(1000):
        rewritten += sum(sizes[place].alive for place in to_gather(sizes, 100, AT_WRITE))
        sizes = _after(sizes, 100, AT_WRITE)
        most = max(most, len(sizes))
    assert (most, rewritten) == (21, 216_300)
    while to_gather(sizes, 0, AT_REST):
        sizes = _after(sizes, 0, AT_REST)
    assert sorted(size.alive for size in sizes) == [38_400, 61_600]


@given(
    st.lists(st.builds(Size, st.integers(0, 70_000), st.integers(0, 9000)), max_size=40),
    st.integers(0, 2000),
    st.sampled_from([AT_WRITE, AT_REST]),
)
def test_no_step_gathers_more_than_it_may_and_steps_come_to_an_end(
    sizes: list[Size], incoming: int, policy: Policy
) -> None:
    chosen = to_gather(sizes, incoming, policy)
    assert chosen == sorted(set(chosen))
    assert all(sizes[place].alive for place in chosen)
    assert sum(sizes[place].alive for place in chosen) <= policy.limit
    sizes = _after(sizes, incoming, policy)
    for _ in range(100):
        if not to_gather(sizes, 0, policy):
            break
        sizes = _after(sizes, 0, policy)
    assert to_gather(sizes, 0, policy) == []

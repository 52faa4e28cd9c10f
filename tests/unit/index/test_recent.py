"""The bounded memory forgets what was unused for longest."""

from __future__ import annotations

from index.recent import Recent


def _remembered(memory: Recent[str, str], key: str) -> bool:
    made = []

    def make() -> str:
        made.append(key)
        return key

    memory.get(key, make)
    return not made


def test_a_value_is_made_once() -> None:
    memory: Recent[str, str] = Recent(10, len)
    assert memory.get("a", lambda: "first") == "first"
    assert memory.get("a", lambda: "second") == "first"


def test_beyond_its_capacity_the_least_used_goes() -> None:
    memory: Recent[str, str] = Recent(2, lambda _: 1)
    for key in ("a", "b", "a", "c"):
        memory.get(key, lambda key=key: key)
    assert [_remembered(memory, key) for key in ("a", "c")] == [True, True]
    assert not _remembered(memory, "b")


def test_a_value_larger_than_all_is_still_given() -> None:
    memory: Recent[str, str] = Recent(2, len)
    assert memory.get("a", lambda: "enormous") == "enormous"
    assert memory.get("b", lambda: "b") == "b"
    assert not _remembered(memory, "a")

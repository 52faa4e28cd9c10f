"""What every store of pictures promises: bounds kept, nothing half written, safe to share."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.picture_files import PictureFiles
from kb.ports import PictureStore

Make = Callable[[int], PictureStore]


@pytest.fixture(params=["files"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """A store over this test's folder, of so many bytes; called again, another one over it."""
    makers: dict[str, Make] = {"files": lambda size: PictureFiles(tmp_path / "pictures", size)}
    return makers[request.param]


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_gives_back_what_was_put(make: Make) -> None:
    store = make(1000)
    assert store.get("a-1") is None
    store.put("a-1", b"image")
    store.put("a-2", b"autre")
    assert (store.get("a-1"), store.get("a-2"), store.get("a-3")) == (b"image", b"autre", None)


def test_later_picture_takes_the_place_of_the_earlier(make: Make) -> None:
    store = make(1000)
    store.put("a", b"avant")
    store.put("a", b"apres")
    assert store.get("a") == b"apres"


def test_is_there_for_the_next_process(make: Make) -> None:
    make(1000).put("a", b"image")
    assert make(1000).get("a") == b"image"


def test_never_holds_more_than_its_bound(make: Make, tmp_path: Path) -> None:
    store = make(1000)
    for number in range(60):
        store.put(f"k-{number}", b"x" * (37 + number % 5))
        assert size_of(tmp_path) <= 1000
    assert store.get("k-59") is not None
    assert store.get("k-0") is None


def test_longest_unused_goes_first(make: Make, tmp_path: Path) -> None:
    store = make(1000)
    for number, key in enumerate(("old", "used", "young")):
        store.put(key, b"x" * 300)
        (path,) = tmp_path.rglob(f"{key}*")
        os.utime(path, (number, number))
    assert store.get("used") is not None
    store.put("new", b"x" * 300)
    assert [key for key in ("old", "used", "young", "new") if store.get(key) is None] == ["old"]


def test_picture_larger_than_the_bound_is_left_out_and_costs_nothing(make: Make) -> None:
    store = make(1000)
    store.put("a", b"image")
    store.put("huge", b"x" * 1001)
    assert (store.get("huge"), store.get("a")) == (None, b"image")


def test_smaller_bound_holds_from_the_next_picture_on(make: Make, tmp_path: Path) -> None:
    for number in range(9):
        make(1000).put(f"k-{number}", b"x" * 100)
    make(300).put("new", b"x" * 100)
    assert size_of(tmp_path) <= 300


def test_forgets_one_brochure_only(make: Make) -> None:
    store = make(1000)
    for key in ("aa-1", "aa-2", "ab-1"):
        store.put(key, b"image")
    store.forget("aa")
    assert [store.get(key) for key in ("aa-1", "aa-2", "ab-1")] == [None, None, b"image"]
    store.forget("zz")


@pytest.mark.parametrize("key", ["", "../a", "a/b", "a.b", "A", "é", "-a", "a\n", "a" * 200])
def test_key_that_is_none_is_refused(make: Make, key: str) -> None:
    store = make(1000)
    for call in (store.get, store.forget, lambda one: store.put(one, b"image")):
        with pytest.raises(ValueError, match="not a key"):
            call(key)


def test_empty_picture_is_not_kept(make: Make) -> None:
    store = make(1000)
    store.put("a", b"")
    assert store.get("a") is None


def test_many_threads_share_a_store(make: Make, tmp_path: Path) -> None:
    def use(number: int) -> bytes | None:
        store = make(2000)
        key = f"k-{number % 7}"
        store.put(key, key.encode() * 50)
        return store.get(key)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(use, range(200)))
    assert {one for one in found if one} <= {f"k-{number}".encode() * 50 for number in range(7)}
    # Those that write at once may pass the bound by what they write.
    make(2000).put("last", b"x")
    assert size_of(tmp_path) <= 2000


def test_folder_that_can_not_be_used_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("pas un dossier")
    store = PictureFiles(tmp_path / "file", 1000)
    store.put("a", b"image")
    store.forget("a")
    assert store.get("a") is None


def test_folder_that_can_only_be_read_gives_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    store = PictureFiles(tmp_path, 1000)
    store.put("a", b"image")
    monkeypatch.setattr("os.utime", refuse)
    assert store.get("a") == b"image"


def test_half_written_files_count_and_go(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / ".new-left.picture").write_bytes(b"x" * 950)
    os.utime(folder / ".new-left.picture", (1, 1))
    store = PictureFiles(folder, 1000)
    store.put("a", b"x" * 100)
    assert store.get("a") == b"x" * 100
    assert size_of(folder) == 100

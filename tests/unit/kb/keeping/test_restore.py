"""A backup that comes back: the whole of it, or the base as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kb import faults
from kb.config import Settings
from kb.errors import Busy, Damaged, NewerFormat, StorageError
from kb.keeping import back_up, restore, verify
from kb.office.database import Database
from kb.office.jobs import Jobs
from kb.office.journal import NOBODY, Action
from kb.office.tokens import Scope
from kb.wiring import home_of, open_journal, open_tokens, writing_lock
from tests.unit.kb.keeping.conftest import (
    PASSWORD,
    accounts,
    contents,
    ingest,
    opened,
    query,
    texts,
)
from tests.unit.kb.library.conftest import BRETAGNE, MEDITERRANEE

LATER = """\
# Plus tard | Est Habitat | Metz | 57 | 2023
## Le besoin
Des apprentis arrivent en gare sans adresse.
"""


@pytest.fixture
def later(base: Settings, tmp_path: Path) -> Settings:
    """The base, once a brochure has come and another has changed and gone to another name."""
    added = base.home / "uploads" / "est.txt"
    added.write_text(LATER, encoding="utf-8")
    sent = base.home / "uploads" / "sud.txt"
    sent.write_text(MEDITERRANEE.replace("foyer", "lit"), encoding="utf-8")
    ingest(base, added, sent)
    return base


def test_a_new_home_holds_all_that_was_backed_up(
    made: Path, archive: Path, fresh: Settings
) -> None:
    done = restore(fresh, archive)

    was = Settings(home=made / "base", embedding_model=fresh.embedding_model)
    assert texts(fresh) == texts(was)
    assert (done.manifest.brochures, done.replaced, done.accounts) == (2, 0, True)
    assert verify(fresh).problems == ()
    assert (fresh.home / "profiles" / "union.toml").read_text("utf-8") == "# une mise en page\n"
    assert not (fresh.home / "restoring").exists()


def test_its_own_files_are_where_the_new_home_looks_for_them(
    archive: Path, fresh: Settings, made: Path
) -> None:
    restore(fresh, archive)

    with opened(fresh) as library:
        paths = {entry.brochure.id: entry.path for entry in library.brochures()}
    assert paths == {
        "bretagne": str(made / "bretagne.txt"),
        "sud": str(fresh.home / "uploads" / "sud.txt"),
    }
    assert (fresh.home / "uploads" / "sud.txt").read_text("utf-8") == MEDITERRANEE


def test_no_passage_is_embedded_anew(
    archive: Path, fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index import StaticEmbedder

    def never(*_: object) -> None:
        raise AssertionError("vectors are in the backup")

    monkeypatch.setattr(StaticEmbedder, "embed_passages", never)

    restore(fresh, archive)

    assert verify(fresh).passages == 6


def test_what_a_damaged_engine_could_not_give_is_made_again(
    base: Settings, fresh: Settings, tmp_path: Path
) -> None:
    (base.home / "engines" / "whoosh-1" / "vectors" / "vectors.json").write_text("rien")
    back_up(base, tmp_path / "b")

    restore(fresh, tmp_path / "b")

    assert verify(fresh).problems == ()
    with opened(fresh) as library:
        assert library.search("saisonniers foyer").hits[0].brochure.id == "sud"


def test_the_vectors_are_those_that_were_backed_up(
    archive: Path, fresh: Settings, made: Path
) -> None:
    restore(fresh, archive)

    def held(settings: Settings) -> list[list[list[float]]]:
        with opened(settings) as library, library._base.moment() as moment:
            found = moment.engine.vectors(moment.engine.keys())
            return [rows.tolist() for _, rows in sorted(found.items())]

    assert held(fresh) == held(Settings(home=made / "base", embedding_model=fresh.embedding_model))


def test_the_administrator_may_sign_in_again_and_nobody_is(archive: Path, fresh: Settings) -> None:
    restore(fresh, archive)

    assert query(fresh.home / "office" / "office.sqlite", "SELECT * FROM sessions") == []
    assert accounts(fresh).sign_in("ada", PASSWORD)
    mode = (fresh.home / "office" / "office.sqlite").stat().st_mode & 0o777
    assert (mode, (fresh.home / "office").stat().st_mode & 0o777) == (0o600, 0o700)


def test_an_existing_base_becomes_the_one_that_was_backed_up(
    archive: Path, later: Settings
) -> None:
    done = restore(later, archive)

    assert done.replaced == 3
    assert [one for one in texts(later) if "apprentis" in one or "lit." in one] == []
    assert len(texts(later)) == 6
    assert verify(later).problems == ()


def test_what_the_old_base_alone_needed_goes(archive: Path, later: Settings) -> None:
    restore(later, archive)

    with opened(later) as library:
        kept = {Path(e.path) for e in library.brochures() if "uploads" in e.path}
    # Its name was that of another revision until the switch.
    assert kept == {later.home / "uploads" / "sud.txt"}
    assert set((later.home / "uploads").iterdir()) == kept
    assert (later.home / "uploads" / "sud.txt").read_text("utf-8") == MEDITERRANEE
    assert len(list((later.home / "engines").iterdir())) == 1


def test_a_file_that_waits_to_be_read_stays(archive: Path, later: Settings) -> None:
    waiting = later.home / "uploads" / "est.txt"
    waiting.write_text("envoyé à l’instant")

    restore(later, archive)

    assert waiting.read_text() == "envoyé à l’instant"


def test_a_base_that_others_have_open_changes_under_them(archive: Path, later: Settings) -> None:
    with opened(later) as library:
        assert library.search("apprentis gare adresse").hits[0].brochure.id == "est"
        generation = library._base.catalog.generation()

        restore(later, archive)

        assert library._base.catalog.generation() > generation
        assert not any(hit.brochure.id == "est" for hit in library.search("gare adresse").hits)
        assert library.search("saisonniers foyer").hits[0].passage.text.endswith("faute de foyer.")
        assert {entry.brochure.id for entry in library.brochures()} == {"bretagne", "sud"}


def test_keys_are_never_given_twice(archive: Path, later: Settings) -> None:
    sql = "SELECT key FROM passages"
    before = set(query(later.home / "catalogue.sqlite", sql))

    restore(later, archive)
    restored = set(query(later.home / "catalogue.sqlite", sql))
    again = later.home / "uploads" / "est.txt"
    again.write_text(LATER, encoding="utf-8")
    ingest(later, again)

    after = set(query(later.home / "catalogue.sqlite", sql))
    assert before.isdisjoint(restored)
    assert restored < after
    assert (after - restored).isdisjoint(before)


def test_the_work_of_this_machine_stays(archive: Path, base: Settings) -> None:
    restore(base, archive)

    jobs = Jobs(Database(base.home / "office" / "office.sqlite")).all()
    assert [job.file_name for job in jobs] == ["attend.txt"]


def test_accounts_come_back_with_the_rest(archive: Path, base: Settings) -> None:
    accounts(base).change_password("une tout autre phrase")

    restore(base, archive)

    assert accounts(base).sign_in("ada", PASSWORD)
    assert accounts(base).sign_in("ada", "une tout autre phrase") is None


def test_accounts_of_this_machine_may_be_kept(archive: Path, base: Settings) -> None:
    accounts(base).change_password("une tout autre phrase")
    token = accounts(base).sign_in("ada", "une tout autre phrase")
    assert token

    done = restore(base, archive, keep_accounts=True)

    assert not done.accounts
    assert accounts(base).signed_in(token)


def test_a_backup_without_accounts_leaves_those_of_the_home(
    base: Settings, fresh: Settings, tmp_path: Path
) -> None:
    own = tmp_path / "bretagne.txt"
    own.write_text(BRETAGNE, encoding="utf-8")
    ingest(fresh, own)
    back_up(fresh, tmp_path / "b")

    assert not restore(base, tmp_path / "b").accounts

    assert accounts(base).sign_in("ada", PASSWORD)


def test_an_empty_base_comes_back_empty(later: Settings, fresh: Settings, tmp_path: Path) -> None:
    opened(fresh).close()
    back_up(fresh, tmp_path / "b")

    restore(later, tmp_path / "b")

    assert texts(later) == []
    assert verify(later).problems == ()
    ingest(later, _written(tmp_path / "est.txt", LATER))
    assert texts(later) == ["Des apprentis arrivent en gare sans adresse."]


def test_a_damaged_catalogue_is_kept_aside(archive: Path, base: Settings) -> None:
    (base.home / "catalogue.sqlite").write_bytes(b"perdu" * 1000)
    (base.home / "office" / "office.sqlite").write_bytes(b"perdu aussi" * 1000)
    with pytest.raises(Damaged, match="kb restore FICHIER"):
        opened(base)

    done = restore(base, archive)

    assert (done.damaged, done.accounts) == (True, True)
    assert verify(base).problems == ()
    aside = {path.read_bytes()[:5] for path in base.home.rglob("*-abime-*")}
    assert aside == {b"perdu"}
    assert len(list(base.home.rglob("*-abime-*"))) == 2


def test_a_home_of_a_later_format_is_left_alone(archive: Path, base: Settings) -> None:
    query(base.home / "catalogue.sqlite", "PRAGMA user_version = 99")
    before = contents(base.home)

    with pytest.raises(NewerFormat):
        restore(base, archive)

    assert contents(base.home) == before


def test_who_changes_the_base_is_waited_for_or_told(
    archive: Path, base: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kb.wiring

    monkeypatch.setattr(kb.wiring, "LOCK_TIMEOUT_S", 0.0)
    before = contents(base.home)

    with writing_lock(home_of(base))("ajout de brochures"), pytest.raises(Busy):
        restore(base, archive)

    assert contents(base.home) == {**before, **_holder(base.home)}


def _holder(home: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in home.glob("writing.json")}


@pytest.mark.parametrize(
    "point",
    ["restore:unpacked", "restore:built", "restore:placed", "restore:indexed"],
)
def test_a_disk_that_refuses_before_the_switch_leaves_the_base_as_it_was(
    point: str, archive: Path, later: Settings, stopping: Callable[[str], None]
) -> None:
    before = texts(later)
    stopping(point)

    with pytest.raises((StorageError, OSError)):
        restore(later, archive)
    faults.listen(None)

    assert texts(later) == before
    assert verify(later).problems == ()
    assert not (later.home / "restoring").exists()
    restore(later, archive)
    assert len(texts(later)) == 6


def test_a_disk_that_refuses_after_the_switch_leaves_the_new_base(
    archive: Path, later: Settings, stopping: Callable[[str], None]
) -> None:
    stopping("restore:switched")

    with pytest.raises(StorageError, match="relancez-la"):
        restore(later, archive)
    faults.listen(None)

    assert len(texts(later)) == 6
    assert verify(later).problems == ()


def test_a_disk_without_room_is_told_before_anything_is_written(
    archive: Path, fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 0))

    with pytest.raises(StorageError, match="faites de la place"):
        restore(fresh, archive)

    assert not fresh.home.exists()


def test_progress_counts_up_to_its_end(archive: Path, fresh: Settings) -> None:
    steps: list[tuple[int, int, str]] = []

    restore(fresh, archive, progress=lambda *step: steps.append(step))

    assert [done for done, _, _ in steps] == sorted(done for done, _, _ in steps)
    assert steps[-1] == (steps[-1][1], steps[-1][1], "")
    assert {name for _, _, name in steps} >= {"catalogue.sqlite", "uploads/sud.txt"}


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_token_that_was_revoked_since_stays_revoked(base: Settings, tmp_path: Path) -> None:
    tokens = open_tokens(base)
    secret = tokens.create("catalogue", Scope.READ)
    back_up(base, tmp_path / "b")
    tokens.revoke("catalogue")

    restore(base, tmp_path / "b")

    assert tokens.known(secret) is None


def test_a_new_machine_takes_tokens_and_journal_along(
    base: Settings, fresh: Settings, tmp_path: Path
) -> None:
    secret = open_tokens(base).create("catalogue", Scope.READ)
    open_journal(base).note(NOBODY, Action.ADD, "hier.pdf")
    back_up(base, tmp_path / "b")
    # A command has told its change already, nobody can sign in yet.
    open_journal(fresh).note(NOBODY, Action.REINDEX, "aujourd’hui")

    restore(fresh, tmp_path / "b")

    assert open_tokens(fresh).known(secret)
    assert [one.subject for one in open_journal(fresh).entries()] == ["aujourd’hui"]
    other = Settings(home=tmp_path / "other", embedding_model=fresh.embedding_model)
    restore(other, tmp_path / "b")
    assert [one.subject for one in open_journal(other).entries()] == ["hier.pdf"]

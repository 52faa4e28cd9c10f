from __future__ import annotations

from pathlib import Path

import pytest

import kb.training
from kb.cli.session import Session
from kb.main import run
from kb.training import AdaptationOutcome, Comparison


def refuse(_settings):
    raise AssertionError("training opens no library through the session")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session({"KB_HOME": str(tmp_path / "base")}, refuse)


@pytest.fixture
def adapting(monkeypatch):
    """Makes ``kb train --adapt`` give this outcome; the calls it got."""
    calls: list[dict[str, object]] = []

    def gives(outcome: AdaptationOutcome) -> list[dict[str, object]]:
        def adapt_model(settings, **options):
            options["reporter"].stage("Adaptation…")
            options["reporter"].step(1, 2, "perte 0,5")
            calls.append({"home": settings.home, **options})
            return outcome

        monkeypatch.setattr(kb.training, "adapt_model", adapt_model)
        return calls

    return gives


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "donnez soit une configuration par --config, soit --adapt"),
        (["--adapt", "--config", "c.toml"], "donnez soit une configuration par --config"),
        (["--config", "c.toml", "--dry-run"], "--questions et --dry-run ne vont qu’avec --adapt"),
        (["--adapt", "--student", "."], "--student ne va qu’avec --config"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    session, tmp_path, monkeypatch, capsys, arguments, message
):
    monkeypatch.chdir(tmp_path)
    Path("c.toml").touch()

    assert run(["train", *arguments], session) == 2
    assert message in capsys.readouterr().err


def test_a_configuration_is_trained(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("c.toml", "q.jsonl", "w.vec"):
        Path(name).touch()
    calls = []
    monkeypatch.setattr(
        kb.training, "train_model", lambda config, **options: calls.append((config, options))
    )

    assert (
        run(
            [
                "train", "--config", "c.toml", "--vectors", "w.vec", "--keep-out", "q.jsonl",
                "--keep-out", "w.vec", "--output", "m", "--resume", "--student", ".",
            ],
            session,
        )
        == 0
    )  # fmt: skip
    [(config, options)] = calls
    del options["reporter"]
    assert config == Path("c.toml")
    assert options == {
        "data": Path("."),
        "vectors": Path("w.vec"),
        "output": tmp_path / "m",
        "keep_out": (Path("q.jsonl"), Path("w.vec")),
        "resume": True,
        "student": Path("."),
    }


def test_an_installed_model_is_told_with_both_figures(session, tmp_path, capsys, adapting):
    comparison = Comparison("recherche hybride, essai", 0.71234, 0.75)
    calls = adapting(AdaptationOutcome((comparison,), 1, installed=True))
    (tmp_path / "q.jsonl").touch()

    assert run(["train", "--adapt", "--questions", str(tmp_path / "q.jsonl")], session) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "nDCG@10, recherche hybride, essai : 0,712 avec le modèle en usage, 0,750 adapté.",
        "Modèle adapté installé, base réindexée (1 mot ajouté au vocabulaire).",
    ]
    assert err.splitlines() == ["Adaptation…", "[2/2] perte 0,5"]
    assert calls[0]["home"] == tmp_path / "base"
    assert calls[0]["questions"] == tmp_path / "q.jsonl"


def test_a_worse_model_is_refused_with_both_figures(session, capsys, adapting):
    adapting(AdaptationOutcome((Comparison("essai", 0.8, 0.7),), 1, installed=False))

    assert run(["train", "--adapt"], session) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Sans questions jugées (--questions), la comparaison porte sur le modèle seul, non sur la "
        "recherche hybride.",
        "nDCG@10, essai : 0,800 avec le modèle en usage, 0,700 adapté.",
        "Le modèle adapté fait moins bien : il n’est pas gardé, la base n’a pas changé.",
    ]


def test_a_dry_run_says_what_would_be(session, capsys, adapting):
    calls = adapting(AdaptationOutcome((Comparison("essai", 0.7, 0.8),), 1, installed=False))

    assert run(["train", "--adapt", "--dry-run"], session) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Essai à blanc : le modèle adapté serait gardé ; la base n’a pas changé."
    )
    assert calls[0]["dry_run"] is True

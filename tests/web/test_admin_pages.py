"""The pages from which brochures are sent, followed, replaced and removed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from ingest.readers import SUPPORTED_SUFFIXES
from kb.config import Settings
from kb.errors import StorageError
from kb.office.desk import Desk
from kb.office.office import Office
from kb.results import FileState
from kb.wiring import open_office
from tests.web.reading import one, parsed, text_of
from tests.web.signing import form_token, message_of, post, signed_in
from web import accounts, admin, uploads
from web.app import create_app

JSON = {"Accept": "application/json"}


@pytest.fixture
def office(library: Any, home: Path) -> Office:
    return open_office(Settings(home=home), library)


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk


@pytest.fixture
def app(library: Any, home: Path, office: Office) -> Flask:
    return create_app(library, Settings(home=home), office)


@pytest.fixture
def browser(app: Flask, home: Path) -> FlaskClient:
    """A browser that is signed in."""
    return signed_in(app.test_client(), home)


@pytest.fixture
def seen(browser: FlaskClient) -> Callable[[str], HtmlElement]:
    def fetch(path: str = "/admin") -> HtmlElement:
        answer = browser.get(path)
        assert answer.status_code == 200
        return parsed(answer.get_data(as_text=True))

    return fetch


def send(
    browser: FlaskClient, *files: tuple[str, bytes], headers: dict[str, str] | None = None
) -> TestResponse:
    token = form_token(browser.get("/admin"))
    data = {
        "csrf_token": token,
        "files": [(BytesIO(content), name) for name, content in files],
    }
    return browser.post("/admin/brochures", data=data, headers=headers)


def notes(tree: HtmlElement) -> list[str]:
    return [text_of(each) for each in tree.xpath("//p[contains(@class, 'note')][@role]")]


def jobs(tree: HtmlElement) -> list[str]:
    return [text_of(each).strip() for each in tree.xpath("//ul[@class='jobs']/li")]


def kept(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.exists() else {}


# Sending


def test_several_files_are_received_then_read(
    browser: FlaskClient, desk: Desk, library: Any, seen: Callable[[], HtmlElement]
) -> None:
    answer = send(browser, ("Été à Lille.pdf", b"un"), ("../notes.txt", b"deux"))
    assert (answer.status_code, answer.location) == (303, "/admin#travaux")
    tree = seen()
    assert notes(tree) == ["2 fichiers sont reçus\u00a0: leur lecture va commencer."]
    assert jobs(tree) == ["en attente notes.txt Lecture", "en attente Ete_a_Lille.pdf Lecture"]
    assert library.ingested == []

    desk.work_off()

    assert library.ingested == [library.folder / "Ete_a_Lille.pdf", library.folder / "notes.txt"]
    assert kept(library.folder) == {"Ete_a_Lille.pdf": b"un", "notes.txt": b"deux"}
    assert notes(seen()) == []  # told once


def test_a_script_sends_one_file_and_is_told_so(browser: FlaskClient, desk: Desk) -> None:
    answer = send(browser, ("notes.txt", b"un"), headers=JSON)
    assert (answer.status_code, answer.get_json()) == (202, {"refused": []})
    assert [job.subject for job in desk.jobs()] == ["notes.txt"]


def test_two_files_of_one_name_become_one_brochure(
    browser: FlaskClient, desk: Desk, library: Any
) -> None:
    send(browser, ("notes.txt", b"un"), ("notes.txt", b"deux"))
    desk.work_off()
    assert kept(library.folder) == {"notes.txt": b"deux"}


def test_a_damaged_file_is_told_in_plain_words_and_not_kept(
    browser: FlaskClient, desk: Desk, library: Any, seen: Callable[[], HtmlElement]
) -> None:
    library.outcome = FileState.REFUSED
    send(browser, ("abîmé.pdf", b"%PDF-1.4"))
    desk.work_off()
    assert jobs(seen()) == [
        "refusée abime.pdf Lecture Le fichier est vide\u00a0: donnez-en un autre."
    ]
    assert kept(library.folder) == {}


def test_an_empty_file_is_refused_and_the_others_go_on(
    browser: FlaskClient, desk: Desk, seen: Callable[[], HtmlElement]
) -> None:
    send(browser, ("vide.txt", b""), ("notes.txt", b"un"))
    assert notes(seen()) == [
        "vide.txt est vide\u00a0: choisissez un autre fichier.",
        "1 fichier est reçu\u00a0: sa lecture va commencer.",
    ]
    assert [job.subject for job in desk.jobs()] == ["notes.txt"]


def test_a_file_that_is_too_large_is_refused_and_the_others_go_on(
    browser: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_UPLOAD_BYTES", uploads.MEGABYTE)
    large = b"x" * (uploads.MEGABYTE + 1)
    answer = send(browser, ("gros.pdf", large), ("notes.txt", b"un"), headers=JSON)
    assert answer.status_code == 422
    assert answer.get_json() == {
        "refused": [
            "gros.pdf dépasse 1 Mo\u00a0: allégez-le ou passez par «\u00a0kb ingest\u00a0»."
        ]
    }
    assert [job.subject for job in desk.jobs()] == ["notes.txt"]


def test_a_form_that_is_too_large_is_refused_whole(
    browser: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(accounts._LARGEST, "admin.upload", 1000)
    token = form_token(browser.get("/admin"))
    data = {"csrf_token": token, "files": [(BytesIO(b"x" * 2000), "gros.pdf")]}
    answer = browser.post("/admin/brochures", data=data)
    assert answer.status_code == 413
    assert "dépasse la taille permise" in answer.get_data(as_text=True)
    assert desk.jobs() == ()


def test_a_form_without_a_file_says_what_to_do(
    browser: FlaskClient, seen: Callable[[], HtmlElement]
) -> None:
    assert send(browser, ("", b"")).status_code == 303
    assert notes(seen()) == ["Choisissez au moins un fichier, puis envoyez."]
    answer = send(browser, ("", b""), headers=JSON)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_many_refusals_leave_the_session_whole(
    browser: FlaskClient, seen: Callable[[], HtmlElement]
) -> None:
    send(browser, *((f"{'é' * 90}-{number}.txt", b"") for number in range(30)))
    told = notes(seen())
    assert len(told) == 6
    assert told[-1] == "25 autres fichiers sont refusés."


def test_the_form_offers_what_can_be_read(seen: Callable[[], HtmlElement]) -> None:
    field = one(seen(), "//input[@type='file']")
    assert field.get("accept") == admin.ACCEPTED
    assert set(admin.ACCEPTED.split(",")) == set(SUPPORTED_SUFFIXES)
    assert field.get("multiple") is not None


# Following


def test_work_is_followed_by_scripts(browser: FlaskClient, desk: Desk) -> None:
    send(browser, ("notes.txt", b"un"))
    answer = browser.get("/admin/travaux", headers=JSON).get_json()
    assert answer["active"] == 1
    assert "en attente" in answer["html"]

    desk.work_off()

    answer = browser.get("/admin/travaux", headers=JSON).get_json()
    assert answer["active"] == 0
    assert "ajoutée" in answer["html"]
    assert 'href="/admin/brochures/recueil"' in answer["html"]


def test_list_and_count_of_work_are_of_one_moment(
    browser: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(browser, ("notes.txt", b"un"))
    moments = iter([desk.jobs()])  # right after, all is done and forgotten
    monkeypatch.setattr(desk, "jobs", lambda: next(moments, ()))
    answer = browser.get("/admin/travaux", headers=JSON).get_json()
    assert answer["active"] == 1
    assert "1\u00a0travail à faire" in answer["html"]


def test_address_of_the_work_leads_people_to_its_page(browser: FlaskClient) -> None:
    answer = browser.get("/admin/travaux", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (303, "/admin#travaux")


def test_what_failed_can_be_tried_again_from_the_page(
    browser: FlaskClient, desk: Desk, library: Any, seen: Callable[[], HtmlElement]
) -> None:
    send(browser, ("notes.txt", b"un"))
    library.failure = StorageError("Disque plein : faites de la place.")
    desk.work_off()
    library.failure = None
    tree = seen()
    assert "échec notes.txt Lecture Disque plein\u00a0: faites de la place." in jobs(tree)[0]
    (form,) = [each.get("action") for each in tree.xpath("//ul[@class='jobs']//form")]

    assert post(browser, form).location == "/admin#travaux"
    desk.work_off()

    assert jobs(seen())[0].startswith("ajoutée notes.txt")
    assert kept(library.folder) == {"notes.txt": b"un"}


def test_what_cannot_be_tried_again_says_so(
    browser: FlaskClient, desk: Desk, seen: Callable[[], HtmlElement]
) -> None:
    send(browser, ("notes.txt", b"un"))
    desk.work_off()
    post(browser, f"/admin/travaux/{desk.jobs()[0].number}/relancer")
    assert notes(seen()) == ["Ce travail n’est pas à relancer."]
    assert post(browser, "/admin/travaux/404/relancer").status_code == 404


def test_what_was_interrupted_is_told(
    browser: FlaskClient, library: Any, home: Path, seen: Callable[[], HtmlElement]
) -> None:
    send(browser, ("notes.txt", b"un"))
    # A server that dies at work, then another that starts.
    dying = open_office(Settings(home=home), library).desk
    dying._jobs.start(dying.jobs()[0].number)
    open_office(Settings(home=home), library).desk.work_off()
    assert jobs(seen())[0].startswith(
        "interrompu notes.txt Lecture Le serveur s’est arrêté pendant ce travail"
    )
    assert one(seen(), "//ul[@class='jobs']//button").text_content().startswith("Relancer")


def test_ended_work_is_forgotten(
    browser: FlaskClient, desk: Desk, seen: Callable[[], HtmlElement]
) -> None:
    send(browser, ("notes.txt", b"un"))
    desk.work_off()
    assert post(browser, "/admin/travaux/effacer").location == "/admin#travaux"
    assert jobs(seen()) == []


# Brochures


def test_every_brochure_stands_with_what_can_be_done(seen: Callable[[], HtmlElement]) -> None:
    tree = seen()
    cards = tree.xpath("//section[@id='brochures']/article")
    assert [text_of(one(card, "h3")) for card in cards] == ["Recueil d’essai (2021)", "Notes"]
    assert "1\u00a0point à vérifier" in text_of(cards[0])
    assert [link.get("href") for link in cards[0].xpath(".//div//a")] == [
        "/admin/brochures/recueil",
        "/admin/brochures/recueil/remplacer",
        "/admin/brochures/recueil/retirer",
    ]


def test_an_empty_base_invites_to_send(library: Any, seen: Callable[[], HtmlElement]) -> None:
    library.is_empty = True
    section = one(seen(), "//section[@id='brochures']")
    assert "Aucune brochure pour l’instant" in text_of(section)


def test_the_report_says_what_is_uncertain(seen: Callable[[str], HtmlElement]) -> None:
    tree = seen("/admin/brochures/recueil")
    assert text_of(one(tree, "//h1")) == "Recueil d’essai (2021)"
    doubts = one(tree, "//section[@aria-labelledby='a-verifier']")
    assert [text_of(each) for each in doubts.xpath(".//li")] == ["La page 5 n’a pas de rubrique."]
    folded = [text_of(each) for each in tree.xpath("//details/summary")]
    assert folded == ["Lignes répétées écartées (1)", "Autres lignes hors des passages (1)"]
    assert "Photo : <img>" in text_of(one(tree, "//main"))


def test_an_unknown_brochure_is_not_found(browser: FlaskClient) -> None:
    for path in ("", "/remplacer", "/retirer"):
        assert browser.get(f"/admin/brochures/inconnue{path}").status_code == 404
    assert post(browser, "/admin/brochures/inconnue/relire").status_code == 404
    assert post(browser, "/admin/brochures/inconnue/retirer").status_code == 404


def test_removing_is_asked_then_done(
    browser: FlaskClient, desk: Desk, library: Any, seen: Callable[..., HtmlElement]
) -> None:
    tree = seen("/admin/brochures/recueil/retirer")
    assert text_of(one(tree, "//h1")) == "Retirer «\u00a0Recueil d’essai\u00a0»\u202f?"
    assert library.removed == []

    assert post(browser, "/admin/brochures/recueil/retirer").status_code == 303
    assert notes(seen()) == ["Le retrait de «\u00a0Recueil d’essai\u00a0» est demandé."]
    desk.work_off()

    assert library.removed == ["recueil"]
    assert jobs(seen())[0].startswith("retirée Recueil d’essai Retrait")


def test_replacing_waits_for_the_new_file(
    browser: FlaskClient, desk: Desk, library: Any, seen: Callable[..., HtmlElement]
) -> None:
    library.outcome = FileState.UPDATED
    token = form_token(browser.get("/admin/brochures/recueil/remplacer"))
    data = {"csrf_token": token, "file": (BytesIO(b"neuf"), "Version 2.docx")}
    answer = browser.post("/admin/brochures/recueil/remplacer", data=data)
    assert (answer.status_code, answer.location) == (303, "/admin#travaux")
    assert jobs(seen()) == ["en attente Recueil d’essai Remplacement"]

    desk.work_off()

    assert kept(library.folder) == {"Version_2.docx": b"neuf"}
    assert jobs(seen())[0].startswith("mise à jour Recueil d’essai Remplacement")


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "", "Choisissez le fichier qui prendra sa place."),
        (b"", "vide.pdf", "vide.pdf est vide\u00a0: choisissez un autre fichier."),
    ],
)
def test_replacing_by_nothing_says_what_to_do(
    browser: FlaskClient, desk: Desk, content: bytes, name: str, message: str
) -> None:
    token = form_token(browser.get("/admin/brochures/recueil/remplacer"))
    data = {"csrf_token": token, "file": (BytesIO(content), name)}
    answer = browser.post("/admin/brochures/recueil/remplacer", data=data)
    assert message_of(answer) == message
    assert desk.jobs() == ()


def test_one_or_all_are_read_again(
    browser: FlaskClient, desk: Desk, library: Any, seen: Callable[[], HtmlElement]
) -> None:
    library.outcome = FileState.UPDATED
    library.folder.mkdir(parents=True)
    for name in ("recueil.pdf", "notes.txt"):
        (library.folder / name).touch()
    post(browser, "/admin/brochures/recueil/relire")
    assert notes(seen()) == ["La relecture de «\u00a0Recueil d’essai\u00a0» est demandée."]
    post(browser, "/admin/relire")
    assert notes(seen()) == ["La relecture de 2 brochures est demandée."]

    desk.work_off()

    assert [path.name for path in library.ingested] == ["recueil.pdf", "recueil.pdf", "notes.txt"]


def test_no_page_of_the_administration_shows_where_files_are(
    browser: FlaskClient, desk: Desk, home: Path
) -> None:
    send(browser, ("notes.txt", b"un"))
    desk.work_off()
    for path in ("/admin", "/admin/brochures/recueil", "/admin/brochures/recueil/retirer"):
        assert str(home) not in browser.get(path).get_data(as_text=True)

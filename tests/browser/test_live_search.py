"""Results and suggestions while one types: no answer out of turn, and a true way back."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import PROJECT, Visit
from tests.browser.visitor import NARROW, Visitor

HOME = Visit("home", "/")
RESULTS = Visit("results", "/?q=logement")
FRAGMENT = "x-fragment"


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def typed(page: Page, text: str) -> None:
    """Type over what the field holds, and wait until its results are shown."""
    page.locator("#q").select_text()
    page.keyboard.type(text)
    expect(page.locator("#bilan")).to_contain_text(f"«\u00a0{text}\u00a0»")


def held(page: Page, wanted: str) -> Callable[[], None]:
    """Keep the answer to one question back; gives what lets it go."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        question = parse_qs(urlsplit(route.request.url).query).get("q")
        if FRAGMENT in route.request.headers and question == [wanted]:
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/?q=*", hold)

    def let_go() -> None:
        assert len(waiting) == 1, "the question was never asked"
        waiting[0].continue_()

    return let_go


def test_results_follow_what_is_typed_and_the_field_keeps_the_focus(visitor: Visitor) -> None:
    with visitor.at(HOME) as (page, noticed):
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("logement")
        expect(page.locator("#bilan")).to_contain_text("passages pour «\u00a0logement\u00a0»")
        assert query(page) == {"q": ["logement"]}
        assert page.evaluate("document.activeElement.id") == "q"
        assert page.title() == "logement – Passages"
        expect(page.locator("#annonce")).to_contain_text("passages pour")
        assert noticed.complaints == []


def test_what_was_typed_before_the_script_was_there_is_looked_for(visitor: Visitor) -> None:
    with visitor.at(RESULTS) as (page, noticed):
        waiting: list[Route] = []
        page.route("**/search.js*", lambda route: waiting.append(route))
        with page.expect_request("**/search.js*"):
            page.reload(wait_until="commit")
        page.locator("#q").fill("jeunes")
        waiting[0].continue_()
        expect(page.locator("#bilan")).to_contain_text("«\u00a0jeunes\u00a0»")
        assert query(page) == {"q": ["jeunes"]}
        assert noticed.complaints == []


def test_late_answer_to_an_earlier_question_changes_nothing(visitor: Visitor) -> None:
    with visitor.at(RESULTS) as (page, _):
        let_go = held(page, "femmes")
        with page.expect_request(lambda request: request.url.endswith("/?q=femmes")) as asked:
            page.locator("#q").select_text()
            page.keyboard.type("femmes")
        typed(page, "jeunes")
        assert asked.value.failure is not None, "the stale request was not cancelled"
        let_go()
        page.evaluate("() => new Promise(done => requestAnimationFrame(done))")
        expect(page.locator("#bilan")).to_contain_text("«\u00a0jeunes\u00a0»")
        assert query(page) == {"q": ["jeunes"]}


def test_way_back_from_a_filter_leads_to_what_was_typed(visitor: Visitor) -> None:
    with visitor.at(RESULTS) as (page, _):
        typed(page, "femmes")
        page.locator("#filtres a").first.click()
        expect(page.locator(".chips a")).to_have_count(1)
        page.go_back()
        expect(page.locator(".chips a")).to_have_count(0)
        assert query(page) == {"q": ["femmes"]}
        assert page.input_value("#q") == "femmes"
        page.go_back()
        expect(page.locator("#bilan")).to_contain_text("«\u00a0logement\u00a0»")
        assert page.input_value("#q") == "logement"


def test_question_that_cannot_be_searched_leaves_the_results_until_it_is_submitted(
    visitor: Visitor,
) -> None:
    with visitor.at(RESULTS) as (page, _):
        with page.expect_response("**/?q=-femmes") as refused:
            page.locator("#q").select_text()
            page.keyboard.type("-femmes")
        assert refused.value.status == 400
        expect(page.locator(".hit").first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#bilan")).to_have_text(
            "La requête ne fait qu’exclure\u00a0: ajoutez au moins un mot à chercher."
        )
        assert page.input_value("#q") == "-femmes"
        page.locator("#q").fill("femmes")
        expect(page.locator(".hit").first).to_be_visible()


def test_server_that_fails_is_told_and_leaves_the_results(visitor: Visitor) -> None:
    with visitor.at(RESULTS) as (page, _):
        page.route("**/?q=femmes", lambda route: route.fulfill(status=503))
        page.locator("#q").select_text()
        page.keyboard.type("femmes")
        expect(page.locator("#annonce")).to_have_text(
            "La recherche n’a pas pu se faire\u00a0: réessayez."
        )
        expect(page.locator("#bilan")).to_contain_text("«\u00a0logement\u00a0»")


def test_suggestions_are_chosen_by_keyboard(visitor: Visitor) -> None:
    with visitor.at(HOME) as (page, _):
        field, options = page.locator("#q"), page.locator("#propositions [role=option]")
        expect(field).to_have_attribute("role", "combobox")
        expect(field).to_be_focused()
        page.keyboard.type("solfa")
        expect(field).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        expect(field).to_have_attribute("aria-expanded", "false")
        expect(options).to_have_count(0)
        assert page.input_value("#q") == "solfa"

        page.keyboard.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        chosen = options.first.get_attribute("id")
        assert field.get_attribute("aria-activedescendant") == chosen
        place = options.evaluate_all(
            "all => all.findIndex(each => each.textContent.includes('un refuge'))"
        )
        for _ in range(place):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/projets/{PROJECT}")


def test_keyboard_of_a_phone_leaves_once_a_search_is_sent(visitor: Visitor) -> None:
    with visitor.at(HOME, width=NARROW, touch=True) as (page, _):
        page.locator("#q").tap()
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("logement")
        page.keyboard.press("Enter")
        expect(page.locator(".hit").first).to_be_visible()
        assert page.evaluate("document.activeElement.tagName") == "BODY"

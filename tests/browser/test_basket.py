"""The basket as it is used: kept, moved, emptied, put back, taken away."""

from __future__ import annotations

import io
import json
from typing import Any

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import KEPT, Visit
from tests.browser.visitor import BASKET, NARROW, WIDE, Visitor, tab_to

RESULTS = Visit("results", "/?q=logement+femmes+violences")
OWN = Visit("basket", "/panier", kept=KEPT)


def kept(page: Page) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(page.evaluate(f"localStorage.getItem('{BASKET}')"))
    return value


def shown(page: Page) -> list[str]:
    ids: list[str] = page.eval_on_selector_all(
        ".kept > li", "items => items.map(item => item.dataset.passage)"
    )
    return ids


def own_list(page: Page) -> None:
    expect(page.locator(".kept > li")).to_have_count(len(KEPT))


def test_passage_is_kept_and_dropped_at_its_button(visitor: Visitor) -> None:
    with visitor.at(RESULTS) as (page, _):
        button = page.locator("[data-keep]").first
        expect(button).to_have_attribute("aria-pressed", "false")
        tab_to(page, "[data-keep]")
        page.keyboard.press("Space")
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(page.locator("[data-basket-count]")).to_have_text("1 passage")
        expect(page.locator("#panier-dit")).to_have_text("Passage gardé dans le panier. 1 passage")
        assert kept(page) == {
            "ids": [button.get_attribute("data-keep")],
            "title": "",
            "introduction": "",
        }
        page.reload()
        expect(button).to_have_attribute("aria-pressed", "true")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
        expect(page.locator("[data-basket-count]")).to_be_hidden()
        assert kept(page)["ids"] == []


def test_other_tab_sees_what_is_kept(visitor: Visitor) -> None:
    with visitor.at(RESULTS) as (page, _):
        other = page.context.new_page()
        other.goto(page.url)
        other.locator("[data-keep]").first.click()
        expect(page.locator("[data-keep]").first).to_have_attribute("aria-pressed", "true")


def test_list_follows_what_another_tab_keeps(visitor: Visitor) -> None:
    with visitor.at(OWN) as (page, _):
        own_list(page)
        other = page.context.new_page()
        other.goto(page.url.replace("/panier", f"/passages/{KEPT[0]}"))
        other.locator("[data-keep][aria-pressed=true]").first.click()
        expect(page.locator(".kept > li")).to_have_count(len(KEPT) - 1)
        page.locator('button[name="down"]').first.click()
        assert kept(page)["ids"] == shown(page) == [KEPT[2], KEPT[1]]


def test_order_changes_by_keyboard_and_stays(visitor: Visitor) -> None:
    first, second, third = KEPT
    with visitor.at(OWN) as (page, _):
        own_list(page)
        tab_to(page, f'button[name="down"][value="{first}"]')
        page.keyboard.press("Enter")
        assert shown(page) == kept(page)["ids"] == [second, first, third]
        expect(page.locator("#panier-dit")).to_have_text("Passage déplacé : place 2 sur 3.")
        page.keyboard.press("Enter")
        assert shown(page) == [second, third, first]
        # At the end of the list the focus goes to the way back.
        at = page.evaluate("[document.activeElement.name, document.activeElement.value]")
        assert at == ["up", first]
        page.reload()
        own_list(page)
        assert shown(page) == [second, third, first]


def test_passage_is_dragged_to_another_place(visitor: Visitor) -> None:
    first, second, third = KEPT
    with visitor.at(OWN) as (page, _):
        own_list(page)
        page.set_viewport_size({"width": WIDE, "height": 2000})  # nothing scrolls meanwhile
        page.locator(".grip").nth(2).hover()
        page.mouse.down()
        for nearer in (6, 5):
            page.locator(".kept > li").first.hover(position={"x": 20, "y": nearer})
        page.mouse.up()
        assert shown(page) == kept(page)["ids"] == [third, first, second]


def test_removing_and_emptying_can_be_undone(visitor: Visitor) -> None:
    first, second, third = KEPT
    with visitor.at(OWN) as (page, _):
        own_list(page)
        page.fill("[name=title]", "Ma note")
        page.locator(f'button[name="remove"][value="{second}"]').click()
        assert shown(page) == kept(page)["ids"] == [first, third]
        assert page.evaluate("document.activeElement.value") == third
        page.get_by_role("button", name="Remettre comme avant").click()
        own_list(page)
        assert shown(page) == kept(page)["ids"] == list(KEPT)

        page.get_by_role("link", name="Vider la liste").click()
        expect(page.get_by_text("Aucun passage n’est gardé.")).to_be_visible()
        assert kept(page)["ids"] == []
        page.keyboard.press("Enter")  # the focus is on the way back
        own_list(page)
        assert kept(page) == {"ids": list(KEPT), "title": "Ma note", "introduction": ""}
        expect(page.locator("[name=title]")).to_have_value("Ma note")


def test_gathering_brings_projects_together(visitor: Visitor) -> None:
    first, second, third = KEPT
    with visitor.at(OWN) as (page, _):
        own_list(page)
        page.get_by_role("button", name="Regrouper par projet").click()
        assert shown(page) == kept(page)["ids"] == [first, third, second]


def test_note_is_taken_away_as_a_word_file_that_says_what_was_typed(visitor: Visitor) -> None:
    with visitor.at(OWN) as (page, _):
        own_list(page)
        page.fill("[name=title]", "Ma note")
        page.fill("[name=introduction]", "Pour la commission.")
        with page.expect_download() as download:
            page.get_by_role("button", name="Word").click()
        assert download.value.suggested_filename == "ma-note.docx"
        document = docx.Document(io.BytesIO(download.value.path().read_bytes()))
        texts = [paragraph.text for paragraph in document.paragraphs]
        assert (texts[0], texts[2]) == ("Ma note", "Pour la commission.")
        assert sum(text.startswith("— ") for text in texts) == len(KEPT)


def test_enter_in_the_title_stays_on_the_page(visitor: Visitor) -> None:
    with visitor.at(OWN) as (page, _):
        own_list(page)
        page.fill("[name=title]", "Ma note")
        page.press("[name=title]", "Enter")
        assert page.url.endswith("/panier")
        assert kept(page)["title"] == "Ma note"


def test_page_to_print_leads_back_to_the_basket(visitor: Visitor) -> None:
    with visitor.at(OWN) as (page, _):
        own_list(page)
        page.get_by_role("button", name="Page à imprimer").click()
        expect(page.locator(".quotation")).to_have_count(len(KEPT))
        expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
        page.get_by_role("link", name="Revenir à la liste").click()
        own_list(page)
        assert page.url.endswith("/panier")


def test_address_of_a_list_is_put_into_another_s_basket(visitor: Visitor) -> None:
    with visitor.at(OWN) as (page, _):
        own_list(page)
        page.fill("[name=title]", "Ma note")
        page.get_by_role("button", name="Adresse à partager").click()
        page.wait_for_url("**/panier?passage=*")
        page.evaluate("localStorage.clear()")
        address = page.url
        page.goto(address)
        page.get_by_role("button", name="Les mettre dans mon panier").click()
        assert kept(page) == {"ids": list(KEPT), "title": "Ma note", "introduction": ""}


def test_list_is_changed_without_scripts(visitor: Visitor) -> None:
    first, second, third = KEPT
    query = "&".join(f"passage={one}" for one in KEPT)
    address = Visit("basket", f"/panier?{query}")
    with visitor.at(address, scripts=False) as (page, _):
        page.locator('button[name="up"]').nth(2).click()
        assert page.locator(".kept > li input").evaluate_all("all => all.map(e => e.value)") == [
            first,
            third,
            second,
        ]
        page.locator('button[name="remove"]').first.click()
        expect(page.locator(".kept > li")).to_have_count(2)
        with page.expect_download() as download:
            page.get_by_role("button", name="Markdown").click()
        assert download.value.suggested_filename == "passages-choisis.md"


@pytest.mark.parametrize(
    "stored", ["", "{", "null", "[]", '{"ids": "a"}', '{"ids": [1, null, {"a": 1}], "title": 7}']
)
def test_basket_that_makes_no_sense_is_empty(visitor: Visitor, stored: str) -> None:
    with visitor.at(Visit("about", "/a-propos")) as (page, _):
        page.evaluate(f"value => localStorage.setItem('{BASKET}', value)", stored)
        page.goto(page.url.replace("/a-propos", "/panier"))
        expect(page.get_by_text("Aucun passage n’est gardé.")).to_be_visible()


def test_full_basket_takes_no_more_and_says_so(visitor: Visitor) -> None:
    full = Visit("results", RESULTS.path, kept=tuple(f"p/{number}" for number in range(100)))
    with visitor.at(full, width=NARROW) as (page, _):
        page.locator("[data-keep]").first.click()
        expect(page.locator("#panier-dit.toast")).to_have_text(
            "Le panier est plein : retirez-en un passage pour en garder un autre."
        )
        assert len(kept(page)["ids"]) == 100

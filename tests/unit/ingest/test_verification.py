"""No passage is shown that is not on its page."""

from __future__ import annotations

from ingest.verification import Verifier
from kb.model import PageText

PAGES = [
    PageText(1, "", "Un titre\n• Le bailleur loge\ndes jeunes. Il prévoit"),
    PageText(2, "", "En-tête\nun suivi. Fin."),
]


def test_white_space_and_bullets_do_not_matter() -> None:
    assert Verifier(PAGES).confirms("Le bailleur\nloge des jeunes.", 1, 1)


def test_a_changed_word_an_accent_or_another_page_is_refused() -> None:
    verifier = Verifier(PAGES)
    assert not verifier.confirms("Le bailleur loge les jeunes.", 1, 1)
    assert not verifier.confirms("Il prevoit", 1, 1)
    assert not verifier.confirms("Le bailleur loge", 2, 2)
    assert not verifier.confirms("Le bailleur loge", 3, 3)


def test_a_sentence_over_a_page_break_is_found_on_both() -> None:
    verifier = Verifier(PAGES)
    assert verifier.confirms("Il prévoit un suivi.", 1, 2)
    assert not verifier.confirms("Il prévoit un adieu.", 1, 2)
    assert not verifier.confirms("un suivi.", 1, 1)

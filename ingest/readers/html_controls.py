"""What a web page offers its visitor to do: share, print, go elsewhere on the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4.element import Tag

_BLOCKS = frozenset(str.split("div dl li ol p section span td ul"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LONGEST = 240
"""Characters; a longer block is content."""
_NAMES = re.compile(
    r"(?<![\w-])(?:share|sharing|partager?|socials?|social-\w+|breadcrumbs?|fil-(?:d-?)?ariane|"
    r"pagination|pager|addtoany|addthis|sharethis|skip-?link|print)(?![a-z])",
    re.IGNORECASE,
)
"""Words in the class, id or label of blocks that hold such links."""
_ACTION = re.compile(
    r"\W*(?:(?:partage[rz]|recommande[rz])(?: (?:sur|par|via|cet|cette|l[ae’']).{0,40})?|"
    r"(?:imprimer|télécharger|lire la suite|en savoir plus|suivez-nous)\b.{0,40}|"
    r"envoyer (?:par|à un).{0,30}|(?:s[’']abonner|abonnez-vous)\b.{0,40}|copier le lien|"
    r"ajouter (?:aux|à mes) favoris|haut de (?:la )?page|voir (?:aussi|plus|tous|toutes)\b.{0,30}|"
    r"retour(?: en haut| haut de page| à la liste| à l[’']accueil| au sommaire| aux projets)?|"
    r"(?:page |projet |fiche )?(?:suivante?|précédente?)|accueil|contact|mentions légales|"
    r"facebook|twitter|x|linkedin|instagram|youtube|whatsapp|e-?mail|courriel|share|print|tweet)\W*",
    re.IGNORECASE,
)
"""The whole text of a link that offers to do something."""
_SHARING = re.compile(
    r"facebook\.com/(?:sharer|dialog)|(?:twitter|x)\.com/(?:intent|share)|linkedin\.com/share|"
    r"(?:api\.)?whatsapp\.com/send|wa\.me/|^mailto:\?|^javascript:",
    re.IGNORECASE,
)
_ROWS = frozenset({"center", "font", "table", "tr"})
"""Besides blocks, what may hold a menu or a notice of a letter sent by e-mail."""
_LETTER = r"(?:lettre|newsletter|infolettre|message|e-?mail|mail|courriel)"
_NOTICE = re.compile(
    rf"\W*(?:vous recevez (?:ce|cet|cette) {_LETTER}|"
    rf"(?:voir|lire|ouvrir|afficher|consulter) (?:ce|cet|cette|la|le) {_LETTER} (?:dans|en|sur) |"
    rf"(?:voir|lire) la version (?:en ligne|web)|version en ligne\W*$|"
    rf"si (?:ce|cet|cette) {_LETTER} (?:ne |n[’']|s[’'])|"
    rf"si vous (?:ne |n[’']).{{0,60}}(?:{_LETTER}|images|correctement|cliquez)\b|"
    rf"(?:pour )?(?:se|vous|me) désabonner|désabonnement|désinscription|"
    rf"pour ne plus recevoir|(?:gérer|modifier|mettre à jour) (?:mes|vos|ses) préférences)",
    re.IGNORECASE,
)
"""How a notice begins that goes with a letter sent by e-mail."""
_MENU_WORDS = 3
_CRUMBS = re.compile(r"[>›»/→|\s]+")


def is_control(element: Tag) -> bool:
    """Is it a link or a block of links for the visitor, without content of its own?

    A list of links that name partners or projects is content.
    """
    if element.name == "a":
        return bool(_SHARING.search(str(element.get("href") or "")))
    if element.name not in _BLOCKS | _ROWS:
        return False
    text = _short_text(element)
    if text and _NOTICE.match(text):
        return True
    if element.find("a") is None:
        return False
    if text is None or element.find(_HEADINGS) is not None:
        return False
    links = [link.get_text(" ", strip=True) for link in element.find_all("a")]
    rest = text
    for link in links:
        rest = rest.replace(link, "", 1)
    rest = _CRUMBS.sub("", rest)
    if _is_named(element) and len(rest) * 2 <= len(text):
        return True
    if links[0].lower() == "accueil" and _CRUMBS.match(text[len(links[0]) :].strip()):
        return True
    if rest:
        return False
    return _is_menu(links) or all(_ACTION.fullmatch(link) for link in links if link)


def _is_menu(links: list[str]) -> bool:
    """Short links in a row, at least one of which offers to go or do something."""
    return (
        len(links) > 2
        and all(len(link.split()) <= _MENU_WORDS for link in links)
        and any(_ACTION.fullmatch(link) for link in links)
    )


def _short_text(element: Tag) -> str | None:
    """The text of an element; None where it is long."""
    pieces: list[str] = []
    length = 0
    for piece in element.stripped_strings:
        pieces.append(" ".join(piece.split()))
        length += len(piece)
        if length > _LONGEST:
            return None
    return " ".join(pieces)


def _is_named(element: Tag) -> bool:
    values = [element.get(name) for name in ("class", "id", "role", "aria-label")]
    return any(
        _NAMES.search(" ".join(value) if isinstance(value, list) else value)
        for value in values
        if value
    )

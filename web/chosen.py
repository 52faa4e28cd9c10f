"""The passages that someone chose, as an address or a form gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from web.parameters import Arguments, refuse_unknown
from web.problems import Unusable

MAX_PASSAGES = 100
MAX_TITLE = 200
MAX_INTRODUCTION = 5_000
MAX_IDENTIFIER = 300
"""Longer than any that slugs can make."""

PARAMETERS = ("passage", "title", "introduction")
CHANGES = ("up", "down", "remove", "gather")
"""What the buttons of the list send, with the passage that they act on."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Passages in the order of whoever chose them, with what the note says of them."""

    ids: tuple[str, ...]
    title: str = ""
    introduction: str = ""

    def arguments(self) -> dict[str, object]:
        """The same as parameters of an address, what is empty left out."""
        named = {"title": self.title, "introduction": self.introduction}
        return {"passage": list(self.ids)} | {name: text for name, text in named.items() if text}


def read_chosen(arguments: Arguments, others: Sequence[str] = ()) -> Chosen:
    """What a request chooses; raises ``InvalidQuery`` where a bound is passed.

    ``others`` are parameters of the page beside those that choose.
    """
    refuse_unknown(arguments, (*PARAMETERS, *others))
    return chosen(
        arguments.getlist("passage"),
        arguments.get("title", ""),
        arguments.get("introduction", ""),
    )


def chosen(ids: Sequence[str], title: str = "", introduction: str = "") -> Chosen:
    """The passages, each once; raises ``InvalidQuery`` naming the bound that is passed."""
    each_once = tuple(dict.fromkeys(one for one in (one.strip() for one in ids) if one))
    if len(each_once) > MAX_PASSAGES:
        raise Unusable(
            _(
                "La liste compte %(count)s passages : n’en gardez pas plus de %(most)s.",
                count=len(each_once),
                most=MAX_PASSAGES,
            )
        )
    for one in each_once:
        # Control characters can't be written to a Word file, nor be part of an identifier.
        if len(one) > MAX_IDENTIFIER or not one.isprintable():
            raise Unusable(_("Un identifiant de passage est mal formé : retirez-le de l’adresse."))
    return Chosen(
        each_once,
        _bounded(" ".join(title.split()), MAX_TITLE, _("Le titre")),
        _bounded(
            "\n".join(introduction.splitlines()).strip(), MAX_INTRODUCTION, _("L’introduction")
        ),
    )


def _bounded(text: str, most: int, name: str) -> str:
    if len(text) > most:
        raise Unusable(
            _(
                "%(name)s compte %(count)s caractères : raccourcissez jusqu’à %(most)s.",
                name=name,
                count=len(text),
                most=most,
            )
        )
    return text


def changed(before: Chosen, change: str, passage_id: str, projects: dict[str, str]) -> Chosen:
    """The list after a button of it; a passage that is not in it changes nothing.

    ``projects`` gives the project of each passage, for ``gather``, which brings those
    of one project together where its first one stands.
    """
    ids = list(before.ids)
    if change == "gather":
        gathered: dict[str, list[str]] = {}
        for one in ids:
            gathered.setdefault(projects.get(one, one), []).append(one)
        ids = [one for members in gathered.values() for one in members]
    elif passage_id in ids:
        place = ids.index(passage_id)
        ids.remove(passage_id)
        if change != "remove":
            ids.insert(max(place - 1, 0) if change == "up" else place + 1, passage_id)
    return replace(before, ids=tuple(ids))

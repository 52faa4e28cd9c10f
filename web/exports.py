"""Notes to take away: files for a word processor, a text editor, a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from kb.notes.markdown import note_markdown
from kb.notes.note import Note, Words
from kb.notes.table import note_csv
from kb.notes.word import note_docx
from kb.slugs import slugify
from web import context
from web.chosen import Chosen, chosen
from web.i18n import language, long_date
from web.parameters import refuse_unknown
from web.problems import Absent, Refused, Unusable

blueprint = Blueprint("exports", __name__, url_prefix="/api/exports")

MAX_REQUEST_BYTES = 200_000
"""Of a list and its introduction; a hundred identifiers take a tenth of it."""

_LOCALES = {"fr": "fr-FR", "en": "en-GB"}


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that a note can be written to."""

    mimetype: str
    write: Callable[[Note], bytes]


FORMATS = {
    "docx": Format(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", note_docx
    ),
    "md": Format("text/markdown", lambda note: note_markdown(note).encode()),
    "csv": Format("text/csv", lambda note: note_csv(note).encode()),
}


def note_of(asked: Chosen) -> Note:
    """The note that those passages make, dated today.

    Raises ``InvalidQuery`` where none is chosen, ``NotFound`` where none is there any more.
    """
    if not asked.ids:
        raise Unusable(_("Aucun passage n’est choisi : gardez-en depuis une recherche."))
    found = context.library().sheets(asked.ids)
    if not found:
        raise Absent(_("Aucun de ces passages n’est plus dans la base : refaites une recherche."))
    now = datetime.now(UTC)
    return Note(
        title=asked.title,
        introduction=asked.introduction,
        written=now,
        date_line=_("Note du %(date)s", date=long_date(now.astimezone())),
        words=_words(),
        passages=tuple(found[one] for one in asked.ids if one in found),
        gone=tuple(one for one in asked.ids if one not in found),
    )


def exported(asked: Chosen, name: str) -> Response:
    """The file of that format; raises ``InvalidQuery`` naming those that there are."""
    if name not in FORMATS:
        raise Unusable(
            _(
                "Le format « %(name)s » n’existe pas : choisissez parmi %(allowed)s.",
                name=name[:60],
                allowed=", ".join(FORMATS),
            )
        )
    note = note_of(asked)
    answer = Response(FORMATS[name].write(note), mimetype=FORMATS[name].mimetype)
    file_name = f"{slugify(note.heading, 'note')}.{name}"
    answer.headers.set("Content-Disposition", "attachment", filename=file_name)
    return answer


@blueprint.before_request
def bound_request() -> None:
    """Refuse at once what no list of passages can weigh."""
    request.max_content_length = MAX_REQUEST_BYTES
    if (request.content_length or 0) > MAX_REQUEST_BYTES:
        raise Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            _("La demande est trop longue : gardez moins de passages ou raccourcissez le texte."),
        )


@blueprint.post("")
def create() -> Response:
    """A file of the passages that a JSON object names."""
    refuse_unknown(request.args, ())
    body = _json()
    if not isinstance(body, dict) or set(body) - {"format", "passages", "title", "introduction"}:
        raise Unusable(
            _(
                "Envoyez un objet JSON avec « format » et « passages », "
                "et au besoin « title » et « introduction »."
            )
        )
    ids = body.get("passages")
    texts = [body.get(name, "") for name in ("format", "title", "introduction")]
    if not isinstance(ids, list) or not all(map(_is_text, (*ids, *texts))):
        raise Unusable(
            _("« passages » est une liste d’identifiants, le reste des textes : corrigez-les.")
        )
    return exported(chosen(ids, texts[1], texts[2]), texts[0])


def _is_text(value: object) -> bool:
    """Whether a value is a text that can be written: JSON may hold halves of characters."""
    return isinstance(value, str) and not any("\ud800" <= one <= "\udfff" for one in value)


def _json() -> object:
    try:
        return request.get_json(force=True, silent=True)
    except RecursionError:  # lists within lists within lists
        return None


def _words() -> Words:
    columns = (
        *(_("Numéro"), _("Projet"), _("Organisation"), _("Lieu"), _("Année"), _("Rubrique")),
        *(_("Page"), _("Brochure"), _("Passage"), _("Référence"), _("Identifiant")),
    )
    return Words(
        title=_("Passages choisis"),
        sources=_("Sources"),
        gone=_("Passages qui ne sont plus dans la base"),
        gone_cell=_("Ce passage n’est plus dans la base."),
        columns=columns,
        language=_LOCALES[language()],
    )

"""The pages from which the administrator takes care of the brochures.

Everything works with plain forms; ``static/admin.js`` sends files one by one to show
how far each is, and follows the work as it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from kb.errors import InputError, InvalidQuery, KbError
from kb.office.jobs import Job, JobKind, JobState
from kb.records import Record, brochure_record
from kb.results import FileState
from web import context, uploads
from web.accounts import ADMIN_BLUEPRINT
from web.addresses import see_other
from web.callers import actor
from web.listing import page_of
from web.problems import Unusable, shareable, told, wants_problem

blueprint = Blueprint(ADMIN_BLUEPRINT, __name__, url_prefix="/admin")

ACCEPTED = ".pdf,.docx,.odt,.txt,.html,.htm"
"""What the browser offers to choose; reading decides."""
SHOWN_JOBS = 50
PER_PAGE = 50
"""Brochures of one page."""
FLASHED = 5
"""Refusals told one by one after a form."""
SHOWN_TITLE = 80

GOOD, BAD = "good", "bad"
"""How a message or an ended job looks."""


_READ = frozenset({FileState.ADDED, FileState.UPDATED, FileState.UNCHANGED})
"""Outcomes after which a brochure's report is that of the file."""


@dataclass(frozen=True, slots=True)
class Line:
    """A job as it is shown."""

    job: Job
    task: str
    state: str
    look: str
    message: str
    has_report: bool
    can_again: bool


@blueprint.get("")
def index() -> str:
    """Everything at a glance: sending, work under way, brochures."""
    page = page_of(context.library().brochures(), PER_PAGE)
    return render_template(
        "admin/index.html",
        entries=[brochure_record(entry) for entry in page.rows],
        page=page,
        **_work(),
        accepted=ACCEPTED,
        most=uploads.MAX_UPLOAD_BYTES // uploads.MEGABYTE,
        most_in_all=uploads.MAX_BATCH_BYTES // uploads.MEGABYTE,
        most_bytes=uploads.MAX_UPLOAD_BYTES,
    )


@blueprint.post("/brochures")
def upload() -> Response | tuple[Response, int]:
    """Take files to be read; says of each what is wrong with it, if anything."""
    sent = [each for each in request.files.getlist("files") if each.filename]
    if not sent:
        advice = _("Choisissez au moins un fichier, puis envoyez.")
        if wants_problem():
            raise Unusable(advice)
        flash(advice, BAD)
        return _back()
    refusals = _order_all(sent)
    if wants_problem():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if refusals else HTTPStatus.ACCEPTED
        return jsonify({"refused": refusals}), status.value
    _flash_refusals(refusals)
    taken = len(sent) - len(refusals)
    if taken:
        flash(
            ngettext(
                "%(num)d fichier est reçu : sa lecture va commencer.",
                "%(num)d fichiers sont reçus : leur lecture va commencer.",
                taken,
            ),
            GOOD,
        )
    return _back("travaux")


def _flash_refusals(refusals: Sequence[str]) -> None:
    # They travel in a cookie, which browsers drop whole when it is long.
    for refusal in refusals[:FLASHED]:
        flash(refusal, BAD)
    others = len(refusals) - FLASHED
    if others > 0:
        flash(
            ngettext(
                "%(num)d autre fichier est refusé.", "%(num)d autres fichiers sont refusés.", others
            ),
            BAD,
        )


def _order_all(sent: Sequence[FileStorage]) -> list[str]:
    """Have files read; what is wrong with those that can't be."""
    refusals = []
    for each in sent:
        try:
            uploads.order(context.office().desk, each, actor())
        except InputError as error:
            refusals.append(told(error))
    return refusals


@blueprint.get("/brochures/<brochure_id>")
def brochure(brochure_id: str) -> str:
    """What reading one brochure gave, and what can be done with it."""
    return render_template("admin/brochure.html", entry=_entry(brochure_id))


@blueprint.route("/brochures/<brochure_id>/remplacer", methods=["GET", "POST"])
def replace(brochure_id: str) -> Response | str:
    """Another file in the place of a brochure's own."""
    entry = _entry(brochure_id)
    message = ""
    if request.method == "POST":
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            message = _("Choisissez le fichier qui prendra sa place.")
        else:
            try:
                uploads.order(context.office().desk, sent, actor(), brochure_id)
            except InvalidQuery as error:
                message = told(error)
            else:
                flash(_("Le fichier est reçu : sa lecture va commencer."), GOOD)
                return _back("travaux")
    return render_template(
        "admin/replace.html",
        entry=entry,
        message=message,
        accepted=ACCEPTED,
        most=uploads.MAX_UPLOAD_BYTES // uploads.MEGABYTE,
    )


@blueprint.route("/brochures/<brochure_id>/retirer", methods=["GET", "POST"])
def remove(brochure_id: str) -> Response | str:
    """Ask whether a brochure is to go, then let it go."""
    entry = _entry(brochure_id)
    if request.method == "GET":
        return render_template("admin/remove.html", entry=entry)
    context.office().desk.remove(brochure_id, actor())
    flash(_("Le retrait de « %(title)s » est demandé.", title=_title(entry)), GOOD)
    return _back("travaux")


@blueprint.post("/brochures/<brochure_id>/relire")
def reread(brochure_id: str) -> Response:
    """Read one brochure again."""
    context.office().desk.reread(brochure_id, actor())
    flash(_("La relecture de « %(title)s » est demandée.", title=_title(_entry(brochure_id))), GOOD)
    return _back("travaux")


@blueprint.post("/relire")
def reread_all() -> Response:
    """Read every brochure again."""
    count = context.office().desk.reread_all(actor())
    flash(
        ngettext(
            "La relecture de %(num)d brochure est demandée.",
            "La relecture de %(num)d brochures est demandée.",
            count,
        ),
        GOOD,
    )
    return _back("travaux")


@blueprint.get("/travaux")
def jobs() -> Response:
    """Where the work stands, for the script of the page; others are sent to that page."""
    if not wants_problem():
        return _back("travaux")
    work = _work()
    return jsonify({"active": work["active"], "html": render_template("admin/jobs.html", **work)})


@blueprint.post("/travaux/<int:number>/relancer")
def again(number: int) -> Response:
    """Order anew what failed or was interrupted."""
    job = context.office().desk.again(number)
    if job is None:
        flash(_("Ce travail n’est pas à relancer."), BAD)
    return _back("travaux")


@blueprint.post("/travaux/effacer")
def forget() -> Response:
    """Forget the work that has ended."""
    context.office().desk.forget_ended()
    return _back("travaux")


def _entry(brochure_id: str) -> Record:
    return brochure_record(context.library().brochure(brochure_id))


def _title(entry: Record) -> str:
    title: str = entry["title"]
    return title if len(title) <= SHOWN_TITLE else f"{title[: SHOWN_TITLE - 1].rstrip()}…"


def _work() -> dict[str, Any]:
    """The jobs to show, and how many are to be done, both as they stand at one moment."""
    every = context.office().desk.jobs()
    return {"lines": _lines(every), "active": sum(job.active for job in every)}


def _lines(every: Sequence[Job]) -> list[Line]:
    """All that is to be done, and the last that ended."""
    desk = context.office().desk
    shown = [job for place, job in enumerate(every) if job.active or place < SHOWN_JOBS]
    present = {entry.brochure.id for entry in context.library().brochures()}
    return [
        Line(
            job,
            _task(job),
            *_standing(job),
            message=shareable(KbError(job.message)),
            has_report=job.outcome in _READ and job.brochure_id in present,
            can_again=desk.can_again(job),
        )
        for job in shown
    ]


def _task(job: Job) -> str:
    tasks: dict[JobKind, str] = {
        JobKind.ADD: _("Lecture"),
        JobKind.REPLACE: _("Remplacement"),
        JobKind.REREAD: _("Relecture"),
        JobKind.REMOVE: _("Retrait"),
    }
    return tasks[job.kind]


def _standing(job: Job) -> tuple[str, str]:
    """Where a job stands in a few words, and how that looks."""
    if job.state is JobState.DONE:
        return _outcomes()[job.outcome]
    return {
        JobState.WAITING: (_("en attente"), ""),
        JobState.RUNNING: (_("en cours"), ""),
        JobState.FAILED: (_("échec"), BAD),
        JobState.INTERRUPTED: (_("interrompu"), BAD),
    }[job.state]


def _outcomes() -> dict[str, tuple[str, str]]:
    """Of each ``FileState``."""
    return {
        FileState.ADDED: (_("ajoutée"), GOOD),
        FileState.UPDATED: (_("mise à jour"), GOOD),
        FileState.UNCHANGED: (_("inchangée"), GOOD),
        FileState.REMOVED: (_("retirée"), GOOD),
        FileState.DUPLICATE: (_("en double"), BAD),
        FileState.REFUSED: (_("refusée"), BAD),
        FileState.MISSING: (_("disparue"), BAD),
    }


def _back(anchor: str = "") -> Response:
    return see_other(url_for("admin.index", _anchor=anchor or None))

"""What the administrator sees of trust: the tokens of programs, and who changed what."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kb.office.jobs import JobState
from kb.office.journal import DONE, FAILED, Action, ActorKind, Entry
from kb.office.tokens import Scope
from kb.privacy import public
from kb.results import FileState
from web import context
from web.admin import GOOD
from web.admin import blueprint as blueprint
from web.callers import actor
from web.parameters import read_integer, refuse_unknown
from web.problems import Absent

PER_PAGE = 100
MAX_PAGE = 1_000


@blueprint.get("/jetons")
def tokens() -> str:
    """The tokens that open the API; they are made on the command line, where they are shown."""
    refuse_unknown(request.args, ())
    return render_template(
        "admin/tokens.html",
        tokens=context.office().tokens.all(),
        scopes={Scope.READ: _("lire"), Scope.WRITE: _("lire, ajouter et retirer")},
    )


@blueprint.post("/jetons/<int:number>/revoquer")
def revoke(number: int) -> Response:
    """Let a token open nothing any more."""
    office = context.office()
    found = next((one for one in office.tokens.all() if one.number == number), None)
    if found is None:
        raise Absent(_("Ce jeton n’est plus là : rechargez la page."))
    office.tokens.revoke(found.name)
    office.journal.note(actor(), Action.TOKEN_REVOKED, found.name)
    flash(_("Le jeton « %(name)s » est révoqué.", name=found.name), GOOD)
    return cast(Response, redirect(url_for("admin.tokens"), HTTPStatus.SEE_OTHER))


@blueprint.get("/journal")
def journal() -> str:
    """What was changed, by whom, when, and what came of it."""
    refuse_unknown(request.args, ("page",))
    page = read_integer(request.args, "page", 1, 1, MAX_PAGE)
    kept = context.office().journal
    pages = max(1, -(-kept.count() // PER_PAGE))
    return render_template(
        "admin/journal.html",
        entries=kept.entries(PER_PAGE, (page - 1) * PER_PAGE),
        page=page,
        pages=pages,
        who=_who,
        what=_actions(),
        outcome=_outcome,
        subject=lambda entry: public(entry.subject),
    )


def _who(entry: Entry) -> str:
    """Who changed something, with what they came in by."""
    name = entry.actor.name
    names: dict[ActorKind, str] = {
        ActorKind.ACCOUNT: _("%(name)s (site)", name=name),
        ActorKind.TOKEN: _("%(name)s (jeton)", name=name),
        ActorKind.COMMAND: _("%(name)s (commande « kb »)", name=name),
        ActorKind.UNKNOWN: _("inconnu"),
    }
    return names[entry.actor.kind]


def _actions() -> dict[Action, str]:
    return {
        Action.ADD: _("Ajout"),
        Action.REPLACE: _("Remplacement"),
        Action.REREAD: _("Relecture"),
        Action.REMOVE: _("Retrait"),
        Action.REINDEX: _("Reconstruction de l’index"),
        Action.RESTORE: _("Reprise d’une sauvegarde"),
        Action.ACCOUNT_MADE: _("Compte créé"),
        Action.ACCOUNT_PASSWORD: _("Mot de passe changé"),
        Action.ACCOUNT_REMOVED: _("Compte retiré"),
        Action.TOKEN_MADE: _("Jeton créé"),
        Action.TOKEN_REVOKED: _("Jeton révoqué"),
    }


def _outcome(entry: Entry) -> str:
    outcomes: dict[str, str] = {
        DONE: _("fait"),
        FAILED: _("échec"),
        JobState.INTERRUPTED: _("interrompu"),
        FileState.ADDED: _("ajoutée"),
        FileState.UPDATED: _("mise à jour"),
        FileState.UNCHANGED: _("inchangée"),
        FileState.REMOVED: _("retirée"),
        FileState.DUPLICATE: _("en double"),
        FileState.REFUSED: _("refusée"),
        FileState.MISSING: _("disparue"),
    }
    return outcomes.get(entry.outcome, entry.outcome)

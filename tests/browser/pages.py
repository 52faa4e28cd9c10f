"""Every page that the browser tests visit: a new page is added here, once.

A test compares this list with the routes of the site, so that no page is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

_PDF, _WORD = "synthese-hauts-de-france", "logement-accompagne-bretagne"
PROJECT = f"{_PDF}/logis-metropole-et-solfa-un-refuge-pour-les-femmes-victimes"
OTHER_PROJECT = f"{_WORD}/la-criee-pension-de-famille"
PASSAGE = f"{PROJECT}/presentation/1"
OTHER_PASSAGE = f"{OTHER_PROJECT}/contexte/1"
KEPT = (PASSAGE, OTHER_PASSAGE, f"{PROJECT}/publics-concernes/1")

_LIST = urlencode([("passage", one) for one in (*KEPT, "perdu/rien/1")])
_QUESTION = "logement+femmes+violences"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page as someone comes to it."""

    name: str
    path: str
    status: int = 200
    signed_in: bool = False
    kept: tuple[str, ...] = ()
    """Passages that the browser keeps in its basket already."""
    language: str = "fr"
    opened: str = ""
    """A button that only phones show, pressed there."""
    ready: str = ""
    """What stands there once the page's own scripts have asked the site."""


VISITS = (
    Visit("home", "/"),
    Visit("results", f"/?q={_QUESTION}"),
    Visit("results-filtered", f"/?q={_QUESTION}&departement=59&mode=lexical&expand=0"),
    Visit("results-second-page", f"/?q={_QUESTION}&offset=10"),
    Visit("results-none", "/?q=recette+de+la+tarte+aux+pommes"),
    Visit("results-corrected", "/?q=logemnt"),
    Visit("results-refused", "/?q=-logement", status=400),
    Visit("results-in-english", f"/?q={_QUESTION}", language="en"),
    Visit("results-kept", f"/?q={_QUESTION}", kept=KEPT, ready="[aria-pressed=true]"),
    Visit("results-filters-opened", f"/?q={_QUESTION}", opened=".open-filters"),
    Visit("projects", "/projets"),
    Visit("projects-filtered", "/projets?departement=59"),
    Visit("project", f"/projets/{PROJECT}"),
    Visit("project-signed-in", f"/projets/{PROJECT}", signed_in=True),
    Visit("compare", f"/comparer?projet={PROJECT}&projet={OTHER_PROJECT}"),
    Visit("browse", "/parcourir"),
    Visit("passage", f"/passages/{PASSAGE}"),
    Visit("source-pdf", f"/source/{PASSAGE}"),
    Visit("source-text", f"/source/{OTHER_PASSAGE}"),
    Visit("brochures", "/brochures"),
    Visit("about", "/a-propos"),
    Visit("about-menu-opened", "/a-propos", opened=".menu-button"),
    Visit("basket-empty", "/panier"),
    Visit("basket", "/panier", kept=KEPT, ready=".kept"),
    Visit("basket-of-an-address", f"/panier?{_LIST}&title=Une+note&introduction=Bonjour."),
    Visit("note", f"/panier/note?{_LIST}&title=Une+note&introduction=Bonjour."),
    Visit("sign-in", "/connexion"),
    Visit("admin", "/admin", signed_in=True),
    Visit("admin-brochure", f"/admin/brochures/{_PDF}", signed_in=True),
    Visit("admin-replace", f"/admin/brochures/{_PDF}/remplacer", signed_in=True),
    Visit("admin-remove", f"/admin/brochures/{_PDF}/retirer", signed_in=True),
    Visit("admin-tokens", "/admin/jetons", signed_in=True),
    Visit("admin-journal", "/admin/journal", signed_in=True),
    Visit("not-found", "/nulle-part", status=404),
    Visit("refused", "/projets?inconnu=1", status=400),
)

NOT_PAGES = frozenset(
    {
        "admin.jobs",  # a piece of a page, for its script
        "static",
        "collections.export",  # a file
        "languages.choose",  # sends elsewhere
        "source.picture",  # a picture
    }
)
"""Addresses outside the API that answer with something else than a page."""

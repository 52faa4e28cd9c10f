"""What the core says in French, in the language of the page.

The core knows no languages: its sentences are French. Those that a page may show are
listed here, where the extraction of messages finds them; any other is shown as it is,
marked as French. A test compares the list with what the core says.
"""

from __future__ import annotations

import re
from functools import cache

from flask import Flask
from flask_babel import gettext

from web.french import spaced
from web.i18n import N_, in_french, plural

REASONS = (
    N_("sigle"),
    N_("synonyme"),
    N_("mot courant"),
    N_("sens proche dans les brochures"),
)
"""Why a search was widened."""

THEMES = (
    *(N_("Jeunes"), N_("Personnes âgées"), N_("Familles et parents seuls"), N_("Femmes")),
    N_("Violences conjugales et familiales"),
    *(N_("Santé mentale"), N_("Handicap"), N_("Sans-abri et logement d’abord")),
    N_("Hébergement et mise à l’abri"),
    *(N_("Réfugiés et demandeurs d’asile"), N_("Sortie de prison"), N_("Enfance protégée")),
    *(N_("Habitat partagé et inclusif"), N_("Résidences et pensions de famille")),
    *(N_("Accès au logement"), N_("Maintien dans le logement"), N_("Relogement")),
    *(N_("Impayés et expulsions"), N_("Accompagnement social"), N_("Isolement et lien social")),
    *(N_("Emploi et insertion"), N_("Énergie et charges")),
    N_("Rénovation et adaptation du bâti"),
    *(N_("Quartiers prioritaires"), N_("Participation des habitants"), N_("Numérique")),
    N_("Gens du voyage"),
)
"""Names of ``kb.themes``."""

SENTENCES = (
    # Questions.
    N_("La requête est vide : tapez un mot, un thème ou une question."),
    N_(
        "La requête est trop longue (%(count)s caractères, %(most)s au plus) : "
        "gardez une question ou quelques mots."
    ),
    N_("La requête ne fait qu’exclure : ajoutez au moins un mot à chercher."),
    N_("La requête ne contient aucun mot : tapez un mot, un thème ou une question."),
    N_(
        "La requête ne contient que des mots très courants (le, de, pour…) : "
        "ajoutez un mot qui porte le sens."
    ),
    N_("Ni une adresse ni un numéro ne se cherchent ici : tapez un nom, un thème ou une question."),
    N_("La recherche prend trop de temps : gardez moins de mots, ou des mots plus précis."),
    N_(
        "Un guillemet n’est pas fermé : les mots ont été cherchés séparément. "
        "Fermez-le pour chercher l’expression exacte."
    ),
    N_("Projets trouvés par leur fiche : %(names)s."),
    N_("Aucune brochure de la base ne présente de projet pour : %(names)s."),
    N_("La base est vide : ajoutez des brochures avec « kb ingest DOSSIER »."),
    N_("La base change sans cesse : réessayez dans un instant."),
    # What is not there.
    N_("Aucun projet « %(name)s » : la page « Projets » ou « kb projects » les liste."),
    N_("Aucun passage « %(name)s » : cherchez-le d’abord, son identifiant a pu changer."),
    N_(
        "Aucune brochure « %(name)s » : la page « Brochures » ou « kb projects » "
        "donne les identifiants."
    ),
    N_("Il n’y a pas de page %(number)s : la dernière est la page %(last)s."),
    N_("Ce travail n’est plus dans la liste : rechargez la page."),
    # What became of a brochure.
    N_("Inchangée."),
    N_("Brochure retirée."),
    N_("Lue juste avant l’arrêt du serveur."),
    N_("Même contenu que « %(name)s », déjà dans la base : non reprise."),
    N_("Lecture impossible (%(reason)s) : vérifiez le fichier et ses droits."),
    N_("Le serveur s’est arrêté pendant ce travail, la base est restée comme avant : relancez-le."),
    N_("Un autre programme modifie la base : ce travail commencera dès qu’il aura fini."),
    N_("Une erreur imprévue s’est produite : relancez, puis voyez le journal du serveur."),
    N_(
        "Le fichier n’a pas pu être rangé (%(reason)s) : vérifiez l’espace disque "
        "et les droits du dossier de la base, puis relancez."
    ),
    N_(
        "Le fichier %(name)s n’est plus sur la machine : envoyez-le de nouveau "
        "par « Remplacer », ou retirez la brochure."
    ),
    N_("Une autre brochure est en cours de lecture : réessayez dans un instant."),
    N_("La file d’attente n’a pas pu être écrite : vérifiez l’espace disque, puis relancez."),
    # Why a file can't be read, or shown.
    N_("Cette page porte trop de texte pour être montrée en image : lisez son texte."),
    N_("%(name)s n’est pas d’un type pris en charge : convertissez-le en %(formats)s ou %(last)s."),
    N_("%(name)s ne contient aucun texte : vérifiez que c’est le bon fichier."),
    N_("%(name)s est vide : remplacez-le par un fichier qui contient du texte."),
    N_("%(name)s est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."),
    N_(
        "%(name)s est endommagé ou incomplet : "
        "ouvrez-le dans un traitement de texte et enregistrez-le de nouveau."
    ),
    N_(
        "%(name)s est anormalement volumineux une fois décompressé : "
        "enregistrez-en une copie sans ses images, ou découpez-le."
    ),
    N_("%(name)s : encodage illisible ; enregistrez le fichier en texte UTF-8."),
    N_(
        "%(name)s ne contient pas de texte, c’est sans doute un document numérisé : "
        "reconnaissez-en d’abord le texte, par exemple avec "
        "« ocrmypdf -l fra entree.pdf sortie.pdf »."
    ),
)
"""Sentences; what differs from one time to the next has a name."""

_COUNTED = re.compile(r"(\d+) projets?, (\d+) passages?\.")
"""What reading a brochure gave."""
_PLACE = re.compile(r"%\((\w+)\)s")


def install(app: Flask) -> None:
    """Offer this to the templates as a filter."""
    app.jinja_env.filters["said"] = said


def said(sentence: str) -> str:
    """A sentence of the core for a page: translated, or marked as French."""
    shown = _translated(sentence)
    if shown is not None:
        return shown
    return in_french(spaced(sentence))


def told(sentence: str) -> str:
    """The same as plain text, for what can't be marked."""
    return _translated(sentence) or spaced(sentence)


def _translated(sentence: str) -> str | None:
    """The sentence in the language of the page; None where it is not listed."""
    if sentence in _constants():
        return str(gettext(sentence))
    counted = _COUNTED.fullmatch(sentence)
    if counted:
        projects, passages = (int(number) for number in counted.groups())
        return (
            f"{plural(projects, 'projet', 'projets')}, {plural(passages, 'passage', 'passages')}."
        )
    for message, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found:
            return str(gettext(message, **found.groupdict()))
    return None


@cache
def _constants() -> frozenset[str]:
    return frozenset(one for one in (*REASONS, *SENTENCES) if not _PLACE.search(one))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Sentences with places, each with what recognises it."""
    named = [one for one in SENTENCES if _PLACE.search(one)]
    return tuple((one, re.compile(_expression(one), re.DOTALL)) for one in named)


def _expression(message: str) -> str:
    # Cut at the places, the odd pieces are their names.
    pieces = _PLACE.split(message)
    return "".join(
        f"(?P<{piece}>.+)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )

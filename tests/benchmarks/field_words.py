"""What made brochures speak of: names, headings and turns of the field, all invented."""

from __future__ import annotations

HEADINGS = (
    "Contexte",
    "Objectifs",
    "Public visé",
    "Mise en œuvre",
    "Partenariat",
    "Moyens mobilisés",
    "Bilan",
    "Perspectives",
)
"""In the order in which each project has them."""
NINTH = "Conditions de réussite"
"""Some projects have it too."""

KINDS = (
    *("Résidence", "Pension de famille", "Foyer", "Maison", "Atelier", "Jardin partagé"),
    *("Colocation", "Habitat inclusif", "Béguinage", "Chantier d’insertion", "Conciergerie"),
    *("Plateforme", "Permanence", "Café associatif", "Ressourcerie", "Bail glissant"),
    *("Diagnostic social", "Médiation", "Accueil de jour", "Réhabilitation"),
)
NAMES = (
    *("des Tilleuls", "du Moulin", "de la Fontaine", "des Lavandières", "du Vieux-Port"),
    *("Simone-Veil", "Jean-Moulin", "de l’Écluse", "des Quatre-Vents", "du Beffroi"),
    *("de la Gare", "des Mariniers", "du Clos", "Marie-Curie", "de l’Orangerie", "des Filatures"),
    *("du Belvédère", "de la Tannerie", "des Peupliers", "du Grand-Pré", "Germaine-Tillion"),
    *("de la Passerelle", "des Hortensias", "du Colombier", "de l’Horloge", "des Alouettes"),
    *("du Lavoir", "de la Verrerie", "des Cordiers", "Olympe-de-Gouges"),
)
"""What follows a kind, or a commune, in a title."""
PLACE_STARTS = (
    *("Saint-", "Mont", "Ville", "Beau", "Haute", "Roche", "Font", "Neuf", "Vau", "Champ"),
    *("Mar", "Bel", "Cler", "Aube", "Char", "Lan", "Mer", "Ver", "Cour", "Bois"),
)
PLACE_ENDS = (
    *("ville", "court", "ac", "igny", "euil", "mont", "lieu", "fort", "val", "bourg"),
    *("ières", "onne", "rac", "anges", "emer", "ouan", "ères", "igné", "oire", "ency"),
)
RIVERS = (
    *("Aisne", "Oise", "Rance", "Loire", "Vienne", "Durance", "Moselle", "Sarthe", "Somme"),
    *("Garonne", "Isère", "Creuse", "Charente", "Mayenne", "Dordogne", "Marne", "Yonne", "Orne"),
    *("Allier", "Ardèche", "Drôme", "Gironde", "Vilaine", "Eure", "Meuse"),
)
LANDLORDS = (
    *("Habitat", "Logement", "Foncière", "Toit", "Demeures", "Résidences", "Hlm", "Solidaire"),
)
LANDLORD_ENDS = ("", " Sud", " Nord", " Métropole", " et Territoires")
PARTNERS = (
    *("association La Clé", "association Le Relais", "Mission locale", "CCAS", "Caf", "Carsat"),
    *("association Grand Toit", "Compagnons bâtisseurs", "centre hospitalier", "Ville"),
    *("conseil départemental", "métropole", "association Entraide", "régie de quartier"),
)
OPENERS = (
    "Pour les locataires de {commune}, ",
    "Avec le bailleur social, ",
    "Dans la résidence, ",
    "Au titre de l’accompagnement social lié au logement, ",
    "Sur les {number} logements du programme, ",
    "À {commune}, ",
    "Pour prévenir les expulsions locatives, ",
    "Auprès des personnes âgées qui vivent seules, ",
    "Pour les jeunes de moins de 30 ans en insertion, ",
    "Face à la précarité énergétique, ",
    "Selon l’équipe de {organisation}, ",
    "Pendant les {number} premiers mois, ",
    "Pour les familles monoparentales, ",
    "Dans le parc social du quartier, ",
    "En lien avec le travailleur social, ",
    "Pour les ménages hébergés, ",
    "Au cours des ateliers avec les habitants, ",
    "Depuis l’ouverture de la pension de famille, ",
    "Pour l’adaptation des logements au handicap, ",
    "Afin de rompre l’isolement, ",
)
CLOSERS = (
    ", avec l’appui de {organisation}",
    ", soit {number} ménages logés",
    ", au bénéfice des résidents",
    ", dans le cadre du logement d’abord",
    ", en faveur du maintien à domicile",
    ", avec une gestion locative adaptée",
    ", pour un loyer de {number} euros",
    ", grâce au gardien de l’immeuble",
    ", comme le demandait la commission d’attribution",
    ", après la rénovation thermique des bâtiments",
    ", dont {number} places pour des femmes victimes de violences",
    ", sans rupture dans le parcours résidentiel",
    ", auprès des locataires de {commune}",
    ", avec la signature d’un bail direct",
    ", pendant la réhabilitation",
)
FIRST_NAMES = ("Camille", "Nadia", "Yann", "Élodie", "Karim", "Lucie", "Marc", "Inès", "Paul")
LAST_NAMES = ("MERCIER", "BENALI", "LE GOFF", "ROUX", "DIALLO", "FABRE", "NGUYEN", "PETIT")
ROLES = (
    *("Directrice de la gestion locative", "Chargé de développement social"),
    *("Responsable de l’innovation sociale", "Cheffe de projet"),
)
QUESTIONS = (
    "Comment {a} et {b} ?",
    "Quel {a} pour les locataires de {b} ?",
    "Qui finance {a} dans le logement social ?",
    "Combien coûte {a} pour un ménage ?",
    "Où trouver {a} avec {b} ?",
    "Pourquoi {a} après {b} ?",
)
"""``a`` and ``b`` stand for words drawn from brochures."""

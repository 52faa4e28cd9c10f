"""What the settings leave open to others, told before anyone finds it."""

from __future__ import annotations

import ipaddress

from kb.config import Settings

SHORTEST_TOKEN = 24
"""Characters of a token that can't be guessed, were each of them drawn from letters and digits."""


def is_loopback(host: str) -> bool:
    """Whether an address or name reaches this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def weaknesses(settings: Settings, *, has_account: bool) -> tuple[str, ...]:
    """What is unsafe, or can't work as it is set, each in a French sentence with its mend."""
    found = []
    if not is_loopback(settings.host):
        found.append(
            f"le site écoute au-delà de cette machine ({settings.host}) sans HTTPS, mots de passe "
            "et brochures passent en clair : gardez KB_HOST=127.0.0.1 et placez devant lui un "
            "serveur mandataire en HTTPS (voir docs/operations)."
        )
        if not settings.allowed_hosts:
            found.append(
                "tout nom de machine est accepté : donnez ceux du site par KB_ALLOWED_HOSTS."
            )
        if settings.reading_open and not has_account:
            found.append(
                "quiconque joint cette machine peut lire toutes les brochures, et il n’y a pas de "
                "compte : KB_READING=closed réserve la lecture, « kb admin create » fait un compte."
            )
        if settings.debug:
            found.append("KB_DEBUG montre le détail des erreurs : retirez ce réglage.")
    if settings.admin_token and len(settings.admin_token) < SHORTEST_TOKEN:
        found.append(
            f"KB_ADMIN_TOKEN est court, il peut être deviné : donnez-en un d’au moins "
            f"{SHORTEST_TOKEN} caractères tirés au hasard."
        )
    if not settings.reading_open and not has_account and not settings.admin_token:
        found.append(
            "la lecture est réservée et personne ne peut se connecter : « kb admin create » fait "
            "un compte."
        )
    return tuple(found)

"""What the site is given of the office."""

from __future__ import annotations

from dataclasses import dataclass

from kb.office.accounts import Accounts
from kb.office.desk import Desk
from kb.office.intake import Intake
from kb.office.journal import Journal
from kb.office.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Office:
    """Accounts, tokens, work, what was changed, and the key that signs what browsers keep."""

    accounts: Accounts
    desk: Desk
    intake: Intake
    secret: bytes
    tokens: Tokens
    journal: Journal

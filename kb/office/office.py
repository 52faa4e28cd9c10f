"""What the site is given of the office."""

from __future__ import annotations

from dataclasses import dataclass

from kb.office.accounts import Accounts
from kb.office.desk import Desk
from kb.office.intake import Intake


@dataclass(frozen=True, slots=True)
class Office:
    """Accounts, work, and the key that signs what browsers keep."""

    accounts: Accounts
    desk: Desk
    intake: Intake
    secret: bytes

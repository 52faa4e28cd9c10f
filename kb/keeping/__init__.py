"""Keeping a base: backups, their return, and the check that all of it is as it should be."""

from kb.keeping.backup import back_up
from kb.keeping.catalogues import move_catalogue
from kb.keeping.restore import restore
from kb.keeping.verify import verify

__all__ = ["back_up", "move_catalogue", "restore", "verify"]

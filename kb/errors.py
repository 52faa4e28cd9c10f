"""Every error that the core raises on purpose.

::

    KbError
    ├── InputError               the user's input is at fault
    │   ├── UnreadableBrochure   a file that can't be ingested
    │   ├── InvalidQuery         a query, filter, limit or offset that can't be used
    │   ├── NotFound             an unknown brochure, project or passage
    │   ├── InvalidAccount       a name or password that can't be used
    │   └── UnusableBackup       an archive that can't be restored
    ├── TooSlow                  it takes longer than it may
    ├── ConfigurationError       a setting or a model is at fault
    └── StorageError             the knowledge base on disk is at fault
        ├── Busy                 another program is changing it
        ├── Unreachable          a server that holds part of it does not answer
        ├── NewerFormat          a later version of the program made it
        └── Damaged              its files don't hold what they should

Messages are one French sentence that says what to do; the command line and the
web show them as they are.
"""

from __future__ import annotations


class KbError(Exception):
    """Base of every error raised on purpose; its text is meant for the user."""


class InputError(KbError):
    """The user's input is at fault."""


class UnreadableBrochure(InputError):
    """A file that can't be ingested; the message says why and what to do."""


class InvalidQuery(InputError):
    """A query, filter, limit or offset that can't be used."""


class NotFound(InputError):
    """No such brochure, project or passage."""


class InvalidAccount(InputError):
    """A name or password that can't be used, or an account that isn't there."""


class ConfigurationError(KbError):
    """A setting or a model is at fault."""


class StorageError(KbError):
    """The knowledge base on disk can't be opened, read or written."""


class TooSlow(KbError):
    """What was asked takes longer than it may."""


class Busy(StorageError):
    """Another program is changing the knowledge base: the same call may do better later."""


class Unreachable(StorageError):
    """A server that holds part of the knowledge base can't be asked; what it holds may be whole."""


class UnusableBackup(InputError):
    """An archive that can't be restored; the message says why and what to do."""


class NewerFormat(StorageError):
    """A later version of the program made the knowledge base; nothing of it was touched."""


class Damaged(StorageError):
    """The files of the knowledge base don't hold what they should: a backup mends that."""

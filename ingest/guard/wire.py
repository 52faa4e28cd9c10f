"""What passes between a process and the ones that work for it: frames of pickled values.

Tasks are pickled by the program itself. Answers come from a process that reads hostile
files: their length is bounded before they are read, and they may hold plain values and
the classes of the vocabulary only, so that they can't have anything run.
"""

from __future__ import annotations

import pickle
import struct
import sys
from importlib import import_module
from io import BytesIO
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">Q")
_VOCABULARY = frozenset({"kb.model", "kb.source"})


class TooLong(Exception):
    """A frame is longer than allowed."""


def send(stream: BinaryIO, value: object) -> None:
    """Write a value as one frame."""
    data = pickle.dumps(value, protocol=5)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO, most: int) -> bytes:
    """The next frame; raises EOFError at the end, TooLong where it has more than ``most`` bytes."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > most:
        raise TooLong
    return _exactly(stream, length)


def trusted(data: bytes) -> Any:
    """The value of a frame that the program itself wrote."""
    return pickle.loads(data)


def plain(data: bytes) -> Any:
    """The value of a frame from a process that is not trusted.

    Raises an exception of some kind where it is anything but plain values and the vocabulary.
    """
    return _Vocabulary(BytesIO(data)).load()


class _Vocabulary(pickle.Unpickler):
    """Knows no class or function but the classes of the vocabulary."""

    def find_class(self, module: str, name: str) -> type:
        if module in _VOCABULARY:
            found = getattr(sys.modules.get(module) or import_module(module), name, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in an answer")


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data

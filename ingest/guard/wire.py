"""What passes between a process and the ones that work for it: frames of pickled values.

Tasks are pickled by the program itself. Answers come from a process that reads hostile
files: their length is bounded before they are read, and they may hold plain values and
the classes of the vocabulary only, so that they can't have anything run.
"""

from __future__ import annotations

import pickle
import struct
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from importlib import import_module
from io import BytesIO
from operator import attrgetter
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">Q")
_VOCABULARY = frozenset({"kb.model", "kb.source"})


class TooLong(Exception):
    """A frame is longer than allowed."""


def send(stream: BinaryIO, value: object) -> None:
    """Write a value as one frame."""
    data = BytesIO()
    _Pickler(data, protocol=5).dump(value)
    stream.write(_LENGTH.pack(data.tell()))
    stream.write(data.getbuffer())
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


class _Pickler(pickle.Pickler):
    """Takes a value of the vocabulary for its class and its fields, in order.

    A dataclass with slots gives them by functions of Python's own, which takes half as long
    again, and so does their way back.
    """

    def reducer_override(self, value: Any) -> Any:
        fields_of = _FIELDS_OF[type(value)]
        return NotImplemented if fields_of is None else (type(value), fields_of(value))


class _FieldsOf(dict[type, Callable[[Any], tuple[object, ...]] | None]):
    """What gives all fields of a value, by its class; None where it is pickled as any other."""

    def __missing__(self, kind: type) -> Callable[[Any], tuple[object, ...]] | None:
        names: list[str] = []
        if kind.__module__ in _VOCABULARY and is_dataclass(kind):
            names = [one.name for one in fields(kind)]
        # Of one name, "attrgetter" gives no tuple.
        self[kind] = attrgetter(*names) if len(names) > 1 else None
        return self[kind]


_FIELDS_OF = _FieldsOf()


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

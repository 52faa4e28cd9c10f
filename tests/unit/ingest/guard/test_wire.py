"""What passes between processes: values come out as they went in, and nothing else does."""

from __future__ import annotations

import os
import pickle
from io import BytesIO

import pytest

from ingest.guard.wire import TooLong, plain, receive, send
from kb.model import (
    Brochure,
    IngestReport,
    PageText,
    Passage,
    PassageAnalysis,
    Person,
    Project,
    Reading,
    ReadingAnalysis,
    Section,
)
from kb.source import Box, PageSize, Picture

PERSON = Person("Ada Noël", "directrice", email="ada.noel@example.org")
READING = Reading(
    Brochure("recueil", "Recueil", None, "recueil.txt", "0f", "txt", False, 1, "generique"),
    (Project("recueil/halte", "recueil", "La halte", communes=("Arras",), people=(PERSON,)),),
    (Section("recueil/halte/contexte", "recueil/halte", "Contexte", "CONTEXTE", 1),),
    (
        Passage(
            "recueil/halte/contexte/1",
            *("recueil/halte/contexte", "recueil/halte", "recueil"),
            *("Dix logements.", "Contexte", "CONTEXTE", 1, 1, ""),
        ),
    ),
    (PageText(1, "", "Dix logements."),),
    IngestReport(1, 1, 1, 1, warnings=("Une page sans titre.",)),
    ReadingAnalysis(
        (PassageAnalysis("s:log", "logements", "log", "halt"),),
        (("La halte. Dix logements.",),),
        {"logements": 1},
    ),
)


def frame(value: object) -> BytesIO:
    stream = BytesIO()
    send(stream, value)
    stream.seek(0)
    return stream


@pytest.mark.parametrize(
    "value",
    [
        ("done", READING),
        ("ready", None),
        {3: (Box(0.1, 0.2, 0.3, 0.4),)},
        PageSize(595.0, 842.0),
        Picture(b"RIFF", 20, 30),
    ],
)
def test_a_value_comes_out_as_it_went_in(value: object) -> None:
    stream = frame(value)
    assert plain(receive(stream, 10_000)) == value
    assert stream.read() == b""


def test_frames_follow_each_other() -> None:
    stream = BytesIO()
    for value in ("first", READING, "last"):
        send(stream, value)
    stream.seek(0)
    assert [plain(receive(stream, 10_000)) for _ in range(3)] == ["first", READING, "last"]


@pytest.mark.parametrize("value", [os.system, pickle.Unpickler, ValueError("no"), pytest.param])
def test_what_is_no_plain_value_is_not_made(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="has no place in an answer"):
        plain(pickle.dumps(value))


def test_a_frame_is_no_longer_than_allowed() -> None:
    with pytest.raises(TooLong):
        receive(frame("x" * 1000), 999)


def test_a_frame_that_is_cut_short_is_none() -> None:
    whole = frame(READING).getvalue()
    for length in (0, 4, len(whole) - 1):
        with pytest.raises(EOFError):
            receive(BytesIO(whole[:length]), 10_000)

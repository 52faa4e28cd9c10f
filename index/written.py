"""What every engine asks of the vectors that it is given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.model import IndexedPassage
from kb.ports import Vectors


def check_rows(passages: Sequence[IndexedPassage], vectors: Sequence[Vectors]) -> None:
    """Raise ``ValueError`` unless there are finite rows of one length for each passage."""
    if len(vectors) != len(passages):
        raise ValueError(f"{len(passages)} passages but vectors of {len(vectors)}")
    shapes = {rows.shape for rows in vectors}
    if any(len(shape) != 2 or shape[0] < 1 for shape in shapes):
        raise ValueError(f"vectors of shapes {shapes}, each should be (1 or more rows, dim)")
    if len({dim for _, dim in shapes}) > 1:
        raise ValueError("vectors of several lengths")
    if not all(np.isfinite(rows).all() for rows in vectors):
        raise ValueError("vectors hold values that are not finite")

"""onnxruntime, told to keep to itself before it wakes."""

from __future__ import annotations

import os
from typing import Any

_SILENCE = "ORT_DISABLE_TELEMETRY"


def quiet_onnxruntime() -> Any:
    """The module, which neither reports to its makers nor leaves a number for this machine.

    Since 1.29 its published builds do both, from the moment they are imported: what is
    said to the module afterwards comes too late (its Privacy.md).
    """
    os.environ[_SILENCE] = "1"
    import onnxruntime

    return onnxruntime

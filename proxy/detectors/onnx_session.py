"""
ONNX Runtime as we use it: one thread, nothing on its own, no reports to its maker.

Its official builds upload reports from native threads unless `ORT_DISABLE_TELEMETRY` is in the environment before it is
loaded. So it is loaded late, and not at all without that.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from proxy.detectors.port import TalksToItsMaker

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["open_session"]


def open_session(weights: Path) -> Any:  # noqa: ANN401  the library has no types
    """
    Return a session that runs a model on one core.

    Raises:
        TalksToItsMaker: the library would send reports.
    """
    if os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
        raise TalksToItsMaker
    import onnxruntime  # noqa: PLC0415  see above

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(weights), sess_options=options, providers=["CPUExecutionProvider"])

"""ONNX Runtime as we use it."""

from __future__ import annotations

import pytest

from proxy.detectors.encoder import WEIGHTS
from proxy.detectors.models import CLASSIFIER
from proxy.detectors.onnx_session import open_session
from proxy.detectors.port import TalksToItsMaker


def test_no_library_that_reports_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the switch the library is not even loaded."""
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    with pytest.raises(TalksToItsMaker):
        open_session(CLASSIFIER.locate() / WEIGHTS)


@pytest.mark.models
def test_a_model_runs_on_one_core() -> None:
    """Workers share the processors by being several."""
    session = open_session(CLASSIFIER.locate() / WEIGHTS)

    assert session.get_session_options().intra_op_num_threads == 1
    assert session.get_session_options().inter_op_num_threads == 1
    assert session.get_providers() == ["CPUExecutionProvider"]

from __future__ import annotations

import subprocess
import sys

from proxy.detectors.presidio import PresidioDetector
from proxy.detectors.presidio_version import expected_version
from tests.fakes.detectors import KEY


def test_parent_and_worker_agree() -> None:
    """What the parent expects is what the detector says of itself."""
    assert PresidioDetector(KEY).version("any") == expected_version()


def test_the_parent_imports_no_detection_library() -> None:
    """Working out versions and line-ups loads none of the heavy libraries."""
    code = (
        "import sys, proxy.detectors.scanner, proxy.detectors.presidio_version as v; v.expected_version(); "
        "sys.exit(any(name in sys.modules for name in "
        "('presidio_analyzer', 'spacy', 'onnxruntime', 'tokenizers', 'numpy', 'phonenumbers', 'tldextract')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

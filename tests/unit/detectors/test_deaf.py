from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from proxy.detectors.deaf import deafen

if TYPE_CHECKING:
    import pytest

CANARY = "Kanarienvogel-4711"


def test_warnings_are_counted_and_never_formatted(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a library logs goes nowhere; that it logged is known."""

    class Explosive:
        def __str__(self) -> str:
            raise AssertionError(CANARY)

    logger = logging.getLogger("tests.deaf")
    logger.addHandler(logging.StreamHandler())
    handler = deafen(logger)

    logger.debug("%s", CANARY)
    logger.warning("%s", Explosive())
    logger.error("Failed to validate text %s", CANARY)

    assert handler.count == 2
    assert CANARY not in caplog.text + "".join(capsys.readouterr())

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from proxy.settings.register import Register

SOUND: dict[str, Any] = {"customers": "/c", "key": "file:/k", "signed_by": "0" * 64}


@pytest.mark.parametrize(
    ("written", "meant"), [("36h", timedelta(hours=36)), ("3d", timedelta(days=3)), ("9999h", timedelta(hours=9999))]
)
def test_an_age_is_hours_or_days(written: str, meant: timedelta) -> None:
    """Three days by default."""
    assert Register(**SOUND, max_age=written).oldest == meant
    assert Register(**SOUND).oldest == timedelta(days=3)
    assert Register(**SOUND).customers == Path("/c")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"max_age": "3"}, "register-age"),
        ({"max_age": "0d"}, "register-age"),
        ({"max_age": "3w"}, "register-age"),
        ({"key": "0" * 64}, "register-key"),
        ({"key": "file:"}, "register-key"),
        ({"customers": None}, "register-empty"),
        ({"signed_by": "abc"}, "string_pattern_mismatch"),
        ({"signed-by": "0" * 64}, "extra_forbidden"),
    ],
)
def test_a_register_that_cannot_be_meant_is_refused(changes: dict[str, Any], code: str) -> None:
    """The key itself never stands there, and no message shows what did."""
    with pytest.raises(ValidationError) as raised:
        Register(**(SOUND | changes))

    assert [error["type"] for error in raised.value.errors()] == [code]
    assert "0" * 64 not in str(raised.value)

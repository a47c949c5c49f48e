"""What platforms say of their limits, compared with their own clock."""

from __future__ import annotations

import pytest

from proxy.platforms._wire.allowance import LONGEST_S, USED_UP_S, pause_of
from proxy.platforms._wire.upstream import Reply

NOW = "Mon, 23 Nov 2026 09:00:00 GMT"
_EPOCH = 1_795_424_400
"""The same moment."""


def _pause(**headers: str) -> int | None:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return pause_of(Reply(status=200, headers=named, body=b""))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x_rate_limit_remaining": "0", "x_rate_limit_reset": str(_EPOCH + 90)}, 90),
        ({"x_user_limit_24hour_remaining": "0", "x_user_limit_24hour_reset": str(_EPOCH + 50)}, 50),
        ({"ratelimit_remaining": "0", "ratelimit_reset": str(_EPOCH + 300)}, 300),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": "2026-11-23T09:05:00.123456Z"}, 300),
        ({"x_app_usage": '{"call_count":100,"total_time":25,"total_cputime":3}'}, USED_UP_S),
    ],
    ids=["X", "X for a day", "Bluesky", "Mastodon", "Facebook"],
)
def test_nothing_is_left(headers: dict[str, str], seconds: int) -> None:
    """Until the platform's own time."""
    assert _pause(date=NOW, **headers) == seconds


def test_of_several_the_longest_counts() -> None:
    """A limit for a quarter of an hour and one for a day."""
    limits = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": str(_EPOCH + 90)}
    day = {"x_app_limit_24hour_remaining": "0", "x_app_limit_24hour_reset": str(_EPOCH + 900)}
    assert _pause(date=NOW, **limits, **day) == 900


def test_nobody_waits_longer_than_an_hour() -> None:
    """What asks for more is taken for a mistake."""
    assert _pause(date=NOW, ratelimit_remaining="0", ratelimit_reset=str(_EPOCH + 99_999)) == LONGEST_S


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ratelimit_remaining": "1", "ratelimit_reset": str(_EPOCH + 90)},
        {"ratelimit_remaining": "0"},
        {"ratelimit_remaining": "0", "ratelimit_reset": str(_EPOCH - 1)},
        {"ratelimit_remaining": "0", "ratelimit_reset": "bald"},
        {"ratelimit_remaining": "0", "ratelimit_reset": "2026-99-99T00:00:00Z"},
        {"ratelimit_remaining": "0", "ratelimit_reset": "2026-11-23T09:05:00"},
        {"ratelimit_remaining": "0", "ratelimit_reset": "9" * 12},
        {"ratelimit_remaining": "0", "ratelimit_reset": "1" * 2000},
        {"x_app_usage": '{"call_count":99}'},
        {"x_app_usage": "[100]"},
        {"x_app_usage": "{"},
        {"x_app_usage": '{"call_count":"100"}'},
        {"x_app_usage": " " * 2000},
    ],
)
def test_what_does_not_say_it_keeps_nobody(headers: dict[str, str]) -> None:
    """Something is left, or nobody can tell until when."""
    assert _pause(date=NOW, **headers) is None


def test_without_the_platforms_clock_a_time_means_nothing() -> None:
    """Ours may be another one."""
    assert _pause(ratelimit_remaining="0", ratelimit_reset=str(_EPOCH + 90)) is None
    assert _pause(date="heute", ratelimit_remaining="0", ratelimit_reset=str(_EPOCH + 90)) is None

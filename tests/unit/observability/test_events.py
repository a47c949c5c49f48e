"""
The list of events is well formed.
"""

from __future__ import annotations

import re

from proxy.observability.events import ALWAYS, EVENTS


def test_names_and_keys_are_identifiers() -> None:
    """Events are lower-case words with dots, keys are snake case and never one of every line."""
    for event, keys in EVENTS.items():
        assert re.fullmatch(r"[a-z]+(\.[a-z_]+)?", event)
        assert all(re.fullmatch("[a-z_]+", key) for key in keys)
        assert not keys & ALWAYS


def test_no_key_invites_text() -> None:
    """There is no place in a log line for words of a post, an address or an error."""
    invitations = {"message", "text", "body", "query", "url", "path", "value", "exception", "traceback", "principal"}
    assert not invitations & frozenset().union(*EVENTS.values())

"""What a code is bound to, and what a refusal says."""

from __future__ import annotations

from dataclasses import replace

from proxy.gate.oauth_ports import Asked, LoginRefused

ASKED = Asked(client_id="c", redirect="http://127.0.0.1/", scopes="read write", state="s", challenge="x")


def test_a_code_is_bound_to_program_address_and_challenge() -> None:
    """Each of them makes another binding; what the program keeps for itself does not."""
    changed = [replace(ASKED, **{name: "other"}) for name in ("client_id", "redirect", "challenge")]
    assert len({asked.binding for asked in (ASKED, *changed)}) == 4
    assert replace(ASKED, state="other").binding == ASKED.binding


def test_a_refusal_has_the_standards_word() -> None:
    """And counts as a refused login."""
    error = LoginRefused("invalid_grant", expected="a code", found="none")
    assert (error.word, error.reason, error.diagnostics().expected) == ("invalid_grant", "auth", "a code")

"""Where the installation's keys lie."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from proxy.settings.keys import Keys

TRANSIT = {"address": "https://vault.bank.example", "key": "postgate", "token_file": "/run/vault"}


@pytest.mark.parametrize("given", [{}, {"kek": "environment"}, {"kek": "vault", "vault": TRANSIT}])
def test_a_wrapping_key_has_one_place(given: dict[str, object]) -> None:
    """And Vault needs its section."""
    keys = Keys.model_validate(given)

    assert keys.kek == given.get("kek", "file")
    assert (keys.vault is not None) == ("vault" in given)


@pytest.mark.parametrize("given", [{"kek": "vault"}, {"vault": TRANSIT}])
def test_vault_and_its_section_belong_together(given: dict[str, object]) -> None:
    """Neither counts without the other."""
    with pytest.raises(ValidationError) as caught:
        Keys.model_validate(given)
    assert caught.value.errors(include_input=False)[0]["type"] == "vault-section"

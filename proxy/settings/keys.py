"""
The settings of the installation's keys: where they lie, and what opens them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from proxy.settings.addresses import Origin
from proxy.settings.mistakes import mistake
from proxy.settings.names import Identifier


class _Section(BaseModel):
    """A part of the settings: frozen, without unknown keys, silent about its input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)


class Transit(_Section):
    """A key of HashiCorp Vault's transit engine."""

    address: Origin
    """Address of Vault; unencrypted on this machine only."""
    mount: Identifier = "transit"
    """Where the engine is mounted."""
    key: Identifier
    """Name of its key."""
    token_file: Path
    """File with a token that may encrypt and decrypt with this key; readable by the gateway's user only."""
    ca_file: Path | None = None
    """PEM file of the authority that signed Vault's certificate; None: those of the system."""


class Keys(_Section):
    """Where the installation's keys lie."""

    directory: Path = Path("var/keys")
    """Directory of the key files; readable by the gateway's user only."""
    kek: Literal["file", "environment", "vault"] = "file"
    """Where the wrapping key comes from: a file of the directory, `POSTGATE_KEK`, or HashiCorp Vault."""
    vault: Transit | None = None
    """With `kek: vault`: the transit engine that opens the wrapping key."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if (self.kek == "vault") != (self.vault is not None):
            raise mistake(code="vault-section", places=(("vault",),))
        return self

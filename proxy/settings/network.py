"""
How doors are reached over the network: with a certificate of their own, or behind a front proxy that ends TLS.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from proxy.settings.mistakes import mistake


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        raise mistake(code="network") from None


Network = Annotated[str, AfterValidator(_network)]
"""An address or a network, such as `10.1.2.3` or `10.1.0.0/24`."""


class Tls(BaseModel):
    """A certificate of a door's own; both files are read again when they change."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    certificate: Path
    """PEM file of the certificate, followed by those of the authorities between it and the root."""
    key: Path
    """PEM file of its key, without a passphrase; not readable by everybody."""

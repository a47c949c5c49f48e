"""Networks and certificates in settings."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from proxy.settings.network import Network, Tls


@pytest.mark.parametrize(
    ("given", "kept"), [("10.1.2.3", "10.1.2.3/32"), ("10.1.0.0/24", "10.1.0.0/24"), ("FD00::1", "fd00::1/128")]
)
def test_an_address_is_a_network_of_one(given: str, kept: str) -> None:
    """In one spelling."""
    assert TypeAdapter(Network).validate_python(given) == kept


@pytest.mark.parametrize("given", ["", "10.1.2.3/24", "10.1.2", "localhost", "10.1.0.0-10.1.0.9"])
def test_what_is_no_network_is_a_mistake(given: str) -> None:
    """Names are not looked up here, and bits beside the network are a slip."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Network).validate_python(given)
    assert caught.value.errors(include_input=False)[0]["type"] == "network"


def test_a_certificate_has_two_files() -> None:
    """Neither alone is of use."""
    with pytest.raises(ValidationError):
        Tls.model_validate({"certificate": "c.pem"})

"""
Addresses in settings; what is refused there is tested with the settings that have them.
"""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from proxy.settings.addresses import is_private, origin, split_listen


@pytest.mark.parametrize(
    ("value", "address"), [("0.0.0.0:1", ("0.0.0.0", 1)), ("[::]:65535", ("::", 65535)), ("gw:80", ("gw", 80))]
)
def test_listen_addresses_are_split(value: str, address: tuple[str, int]) -> None:
    """Host and port are separated, brackets removed."""
    assert split_listen(value) == address


@pytest.mark.parametrize(
    ("host", "private"),
    [("localhost", True), ("10.0.0.1", True), ("::1", True), ("8.8.8.8", False), ("social.example", False)],
)
def test_private_hosts_are_known_by_their_address(host: str, private: bool) -> None:
    """Names are not resolved."""
    assert is_private(host) is private


def test_an_origin_has_one_spelling() -> None:
    """Lower case, no default port, no closing slash; nothing else passes."""
    assert origin("https://Bank.example:443/") == "https://bank.example"
    with pytest.raises(PydanticCustomError):
        origin("https://bank.example/path")

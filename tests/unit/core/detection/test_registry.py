"""The registry lists the folder."""

from __future__ import annotations

import pkgutil

from proxy.core.detection import checks, registry


def test_every_check_of_the_folder_is_listed_once() -> None:
    """A check nobody listed would never run; one listed twice would be a mistake."""
    folder = sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(checks.__path__))
    assert sorted(check.NAME for check in registry.CHECKS) == folder


def test_a_check_is_found_by_its_name_only() -> None:
    """An unknown name finds nothing, it does not fall back to anything."""
    luhn = registry.check_named("luhn")
    assert luhn is not None
    assert luhn.valid("79927398713")
    assert registry.check_named("Luhn") is None

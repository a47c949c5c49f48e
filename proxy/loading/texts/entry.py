"""
The shape of an entry in the catalogues of this folder.
"""

from __future__ import annotations

from dataclasses import dataclass

from proxy.core.errors import Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was expected and what came, and what to do; `{names}` are filled in."""

    message: Localised
    remedy: Localised
    warning: bool = False


def entry(*, de: tuple[str, str], en: tuple[str, str], warning: bool = False) -> Entry:
    """Return an entry of (message, remedy) in both languages."""
    return Entry(message=Localised(de=de[0], en=en[0]), remedy=Localised(de=de[1], en=en[1]), warning=warning)

"""
Names of hosts, all ways to write one as one: case, full-width letters, punycode, invisible characters, other dots.
"""

from __future__ import annotations

import re
import unicodedata

from proxy.core.text.characters import INVISIBLE
from proxy.core.text.tables.toplevel import TOP_LEVEL_DOMAINS

__all__ = ["canonical_host", "ends_in_known_domain"]

_LABEL = re.compile(r"[\w-]{1,63}")
_OTHER_DOTS = str.maketrans("。．｡", "...")
_LONGEST = 253


def canonical_host(name: str) -> str | None:
    """
    Return a host in Unicode and lower case, None for what is none.

    `ß` stays `ß`, and letters of other scripts stay what they are: such hosts belong to somebody else.
    """
    visible = "".join(character for character in name if character not in INVISIBLE)
    plain = unicodedata.normalize("NFKC", visible.translate(_OTHER_DOTS)).lower().removesuffix(".")
    labels = [_decoded(label) for label in plain.split(".")]
    if len(plain) > _LONGEST or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return ".".join(labels)


def ends_in_known_domain(host: str) -> bool:
    """Return whether a canonical host ends in a top-level domain that there is."""
    return host.rpartition(".")[2] in TOP_LEVEL_DOMAINS


def _decoded(label: str) -> str:
    """Return a label without its punycode; what does not decode stays and is somebody else's."""
    if not label.startswith("xn--"):
        return label
    try:
        value = label.removeprefix("xn--").encode("ascii").decode("punycode").lower()
    except ValueError:
        return label
    return value if value and value.isprintable() and not any("\ud800" <= one <= "\udfff" for one in value) else label

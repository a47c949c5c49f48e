"""
The version of the detector `presidio`, computed without importing Presidio: the parent never does.
"""

from __future__ import annotations

from proxy.detectors.versions import digest_of

NAME = "presidio"


def expected_version() -> str:
    """Return the version that this code with the installed libraries has."""
    return digest_of(
        NAME,
        modules=("presidio", "emails", "phones", "deaf"),
        libraries=("presidio-analyzer", "phonenumbers", "regex", "tldextract"),
    )

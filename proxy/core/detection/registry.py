"""
The named checks that rules may ask for.

An explicit tuple: what takes part in a decision is listed where anybody can read it, never discovered.
"""

from __future__ import annotations

from typing import Protocol

from proxy.core.detection.checks import (
    at_svnr,
    bic,
    ch_ahv,
    de_blz_account,
    de_driving_licence,
    de_id_card,
    de_kvnr,
    de_svnr,
    de_tax_id,
    de_tax_number,
    de_vat,
    iban,
    isin,
    kfz_district,
    luhn,
    mod11,
    nhs,
    nino,
    password_shape,
    phone_number,
    recovery_words,
    reference_number,
    ssn,
)

__all__ = ["CHECKS", "Check", "check_named"]


class Check(Protocol):
    """What a module of the folder `checks` offers."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """Return the name that rules use."""
        ...

    def valid(self, text: str) -> bool:
        """Return whether a compact value passes; never raise for what the text contains."""
        ...


CHECKS: tuple[Check, ...] = (
    at_svnr,
    bic,
    ch_ahv,
    de_blz_account,
    de_driving_licence,
    de_id_card,
    de_kvnr,
    de_svnr,
    de_tax_id,
    de_tax_number,
    de_vat,
    iban,
    isin,
    kfz_district,
    luhn,
    mod11,
    nhs,
    nino,
    password_shape,
    phone_number,
    recovery_words,
    reference_number,
    ssn,
)


def check_named(name: str) -> Check | None:
    """Return the check with a name, `None` if there is none."""
    return next((check for check in CHECKS if name == check.NAME), None)

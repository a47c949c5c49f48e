"""
Who issues payment cards, by the first four digits, and how long their numbers are.
"""

from __future__ import annotations

__all__ = ["card_lengths"]

_UP_TO_19 = (16, 17, 18, 19)
_ANY_LENGTH = (13, 14, 15, 16, 17, 18, 19)
_ISSUERS = (
    (4000, 4999, (13, 16, 19)),  # Visa
    (5018, 5018, _ANY_LENGTH),  # Maestro
    (5020, 5020, _ANY_LENGTH),
    (5038, 5038, _ANY_LENGTH),
    (5100, 5599, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (3400, 3499, (15,)),  # American Express
    (3700, 3799, (15,)),
    (3000, 3059, (14, 16, 19)),  # Diners Club
    (3095, 3095, (14, 16, 19)),
    (3600, 3699, (14, 16, 19)),
    (3800, 3999, (14, 16, 19)),
    (3528, 3589, _UP_TO_19),  # JCB
    (5893, 5893, _ANY_LENGTH),
    (6011, 6011, _UP_TO_19),  # Discover
    (6304, 6304, _ANY_LENGTH),
    (6440, 6599, _UP_TO_19),
    (6200, 6299, _UP_TO_19),  # UnionPay
    (6759, 6763, _ANY_LENGTH),
)
"""First four digits, from and to, and the lengths of that issuer's numbers."""


def card_lengths(prefix: str) -> tuple[int, ...]:
    """Return the lengths that cards with these first four digits have, none for a prefix without issuer."""
    number = int(prefix)
    return next((lengths for first, last, lengths in _ISSUERS if first <= number <= last), ())

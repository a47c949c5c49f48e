"""
Keyed digests of matched values, so that two findings can be compared and nobody can read what was matched.

The digest is taken over a canonical form: every spelling of a value has the same one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LONGEST_KEY", "canonical", "digester", "fingerprint"]

LONGEST_KEY = 64
_SIZE = 16
_DOMAIN = b"postgate:finding"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_TITLES = frozenset(
    {"dipl", "dr", "frau", "herr", "herrn", "ing", "med", "miss", "mr", "mrs", "ms", "prof", "professor"}
)
_STREET = re.compile(r"stra(?:ss|ß)e\b|str\b\.?")


def canonical(entity: str, value: str) -> str:
    """Return the one spelling that stands for all spellings of a value of this kind."""
    return _FORMS.get(entity, _compact_folded)(unicodedata.normalize("NFKC", value))


def fingerprint(key: bytes, entity: str, value: str) -> str:
    """
    Return the keyed digest of a value, 32 hexadecimal digits, different for every kind of value.

    That of an e-mail address is followed by `@` and the digest of its host, so that a house can name its own hosts.

    Raises:
        ValueError: the key is empty (anybody could compute the digest) or longer than the hash takes.
    """
    plain = canonical(entity, value)
    digest = digester(key, entity)(plain)
    if entity != "EMAIL_ADDRESS":
        return digest
    return f"{digest}@{digester(key, 'EMAIL_DOMAIN')(plain.rpartition('@')[2])}"


def digester(key: bytes, entity: str) -> Callable[[str], str]:
    """
    Return a function from canonical values of one kind to their digests, for many values in a row.

    Raises:
        ValueError: as `fingerprint`.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise ValueError(f"a fingerprint key has 1 to {LONGEST_KEY} bytes, this one {len(key)}")
    begun = hashlib.blake2b(key=key, digest_size=_SIZE, person=_DOMAIN)
    begun.update(entity.encode("utf-8") + b"\x00")

    def digest(value: str) -> str:
        state = begun.copy()
        state.update(value.encode("utf-8", "surrogatepass"))
        return state.hexdigest()

    return digest


def _compact(text: str) -> str:
    return text if text.isalnum() else "".join(character for character in text if character.isalnum())


def _compact_upper(text: str) -> str:
    return _compact(text).upper()


def _compact_folded(text: str) -> str:
    return _compact(text).casefold()


def _shaped(text: str) -> str:
    """Keep punctuation where it carries meaning: `1.11.0.1` is not `11.1.0.1`."""
    return "".join(text.split()).casefold()


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


def _phone(text: str) -> str:
    digits = _digits(text)
    if text.lstrip(" (").startswith("+"):
        return "+" + digits
    return "+" + digits[2:] if digits.startswith("00") else digits


def _bare(text: str) -> str:
    """Fold case, umlauts and diacritics."""
    if text.isascii():
        return text.lower()
    folded = text.casefold().translate(_UMLAUTS)
    if folded.isascii():
        return folded
    folded = unicodedata.normalize("NFD", folded)
    return "".join(character for character in folded if not unicodedata.combining(character))


def _name(text: str) -> str:
    """Fold case, umlauts, diacritics, punctuation and order, without titles: `Dr. Müller, Hans` is `hans mueller`."""
    words = sorted("".join(c if c.isalnum() else " " for c in _bare(text)).split())
    return " ".join([word for word in words if word not in _TITLES] or words)


def _term(text: str) -> str:
    return _compact(_bare(text))


def _address(text: str) -> str:
    return _term(_STREET.sub("str", text.casefold()))


_FORMS: dict[str, Callable[[str], str]] = {
    "ADDRESS": _address,
    "CONFIDENTIAL_TERM": _term,
    "CREDIT_CARD": _digits,
    "EMAIL": _shaped,
    "EMAIL_ADDRESS": _shaped,
    "EMAIL_DOMAIN": _shaped,
    "IBAN_CODE": _compact_upper,
    "INTERNAL_URL": _shaped,
    "IP_ADDRESS": _shaped,
    "ORGANIZATION": _term,
    "PERSON": _name,
    "PHONE": _phone,
    "PHONE_NUMBER": _phone,
    "URL": _shaped,
}

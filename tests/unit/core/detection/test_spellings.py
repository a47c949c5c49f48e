"""The spellings of a customer's name. All names are invented."""

from __future__ import annotations

import pytest

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.spellings import company_name, name_forms, name_prints

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("name", "entity", "seen"),
    [
        ("Dr. Anna Beispiel", "PERSON", "Anna Beispiel"),
        ("Anna Beispiel", "PERSON", "Beispiel, Anna"),
        ("Anna Beispiel", "PERSON", "Anna Beispiels"),
        ("Anna  Beispiel", "PERSON", "Frau Anna Beispiel"),
        ("Jörg Müßig", "PERSON", "JOERG MUESSIG"),
        ("Herr Beispiel", "PERSON", "Beispiel"),
        ("Muster Maschinenbau GmbH", "ORGANIZATION", "MUSTER Maschinenbau GmbH"),
        ("Muster Maschinenbau GmbH", "ORGANIZATION", "Muster Maschinenbau"),
        ("Muster Maschinenbau GmbH & Co. KG", "ORGANIZATION", "Muster-Maschinenbau"),
        ("Bäckerei Müller", "ORGANIZATION", "Baeckerei Mueller"),
        ("Bäckerei Müller", "ORGANIZATION", "Bäckerei Müllers"),
        ("Muster Maschinenbau GmbH", "PERSON", "Muster Maschinenbau GmbH"),
    ],
)
def test_a_name_is_known_in_the_spellings_of_finders(name: str, entity: str, seen: str) -> None:
    """Titles, order, case, umlauts, genitives, legal forms."""
    assert fingerprint(KEY, entity, seen) in name_prints(KEY, name)


@pytest.mark.parametrize(
    ("name", "entity", "seen"),
    [
        ("Anna Beispiel", "PERSON", "Beispiel"),
        ("Anna Beispiel", "PERSON", "Anna"),
        ("Anna Beispiel GmbH", "PERSON", "Anna Beispiel"),
        ("Beispiel GmbH", "ORGANIZATION", "Beispiel"),
        ("Anna Beispiel", "PERSON", "Ben Beispiel"),
    ],
)
def test_nothing_shorter_is_known(name: str, entity: str, seen: str) -> None:
    """A family name alone is that of others too, and a company is not its owner."""
    assert fingerprint(KEY, entity, seen) not in name_prints(KEY, name)


def test_other_keys_give_other_fingerprints() -> None:
    """Whoever has the register without the key cannot try names."""
    assert name_prints(KEY, "Anna Beispiel").isdisjoint(name_prints(b"o" * 32, "Anna Beispiel"))
    assert len(set(name_forms("Anna Beispiel"))) == 4


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Unser Kunde Muster Maschinenbau GmbH", "Muster Maschinenbau GmbH"),
        ("Die Muster Maschinenbau GmbH", "Muster Maschinenbau GmbH"),
        ("Our client Example Brewing Ltd", "Example Brewing Ltd"),
        ("Beispiel AG", "Beispiel AG"),
        ("Kunde", "Kunde"),
    ],
)
def test_words_that_speak_of_a_company_are_no_part_of_its_name(text: str, name: str) -> None:
    """What is left is never nothing."""
    assert company_name(text) == name

"""Equal values have equal fingerprints, whatever their spelling; nothing else has."""

from __future__ import annotations

import pytest

from proxy.core.detection.fingerprint import LONGEST_KEY, canonical, digester, fingerprint

KEY = b"a key for tests"


@pytest.mark.parametrize(
    ("entity", "spellings", "expected"),
    [
        ("IBAN_CODE", ["DE02 1203 0000 0000 2020 51", "de02.1203-0000 0000\n2020\u00a051"], "DE02120300000000202051"),
        ("CREDIT_CARD", ["4111 1111 1111 1111", "4111-1111-1111-1111", "４１１１111111111111"], "4111111111111111"),
        ("EMAIL_ADDRESS", ["Max.Muster@Example.org", "max.muster @ example.org"], "max.muster@example.org"),
        ("EMAIL", ["A@B.example"], "a@b.example"),
        ("PHONE_NUMBER", ["+49 30 901820", "+49 (30) 90-18 20", "0049 30 901820", " (+49) 30 901820"], "+4930901820"),
        ("PHONE", ["030 901820"], "030901820"),
        ("PERSON", ["Hans Müller", "MÜLLER, Hans", "hans mueller", "Hans  Mu\u0308ller"], "hans mueller"),
        ("PERSON", ["René Groß", "Rene Gross"], "gross rene"),
        ("PERSON", ["Dr. Hans Müller", "Herr Müller, Hans"], "hans mueller"),
        ("PERSON", ["Dr."], "dr"),
        ("ADDRESS", ["Hafenstraße 20", "Hafenstr. 20", "HAFENSTRASSE 20"], "hafenstr20"),
        ("CONFIDENTIAL_TERM", ["Projekt Übersee", "projekt-uebersee", "ProjektÜbersee"], "projektuebersee"),
        ("URL", ["https://Example.org/A b"], "https://example.org/ab"),
        ("IP_ADDRESS", ["1.11.0.1"], "1.11.0.1"),
        ("POLICY_NUMBER", ["KV-12 34.x", "kv1234X"], "kv1234x"),
    ],
)
def test_all_spellings_have_one_canonical_form(entity: str, spellings: list[str], expected: str) -> None:
    """Grouping, case, width, umlauts and order of names make no difference where they carry no meaning."""
    assert {canonical(entity, spelling) for spelling in spellings} == {expected}


def test_a_fingerprint_is_keyed_and_belongs_to_its_kind() -> None:
    """Another key, entity or value gives another digest; the same three give the same."""
    mine = fingerprint(KEY, "IBAN_CODE", "DE02 1203")
    assert mine == fingerprint(KEY, "IBAN_CODE", "de021203")
    assert len(mine) == 32
    assert int(mine, 16)
    others = {
        fingerprint(b"another key", "IBAN_CODE", "DE021203"),
        fingerprint(KEY, "ACCOUNT_NUMBER", "DE021203"),
        fingerprint(KEY, "IBAN_CODE", "DE021204"),
    }
    assert len(others | {mine}) == 4


@pytest.mark.parametrize("key", [b"", b"x" * (LONGEST_KEY + 1)])
def test_a_key_that_cannot_protect_is_refused(key: bytes) -> None:
    """Without a key anybody could compute the digest of a guessed value."""
    with pytest.raises(ValueError, match="fingerprint key"):
        fingerprint(key, "PERSON", "Max Muster")


def test_lone_surrogates_do_not_raise() -> None:
    """They are refused while parsing; if one gets here all the same, there is still an answer."""
    assert fingerprint(KEY, "URL", "\ud800x") != fingerprint(KEY, "URL", "\ud801x")


def test_an_address_of_a_host_says_whose_it_is() -> None:
    """Behind the digest of the address stands that of its host; addresses of one host share it."""
    one, other, stranger = (
        fingerprint(KEY, "EMAIL_ADDRESS", address) for address in ("a@b.example", "c@B.example", "a@c.example")
    )

    assert one.rpartition("@")[2] == other.rpartition("@")[2] == fingerprint(KEY, "EMAIL_DOMAIN", "b.example")
    assert len({one, other, stranger}) == 3
    assert stranger.rpartition("@")[2] != one.rpartition("@")[2]


def test_a_digester_gives_the_same_digests() -> None:
    """For values that are canonical already, one after the other."""
    digest = digester(KEY, "IBAN_CODE")

    assert digest("DE02") == digest("DE02") == fingerprint(KEY, "IBAN_CODE", "de 02")

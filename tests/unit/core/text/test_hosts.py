"""All ways to write a host come to one."""

from __future__ import annotations

import pytest

from proxy.core.text.hosts import canonical_host, ends_in_known_domain


@pytest.mark.parametrize(
    "written",
    [
        "bank.example",
        "BANK.Example",
        "bank.example.",
        "ｂａｎｋ．ｅｘａｍｐｌｅ",
        "bank。example",
        "ba\u200bnk.exam\u00adple",
        "𝐛𝐚𝐧𝐤.example",
    ],
)
def test_one_host_has_one_form(written: str) -> None:
    """Case, width, invisible characters and the dots of other scripts make no difference."""
    assert canonical_host(written) == "bank.example"


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("xn--mller-kva.example", "müller.example"),
        ("XN--MLLER-KVA.example", "müller.example"),
        ("straße.example", "straße.example"),
        ("bаnk.example", "bаnk.example"),
        ("xn--.example", "xn--.example"),
        ("xn--ü.example", "xn--ü.example"),
        ("xn--99999999999.example", "xn--99999999999.example"),
    ],
)
def test_other_hosts_stay_other_hosts(written: str, host: str) -> None:
    """Punycode is decoded where it can be; `ß` is no `ss`, and a Cyrillic letter no Latin one."""
    assert canonical_host(written) == host


@pytest.mark.parametrize(
    "written", ["", ".", "a..b", "bank example", "ba%nk.de", "a/b.de", "x" * 64 + ".de", "a." * 130]
)
def test_what_is_no_host_has_no_form(written: str) -> None:
    """Empty or too long labels, and characters that no host has."""
    assert canonical_host(written) is None


def test_known_endings_are_known() -> None:
    """A host of one label is its own ending."""
    assert ends_in_known_domain("www.bank.example")
    assert ends_in_known_domain("de")
    assert not ends_in_known_domain("bericht.pdf")

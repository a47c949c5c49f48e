"""The short lists that `link` knows."""

from __future__ import annotations

import pytest

from proxy.core.policy.linktables import IDENTIFYING, SHORTENERS, squeezed


def test_shorteners_are_hosts_as_the_scan_writes_them() -> None:
    """In lower case, with a dot, and none of another."""
    assert {"bit.ly", "t.co", "tinyurl.com", "lnkd.in"} <= SHORTENERS
    assert all(host == host.lower() and "." in host for host in SHORTENERS)


@pytest.mark.parametrize("name", ["Kunden-Nr", "kunden_nr", "KUNDENNR", "kundennr", "fbclid", "mc_eid", "gad_source"])
def test_a_name_counts_however_it_is_written(name: str) -> None:
    """Only its letters and digits do."""
    assert squeezed(name) in IDENTIFYING


@pytest.mark.parametrize("name", ["id", "page", "q", "lang", "utm_source", "v"])
def test_what_tells_nothing_of_a_person_is_not_among_them(name: str) -> None:
    """Pages, searches, and the names of campaigns."""
    assert squeezed(name) not in IDENTIFYING


def test_the_list_is_written_as_names_are_compared() -> None:
    """What is not could never be found."""
    assert all(name == squeezed(name) for name in IDENTIFYING)

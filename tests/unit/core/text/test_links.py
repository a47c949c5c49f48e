"""Links are found wherever and however they stand; prose, addresses and mentions are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.model import Span
from proxy.core.text.links import links
from proxy.core.text.surfaces import surfaces


def _hosts(text: str) -> list[str | None]:
    return list(dict.fromkeys(link.host for link in links(surfaces(0, text))))


@pytest.mark.parametrize(
    "text",
    [
        "https://bank.example",
        "HTTPS://Bank.Example/x",
        "Mehr auf bank.example/fonds.",
        "Mehr auf bank.example, sofort",
        "(bank.example)",
        "„bank.example“",
        "...bank.example",
        "siehe:bank.example",
        "//bank.example/x",
        "https:/bank.example",
        "https:bank.example",
        "http:\\\\bank.example\\x",
        "ftp://bank.example",
        "https://bank.example:8443/x",
        "https://bank.example.",
        "https://bank.example!",
        "https://bank.example👉 hier",
        "**https://bank.example**",
        "[hier](https://bank.example)",
        "<a href='https://bank.example/'>hier</a>",
        "aHR0cHM6Ly9iYW5rLmV4YW1wbGUvP2E9MQ==",
        "ｈｔｔｐｓ：／／ｂａｎｋ．ｅｘａｍｐｌｅ",
        "ｂａｎｋ．ｅｘａｍｐｌｅ",
        "ba\u200bnk.exa\u200bmple",
        "ba\u00adnk.example",
        "bank。example",
        "bank[.]example",
        "bank(punkt)example",
        "bank [dot] example",
        "hxxps://bank[.]example",
        "hxxps[:]//bank[.]example/x",
        "https[://]bank.example",
        "𝐛𝐚𝐧𝐤.𝐞𝐱𝐚𝐦𝐩𝐥𝐞",
    ],
)
def test_a_link_is_found_however_it_is_written(text: str) -> None:
    """With and without scheme, in markup, in brackets, encoded and in disguise."""
    assert _hosts(text) == ["bank.example"]


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("müller.example und xn--mller-kva.example", ["müller.example"]),
        ("www.unbekannt", ["www.unbekannt"]),
        ("http://wiki/x", ["wiki"]),
        ("10.0.0.1:8080", ["10.0.0.1"]),
        ("a.b.c.d.e.f.g.h.i.j.k.l.bank.example", ["a.b.c.d.e.f.g.h.i.j.k.l.bank.example"]),
        ("bank.example,other.example", ["bank.example", "other.example"]),
        ("Bank.De BOOKING.COM Web.de", ["bank.de", "booking.com", "web.de"]),
    ],
)
def test_hosts_are_told_as_they_are(text: str, hosts: list[str]) -> None:
    """Behind a scheme or `www.` anything is a host; elsewhere the ending has to exist."""
    assert _hosts(text) == hosts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Schönes Wochenende!",
        "max@bank.example schreibt an @anna@social.example und @presse.bank",
        "max.muster.de.lang@bank.example",
        "max (at) bank (punkt) example",
        "ｍａｘ＠ｂａｎｋ．ｅｘａｍｐｌｅ",
        "z.B. am 12.04.2026 um 3.5 %, d.h. u.a. 1.234.567,00 Euro",
        "GmbH & Co.KG, Tel.Nr 5, Dr.med. Muster, Mo.Fr",
        "Das ist gut.So machen wir es.Am Montag.In Hamburg",
        "Bericht.pdf, Foto.JPG, Node.js",
        "Schreibt https:// davor, also https://...",
        "172.16.40.0/24 und 1.2.3.4",
        "3OO.OOO Euro",
    ],
)
def test_prose_is_no_link(text: str) -> None:
    """Addresses, mentions, abbreviations, numbers, names of files, and dots without a space."""
    assert _hosts(text) == []


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("bаnk.example", {"bаnk.example", "bank.example"}),
        ("https://bank.example@other.example/", {"bank.example", "other.example"}),
        ("https://bank.example%2F@other.example", {"bank.example", "other.example"}),
        ("https://bank.example/r?u=https%3A%2F%2Fother.example", {"bank.example", "other.example"}),
        ("https://bank.example/r?u=https://other.example", {"bank.example", "other.example"}),
        ("[https://bank.example](https://other.example)", {"bank.example", "other.example"}),
        ("bank.example&#46;other.example", {"bank.example.other.example", "bank.example"}),
    ],
)
def test_what_can_be_read_in_two_ways_is_read_in_both(text: str, hosts: set[str]) -> None:
    """A reader, a browser and a platform may each see another host; the strictest rule must see all."""
    assert hosts <= set(_hosts(text))


@pytest.mark.parametrize("text", ["https://exa$mple", "https://[::1]/x", "https://a..b"])
def test_a_host_that_cannot_be_read_is_said_to_be_there(text: str) -> None:
    """It counts as outside of every list."""
    assert None in _hosts(text)


def test_parameters_are_names_in_lower_case_without_values() -> None:
    """Of the query and of what stands behind the `#`, once each."""
    (link,) = links(surfaces(0, "bank.example/x?KdNr=4711&b=2;c=3&kdnr=1&leer#utm_source=x"))

    assert link.parameters == ("b", "c", "kdnr", "utm_source")
    assert "4711" not in str((link.host, link.parameters))


def test_a_place_is_where_the_author_wrote_it() -> None:
    """Also where the view has other offsets."""
    text = "Siehe b\u200bank[.]example!"

    assert {link.span for link in links(surfaces(3, text))} == {Span(start=6, end=len(text) - 1)}
    assert {link.part for link in links(surfaces(3, text))} == {3}


def test_guesses_add_nothing_where_a_link_stands_already() -> None:
    """`drei` is a number in one view, and a name here."""
    assert _hosts("drei.at") == ["drei.at"]
    assert _hosts("\u202eelpmaxe.knab\u202c") == ["bank.example"]


@given(st.text(alphabet="ab.:/@?=#&%[]() \u200b\n。ü", max_size=60))
def test_every_link_lies_in_its_text(text: str) -> None:
    """Whatever is written: nothing raises, nothing points outside."""
    for link in links(surfaces(0, text)):
        assert 0 <= link.span.start < link.span.end <= len(text)
        assert link.host != ""


@given(st.text(alphabet="abc. /:", max_size=40))
def test_a_link_more_takes_none_away(text: str) -> None:
    """What stands before it in a line of its own stays what it was."""
    assert set(_hosts(text)) <= set(_hosts(f"{text}\nhttps://other.example"))

"""Generated account and card numbers are found in every spelling, with exactly the author's characters as span."""

from __future__ import annotations

from html import unescape

from hypothesis import assume, given
from hypothesis import strategies as st

from proxy.core.detection.candidates import find_numbers
from proxy.core.detection.checks import luhn
from proxy.core.detection.checks.iban import COUNTRIES
from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import Confidence, Finding, Span, View
from proxy.core.text.surfaces import surfaces

KEY = b"a key for tests"
KINDS = {"n": "0123456789", "a": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "c": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
ORDINARY = (
    "",
    " ",
    "\u00a0",
    "\u202f",
    "-",
    ".",
    "/",
    "\n",
    " - ",
    "_",
    ",",
    ":",
    ";",
    "|",
    "*",
    "(",
    ")",
    "\u00ad",
    "–",
    "     ",
    "\t\t",
    "\r\n",
    "&",
    "+",
)
EVASIVE = (
    "\u200b",
    "\u2060",
    "\u200d",
    "\ufeff",
    "\u3164",
    "\u0338",
    "\u202e",
    "\ufe0f",
    "\u200b \u200b",
    "\U000e0041",
)
BESIDE = ("", "Meine IBAN: ", "Konto ", "(", "\u201e", "🙂 ", "Grüße € ", "\n")


@st.composite
def ibans(draw: st.DrawFn) -> str:
    """Draw a valid IBAN of any country, in capitals, a third of it digits as in all that banks give."""
    country = draw(st.sampled_from(sorted(COUNTRIES)))
    bban = "".join(draw(st.sampled_from(KINDS[kind])) for kind in COUNTRIES[country][4:])
    check = 98 - int("".join(str(int(character, 36)) for character in bban + country + "00")) % 97
    value = f"{country}{check:02d}{bban}"
    assume(3 * sum(map(str.isdecimal, value)) >= len(value))
    return value


@st.composite
def cards(draw: st.DrawFn) -> str:
    """Draw a 16-digit card number of a big issuer."""
    stem = draw(st.sampled_from(["4", "51", "55", "2221", "6011"]))
    body = stem + "".join(draw(st.sampled_from("0123456789")) for _ in range(15 - len(stem)))
    return body + next(digit for digit in "0123456789" if luhn.valid(body + digit))


def _spell(value: str, joints: list[str]) -> str:
    return value[0] + "".join(joint + character for joint, character in zip(joints, value[1:], strict=True))


def _findings(text: str, entity: str) -> list[Finding]:
    grouped = next(view for view in surfaces(0, text) if view.name == "grouped")
    return [finding for finding in find_numbers(grouped, KEY) if finding.entity == entity]


def _joints(length: int, members: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(members), min_size=length - 1, max_size=length - 1)


@given(ibans(), st.data(), st.sampled_from(BESIDE), st.booleans())
def test_an_iban_is_found_in_every_ordinary_spelling(value: str, data: st.DataObject, before: str, small: bool) -> None:
    """Spaces, line breaks, dots and dashes anywhere, and small letters, hide nothing and are no evasion."""
    spelled = _spell(value.lower() if small else value, data.draw(_joints(len(value), ORDINARY)))
    text = f"{before}{spelled} !"
    span = Span(start=len(before), end=len(before) + len(spelled))
    (found,) = [finding for finding in _findings(text, "IBAN_CODE") if finding.span == span]
    assert (found.confidence, found.view) == (Confidence.HIGH, View.PLAIN)
    assert found.fingerprint == fingerprint(KEY, "IBAN_CODE", value)


@given(ibans(), st.data(), st.sampled_from(BESIDE))
def test_an_iban_is_found_under_every_evasion(value: str, data: st.DataObject, before: str) -> None:
    """Invisible characters, stray marks and bidi controls between the characters hide nothing, and are noticed."""
    joints = data.draw(_joints(len(value), ORDINARY + EVASIVE).filter(lambda drawn: bool({*drawn} & {*EVASIVE})))
    spelled = _spell(value, joints)
    assume(unescape(spelled) == spelled)  # letters between & and ; may be the name of one other character, as in &DD;
    text = f"{before}{spelled}"
    span = Span(start=len(before), end=len(before) + len(spelled))
    (found,) = [finding for finding in _findings(text, "IBAN_CODE") if finding.span == span]
    assert (found.confidence, found.view) == (Confidence.HIGH, View.DEOBFUSCATED)
    assert found.transforms


@given(ibans(), st.data())
def test_an_iban_is_found_in_every_alphabet_of_digits(value: str, data: st.DataObject) -> None:
    """Wide, mathematical, Arabic and circled characters are read as what they show."""
    wide = [
        data.draw(
            st.sampled_from(
                [c, chr(ord(c) + 0xFEE0)]
                + ([chr(0x1D7CE + int(c)), chr(0x0660 + int(c)), "⓿❶❷❸❹❺❻❼❽❾"[int(c)]] if c.isdecimal() else [])
            )
        )
        for c in value
    ]
    text = "".join(wide)
    assert Span(start=0, end=len(text)) in [finding.span for finding in _findings(text, "IBAN_CODE")]


@given(cards(), st.data())
def test_a_card_in_printed_groups_is_proven(value: str, data: st.DataObject) -> None:
    """Groups of four, whatever separates them, are a card."""
    separator = data.draw(st.sampled_from([" ", "-", "\u00a0", ".", "\n", " - ", "\u2009"]))
    spelled = separator.join(value[place : place + 4] for place in range(0, 16, 4))
    (found,) = _findings(f"x {spelled} y", "CREDIT_CARD")
    assert (found.confidence, found.span) == (Confidence.HIGH, Span(start=2, end=2 + len(spelled)))


@given(cards(), st.data())
def test_a_card_is_never_lost(value: str, data: st.DataObject) -> None:
    """However its digits are grouped or disguised, the card is reported at its place."""
    spelled = _spell(value, data.draw(_joints(16, ("", " ", "-", "\u200b", "."))))
    (found,) = _findings(f"Nummer {spelled}, danke", "CREDIT_CARD")
    assert found.span == Span(start=7, end=7 + len(spelled))
    assert found.confidence.rank >= Confidence.MEDIUM.rank

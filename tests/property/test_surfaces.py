"""I8 for views: every map stays inside the part, leads to the author's characters, and is stable."""

from __future__ import annotations

import base64
import sys
import unicodedata
from typing import TYPE_CHECKING

from hypothesis import assume, example, given
from hypothesis import strategies as st

from proxy.core.detection.candidates import find_numbers
from proxy.core.detection.names import find_names
from proxy.core.model import Confidence, Span, Surface
from proxy.core.text.grouping import squeeze
from proxy.core.text.mapped import Mapped
from proxy.core.text.sentences import sentences
from proxy.core.text.surfaces import surfaces
from proxy.core.text.transforms import normalise

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = b"a key for tests"
IBAN = "DE02120300000000202051"
TRICKY = (
    " \n\t.-/_,:;()*|!?'"
    "\u00a0\u00ad\u200b\u200d\u202e\u2060\u2028\u2800\u3164\u115f\uffa0\u034f\ufe0f\u20e3\u0301\u0308\u0323\u0338"
    "äÄüßaeuDE019ＤＥ０１①❶➓٣९𝟘🄂ﬀ½…´¨ﾊﾞ\uff9eㄱㅏ\u1100\u1161\u11a8가कि\u093cشَ🙂👨❤\ufdfa\U000e0041\U00016d67\x00\x85é"
)
WORDS = (
    *("<b>", "</p>", "<a href='x y'>", "&amp;", "&#48;", "**", "[a](b)", "https://a.example/%41", "xn--mller-kva"),
    *("null", "eins", "doppel", "twenty-one", " at ", "(at)", " punkt ", "@", ".de", "max", "K u n d e", "\u202e"),
    *("ed.amrif@xam", "DE02 1203 0000 0000 2020 51", "%44%45", "\\x41\\x42\\x43\\x44", "S29udG8gMTIzNDU2Nzg="),
    *("haq qre", "4b6f6e746f203132", "а", "ДЕ", "DЕ", "\n", " ", "\u200b", "ü", "\ud800"),
)
texts = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=15).map("".join),
    st.text(st.sampled_from(TRICKY), max_size=60),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)


def _view(text: str, name: str) -> Surface:
    return next(view for view in surfaces(0, text) if view.name == name)


@given(texts)
def test_every_map_stays_inside_the_part(text: str) -> None:
    """Each character of a view has a place in the author's text; places never go backwards."""
    for view in surfaces(0, text):
        if view.starts is None or view.ends is None:
            assert (view.starts, view.ends, view.text) == (None, None, text)
            continue
        assert len(view.starts) == len(view.ends) == len(view.text)
        assert all(0 <= start < end <= len(text) for start, end in zip(view.starts, view.ends, strict=True))
        if "T12" not in view.transforms:
            assert list(view.starts) == sorted(view.starts)
            assert list(view.ends) == sorted(view.ends)


@given(texts)
def test_evaded_places_are_sorted_disjoint_and_inside(text: str) -> None:
    """What marks a finding as deobfuscated is a place in the author's text."""
    for view in surfaces(0, text):
        edges = [edge for place in view.evasive for edge in (place.start, place.end)]
        assert edges == sorted(set(edges))
        assert not edges or (edges[0] >= 0 and edges[-1] <= len(text))


@given(texts, st.data())
def test_a_mapped_span_surfaced_again_still_holds_the_value(text: str, data: st.DataObject) -> None:
    """Cutting out what a range points back to and looking at it alone shows the range again, of letters and digits."""
    assume("https:" not in text)  # what a link escapes means nothing outside it
    view = _view(text, "grouped")
    members = [
        position for position, character in enumerate(view.text) if "0" <= character <= "9" or character in "DEae"
    ]
    if not members:
        return
    start = data.draw(st.sampled_from(members))
    end = start + 1
    while end in members:
        end += 1
    span = view.origin(start, end)
    assert view.text[start:end] in _view(text[span.start : span.end], "grouped").text


@example("\u1100\u0327\u1161")
@example("\u1100\u0327\u0327\u1161\u0327\u11a8")
@example("\uff8a\u0301\uff9e")
@given(texts)
def test_surfacing_twice_changes_nothing(text: str) -> None:
    """A normalised text is normal, a grouped one is grouped."""
    normalised = _view(text, "normalised").text
    assert "original" not in [view.name for view in surfaces(0, normalised)]
    grouped = _view(text, "grouped").text
    assert squeeze(Mapped(text=grouped)).text == grouped


def test_every_single_character_is_stable() -> None:
    """No character of Unicode becomes something that would change again."""
    odd = [
        code
        for code in range(0x80, sys.maxunicode + 1)
        if (first := normalise(chr(code)).text) != chr(code) and normalise(first).text != first
    ]
    assert odd == []


@given(texts)
def test_without_marks_and_phrases_composing_piece_by_piece_is_composing_the_whole(text: str) -> None:
    """T4 does to the parts what Unicode does to the whole, for texts where nothing else has to be undone."""
    plain = "".join(
        character
        for character in text
        if unicodedata.category(character)[0] in {"L", "N", "S"} and len(unicodedata.normalize("NFKC", character)) < 5
    )
    mapped = normalise(plain)
    if mapped.transforms in {(), ("T4",)} and "´" not in plain:
        assert mapped.text == unicodedata.normalize("NFKC", plain)


INNER: tuple[Callable[[str], str], ...] = (
    "\u200b".join,
    " - ".join,
    lambda value: value.replace("E", "Е"),
    lambda value: value.translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
    lambda value: value.translate({48 + digit: 0x1D7CE + digit for digit in range(10)}),
)
OUTER: tuple[Callable[[str], str], ...] = (
    lambda value: f"<b>{value[:3]}</b>{value[3:]}",
    lambda value: "".join(f"&#{ord(character)};" for character in value),
    lambda value: value[::-1],
    lambda value: f"\u202e{value[::-1]}\u202c",
    lambda value: base64.b64encode(value.encode()).decode(),
    lambda value: base64.urlsafe_b64encode(f"Konto: {value}".encode()).decode().rstrip("="),
    lambda value: value.encode().hex(),
    lambda value: "".join(f"%{byte:02X}" for byte in value.encode()),
)


@given(st.sampled_from(OUTER), st.sampled_from(INNER), st.sampled_from(["", "Hallo, ", "Größe 5: "]))
def test_a_number_in_two_disguises_is_found_and_placed(
    outer: Callable[[str], str], inner: Callable[[str], str], before: str
) -> None:
    """One disguise around another: some view has the number, and leads into what the author wrote."""
    text = before + outer(inner(IBAN))
    found = [view for view in surfaces(0, text) if IBAN in view.text]
    assert found
    for view in found:
        start = view.text.index(IBAN)
        span = view.origin(start, start + len(IBAN))
        assert len(before) <= span.start < span.end <= len(text)


@given(texts)
def test_views_are_not_blown_up(text: str) -> None:
    """Derived text is at most four times the original."""
    assert all(len(view.text) <= 4 * len(text) for view in surfaces(0, text))


@given(texts)
def test_sentences_cover_all_that_is_not_space(text: str) -> None:
    """Sentences are in order, disjoint, not empty, and leave only white space out."""
    spans = sentences(text)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(span.start < span.end for span in spans)
    covered = {position for span in spans for position in range(span.start, span.end)}
    assert all(text[position].isspace() for position in set(range(len(text))) - covered)


@given(
    st.lists(
        st.sampled_from(
            [
                "1\ufe0f\u20e3 Antrag 2\ufe0f\u20e3 Beleg 3\ufe0f\u20e3 fertig",
                "👨\u200d👩\u200d👧\u200d👦 Familienfest 🇩🇪🇦🇹🇨🇭",
                "Müller´s Café – „fein“ … 50 % für ½ Jahr",
                "سلام دنیا می\u200cخواهم ۱۲۳۴۵",
                "नमस्ते १२३",
                "Καλημέρα κόσμε",
                "Привет, мир",
                "𝓕𝓪𝓷𝓬𝔂 𝓽𝓮𝔁𝓽",
                "Tel: 10-20 Uhr, 3.5.2027",
                "ISBN 978-3-16-148410-0",
                "ISIN DE0007164600",
                "2:1 (1:0)",
                "550e8400-e29b-41d4-a716-44665544c0de",
                "❶ ❷ ❸",
                "52.5200, 13.4050",
            ]
        ),
        max_size=6,
        unique=True,  # the same digits again and again pass the check of a card now and then
    )
)
def test_harmless_unicode_gives_no_finding(pieces: list[str]) -> None:
    """Keycaps, emoji, flags, other scripts, fancy letters, dates and scores name nobody and are no accounts."""
    for view in surfaces(0, "\n\n\n\n".join(pieces)):
        if view.name == "grouped":
            assert [finding for finding in find_numbers(view, KEY) if finding.confidence is not Confidence.LOW] == []
        if view.name == "normalised":
            assert find_names(view, KEY) == ()


@given(texts)
def test_findings_point_into_the_part(text: str) -> None:
    """I8 for the finders: whatever the text, spans lie inside it."""
    for view in surfaces(0, text):
        for finding in (*find_numbers(view, KEY), *find_names(view, KEY)):
            assert Span(start=0, end=len(text)).covers(finding.span)

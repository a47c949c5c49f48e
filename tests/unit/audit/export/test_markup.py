from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.export.markup import Markup, element, escaped, together

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</td></tr></table><h1>x",
    "<!--",
    "]]>",
    "&lt;b&gt;",
)


class _Reader(HTMLParser):
    """Notes what a browser would take for elements, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(markup: str) -> _Reader:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_never_markup(text: str) -> None:
    """Neither between tags nor in an attribute, and it is read as it was."""
    reader = _read(element("td", text, title=text))

    assert reader.found == [("td", {"title": text})]
    assert reader.text == text


@given(st.text())
def test_no_text_is_markup(text: str) -> None:
    """Whatever it is."""
    made = element("td", text, title=text)

    assert [tag for tag, _ in _read(made).found] == ["td"]
    assert made.count("<") == made.count(">") == 2


def test_what_nobody_sees_is_shown() -> None:
    """Also what turns the direction of a name."""
    assert escaped("press\u202eessap") == "press\\u{202e}essap"
    assert escaped("a\x00b\u200bc\ud800d\U000e0041e") == "a\\u{0}b\\u{200b}c\\u{d800}d\\u{e0041}e"
    assert escaped("Grüße 😀 日本") == "Grüße 😀 日本"


def test_markup_is_not_escaped_twice() -> None:
    """Only what is made here is markup."""
    inner = element("b", "x")

    assert element("p", inner, " & ") == "<p><b>x</b> &amp; </p>"
    assert together(inner, "<") == "<b>x</b>&lt;"
    assert isinstance(together("x"), Markup)


def test_names_of_attributes_are_spelled_as_html_has_them() -> None:
    """`class` and `aria-...` are no names in Python."""
    assert element("rect", class_="a", aria_label="b") == '<rect class="a" aria-label="b"/>'
    assert element("meta", name="x") == '<meta name="x">'

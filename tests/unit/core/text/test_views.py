"""From texts with maps to views, and back."""

from __future__ import annotations

from proxy.core.model import Piece, Span
from proxy.core.text.mapped import Mapped
from proxy.core.text.transforms import normalise
from proxy.core.text.views import mapped_of, stream, view


def test_a_view_and_its_text_are_two_faces_of_one_thing() -> None:
    """What goes in comes out again."""
    mapped = normalise("ＤＥ\u200b02")
    surface = view("normalised", 4, mapped)
    assert (surface.name, surface.part, surface.pieces) == ("normalised", 4, ())
    assert mapped_of(surface) == mapped


def test_a_view_of_several_keeps_its_pieces() -> None:
    """They are what leads back to the parts."""
    pieces = (Piece(part=0, base=0, end=1), Piece(part=1, base=2, end=3))
    assert view("joined", -1, Mapped(text="a\nb"), pieces).pieces == pieces


def test_a_stream_is_letters_and_digits_only() -> None:
    """In capitals, whatever and however much stood between them; umlauts fall out too."""
    streamed = stream(Mapped(text="de02 … (1203)\n\n-- 0000 ü 0000"))
    assert streamed is not None
    assert streamed.text == "DE02120300000000"
    assert view("stream", 0, streamed).place(0, 8) == (0, Span(start=0, end=12))


def test_a_text_with_few_digits_has_no_stream() -> None:
    """Nothing in it could be proven."""
    assert stream(Mapped(text="Am 12.3. um 14:30 Uhr")) is None


def test_a_text_of_letters_and_digits_is_its_own_stream() -> None:
    """A view that adds nothing is not made."""
    assert stream(Mapped(text="DE02120300000000202051")) is None

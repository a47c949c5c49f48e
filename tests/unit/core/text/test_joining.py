"""T14: parts and threads as one text."""

from __future__ import annotations

from proxy.core.model import Span, Surface, View
from proxy.core.text.joining import EARLIER_CHARACTERS, EARLIER_TEXTS, joined, recent
from proxy.core.text.surfaces import surfaces

IBAN = "DE02120300000000202051"


def _normalised(*texts: str) -> list[Surface]:
    return [next(view for view in surfaces(part, text) if view.name == "normalised") for part, text in enumerate(texts)]


def _view(views: tuple[Surface, ...], name: str) -> Surface:
    return next(view for view in views if view.name == name)


def test_one_text_is_not_joined() -> None:
    """Its own views show everything; empty parts and an empty thread add nothing."""
    assert joined(_normalised("allein")) == ()
    assert joined(_normalised("", "allein", ""), ("", "\u200b")) == ()
    assert joined([], ("früher",)) == ()


def test_a_number_dealt_out_over_parts_stands_together() -> None:
    """The place is the largest piece; what one part shows alone has no place here."""
    views = joined(_normalised("Konto DE02 1203", "0000 0000", "2020 51 ok"))
    grouped = _view(views, "grouped")
    start = grouped.text.index(IBAN)
    assert grouped.place(start, start + len(IBAN)) == (0, Span(start=6, end=15))
    assert grouped.place(0, 5) is None
    assert grouped.view_of(Span(start=6, end=15)) is View.DEOBFUSCATED
    assert _view(views, "joined").text == "Konto DE02 1203\n0000 0000\n2020 51 ok"
    assert "T14" in grouped.transforms


def test_a_number_begun_in_an_earlier_post_points_into_this_one() -> None:
    """Nothing outside the post can be pointed at; what lies there wholly is not reported."""
    views = joined(_normalised("0000 2020 51"), ("DE02 1203 0000",))
    grouped = _view(views, "grouped")
    assert grouped.text == IBAN
    assert grouped.place(0, len(IBAN)) == (0, Span(start=0, end=12))
    assert grouped.place(0, 8) is None


def test_disguises_are_undone_before_joining() -> None:
    """In this post and in the earlier ones."""
    views = joined(_normalised("0000\u200b 2020 51"), ("DЕ02 1203 ０000",))
    assert _view(views, "grouped").text == IBAN
    assert {"T2", "T4", "T6", "T14"} <= set(_view(views, "grouped").transforms)


def test_many_characters_between_the_pieces_fall_out_of_the_stream() -> None:
    """Marks at the end of a part and before the rest in the next one."""
    views = joined(_normalised("DE02 1203 0000 ... >>>", "<<< ... 0000 2020 51"))
    assert _view(views, "stream").text == IBAN


def test_only_the_ends_of_the_latest_texts_count() -> None:
    """A thread may be long; a value reaches over from what stands right before."""
    kept = recent([str(number) * 1_000 for number in range(9)])
    assert [text[0] for text in kept] == ["4", "5", "6", "7", "8"][-EARLIER_TEXTS:]
    assert all(len(text) == EARLIER_CHARACTERS for text in kept)
    assert recent(()) == ()
    views = joined(_normalised("x"), ["a" * 600])
    assert len(_view(views, "joined").text) == EARLIER_CHARACTERS + 2


def test_parts_that_say_so_are_read_backwards_together() -> None:
    """Whose first half is in the last part; nothing is turned round that does not ask for it."""
    texts = ("Teil eins, falschrum: 15020202", "und Teil zwei: 0000 0030 2120ED")
    views = joined(_normalised(*texts))
    mirrored = _view(views, "mirrored")
    assert mirrored.text.startswith("DE0212 0300 0000")
    assert mirrored.place(0, len(mirrored.text)) == (1, Span(start=0, end=len(texts[1])))
    assert "mirrored" not in {view.name for view in joined(_normalised("Teil 1: 15020202", texts[1]))}


def test_number_words_over_parts_are_read_together() -> None:
    """Too few of them stand in each part."""
    views = joined(_normalised("Code: drei vier", "fünf", "sechs"))
    assert "Code: 3456" in {view.text for view in views if view.name == "joined"}

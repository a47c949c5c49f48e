from __future__ import annotations

from proxy.core.detection.cues import CueSearch
from proxy.core.detection.reading import Reading, Sight
from proxy.core.model import Surface
from proxy.core.text.surfaces import surfaces

SEARCH = CueSearch([(("Konto",), "exact")])


def _surface(text: str, name: str = "normalised") -> Surface:
    return Surface(name=name, part=0, text=text)


def _sight(text: str, joined: str, name: str = "grouped") -> Sight:
    reading = Reading(_surface(text), SEARCH)
    return Sight(_surface(joined, name), reading, reading)


def test_joined_groups_are_found_in_the_text_they_came_from() -> None:
    """By counting letters and digits."""
    text = "Konto: 12 34, bitte!"
    grouped = next(view for view in surfaces(0, text) if view.name == "grouped")
    reading = Reading(_surface(text), SEARCH)
    start = grouped.text.index("1234")

    low, high = Sight(grouped, reading, reading).in_reading(start, start + 4)

    assert text[low:high] == "12 34"


def test_the_stream_has_only_ascii() -> None:
    """Other letters do not count there."""
    text = "Für 12-34"

    low, high = _sight(text, "FR1234", "stream").in_reading(2, 6)

    assert text[low:high] == "12-34"


def test_a_view_may_be_asked_more_than_once() -> None:
    """For every match in it."""
    sight = _sight("12-34 und 56-78", "1234und5678")

    assert [sight.in_reading(0, 4), sight.in_reading(7, 11)] == [(0, 5), (10, 15)]


def test_where_letters_got_lost_the_whole_text_is_meant() -> None:
    """A cue then counts wherever it stands."""
    assert _sight("Konto 1234", "Kont1234").in_reading(4, 8) == (0, 10)
    assert _sight("ab !", "ab!").in_reading(2, 3) == (0, 4)


def test_a_view_in_which_words_stand_apart_is_its_own_reading() -> None:
    """Nothing has to be counted."""
    assert _sight("Konto 1", "Konto 1", "normalised").in_reading(6, 7) == (6, 7)


def test_cues_as_written_speak_for_a_number_written_backwards() -> None:
    """Who turns a number round leaves the words before it as they are."""
    text = "Konto 1234"
    plain = Reading(_surface(text), SEARCH)
    backwards = _surface(text[::-1], "reversed")
    sight = Sight(backwards, Reading(backwards, SEARCH), plain)

    assert sight.has_cue(0)
    assert sight.has_cue_near(0, (0, 4), (8, 5))
    assert not sight.has_cue_near(0, (0, 4), (0, 0))


def test_cues_as_written_speak_for_what_is_encoded() -> None:
    """Wherever they stand: the whole fragment is one place."""
    plain = Reading(_surface("Konto: " + "eins " * 20 + "MTIzNA=="), SEARCH)
    decoded = _surface("1234", "decoded")
    sight = Sight(decoded, Reading(decoded, SEARCH), plain)

    assert sight.has_cue(0)
    assert sight.has_cue_near(0, (0, 4), (0, 0))
    assert not Sight(decoded, Reading(decoded, SEARCH), Reading(_surface("MTIzNA=="), SEARCH)).has_cue_near(
        0, (0, 4), (8, 5)
    )


def test_backwards_with_other_letters_means_the_whole_text() -> None:
    """There is no place to point at."""
    backwards = _surface("4321 otnoK!x", "reversed")
    sight = Sight(backwards, Reading(backwards, SEARCH), Reading(_surface("Konto 1234"), SEARCH))

    assert sight.has_cue_near(0, (0, 4), (0, 0))

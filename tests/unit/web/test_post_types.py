"""What a post over the API may be, and how a mistake in it is told: by place, never by what came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from proxy.core.errors import RefusedRequest, UnknownField, UnreadableField
from proxy.web.post_types import MOST_PARTS, MOST_TARGETS, Content, MediaItem, NewPost, read_content

IMAGE = "00000000-0000-4000-8000-00000000000a"
CANARY = "Zwielichtkanarie"
LEAST = {"text": "Hallo", "targets": ["mastodon:presse"]}


def test_the_least_is_a_text_and_a_target() -> None:
    """All else has a default."""
    wanted = read_content(NewPost, LEAST)

    assert (wanted.text, wanted.targets, wanted.all_or_nothing) == ("Hallo", ("mastodon:presse",), False)
    assert (wanted.idempotency_key, wanted.thread, wanted.media) == (None, (), ())


def test_an_account_may_have_its_own_texts_and_images() -> None:
    """What it does not name is as for all."""
    wanted = read_content(
        NewPost,
        {
            "text": "alle",
            "thread": ["zwei"],
            "media": [{"id": IMAGE, "alt": "Baum"}],
            "targets": ["a:1", "a:2", "a:3"],
            "per_target": {"a:2": {"text": "nur zwei", "media": []}, "a:3": {"thread": []}},
        },
    )

    assert wanted.of("a:1") == (("alle", "zwei"), (MediaItem(id=IMAGE, alt="Baum"),))
    assert wanted.of("a:2") == (("nur zwei", "zwei"), ())
    assert wanted.of("a:3") == (("alle",), (MediaItem(id=IMAGE, alt="Baum"),))


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"targets": []}, "targets: "),
    ({"targets": ["a:1"] * 2}, "the object: each target once"),
    ({"targets": [f"a:{number}" for number in range(MOST_TARGETS + 1)]}, "targets: "),
    ({"targets": [7]}, "targets.0: "),
    ({"targets": "mastodon:presse"}, "targets: "),
    ({"targets": ["a b"]}, "targets.0: "),
    ({"text": None}, "text: "),
    ({"text": 5}, "text: "),
    ({"thread": [""]}, "thread.0: "),
    ({"thread": ["x"] * MOST_PARTS}, "thread: "),
    ({"media": [{"id": CANARY}]}, "media.0.id: "),
    ({"idempotency_key": f"{CANARY} und Leerzeichen"}, "idempotency_key: "),
    ({"all_or_nothing": CANARY}, "all_or_nothing: "),
    ({"per_target": {"other:1": {}}}, "the object: in per_target only accounts of targets"),
    ({"per_target": {"mastodon:presse": {"text": 7}}}, "per_target.text: "),
]


@pytest.mark.parametrize(("change", "told"), MISTAKES)
def test_a_mistake_is_told_by_its_place(change: dict[str, Any], told: str) -> None:
    """In our words: nothing of what came stands in the error."""
    with pytest.raises(UnreadableField) as caught:
        read_content(NewPost, LEAST | change)

    assert caught.value.diagnostics().expected.startswith(told)
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize("content", [[], "text", 7, None])
def test_something_else_than_an_object_is_refused(content: object) -> None:
    """Whatever it is."""
    with pytest.raises(UnreadableField):
        read_content(NewPost, content)


@pytest.mark.parametrize(
    "change",
    [{CANARY: 1}, {"media": [{"id": IMAGE, CANARY: 1}]}, {"per_target": {"mastodon:presse": {CANARY: 1}}}],
)
def test_an_unknown_key_is_refused_and_not_repeated(change: dict[str, Any]) -> None:
    """At every depth."""
    with pytest.raises(UnknownField) as caught:
        read_content(NewPost, LEAST | change)

    assert CANARY not in str(caught.value)


def test_a_time_to_send_at_has_an_offset() -> None:
    """Null is as if it were not there."""
    wanted = read_content(NewPost, LEAST | {"schedule_at": "2026-12-01T09:00:00+01:00"})

    assert wanted.schedule_at == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert read_content(NewPost, LEAST | {"schedule_at": None}).schedule_at is None


@pytest.mark.parametrize(
    "change",
    [
        {"schedule_at": "2026-12-01T09:00:00"},
        {"schedule_at": False},
        {"schedule_at": 1_900_000_000},
        {"schedule_at": "0001-01-01T00:00:00+14:00"},
        {"schedule_at": "9999-12-31T23:59:59-14:00"},
        {"schedule_at": ""},
        {"schedule_at": "2026-12-01T09:00:00Z", "thread": ["Und noch etwas."]},
        {"schedule_at": "2026-12-01T09:00:00Z", "per_target": {"mastodon:presse": {"thread": ["Und noch etwas."]}}},
    ],
)
def test_another_time_to_send_at_is_refused(change: dict[str, Any]) -> None:
    """A time in no zone is another one for everybody; the later posts of a thread answer what is not there yet."""
    with pytest.raises(UnreadableField):
        read_content(NewPost, LEAST | change)


def test_a_question_has_no_key() -> None:
    """What is only for posting is refused elsewhere."""
    with pytest.raises(RefusedRequest):
        read_content(Content, LEAST | {"idempotency_key": "k"})


def test_no_representation_has_the_text() -> None:
    """I7."""
    wanted = read_content(
        NewPost,
        LEAST
        | {
            "text": CANARY,
            "thread": [CANARY],
            "media": [{"id": IMAGE, "alt": CANARY}],
            "per_target": {"mastodon:presse": {"text": CANARY, "thread": [CANARY]}},
            "idempotency_key": CANARY,
        },
    )

    assert CANARY not in repr(wanted)

"""`media`: images, and those without a description."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import PartKind, Post, PostKind
from proxy.core.policy.facts import look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.media import MediaSpec, build, complain, match
from tests.factories import make_part, make_post, make_scan

PRESENT, ABSENT, UNDESCRIBED = MediaSpec(), MediaSpec(present=False), MediaSpec(undescribed=True)


def _post(*texts: str) -> Post:
    """Return a post with an image for each description."""
    described = [
        make_part(text, kind=PartKind.ALT_TEXT, slot=f"media.{index}.description") for index, text in enumerate(texts)
    ]
    return replace(
        make_post(parts=(make_part(), *described)), media=tuple(f"image-{index}" for index in range(len(texts)))
    )


def _elsewhere(text: str, slot: str) -> Post:
    """Return a post that has a description in a field of its own, and an address."""
    alt = make_part(text, kind=PartKind.ALT_TEXT, slot="alt_text")
    return make_post(parts=(alt, make_part("https://a.example/b", kind=PartKind.LINK, slot=slot)))


def _upload(text: str) -> Post:
    parts = (make_part(text, kind=PartKind.ALT_TEXT, slot="description"),) if text else ()
    return make_post(parts=parts, kind=PostKind.MEDIA)


@pytest.mark.parametrize(
    ("post", "holding"),
    [
        (_post(), [ABSENT]),
        (_post("Ein Leuchtturm"), [PRESENT]),
        (_post("Ein Leuchtturm", "Ein Boot"), [PRESENT]),
        (_post("Ein Leuchtturm", " "), [PRESENT, UNDESCRIBED]),
        (_post(""), [PRESENT, UNDESCRIBED]),
        (_elsewhere("", "image_url"), [PRESENT, UNDESCRIBED]),
        (_elsewhere("Ein Leuchtturm", "image_url"), [PRESENT]),
        (_elsewhere("Ein Leuchtturm", "link"), [ABSENT]),
        (replace(_elsewhere("Ein Leuchtturm", "link"), media=("image-0",)), [PRESENT]),
        (replace(_elsewhere("Ein Leuchtturm", "link"), media=("image-0", "image-1")), [PRESENT, UNDESCRIBED]),
        (_upload("Ein Leuchtturm"), [PRESENT]),
        (_upload(""), [PRESENT, UNDESCRIBED]),
    ],
)
def test_images_and_descriptions_are_told_apart(post: Post, holding: list[MediaSpec]) -> None:
    """One image without a description is enough; blanks describe nothing."""
    facts = look(post, make_scan(), {})

    assert [spec for spec in (PRESENT, ABSENT, UNDESCRIBED) if match(spec, facts, frozenset()).held] == holding


@pytest.mark.parametrize(
    ("values", "code"),
    [({}, "present-or-alt-text"), ({"present": False, "alt_text": "missing"}, "nothing-to-describe")],
)
def test_what_makes_no_sense_is_refused(values: dict[str, object], code: str) -> None:
    """One field is needed, and both have to be possible at once."""
    assert [one.code for one in complain(Written(place="a/b#1", values=values))] == [code]


@pytest.mark.parametrize(
    ("values", "spec"),
    [
        ({"present": True}, PRESENT),
        ({"present": False}, ABSENT),
        ({"alt_text": "missing"}, UNDESCRIBED),
        ({"present": True, "alt_text": "missing"}, UNDESCRIBED),
    ],
)
def test_a_spec_is_built_of_what_is_written(values: dict[str, object], spec: MediaSpec) -> None:
    """A missing description implies an image."""
    written = Written(place="a/b#1", values=values)

    assert complain(written) == ()
    assert build(written) == spec

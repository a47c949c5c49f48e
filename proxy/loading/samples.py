"""
Read the sample posts that stand in policy files, and make posts of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from proxy.core.model import Part, PartKind, Post, PostId, PostKind
from proxy.core.policy.consent import TOPICS
from proxy.core.policy.matchers.visibility import SAID
from proxy.loading.sample_registers import SampleRegister, register_of
from proxy.loading.strict_yaml import Node, Scalar
from proxy.loading.validation import (
    Fields,
    Report,
    choice_of,
    integer_of,
    items_of,
    name_of,
    one_or_many,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

MAX_SAMPLE = 10_000
MOST_IMAGES = 20
_OPTIONS = {word: (("visibility", said),) for said, word in SAID.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleConsent:
    """An invented customer who agreed to be named."""

    names: tuple[str, ...] = field(repr=False)
    topics: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    """Empty: that of the post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An invented post."""

    parts: tuple[Part, ...] = field(repr=False)
    platform: str | None = None
    """None: whatever the policy applies to."""
    kind: PostKind | None = None
    """None: whatever the policy applies to."""
    visibility: str | None = None
    """None: the post does not say."""
    images: int = 0
    during: tuple[str, ...] = ()
    """Calendars that are running when it is posted."""
    thread: tuple[str, ...] = field(default=(), repr=False)
    """Earlier posts of the author's thread, oldest first."""
    consents: tuple[SampleConsent, ...] = ()
    """Those in force when it is posted."""
    register: SampleRegister | None = None
    """What the register of customers and the restricted lists hold; None: the house has none."""

    def post(self, *, name: str, platform: str, kind: PostKind, author: str = "sample") -> Post:
        """Return a post that was never submitted."""
        return Post(
            id=PostId(name),
            platform=self.platform or platform,
            account="sample",
            author=author,
            operation="sample",
            kind=self.kind or kind,
            parts=self.parts,
            options=_OPTIONS.get(self.visibility or "", ()),
            media=tuple(f"image-{index}" for index in range(self.images)),
        )


def sample_of(report: Report, node: Node, calendars: Collection[str]) -> Sample | None:
    """
    Return a sample post: a text, or a mapping.

    The mapping has `text`, `parts`, `platform`, `kind`, `visibility`, `images`, `thread` with earlier posts, `during`
    with names of `calendars`, `consents` with those in force, and `register` with what the register of customers holds.
    """
    before = report.errors
    sample = _from_text(report, node) if isinstance(node, Scalar) else _from_mapping(report, node, calendars)
    return sample if report.errors == before else None


def _from_text(report: Report, node: Node) -> Sample:
    return Sample(parts=_body(text_of(report, node, limit=MAX_SAMPLE)))


def _from_mapping(report: Report, node: Node, calendars: Collection[str]) -> Sample | None:
    fields = Fields.of(report, node)
    if fields is None:
        return None
    text_node, parts_node = fields.get("text"), fields.get("parts")
    platform_node, kind_node = fields.get("platform"), fields.get("kind")
    visibility_node, images_node = fields.get("visibility"), fields.get("images")
    during, thread = fields.get("during"), fields.texts("thread", limit=MAX_SAMPLE)
    consents = tuple(_consents(report, fields.get("consents")))
    register = fields.get("register")
    fields.close()
    if text_node is None and parts_node is None and kind_node is None:
        report.add("missing-key", node, key="text")
    parts = [
        _part(report, item, slot)
        for slot, item in enumerate([] if parts_node is None else items_of(report, parts_node))
    ]
    kind = None if kind_node is None else choice_of(report, kind_node, tuple(PostKind))
    visibility = None if visibility_node is None else choice_of(report, visibility_node, tuple(_OPTIONS))
    images = 0 if images_node is None else integer_of(report, images_node, low=0, high=MOST_IMAGES)
    return Sample(
        parts=(
            *_body(None if text_node is None else text_of(report, text_node, limit=MAX_SAMPLE)),
            *_described(part for part in parts if part is not None),
        ),
        platform=None if platform_node is None else name_of(report, platform_node),
        kind=None if kind is None else PostKind(kind),
        visibility=visibility,
        images=images or 0,
        during=() if during is None else tuple(_running(report, during, calendars)),
        thread=thread,
        consents=consents,
        register=None if register is None else register_of(report, register),
    )


def _consents(report: Report, node: Node | None) -> Iterator[SampleConsent]:
    for item in [] if node is None else items_of(report, node):
        fields = Fields.of(report, item)
        if fields is None:
            continue
        names = fields.texts("names", required=True)
        topics, platforms = fields.get("topics"), fields.get("platforms")
        fields.close()
        chosen = [choice_of(report, one, TOPICS) for one in ([] if topics is None else items_of(report, topics))]
        places = [name_of(report, one) for one in ([] if platforms is None else items_of(report, platforms))]
        yield SampleConsent(
            names=names,
            topics=tuple(topic for topic in chosen if topic is not None),
            platforms=tuple(place for place in places if place is not None),
        )


def _running(report: Report, node: Node, calendars: Collection[str]) -> Iterator[str]:
    for item in one_or_many(report, node):
        name = name_of(report, item)
        if name is not None and name not in calendars:
            known = ", ".join(sorted(calendars)) or "-"
            report.add("unknown-calendar", item, value=name, known=known, near=(name, calendars))
        elif name is not None:
            yield name


def _described(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts; the first alt text describes the first image, and so on."""
    images = count()
    for part in parts:
        yield replace(part, slot=f"media.{next(images)}.text") if part.kind is PartKind.ALT_TEXT else part


def _body(text: str | None) -> tuple[Part, ...]:
    return () if text is None else (Part(kind=PartKind.BODY, slot="text", text=text),)


def _part(report: Report, node: Node, slot: int) -> Part | None:
    fields = Fields.of(report, node)
    if fields is None:
        return None
    kind = fields.choice("kind", tuple(PartKind))
    text = fields.text("text", limit=MAX_SAMPLE)
    fields.close()
    return None if kind is None or text is None else Part(kind=PartKind(kind), slot=f"parts.{slot}", text=text)

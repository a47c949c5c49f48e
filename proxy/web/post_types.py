"""
What the API takes where posts are concerned: the types that requests are read by and OpenAPI is made from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from proxy.core.errors import UnknownField, UnreadableField
from proxy.gate.plea import LONGEST

if TYPE_CHECKING:
    from datetime import datetime

MOST_TARGETS = 16
MOST_PARTS = 25
"""Posts of one thread, the first one with them."""
_MOST_MEDIA = 16
_UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

_YEARS = range(2020, 2200)
"""Others cannot be told in UTC, or are mistakes."""

Account = Annotated[str, Field(pattern=r"^[!-~]{1,128}$")]
Thread = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(max_length=MOST_PARTS - 1)]


class Body(BaseModel):
    """A JSON object of a request: frozen, without unknown keys, silent about its input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)


class MediaItem(Body):
    """An image that was uploaded before, or one that the platform fetches."""

    id: Annotated[str, Field(pattern=_UUID)] | None = None
    """Of the upload."""
    url: Annotated[str, Field(pattern=r"^https://[!-~]{1,2040}$")] | None = Field(default=None, repr=False)
    """For Instagram and Threads, in place of `id`: its address on one of the hosts of `doors[].media_hosts`."""
    alt: str | None = Field(default=None, repr=False)
    """Its description; without one that of the upload."""

    @model_validator(mode="after")
    def _one_image(self) -> Self:
        if (self.id is None) is (self.url is None):
            raise PydanticCustomError("one_image", "either id or url")
        return self


def _spelled(value: object) -> object:
    """Refuse numbers, which would be taken for seconds since 1970."""
    if isinstance(value, str):
        return value
    raise PydanticCustomError("no_time", "RFC 3339 with an offset")


def _of_this_century(value: datetime) -> datetime:
    if value.year not in _YEARS:
        raise PydanticCustomError("no_time", "a time of this century")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_spelled), AfterValidator(_of_this_century)]
"""A time as RFC 3339 spells it, with an offset."""
Media = Annotated[tuple[MediaItem, ...], Field(max_length=_MOST_MEDIA)]


class Deviation(Body):
    """What is different for one account; what is missing is as for all."""

    text: str | None = Field(default=None, repr=False)
    thread: Thread | None = Field(default=None, repr=False)
    media: Media | None = None


class Content(Body):
    """What is to be said, and where."""

    text: str = Field(default="", repr=False)
    """Text of the post; of the first one, where there is a thread."""
    targets: Annotated[
        tuple[Account, ...], Field(min_length=1, max_length=MOST_TARGETS, json_schema_extra={"uniqueItems": True})
    ]
    """Account ids, such as `mastodon:presse`, each once."""
    thread: Thread = Field(default=(), repr=False)
    """Texts of the posts that follow as answers, each to the one before."""
    media: Media = ()
    """Images of the first post."""
    per_target: dict[Account, Deviation] = Field(default_factory=dict)
    """By account id."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if len(set(self.targets)) != len(self.targets):
            raise PydanticCustomError("targets_twice", "each target once")
        if not self.per_target.keys() <= set(self.targets):
            raise PydanticCustomError("no_target", "in per_target only accounts of targets")
        return self

    def of(self, target: str) -> tuple[tuple[str, ...], tuple[MediaItem, ...]]:
        """Return the texts and images for one account."""
        own = self.per_target.get(target, Deviation())
        text = self.text if own.text is None else own.text
        thread = self.thread if own.thread is None else own.thread
        return (text, *thread), self.media if own.media is None else own.media


class Question(Content):
    """What would become of it?"""


class NewPost(Content):
    """A post to publish."""

    idempotency_key: Annotated[str, Field(pattern=r"^[!-~]{1,200}$")] | None = Field(default=None, repr=False)
    """Whoever sends the same request with the same key again gets the first answer, for 24 hours."""
    all_or_nothing: bool = False
    """Whether nothing is sent unless all posts for all accounts are allowed."""
    schedule_at: Moment | None = None
    """
    When to send it, RFC 3339 with an offset, at most a year ahead; it is decided now and once more then. Not with a
    thread.
    """

    @model_validator(mode="after")
    def _alone(self) -> Self:
        threads = (self.thread, *(one.thread for one in self.per_target.values()))
        if self.schedule_at is not None and any(threads):
            raise PydanticCustomError("scheduled_thread", "without schedule_at where there is a thread")
        return self


class NewAppeal(Body):
    """An appeal against a block."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST)] | None = Field(default=None, repr=False)
    """What its author says for it, to those who decide; it stays in the house."""


class NewMedia(Body):
    """An image to keep, as multipart/form-data."""

    file: str = Field(repr=False, json_schema_extra={"contentMediaType": "application/octet-stream"})
    """The image: png, jpeg, gif or webp, whatever it is called; its name is looked at too."""
    alt: str = Field(default="", repr=False)
    """Its description, for posts that do not give another one."""


Kind = TypeVar("Kind", bound=Body)
_NAMES = {*NewPost.model_fields, *Deviation.model_fields, *MediaItem.model_fields}


def read_content(kind: type[Kind], content: object) -> Kind:
    """
    Return what a JSON document says.

    Raises:
        UnknownField: a key that the type does not have.
        UnreadableField: no object, or a value of another kind; which one it is, in our words.
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        mistake = error.errors(include_input=False, include_url=False, include_context=False)[0]
    if mistake["type"] == "extra_forbidden":
        raise UnknownField(expected=", ".join(kind.model_fields), found="another field") from None
    known = {*_NAMES, *kind.model_fields}
    places = [str(one) for one in mistake["loc"] if isinstance(one, int) or one in known]
    raise UnreadableField(expected=f"{'.'.join(places) or 'the object'}: {mistake['msg']}", found="another value")

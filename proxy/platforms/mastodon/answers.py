"""
Answers in the shape of Mastodon's API.

Only a waiting post's `params.text` gives the author's own text back, because clients show it in their list of scheduled
posts.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from proxy.core.errors import TextTooLong, UnknownToken
from proxy.core.model import PartKind, Verdict
from proxy.gate.oauth_ports import LoginRefused
from proxy.platforms._wire import answers
from proxy.platforms._wire.answers import json_answer, verdict_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proxy.core.errors import PostgateError
    from proxy.core.model import Part, Post
    from proxy.gate.results import Held, Published, Scheduled, Spooled
    from proxy.gate.wire import WireAnswer
    from proxy.gate.withdraw import OwnWaiting
    from proxy.platforms._wire.answers import Problem
    from proxy.platforms._wire.strict_json import JsonValue


class Answers(answers.Answers):
    """Builds answers in the language of the door."""

    def __init__(self, *, language: str, door: str, held_reply: str) -> None:
        super().__init__(language=language, stopped=422, too_long=422)
        self._door = door
        self._held_reply = held_reply

    def problem(self, problem: Problem) -> WireAnswer:
        """Return `{"error": ..}`."""
        return json_answer(problem.status, {"error": problem.text}, problem.headers, reason=problem.reason)

    def published(self, name: str, result: Published) -> WireAnswer:
        """Return the platform's object; whatever its status was, clients of this API expect 200."""
        return replace(super().published(name, result), status=200)

    def spooled(self, name: str, result: Spooled) -> WireAnswer:  # noqa: ARG002  every upload gets the same
        """Return an upload as MediaAttachment."""
        media = self.media_object(result.media_id, result.post.parts)
        return json_answer(200, media, verdict_of(result.decision_id, Verdict.ALLOW))

    def media_object(self, media_id: str, parts: tuple[Part, ...]) -> dict[str, JsonValue]:
        """Return an image of the spool as MediaAttachment; only its owner's token can read the address."""
        description = next((part.text for part in parts if part.kind is PartKind.ALT_TEXT), None)
        address = f"{self._door}/api/v1/media/{media_id}/content"
        return {
            "id": media_id,
            "type": "image",
            "url": address,
            "preview_url": address,
            "remote_url": None,
            "text_url": None,
            "meta": {},
            "description": description,
            "blurhash": None,
        }

    def refused(self, error: PostgateError, limit: int | None) -> WireAnswer:
        """Return an error; `limit` is the platform's number of characters, if known."""
        text = error.text.pick(self._language)
        if isinstance(error, UnknownToken):
            return json_answer(401, {"error": "The access token is invalid", "error_description": text})
        if isinstance(error, LoginRefused):
            told = error.diagnostics().expected
            status = 401 if error.word == "invalid_client" else error.status
            return json_answer(status, {"error": error.word, "error_description": f"{text} ({told})"})
        if isinstance(error, TextTooLong):
            words = f"Text character limit of {limit} exceeded" if limit is not None else text
            return json_answer(422, {"error": f"Validation failed: {words}"})
        return self.refusal(error)

    def held(self, name: str, result: Held) -> WireAnswer:
        """
        Return a held post as scheduled, where this API has that shape.

        Clients that asked for no schedule take it for a Status: they show its `content`, which says what happened.
        """
        if name != "status.create" or self._held_reply == "error":
            return super().held(name, result)
        told = scheduled_status(result.post, result.due_at) | {
            "content": f"<p>{escape(self.why(result.decision, result.decision_id))}</p>"
        }
        return json_answer(200, told, verdict_of(result.decision_id, Verdict.HOLD))

    def scheduled(self, name: str, result: Scheduled) -> WireAnswer:  # noqa: ARG002  one endpoint takes a time
        """Return a post that waits for its time, as scheduled."""
        told = scheduled_status(result.post, result.send_at)
        return json_answer(200, told, verdict_of(result.decision_id, Verdict.ALLOW))


def waiting(posts: Sequence[OwnWaiting]) -> WireAnswer:
    """Return waiting posts as list of ScheduledStatus."""
    told: list[JsonValue] = [scheduled_status(one.post, one.at) for one in posts]
    return json_answer(200, told)


def scheduled_status(post: Post, at: datetime) -> dict[str, JsonValue]:
    """Return a waiting post as ScheduledStatus; the time is that of sending, or when its review is due."""
    due = moment(at)
    params: dict[str, JsonValue] = {
        "text": _text(post, "status") or "",
        "scheduled_at": due,
        "poll": _poll(post),
        "media_ids": list(post.media) or None,
        "sensitive": _option(post, "sensitive"),
        "spoiler_text": _text(post, "spoiler_text"),
        "visibility": _option(post, "visibility"),
        "language": _option(post, "language"),
        "in_reply_to_id": _text(post, "in_reply_to_id"),
        "application_id": 0,
        "idempotency": None,
        "with_rate_limit": False,
    }
    return {"id": post.id, "scheduled_at": due, "params": params, "media_attachments": []}


def moment(at: datetime) -> str:
    """Return a time as Mastodon writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _text(post: Post, slot: str) -> str | None:
    return next((part.text for part in post.parts if part.slot == slot), None)


def _option(post: Post, slot: str) -> JsonValue:
    return dict(post.options).get(slot)


def _poll(post: Post) -> JsonValue:
    options: list[JsonValue] = [part.text for part in post.parts if part.kind is PartKind.POLL_OPTION]
    if not options:
        return None
    return {
        "options": options,
        "expires_in": _option(post, "poll.expires_in"),
        "multiple": _option(post, "poll.multiple") or False,
        "hide_totals": _option(post, "poll.hide_totals") or False,
    }

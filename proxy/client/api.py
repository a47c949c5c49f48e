"""
A small client of the gateway's own API, with nothing but the standard library.

    client = Client("https://gateway.bank.example", token)
    for result in client.post("Open advice from 17:00", to=["mastodon:presse"]):
        print(result.target, result.status)

Every call is one request: nothing is sent a second time by itself. A post gets an idempotency key, also where the
caller gives none, and an error that leaves open what happened tells it: the same call with the same key is safe.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import secrets
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

LARGEST_ANSWER = 4 * 1024 * 1024
TIMEOUT_S = 120.0
"""A thread for several accounts is sent post by post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text for people, in German and English."""

    de: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostResult:
    """What became of one post for one account; `published` is the only status that means that it is out."""

    target: str
    part: int
    status: str
    verdict: str | None = None
    decision_id: str | None = None
    platform_id: str | None = None
    reason: str | None = None
    rules: tuple[str, ...] = ()
    messages: tuple[Words, ...] = ()
    remedies: tuple[Words, ...] = ()
    due_at: str | None = None
    send_at: str | None = None
    retry_after: int | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What would become of one post for one account; only `allow` means that it may go out."""

    target: str
    part: int
    verdict: str
    rules: tuple[str, ...] = ()
    messages: tuple[Words, ...] = ()
    remedies: tuple[Words, ...] = ()
    check_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaResult:
    """What became of an image; one without `id` is not kept, and no post can use it."""

    id: str | None
    status: str
    decision_id: str
    verdict: str
    mime: str
    size: int
    removed: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    messages: tuple[Words, ...] = ()
    remedies: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BackResult:
    """What became of one post when all of its request were taken back; after `unknown` and the like, ask again."""

    target: str
    decision_id: str
    result: str
    status: str
    reason: str | None = None
    platform_id: str | None = None


class Refused(Exception):
    """The gateway refused the request; but for the code `OutcomeUnknown` nothing of it was sent."""

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(error.get("code", ""))
        self.target = error.get("target")
        """The account whose platform would not take the post, if that is why."""
        self.platform = error.get("platform")
        """What that platform would have answered."""
        self.expected = str(error.get("expected", ""))
        """What would have been taken, if it says so."""
        self.message = _words(error.get("message"))
        told = error.get("decision_id")
        self.decision_id = told if isinstance(told, str) else None
        """The decision on the post, where one was made: with `OutcomeUnknown` ask with it what became of it."""
        super().__init__(f"{status} {self.code}")


class Unreachable(Exception):
    """The gateway could not be reached, or its answer could not be read: a post may have been sent."""

    def __init__(self, *, key: str | None) -> None:
        self.key = key
        """The idempotency key of the post: the same call with it is safe."""
        super().__init__("no answer of the gateway")


class Client:
    """Posts through the gateway, and asks it."""

    def __init__(self, address: str, token: str, *, timeout: float = TIMEOUT_S) -> None:
        """
        Remember where the gateway is.

        Args:
            address: such as `https://gateway.bank.example`; unencrypted on this machine only.
            token: a gateway token.
            timeout: seconds without an answer after which a call ends.

        Raises:
            ValueError: another kind of address.
        """
        parts = urlsplit(address)
        if parts.hostname is None or parts.path.strip("/") or parts.query or parts.username is not None:
            raise ValueError("the gateway's address is a scheme, a host and a port")
        if parts.scheme != "https" and not (parts.scheme == "http" and _this_machine(parts.hostname)):
            raise ValueError("a token is sent unencrypted to this machine only: use https")
        self._host, self._port, self._secure = parts.hostname, parts.port, parts.scheme == "https"
        self._token = token
        self._timeout = timeout

    def post(
        self,
        text: str,
        *,
        to: Sequence[str],
        thread: Sequence[str] = (),
        per_target: Mapping[str, Mapping[str, Any]] | None = None,
        media: Sequence[Mapping[str, str]] = (),
        all_or_nothing: bool = False,
        send_at: datetime | None = None,
        key: str | None = None,
    ) -> tuple[PostResult, ...]:
        """
        Post to accounts; return a result for each account and part of the thread.

        With `send_at`, a time with an offset, it is decided now and once more when it is sent.

        Raises:
            ValueError: a time without an offset.
            Refused: nothing was sent, but for `OutcomeUnknown`.
            Unreachable: it is not known what happened.
        """
        key = secrets.token_hex(16) if key is None else key
        content = _content(text, to=to, thread=thread, per_target=per_target, media=media)
        content |= {"all_or_nothing": all_or_nothing, "idempotency_key": key}
        if send_at is not None:
            content["schedule_at"] = _spelled(send_at)
        answer = self._ask("POST", "/v1/posts", content, key=key)
        return tuple(_result(PostResult, row, key=key) for row in _rows(answer, "posts", key=key))

    def upload(self, image: bytes, *, name: str = "image", alt: str = "") -> MediaResult:
        """
        Let the gateway decide and keep an image, for `media` of posts to any account of one's own.

        Args:
            image: png, jpeg, gif or webp; what is written in its metadata is taken out.
            name: what it is called on this machine: looked at, never sent on.
            alt: its description, for posts that give no other.

        Raises:
            Refused: it was not taken.
            Unreachable: no answer.
        """
        body, kind = _multipart(image, name=name, alt=alt)
        result: MediaResult = _result(MediaResult, self._send("POST", "/v1/media", body, kind).get("media"))
        return result

    def show(self, decision_id: str) -> PostResult:
        """
        Return what is known of a post of one's own.

        Raises:
            Refused: there is none.
            Unreachable: no answer.
        """
        answer = self._ask("GET", f"/v1/posts/{quote(decision_id, safe='')}")
        result: PostResult = _result(PostResult, answer.get("post"))
        return result

    def status(self, decision_id: str) -> dict[str, Any]:
        """
        Return where a post of one's own is: why, who acts next by when, and what reviewers wrote, as the API has it.

        Raises:
            Refused: there is none.
            Unreachable: no answer.
        """
        return self._ask("GET", f"/v1/posts/{quote(decision_id, safe='')}")

    def waiting(self, account: str) -> tuple[PostResult, ...]:
        """
        Return what of one's own posts waits for an account, newest first.

        Raises:
            Refused: it is no account of one's own.
            Unreachable: no answer.
        """
        rows = self._ask("GET", f"/v1/posts?account={quote(account, safe='')}").get("posts")
        return tuple(_result(PostResult, row) for row in (rows if isinstance(rows, list) else ()))

    def take_back(self, decision_id: str) -> PostResult:
        """
        Take a post of one's own back.

        Its status is `withdrawn` when it had not been sent, and `recalled` when the platform has it no more.

        Raises:
            Refused: there is none that waits or is published.
            Unreachable: it is not known what happened; the same call is safe.
        """
        answer = self._ask("DELETE", f"/v1/posts/{quote(decision_id, safe='')}")
        result: PostResult = _result(PostResult, answer.get("post"))
        return result

    def take_all_back(self, decision_id: str) -> tuple[BackResult, ...]:
        """
        Take back all posts of the request that asked for a post of one's own; return what became of each.

        Raises:
            Refused: there is no such post.
            Unreachable: it is not known what happened; the same call is safe.
        """
        answer = self._ask("DELETE", f"/v1/posts/{quote(decision_id, safe='')}/request")
        return tuple(_result(BackResult, row) for row in _rows(answer, "posts"))

    def appeal(self, decision_id: str, *, reason: str | None = None) -> PostResult:
        """
        Appeal against the block of a post of one's own; return what became of the appeal, a post of its own.

        `reason` is what you say for it, to those who decide; 2,000 characters at most.

        Raises:
            Refused: there is none that is blocked, or its text or an image is gone.
            Unreachable: it is not known what happened; the same call is safe.
        """
        said = None if reason is None else {"reason": reason}
        answer = self._ask("POST", f"/v1/posts/{quote(decision_id, safe='')}/appeal", said)
        result: PostResult = _result(PostResult, answer.get("post"))
        return result

    def unclear(self) -> tuple[dict[str, Any], ...]:
        """
        Return posts that may have been published, or are known not to be and wait for a person.

        Raises:
            Refused: the token does not allow it.
            Unreachable: no answer.
        """
        rows = self._ask("GET", "/v1/deliveries").get("deliveries")
        return tuple(row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict))

    def settle(self, decision_id: str, *, platform_id: str | None = None, then: str | None = None) -> dict[str, Any]:
        """
        Say what was found on the platform: a post, by its id there, or none, and what becomes of it then.

        Raises:
            Refused: there is no such post that is unclear.
            Unreachable: it is not known whether it was recorded.
        """
        found = {"result": "absent" if platform_id is None else "published", "platform_id": platform_id, "then": then}
        said = {name: value for name, value in found.items() if value is not None}
        row = self._ask("POST", f"/v1/deliveries/{quote(decision_id, safe='')}", said).get("delivery")
        return row if isinstance(row, dict) else {}

    def check(
        self,
        text: str,
        *,
        to: Sequence[str],
        thread: Sequence[str] = (),
        per_target: Mapping[str, Mapping[str, Any]] | None = None,
        media: Sequence[Mapping[str, str]] = (),
    ) -> tuple[CheckResult, ...]:
        """
        Return what would become of a post; nothing is sent.

        Raises:
            Refused: the question was not taken.
            Unreachable: no answer, so nothing may be taken for allowed.
        """
        content = _content(text, to=to, thread=thread, per_target=per_target, media=media)
        answer = self._ask("POST", "/v1/check", content)
        return tuple(_result(CheckResult, row) for row in _rows(answer, "checks"))

    def _ask(
        self, method: str, path: str, content: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> dict[str, Any]:
        body = None if content is None else json.dumps(content).encode("ascii")
        return self._send(method, path, body, "application/json", key=key)

    def _send(self, method: str, path: str, body: bytes | None, kind: str, *, key: str | None = None) -> dict[str, Any]:
        way = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = way(self._host, self._port, timeout=self._timeout)
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        headers |= {} if body is None else {"Content-Type": kind}
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            status, data = answer.status, answer.read(LARGEST_ANSWER)
            told = json.loads(data)
        except (OSError, http.client.HTTPException, ValueError):
            raise Unreachable(key=key) from None
        finally:
            connection.close()
        if not isinstance(told, dict):
            raise Unreachable(key=key)
        if status not in {200, 201, 202}:
            error = told.get("error")
            raise Refused(status, error if isinstance(error, dict) else {})
        return told


def _content(text: str, *, to: Sequence[str], thread: Sequence[str], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    given = {name: value for name, value in more.items() if value}
    return {"text": text, "targets": list(to), "thread": list(thread), **given}


def _multipart(image: bytes, *, name: str, alt: str) -> tuple[bytes, str]:
    """Return an upload as multipart/form-data, and its content type; the name says what it is in any script."""
    boundary = secrets.token_hex(16)
    head = 'Content-Disposition: form-data; name="{}"'
    start = f"--{boundary}\r\n{head.format('file')}; filename*=UTF-8''{quote(name, safe='')}\r\n\r\n".encode("ascii")
    end = f"\r\n--{boundary}\r\n{head.format('alt')}\r\n\r\n{alt}\r\n--{boundary}--\r\n".encode()
    return start + image + end, f"multipart/form-data; boundary={boundary}"


def _spelled(moment: datetime) -> str:
    if moment.utcoffset() is None:
        raise ValueError("a time to send at has an offset, such as +01:00")
    return moment.isoformat()


def _rows(answer: Mapping[str, Any], name: str, *, key: str | None = None) -> list[Any]:
    rows = answer.get(name)
    if not isinstance(rows, list) or not rows:
        raise Unreachable(key=key)
    return rows


def _result(kind: type[Any], row: object, *, key: str | None = None) -> Any:  # noqa: ANN401  PostResult or CheckResult
    """Return a row; a key that a later gateway adds is left out."""
    if not isinstance(row, dict):
        raise Unreachable(key=key)
    values = {one.name: row[one.name] for one in fields(kind) if one.name in row}
    values |= {name: tuple(values[name]) for name in ("rules", "removed") if name in values}
    worded = {"messages", "remedies"} & kind.__dataclass_fields__.keys()
    values |= {name: tuple(_words(one) for one in values.get(name, ())) for name in worded}
    try:
        return kind(**values)
    except TypeError:
        raise Unreachable(key=key) from None


def _words(text: object) -> Words:
    told = text if isinstance(text, dict) else {}
    return Words(de=str(told.get("de", "")), en=str(told.get("en", "")))


def _this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

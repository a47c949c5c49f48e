"""
What the API takes: every endpoint with its query, its body and its keys. What is not listed is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote

from proxy.core.errors import (
    MalformedRequest,
    NotFound,
    UnknownField,
    UnreadableField,
    UnsupportedEncoding,
    WrongMethod,
)
from proxy.web.api_types import PolicyPreview, PolicyStatus, PolicyStep, Retired
from proxy.web.body import declared_length

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from pydantic import BaseModel

    from proxy.core.model import Principal
    from proxy.gate.wire import WireRequest


class Act(StrEnum):
    """What an endpoint does; its name in logs."""

    STATUS = "policies.status"
    PROPOSE = "policies.propose"
    PREVIEW = "policies.preview"
    SIGN = "policies.sign"
    ROLL_BACK = "policies.rollback"
    RETIRE = "policies.retire"


class Body(StrEnum):
    """What the body of a request has to be."""

    NONE = ""
    JSON = "application/json"
    PACKAGE = "application/zip"
    FILES = "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiEndpoint:
    """One thing the API does."""

    act: StrEnum
    """`Act`, or that of another part of the API; its value is its name in logs."""
    method: str
    path: str
    """`{id}` stands for one segment, `{rest}` for the rest of the path."""
    does: str
    """For the reference."""
    answers: str
    """Status and content of the answer, for the reference."""
    body: Body = Body.NONE
    may_be_empty: bool = False
    """Whether the body may be left out."""
    query: tuple[str, ...] = ()
    """Names of `Said` that may stand in the query."""
    keys: tuple[str, ...] = ()
    """Names of `Said` that may stand in the JSON object."""
    required: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    """What a token must allow, one of them; none: to change policies, as a person."""
    takes: type[BaseModel] | None = None
    """What the JSON object of the body has to be, where `keys` do not say it."""
    gives: type[BaseModel] | None = None
    """The JSON object of a success; None: a file of another type."""
    statuses: tuple[int, ...] = (200,)
    """Of a success."""
    public: bool = False
    """Whether it needs no token: nothing of the house is in the answer."""
    parameters: tuple[str, ...] = ()
    """Names in the query whose values are any text; what they mean is for whoever acts."""
    needed: tuple[str, ...] = ()
    """Those that must be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a query or a JSON object says."""

    digest: str | None = None
    """The bundle that is meant, by its whole digest."""
    emergency: bool = False
    """Whether it shall be in force at once by one signature: only what is proven to weaken nothing, for a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request of somebody who is known."""

    endpoint: ApiEndpoint
    by: Principal
    proposal: str = ""
    """Id of the path; empty where it has none."""
    said: Said = Said()
    """By the query."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Of the query, where the endpoint takes any text."""
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""
    """As it was sent, with its parameters."""


ENDPOINTS = (
    ApiEndpoint(
        act=Act.STATUS,
        method="GET",
        path="/v1/policies",
        does="What is in force, what waits for signatures, what was in force before: as `policy status --json`.",
        answers="200: `active`, `waiting`, `activations`, `retired`",
        gives=PolicyStatus,
    ),
    ApiEndpoint(
        act=Act.PROPOSE,
        method="POST",
        path="/v1/policies/proposals",
        body=Body.PACKAGE,
        query=("emergency",),
        does="Check a package, run its tests on this node, and propose it, signed by whoever asks.",
        answers="201: `proposal`, `changes`, `in_force`, `until`, `source`",
        gives=PolicyStep,
        statuses=(201,),
    ),
    ApiEndpoint(
        act=Act.PREVIEW,
        method="GET",
        path="/v1/policies/proposals/{id}",
        does="What a proposal would change of what is in force: to be read before it is signed.",
        answers="200: `proposal`, `from_digest`, `changes`",
        gives=PolicyPreview,
    ),
    ApiEndpoint(
        act=Act.SIGN,
        method="POST",
        path="/v1/policies/proposals/{id}/signatures",
        does="Sign a proposal of somebody else; with the last signature that is needed it is in force.",
        answers="200: `proposal`, `changes`, `in_force`, `until`, `source`",
        gives=PolicyStep,
    ),
    ApiEndpoint(
        act=Act.ROLL_BACK,
        method="POST",
        path="/v1/policies/rollbacks",
        body=Body.JSON,
        keys=("digest", "emergency"),
        does="Propose what was in force before: the bundle before this one, or that of `digest`.",
        answers="201: `proposal`, `changes`, `in_force`, `until`, `source`",
        gives=PolicyStep,
        statuses=(201,),
    ),
    ApiEndpoint(
        act=Act.RETIRE,
        method="POST",
        path="/v1/policies/retirements",
        body=Body.JSON,
        keys=("digest",),
        required=("digest",),
        does="Let nobody go back to a bundle any more.",
        answers="200: `retired`",
        gives=Retired,
    ),
)
_ID = r"([0-9A-Za-z-]{1,64})"
_REST = r"([0-9A-Za-z./]{1,64})"
_DIGEST = re.compile(r"[0-9a-z-]{1,64}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_WORDS = {"true": True, "false": False}
Paths = tuple[tuple[re.Pattern[str], ApiEndpoint], ...]


def paths_of(endpoints: tuple[ApiEndpoint, ...]) -> Paths:
    """Return endpoints with the patterns of their paths."""
    return tuple(
        (re.compile(endpoint.path.replace("{id}", _ID).replace("{rest}", _REST)), endpoint) for endpoint in endpoints
    )


def find(paths: Paths, method: str, path: str) -> tuple[ApiEndpoint, str]:
    """
    Return an endpoint, and the id, or the rest, in its path.

    Raises:
        NotFound: there is nothing at this path.
        WrongMethod: it takes other methods.
    """
    there = [(endpoint, match) for pattern, endpoint in paths if (match := pattern.fullmatch(path))]
    if not there:
        raise NotFound(expected="a path of the API", found="another path")
    for endpoint, match in there:
        if endpoint.method == method:
            return endpoint, "".join(match.groups())
    raise WrongMethod(expected=", ".join(endpoint.method for endpoint, _ in there), found="another method")


def check_body(endpoint: ApiEndpoint, request: WireRequest) -> None:
    """
    Refuse a body of another kind, before it is read.

    Raises:
        MalformedRequest: there is one, and none belongs there.
        UnsupportedEncoding: another content type.
    """
    if endpoint.body is Body.NONE:
        if declared_length(request) != 0:
            raise MalformedRequest(expected="no body", found="a body")
        return
    if endpoint.may_be_empty and declared_length(request) == 0:
        return
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if kind != endpoint.body:
        raise UnsupportedEncoding(expected=f"content type {endpoint.body}", found="another content type")


def read_query(endpoint: ApiEndpoint, query: str) -> Said:
    """
    Return what a raw query says.

    Raises:
        UnknownField: a parameter that the endpoint does not list.
        MalformedRequest: a parameter comes twice.
        UnreadableField: another value than `true` or `false`.
    """
    pairs = [pair.partition("=") for pair in query.split("&")] if query else []
    _only_known({name for name, _, _ in pairs}, endpoint.query)
    if any(count > 1 for count in Counter(name for name, _, _ in pairs).values()):
        raise MalformedRequest(expected="each parameter once", found="one of them twice")
    return _said({name: _WORDS.get(value) for name, _, value in pairs})


def read_parameters(endpoint: ApiEndpoint, query: str) -> dict[str, str]:
    """
    Return the parameters of a raw query, decoded.

    Raises:
        UnknownField: a parameter that the endpoint does not list.
        MalformedRequest: a parameter comes twice, or its text cannot be read in exactly one way.
        UnreadableField: one is missing.
    """
    pairs = [pair.partition("=") for pair in query.split("&")] if query else []
    _only_known({name for name, _, _ in pairs}, endpoint.parameters)
    if any(count > 1 for count in Counter(name for name, _, _ in pairs).values()):
        raise MalformedRequest(expected="each parameter once", found="one of them twice")
    if not set(endpoint.needed) <= {name for name, _, _ in pairs}:
        raise UnreadableField(expected="the parameters " + ", ".join(endpoint.needed), found="fewer")
    try:
        read = {name: unquote(value, errors="strict") for name, _, value in pairs}
    except UnicodeDecodeError:
        raise MalformedRequest(expected="parameters in UTF-8", found="other bytes") from None
    if any(_CONTROL.search(value) for value in read.values()):  # a database would fail at some of them
        raise MalformedRequest(expected="parameters without control characters", found="one of them")
    return read


def read_keys(endpoint: ApiEndpoint, content: object) -> Said:
    """
    Return what a JSON document says.

    Raises:
        UnknownField: a key that the endpoint does not list.
        UnreadableField: no object, a value of another kind, or a key that is missing.
    """
    if not isinstance(content, dict):
        raise UnreadableField(expected="a JSON object", found=f"a {type(content).__name__}")
    _only_known(content.keys(), endpoint.keys)
    if not content.keys() >= set(endpoint.required):
        raise UnreadableField(expected="the keys " + ", ".join(endpoint.required), found="fewer")
    return _said(content)


def _only_known(names: AbstractSet[str], known: tuple[str, ...]) -> None:
    if not names <= set(known):
        raise UnknownField(expected=", ".join(known) or "nothing", found="another field")


def _said(values: Mapping[str, object]) -> Said:
    digest, emergency = values.get("digest"), values.get("emergency", False)
    if "digest" in values and not (isinstance(digest, str) and _DIGEST.fullmatch(digest)):
        raise UnreadableField(expected="the digest of a bundle", found=f"a {type(digest).__name__}")
    if not isinstance(emergency, bool):
        raise UnreadableField(expected="emergency as true or false", found=f"a {type(emergency).__name__}")
    return Said(digest=digest if isinstance(digest, str) else None, emergency=emergency)

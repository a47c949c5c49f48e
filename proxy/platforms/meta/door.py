"""
The wire side of Facebook, Instagram and Threads: tables, parser, answers. Decides nothing and sends nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import RefusedRequest
from proxy.platforms._wire import limits
from proxy.platforms._wire.answers import json_answer
from proxy.platforms._wire.body import read_body
from proxy.platforms._wire.numbers import to_number, to_spool_id
from proxy.platforms._wire.parsing import read_beside
from proxy.platforms._wire.relaying import relay
from proxy.platforms._wire.values import dump_json, read_object
from proxy.platforms.meta.answers import PASSED, Answers
from proxy.platforms.meta.parsing import read_draft, token_of
from proxy.platforms.meta.table import VERSIONS

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.gate.ports import SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.wire import Draft, Endpoint, UpstreamAnswer, WireAnswer, WireRequest
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.table import Table

_VERSIONED = re.compile(r"/v[0-9]{1,2}\.[0-9]/.*", re.ASCII)
_TEXTS = frozenset({"message", "caption", "text"})
_PAGES = frozenset({"next", "previous"})
_LIMITS = {"facebook": limits.FACEBOOK, "instagram": limits.INSTAGRAM, "threads": limits.THREADS}


class MetaDoor:
    """Speaks the Graph API to clients of one of Meta's platforms."""

    def __init__(self, name: str, table: Table, *, language: str = "de", max_characters: int | None = None) -> None:
        self.name = name
        self._table = table
        self._answers = Answers(language=language)
        self._limit = _LIMITS[name].configured(max_characters)

    def endpoint(self, method: str, path: str) -> Endpoint:
        """
        Match a request against the table; a path without version gets the door's own.

        Raises:
            NotFound: a read that is not listed.
            EndpointDenied: anything else that is not listed.
        """
        versioned = path if _VERSIONED.fullmatch(path) else f"/{VERSIONS[self.name]}{path}"
        endpoint = self._table.find(method, versioned)
        if endpoint.name != "media.show":
            return endpoint
        return replace(endpoint, arguments=(("id", to_spool_id(dict(endpoint.arguments)["id"]) or ""),))

    def token(self, request: WireRequest) -> str | None:
        """
        Return the token of the header, the query or the body, where Meta's clients put it.

        Raises:
            MalformedRequest: two different ones.
        """
        if not request.body:
            return token_of(request)
        try:
            fields = read_body(request, query=True, limit=len(request.body))
        except RefusedRequest:
            return token_of(request)  # the parser refuses it in its own words
        found = fields.get("access_token")
        return token_of(request, found if isinstance(found, str) else None)

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """
        Read a write, media or act request completely.

        Raises:
            RefusedRequest: any of its family; nothing is ignored.
        """
        row = self._table.changing(endpoint)
        self.token(request)  # two different tokens are two different authors
        draft = await read_beside(read_draft, row, endpoint, request)
        self._check_length(draft)
        return replace(draft, fits=self._check_length)

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:
        """Return what Meta would have answered."""
        return self._answers.result(endpoint.name, result)

    def media(self, kept: SpooledMedia) -> WireAnswer:
        """Return a container of the gateway's own: it is ready at once."""
        value: JsonValue = {"id": to_number(kept.id), "status_code": "FINISHED", "status": "FINISHED"}
        return json_answer(200, value)

    def refuse(self, error: PostgateError) -> WireAnswer:
        """Return an error in Meta's shape."""
        return self._answers.refusal(error)

    def relay(self, endpoint: Endpoint, answer: UpstreamAnswer) -> WireAnswer:  # noqa: ARG002  all reads are alike
        """Return the platform's answer to a read; addresses of pages, which hold its token, stay behind."""
        relayed = relay(self._answers, answer, PASSED)
        value = read_object(relayed.body)
        return relayed if value is None else replace(relayed, body=dump_json(_without_pages(value)))

    def _check_length(self, draft: Draft) -> None:
        """Refuse what the platform would refuse for its length."""
        for part in draft.parts:
            if part.slot.removeprefix("media.0.") in _TEXTS:  # of the post, or of the container that it publishes
                self._limit.check([part.text])


def _without_pages(value: JsonValue) -> JsonValue:
    """Return an answer without the addresses of its next and previous page; the cursors stay."""
    if isinstance(value, list):
        return [_without_pages(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {name: item for name, item in inner.items() if name not in _PAGES}
        if key == "paging" and isinstance(inner, dict)
        else _without_pages(inner)
        for key, inner in value.items()
    }

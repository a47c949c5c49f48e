"""
The wire side of X: table, parser, answers. Decides nothing and sends nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import PartKind
from proxy.platforms._wire import limits
from proxy.platforms._wire.answers import json_answer
from proxy.platforms._wire.parsing import bearer_token, read_beside
from proxy.platforms._wire.relaying import relay
from proxy.platforms.x.answers import PASSED, Answers, media_object
from proxy.platforms.x.parsing import read_draft
from proxy.platforms.x.table import TABLE

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.gate.ports import SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.wire import Draft, Endpoint, UpstreamAnswer, WireAnswer, WireRequest


class XDoor:
    """Speaks X's API, version 2 and the few endpoints of 1.1 that have no successor."""

    name = "x"

    def __init__(self, *, language: str = "de", max_characters: int | None = None) -> None:
        self._answers = Answers(language=language)
        self._limit = limits.X.configured(max_characters)

    def endpoint(self, method: str, path: str) -> Endpoint:
        """
        Match a request against the table.

        Raises:
            NotFound: a read that is not listed.
            EndpointDenied: anything else that is not listed.
        """
        return TABLE.find(method, path)

    def token(self, request: WireRequest) -> str | None:
        """Return the token of the Authorization header."""
        return bearer_token(request)

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """
        Read a write, media or act request completely.

        Raises:
            RefusedRequest: any of its family; nothing is ignored.
        """
        row = TABLE.changing(endpoint)
        draft = await read_beside(read_draft, row, endpoint, request)
        self._check_length(draft)
        return replace(draft, fits=self._check_length)

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:
        """Return what X would have answered."""
        return self._answers.result(endpoint.name, result)

    def media(self, kept: SpooledMedia) -> WireAnswer:
        """Return an image of the spool as X describes it."""
        return json_answer(200, {"data": media_object(kept.id)})

    def refuse(self, error: PostgateError) -> WireAnswer:
        """Return an error as a problem document."""
        return self._answers.refusal(error)

    def relay(self, endpoint: Endpoint, answer: UpstreamAnswer) -> WireAnswer:  # noqa: ARG002  all reads are alike
        """Return the platform's answer to a read; of its errors only the kind."""
        return relay(self._answers, answer, PASSED)

    def _check_length(self, draft: Draft) -> None:
        """Refuse what X would refuse for its length."""
        if draft.operation == "tweet.create":
            self._limit.check(part.text for part in draft.parts if part.kind is PartKind.BODY)

"""
The wire side of LinkedIn: table, parser, answers. Decides nothing and sends nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.platforms._wire import limits
from proxy.platforms._wire.answers import json_answer
from proxy.platforms._wire.parsing import bearer_token, read_beside
from proxy.platforms._wire.relaying import relay
from proxy.platforms.linkedin.answers import PASSED, Answers
from proxy.platforms.linkedin.fields import image_urn
from proxy.platforms.linkedin.parsing import read_draft
from proxy.platforms.linkedin.table import TABLE, find

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.gate.ports import SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.wire import Draft, Endpoint, UpstreamAnswer, WireAnswer, WireRequest

_TEXTS = frozenset({"commentary", "patch.$set.commentary", "message.text", "patch.message.$set.text"})


class LinkedInDoor:
    """Speaks LinkedIn's versioned API."""

    name = "linkedin"

    def __init__(self, *, door: str, language: str = "de", max_characters: int | None = None) -> None:
        self._answers = Answers(language=language, door=door)
        post = limits.LINKEDIN.configured(max_characters)
        comment = limits.LINKEDIN_COMMENT
        self._limits = {
            "post.create": post,
            "post.update": post,
            "comment.create": comment,
            "comment.update": comment,
        }
        """By operation."""

    def endpoint(self, method: str, path: str) -> Endpoint:
        """
        Match a request against the table.

        Raises:
            NotFound: a read that is not listed.
            EndpointDenied: anything else that is not listed.
        """
        return find(method, path)

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
        """Return what LinkedIn would have answered."""
        return self._answers.result(endpoint.name, result)

    def media(self, kept: SpooledMedia) -> WireAnswer:
        """Return an image of the spool as LinkedIn describes it."""
        return json_answer(200, {"id": image_urn(kept.id), "status": "AVAILABLE"})

    def refuse(self, error: PostgateError) -> WireAnswer:
        """Return an error in LinkedIn's shape."""
        return self._answers.refusal(error)

    def relay(self, endpoint: Endpoint, answer: UpstreamAnswer) -> WireAnswer:  # noqa: ARG002  all reads are alike
        """Return the platform's answer to a read; of its errors only the kind."""
        return relay(self._answers, answer, PASSED)

    def _check_length(self, draft: Draft) -> None:
        """Refuse what LinkedIn would refuse for its length."""
        if draft.operation in self._limits:
            self._limits[draft.operation].check(part.text for part in draft.parts if part.slot in _TEXTS)

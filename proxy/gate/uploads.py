"""
Images that come over the API: decided and kept as one that comes to a door, for all accounts of their author.

An image alone goes nowhere. The post that uses it is decided again, with the image's texts and for its own account, so
it is kept once and not once for each account that it may be posted to. Policies are often for certain platforms, and no
account is known yet: an image is kept unless it is blocked, and what would hold it holds its post, which a person sees.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import orjson

from proxy.core.model import Account, Verdict
from proxy.gate.examine import API_ACCOUNT
from proxy.gate.ports import Grant
from proxy.gate.post_rows import Words, remedies_of, words_of
from proxy.gate.results import Blocked, Spooled
from proxy.gate.wire import Endpoint, EndpointClass, UploadPlace, WireAnswer

if TYPE_CHECKING:
    from proxy.core.model import Decision, Principal
    from proxy.gate.media import Media
    from proxy.gate.ports import Envelope
    from proxy.gate.results import Result
    from proxy.gate.wire import Draft

_ENDPOINT = Endpoint(name="media.upload", cls=EndpointClass.MEDIA)
_ACCOUNT = Account(id=API_ACCOUNT, platform=API_ACCOUNT, door=API_ACCOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRow:
    """An uploaded image: what was decided, and under which id it is kept."""

    id: str | None
    """For `media` of a post; None: it is not kept."""
    status: str
    """`kept`, or `blocked`."""
    decision_id: str
    verdict: str
    """`allow`, `redact`, `hold` or `block`; what is not allowed and kept makes the post wait, or is replaced there."""
    mime: str
    """What it is, told by its bytes."""
    size: int
    """Bytes of the image without what was taken out."""
    removed: tuple[str, ...] = ()
    """What was taken out: `exif`, `xmp`, `iptc`, `text`, `preview` or `other`."""
    rules: tuple[str, ...] = ()
    """Rules that stopped it, or would stop its post."""
    messages: tuple[Words, ...] = ()
    """What those rules say to its author."""
    remedies: tuple[Words, ...] = ()
    """What would make it pass, as far as those rules say."""


class Uploads:
    """Takes images for any account of their author."""

    def __init__(self, media: Media, *, envelope: Envelope) -> None:
        self._media = media
        self._envelope = envelope

    async def take(self, draft: Draft, *, by: Principal) -> MediaRow:
        """
        Decide an upload of one image, keep it unless it is blocked, and return what became of it.

        The same image with the same texts is kept under the same id, so that a post that is sent again is known again.

        Raises:
            AuditUnavailable: the decision could not be recorded; the image is not kept.
        """
        rows = _Rows(draft)
        texts = [(part.kind, part.text) for part in draft.parts]
        said = f"{by.ref}\0{orjson.dumps(texts).hex()}\0".encode() + draft.uploads[0].data
        place = UploadPlace(id=str(uuid.UUID(self._envelope.digest("api-image", said)[:32])))
        draft = replace(draft, place=place, undecided=True)
        await self._media.take(_ENDPOINT, draft, Grant(principal=by, account=_ACCOUNT), rows)
        return rows.row


class _Rows:
    """Implements `gate.ports.Answers`, and remembers its one row."""

    row: MediaRow

    def __init__(self, draft: Draft) -> None:
        self._upload = draft.uploads[0]

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:  # noqa: ARG002  the port's signature
        """
        Return a row as the body of an answer.

        Raises:
            TypeError: a result of something that is no upload.
        """
        match result:
            case Spooled():
                self.row = self._row(result.decision, result.decision_id, "kept", media_id=result.media_id)
            case Blocked():
                self.row = self._row(result.decision, result.decision_id, "blocked")
            case _:
                raise TypeError(type(result).__name__)
        return WireAnswer(status=200, body=orjson.dumps(asdict(self.row)))

    def _row(self, decision: Decision, name: str, status: str, *, media_id: str | None = None) -> MediaRow:
        reasons = () if decision.verdict is Verdict.ALLOW else decision.reasons
        return MediaRow(
            id=media_id,
            status=status,
            decision_id=name,
            verdict=decision.verdict.value,
            mime=self._upload.mime,
            size=len(self._upload.data),
            removed=self._upload.removed,
            rules=tuple(dict.fromkeys(reason.rule for reason in reasons)),
            messages=tuple(dict.fromkeys(words_of(reason.message) for reason in reasons)),
            remedies=remedies_of(reasons),
        )

"""
Images: decided at once for their own texts, kept encrypted in the gateway, sent only with the post that uses them.

The post that uses an image is decided again with the image's texts as parts of its own (`examine.compose`). An upload
that is not allowed is not kept: there is no review of an image alone.

An upload in pieces is announced, its pieces are kept like uploads of their own under ids made from its id, and the last
request puts them together. Whatever node takes a piece, all nodes find it.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.core.errors import EndpointDenied, NotFound, RequestTooLarge, UnreadableField
from proxy.core.model import Part, PartKind, PostKind, Verdict
from proxy.core.policy.told import told
from proxy.gate.examine import compose, examine, spool_id
from proxy.gate.replay import decision_id
from proxy.gate.results import Blocked, Opened, Spooled
from proxy.gate.steps import Steps
from proxy.gate.wire import Draft, Upload, UploadPlace, UploadStep, WireAnswer
from proxy.gate.work import NoteUpload, StoreMedia, Work

if TYPE_CHECKING:
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Case, Filing
    from proxy.gate.limits import Limits
    from proxy.gate.ports import Answers, DoorPlatform, Grant, SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.shield import Shield
    from proxy.gate.wire import Endpoint


MAX_WHOLE = 16 * 1024 * 1024
"""Bytes of all pieces of one upload."""
_PIECES = uuid.UUID("6f4b1c5e-8f0a-5d1e-9c55-2f6a0c7d3b11")
"""Name space of the ids of pieces."""


def pack_texts(parts: tuple[Part, ...]) -> bytes:
    """Return the texts of an image as bytes for the spool."""
    return json.dumps([[part.kind, part.slot, part.text] for part in parts], ensure_ascii=True).encode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Image:
    """An image that is to be kept, or whose texts are to be changed."""

    id: str
    upload: Upload
    name: str | None = None
    """What the client calls it, where that is not the id."""
    earlier: str | None = None
    """Id of the record that decided it before."""
    whole: str | None = None
    """Id of the upload that this is a piece of."""
    kept: bool = False

    @property
    def told(self) -> str:
        """What the client is told to call it."""
        return self.whole or self.name or self.id

    def note(self, post: str) -> NoteUpload:
        """Return the change that notes of which image a decision is; who erases an upload finds its pieces too."""
        if self.whole is not None:
            return NoteUpload(media=self.whole, post=post, earlier=None)
        return NoteUpload(media=self.id, post=post, earlier=self.earlier)


class Media:
    """Takes uploads, changes of their texts, and requests to see one's own uploads."""

    def __init__(self, ports: Ports, *, filing: Filing, limits: Limits, shield: Shield) -> None:
        self._ports = ports
        self._filing = filing
        self._limits = limits
        self._shield = shield
        self._steps = Steps(policies=ports.policies, clock=ports.clock, pause=ports.pause)

    async def take(self, endpoint: Endpoint, draft: Draft, grant: Grant, platform: Answers) -> WireAnswer:
        """
        Decide an upload, or a change of an upload's texts, and keep it when it is allowed.

        Raises:
            NotFound: the image to change is not in the spool of this author and account.
            UnreadableField: not exactly one image in an upload.
            Conflict: the image was changed or erased in the meantime.
        """
        if draft.place.step is UploadStep.OPEN:
            return platform.answer(endpoint, Opened(media_id=self._ports.ids()))
        return (await self._decided(endpoint, draft, grant, platform))[0]

    async def _decided(
        self, endpoint: Endpoint, draft: Draft, grant: Grant, platform: Answers
    ) -> tuple[WireAnswer, bool]:
        """Return the answer to an upload, and whether it was kept."""
        image, draft = await self._image(endpoint, draft, grant)
        post, _ = await compose(self._ports, _with_metadata(draft, image.upload), grant)
        begun = self._steps.begin()
        case = await self._limits.within(await examine(self._ports, self._filing, post), grant, self._filing)
        if case.decision.verdict is Verdict.ALLOW or (draft.undecided and case.decision.verdict is not Verdict.BLOCK):
            image = replace(image, kept=True)
        answer = await self._shield.run(self._conclude(case, grant, platform, endpoint, image))
        await self._steps.end(begun, case.decision.verdict)
        return answer, image.kept

    async def attach(
        self, endpoint: Endpoint, draft: Draft, grant: Grant, platform: DoorPlatform
    ) -> Draft | WireAnswer:
        """
        Keep the image that comes in one request with its post, so that the post can wait for a person.

        Return the post with its image; an answer when the image may not pass. The same image is kept under the same
        id, so that a request that is sent again is known again.

        Raises:
            UnreadableField: not exactly one image.
        """
        names = tuple(part for part in draft.parts if part.kind is PartKind.FILE_NAME)
        others = tuple(part for part in draft.parts if part.kind is not PartKind.FILE_NAME)
        scope = f"{grant.principal.ref}\0{grant.account.id}\0".encode()
        contents = b"".join(upload.data for upload in draft.uploads)
        media_id = str(uuid.UUID(self._ports.envelope.digest("attached-image", scope + contents)[:32]))
        image = Draft(
            operation=draft.operation,
            kind=PostKind.MEDIA,
            parts=names,
            uploads=draft.uploads,
            place=UploadPlace(id=media_id),
        )
        answer, kept = await self._decided(endpoint, image, grant, platform)
        if not kept:
            return answer
        return replace(draft, parts=others, uploads=(), media=(*draft.media, media_id))

    async def show(self, endpoint: Endpoint, grant: Grant, platform: DoorPlatform) -> WireAnswer:
        """
        Return an image of one's own: its description, or with endpoint `media.content` its bytes.

        Raises:
            NotFound: no such image of this author and account.
            EndpointDenied: the gateway has no answer of its own here.
        """
        if endpoint.name not in {"media.show", "media.content"}:
            raise EndpointDenied(found=endpoint.name)
        kept = await self._kept(dict(endpoint.arguments).get("id", ""), grant)
        if endpoint.name == "media.content":
            return WireAnswer(status=200, body=kept.data, headers=(("content-type", kept.mime),))
        return platform.media(kept)

    async def _kept(self, media_id: str, grant: Grant) -> SpooledMedia:
        kept = await self._ports.spool.open(
            spool_id(self._ports, media_id, grant), author=grant.principal.ref, account=grant.account.id
        )
        if kept is None:
            raise NotFound(expected="an image uploaded with this token", found="another media id")
        return kept

    async def _image(self, endpoint: Endpoint, draft: Draft, grant: Grant) -> tuple[_Image, Draft]:
        place = draft.place
        if place.step is UploadStep.CLOSE and place.id is not None and place.clean is not None:
            data, names = await self._whole(place.id, grant)
            draft = replace(draft, parts=(*draft.parts, *names))
            return await self._placed(place.id, place.clean(data, "media"), grant), draft
        if draft.uploads:
            if len(draft.uploads) != 1:
                raise UnreadableField(expected="one image", found=f"{len(draft.uploads)} images")
            if place.id is None:
                return _Image(id=self._ports.ids(), upload=draft.uploads[0]), draft
            if place.step is UploadStep.PIECE:
                image = await self._placed(_piece_id(place.id, place.piece), draft.uploads[0], grant, piece=True)
                return replace(image, whole=place.id), draft
            return await self._placed(place.id, draft.uploads[0], grant), draft
        kept = await self._kept(place.id or dict(endpoint.arguments).get("id", ""), grant)
        told = {part.kind for part in draft.parts}
        older = tuple(part for part in kept.parts if part.kind not in told and part.kind is not PartKind.OTHER)
        draft = replace(draft, parts=(*draft.parts, *older))
        upload = Upload(slot="file", mime=kept.mime, data=kept.data)
        return _Image(id=kept.id, upload=upload, earlier=kept.decision), draft

    async def _placed(self, media_id: str, upload: Upload, grant: Grant, *, piece: bool = False) -> _Image:
        """
        Return an upload under an id that may be taken already, by an earlier try of the same author.

        Raises:
            EndpointDenied: by another picture, which a post that waits for a person may show.
        """
        kept_as = spool_id(self._ports, media_id, grant)
        earlier = await self._ports.spool.open(kept_as, author=grant.principal.ref, account=grant.account.id)
        if earlier is not None and earlier.data != upload.data and not piece:
            raise EndpointDenied(found="another picture under this id", remedy="announce a new upload")
        decided = None if earlier is None else earlier.decision
        return _Image(id=kept_as, name=media_id, upload=upload, earlier=decided)

    async def _whole(self, media_id: str, grant: Grant) -> tuple[bytes, tuple[Part, ...]]:
        """Return the pieces of an upload, put together, and the texts that came with them."""
        found = bytearray()
        texts: dict[Part, None] = {}
        number = 0
        while (piece := await self._piece(media_id, number, grant)) is not None:
            found += piece.data
            texts |= dict.fromkeys(piece.parts)
            if len(found) > MAX_WHOLE:
                raise RequestTooLarge(expected=f"at most {MAX_WHOLE} bytes in all pieces", found="more")
            number += 1
        if not found:
            raise NotFound(expected="an upload whose pieces were sent with this token", found="another media id")
        return bytes(found), tuple(texts)

    async def _piece(self, media_id: str, number: int, grant: Grant) -> SpooledMedia | None:
        piece = _piece_id(media_id, number)
        return await self._ports.spool.open(piece, author=grant.principal.ref, account=grant.account.id)

    async def _conclude(
        self, case: Case, grant: Grant, platform: Answers, endpoint: Endpoint, image: _Image
    ) -> WireAnswer:
        self._ports.observer.decided(case.post, case.scan, case.decision.verdict)
        name = decision_id(case.record)
        result: Result = (
            Spooled(post=case.post, decision=told(case.decision), decision_id=name, media_id=image.told)
            if image.kept
            else Blocked(post=case.post, decision=told(case.decision), decision_id=name)
        )
        answer = platform.answer(endpoint, result)
        keep = (self._store(case, grant, image),) if image.kept else ()
        note = (image.note(case.post.id),) if image.kept or image.earlier else ()
        case = replace(case, removed=image.upload.removed)
        decided = self._filing.decided(case, grant.principal, *filter(None, (image.earlier,)))
        work = Work(records=decided, changes=(*case.kept_key(), *note, *keep), post=case.post.id, mac=case.mac)
        await self._ports.audit.commit(work)
        return answer

    def _store(self, case: Case, grant: Grant, new: _Image) -> StoreMedia:
        envelope = self._ports.envelope
        texts = tuple(part for part in case.post.parts if part.kind is not PartKind.OTHER)
        image_nonce, image = envelope.seal(case.key, place=f"media:{new.id}:image", plain=new.upload.data)
        texts_nonce, sealed = envelope.seal(case.key, place=f"media:{new.id}:texts", plain=pack_texts(texts))
        return StoreMedia(
            id=new.id,
            account=grant.account.id,
            author=grant.principal.ref,
            mime=new.upload.mime,
            size=len(new.upload.data),
            key=case.key.id,
            image_nonce=image_nonce,
            image=image,
            texts_nonce=texts_nonce,
            texts=sealed,
            decision_record=case.record,
            created_at=case.at,
        )


def _with_metadata(draft: Draft, upload: Upload) -> Draft:
    """Return a draft with what was written in its image's metadata: decided with it, neither kept nor sent."""
    texts = (
        Part(kind=PartKind.OTHER, slot=f"metadata.{number}", text=text) for number, text in enumerate(upload.texts)
    )
    return replace(draft, parts=(*draft.parts, *texts))


def _piece_id(media_id: str, number: int) -> str:
    """Return the id under which one piece of an upload is kept."""
    return str(uuid.uuid5(_PIECES, f"{media_id}/{number}"))

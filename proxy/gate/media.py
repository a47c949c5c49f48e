"""
Images: decided at once for their own texts, kept encrypted in the gateway, sent only with the post that uses them.

The post that uses an image is decided again with the image's texts as parts of its own (`examine.compose`). An upload
that is not allowed is not kept: there is no review of an image alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.core.errors import EndpointDenied, NotFound, UnreadableField
from proxy.core.model import PartKind, Verdict
from proxy.gate.examine import compose, examine
from proxy.gate.replay import decision_id
from proxy.gate.results import Blocked, Spooled
from proxy.gate.wire import Upload, WireAnswer
from proxy.gate.work import NoteUpload, StoreMedia, Work

if TYPE_CHECKING:
    from proxy.core.model import Part
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Case, Filing
    from proxy.gate.ports import DoorPlatform, Grant, SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.shield import Shield
    from proxy.gate.wire import Draft, Endpoint


def pack_texts(parts: tuple[Part, ...]) -> bytes:
    """Return the texts of an image as bytes for the spool."""
    return json.dumps([[part.kind, part.slot, part.text] for part in parts], ensure_ascii=True).encode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Image:
    """An image that is to be kept, or whose texts are to be changed."""

    id: str
    upload: Upload
    earlier: str | None = None
    """Id of the record that decided it before."""


class Media:
    """Takes uploads, changes of their texts, and requests to see one's own uploads."""

    def __init__(self, ports: Ports, *, filing: Filing, shield: Shield) -> None:
        self._ports = ports
        self._filing = filing
        self._shield = shield

    async def take(self, endpoint: Endpoint, draft: Draft, grant: Grant, platform: DoorPlatform) -> WireAnswer:
        """
        Decide an upload, or a change of an upload's texts, and keep it when it is allowed.

        Raises:
            NotFound: the image to change is not in the spool of this author and account.
            UnreadableField: not exactly one image in an upload.
            Conflict: the image was changed or erased in the meantime.
        """
        image, draft = await self._image(endpoint, draft, grant)
        post, _ = await compose(self._ports, draft, grant)
        case = await examine(self._ports, self._filing, post)
        return await self._shield.run(self._conclude(case, grant, platform, endpoint, image))

    async def show(self, endpoint: Endpoint, grant: Grant, platform: DoorPlatform) -> WireAnswer:
        """
        Return an image of one's own: its description, or with endpoint `media.content` its bytes.

        Raises:
            NotFound: no such image of this author and account.
            EndpointDenied: the gateway has no answer of its own here.
        """
        if endpoint.name not in {"media.show", "media.content"}:
            raise EndpointDenied(found=endpoint.name)
        kept = await self._kept(endpoint, grant)
        if endpoint.name == "media.content":
            return WireAnswer(status=200, body=kept.data, headers=(("content-type", kept.mime),))
        return platform.media(kept)

    async def _kept(self, endpoint: Endpoint, grant: Grant) -> SpooledMedia:
        media_id = dict(endpoint.arguments).get("id", "")
        kept = await self._ports.spool.open(media_id, author=grant.principal.ref, account=grant.account.id)
        if kept is None:
            raise NotFound(expected="an image uploaded with this token", found="another media id")
        return kept

    async def _image(self, endpoint: Endpoint, draft: Draft, grant: Grant) -> tuple[_Image, Draft]:
        if draft.uploads:
            if len(draft.uploads) != 1:
                raise UnreadableField(expected="one image", found=f"{len(draft.uploads)} images")
            return _Image(id=self._ports.ids(), upload=draft.uploads[0]), draft
        kept = await self._kept(endpoint, grant)
        told = {part.kind for part in draft.parts}
        older = tuple(part for part in kept.parts if part.kind not in told and part.kind is not PartKind.OTHER)
        draft = replace(draft, parts=(*draft.parts, *older))
        upload = Upload(slot="file", mime=kept.mime, data=kept.data)
        return _Image(id=kept.id, upload=upload, earlier=kept.decision), draft

    async def _conclude(
        self, case: Case, grant: Grant, platform: DoorPlatform, endpoint: Endpoint, image: _Image
    ) -> WireAnswer:
        self._ports.observer.decided(case.post, case.scan, case.decision.verdict)
        name = decision_id(case.record)
        allowed = case.decision.verdict is Verdict.ALLOW
        result: Result = (
            Spooled(post=case.post, decision=case.decision, decision_id=name, media_id=image.id)
            if allowed
            else Blocked(post=case.post, decision=case.decision, decision_id=name)
        )
        answer = platform.answer(endpoint, result)
        keep = (self._store(case, grant, image),) if allowed else ()
        note = (
            (NoteUpload(media=image.id, post=case.post.id, earlier=image.earlier),) if allowed or image.earlier else ()
        )
        decided = self._filing.decided(case, grant.principal, *filter(None, (image.earlier,)))
        work = Work(records=decided, changes=(case.store_key, *note, *keep), post=case.post.id, mac=case.mac)
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

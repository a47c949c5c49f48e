"""Images: decided for their texts, kept sealed, seen by their owner alone."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import (
    AuditUnavailable,
    Conflict,
    EndpointDenied,
    NotFound,
    RequestTooLarge,
    UnreadableField,
)
from proxy.core.model import Part, PartKind, PostKind, Verdict
from proxy.gate.media import MAX_WHOLE, Media, pack_texts
from proxy.gate.results import Blocked, Opened, Spooled
from proxy.gate.wire import Draft, Endpoint, EndpointClass, Upload, UploadPlace, UploadStep
from tests.factories import make_grant
from tests.fakes.gate_house import GateHouse
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.model import Receipt
    from proxy.gate.ports import Grant
    from proxy.gate.work import Work
    from tests.fakes.log import MemoryAuditLog

CREATE = Endpoint(name="media.create", cls=EndpointClass.MEDIA)
PNG = Upload(slot="file", mime="image/png", data=b"invented picture")
PHOTO = Upload(slot="file", mime="image/png", data=b"invented picture", removed=("exif", "xmp"))
STRANGERS = (make_grant(ref="a_andere"), make_grant(account="mastodon:andere"))


def _on(name: str, media_id: str, cls: EndpointClass = EndpointClass.OWN) -> Endpoint:
    return Endpoint(name=name, cls=cls, arguments=(("id", media_id),))


def _update(media_id: str) -> Endpoint:
    return _on("media.update", media_id, EndpointClass.MEDIA)


def _draft(alt: str | None = None, *, name: str | None = None, other: str | None = None, images: int = 1) -> Draft:
    """Make an upload with its texts."""
    texts = ((PartKind.ALT_TEXT, "description", alt), (PartKind.FILE_NAME, "file", name), (PartKind.OTHER, "x", other))
    return Draft(
        operation="media.create",
        kind=PostKind.MEDIA,
        parts=tuple(Part(kind=kind, slot=slot, text=text) for kind, slot, text in texts if text is not None),
        uploads=(PNG,) * images,
    )


def _house(*, scanner: ScriptedScanner | None = None, action: Verdict = Verdict.BLOCK) -> GateHouse:
    bundle = make_bundle(make_policy(make_rule(action=action), kinds=frozenset(PostKind)))
    return GateHouse(bundle=bundle, scanner=scanner)


async def _upload(house: GateHouse, draft: Draft) -> str:
    await house.media.take(CREATE, draft, make_grant(), house.platform)
    result = house.platform.results[-1]
    assert isinstance(result, Spooled)
    return result.media_id


async def _texts(house: GateHouse, media_id: str) -> list[tuple[str, str]]:
    kept = await house.ports.spool.open(media_id, author="a_erfunden", account="mastodon:presse")
    assert kept is not None
    return [(part.kind.value, part.text) for part in kept.parts]


async def test_what_was_taken_out_of_an_image_is_on_record() -> None:
    """By its name; where nothing was, nothing is said."""
    house = _house()
    await _upload(house, _draft("Filiale"))
    await _upload(house, replace(_draft("Filiale"), uploads=(PHOTO,)))
    assert [record.data.get("removed") for record in house.log.records] == [None, ["exif", "xmp"]]


async def test_what_was_written_into_an_image_is_decided_with_it() -> None:
    """It stops the upload, and where it does not, it is neither kept nor part of a post that shows the image."""
    house = _house()
    leak = replace(PHOTO, texts=("Konto IBAN",))
    await house.media.take(CREATE, replace(_draft("Filiale"), uploads=(leak,)), make_grant(), house.platform)
    assert isinstance(house.platform.results[-1], Blocked)
    assert house.log.tables.media == {}

    harmless = replace(PHOTO, texts=("Foto: Erika",))
    media_id = await _upload(house, replace(_draft("Filiale"), uploads=(harmless,)))
    assert await _texts(house, media_id) == [("alt_text", "Filiale")]


async def test_an_allowed_image_is_kept_sealed() -> None:
    """Decision, key and image are one transaction; neither picture nor text stands there in clear."""
    house = _house()
    media_id = await _upload(house, _draft("Unsere Filiale", name="filiale.png", other="0.5,0.5"))
    kept = house.log.tables.media[media_id]

    assert house.log.codes() == ["PG-101"]
    assert house.log.tables.data_keys[kept.key].retention == "published-3y"
    assert (kept.mime, kept.size, kept.author) == ("image/png", len(PNG.data), "a_erfunden")
    assert await _texts(house, media_id) == [("alt_text", "Unsere Filiale"), ("file_name", "filiale.png")]
    assert kept.image != PNG.data
    assert "Filiale" not in repr(kept)
    assert house.sent == []


async def test_a_blocked_image_leaves_nothing_but_its_record() -> None:
    """The client reads why; no picture and no text stays in the spool."""
    house = _house()
    await house.media.take(CREATE, _draft("Auszug mit IBAN"), make_grant(), house.platform)
    result = house.platform.results[0]

    assert isinstance(result, Blocked)
    assert result.decision_id == f"d-{house.log.records[0].id}"
    assert house.log.codes() == ["PG-101"]
    assert house.log.tables.media == {}
    assert house.observer.verdicts == ["block"]


@pytest.mark.parametrize("action", [Verdict.HOLD, Verdict.REDACT])
async def test_what_is_not_allowed_is_not_kept(action: Verdict) -> None:
    """There is no review of an image alone: everything weaker than "allowed" is refused."""
    house = _house(action=action)
    await house.media.take(CREATE, _draft("IBAN"), make_grant(), house.platform)

    assert isinstance(house.platform.results[0], Blocked)
    assert (house.log.tables.media, house.log.tables.reviews) == ({}, {})


async def test_an_image_that_was_not_looked_at_completely_is_not_kept() -> None:
    """A missing detector stops an upload too."""
    house = _house(scanner=ScriptedScanner(missing=["presidio"]))
    await house.media.take(CREATE, _draft("Filiale"), make_grant(), house.platform)

    assert house.log.tables.media == {}


async def test_without_a_record_nothing_is_kept() -> None:
    """The log is down: the upload is refused."""
    house = _house()
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await house.media.take(CREATE, _draft("Filiale"), make_grant(), house.platform)

    assert house.log.tables.media == {}


async def test_a_new_description_keeps_the_file_name_and_the_picture() -> None:
    """A change of one text replaces that text alone; both texts are decided again."""
    house = _house()
    media_id = await _upload(house, _draft("Filiale", name="filiale.png"))
    await house.media.take(_update(media_id), _draft("Markt", images=0), make_grant(), house.platform)

    assert sorted(await _texts(house, media_id)) == [("alt_text", "Markt"), ("file_name", "filiale.png")]
    assert {part.text for part in house.scanner.scanned[-1]} == {"Markt", "filiale.png"}
    opened = await house.media.show(_on("media.content", media_id), make_grant(), house.platform)
    assert (opened.body, opened.headers) == (PNG.data, (("content-type", "image/png"),))


async def test_a_blocked_change_leaves_the_old_texts() -> None:
    """The image stays as it was decided before."""
    house = _house()
    media_id = await _upload(house, _draft("Filiale"))
    await house.media.take(_update(media_id), _draft("IBAN", images=0), make_grant(), house.platform)

    assert await _texts(house, media_id) == [("alt_text", "Filiale")]
    assert [record.data["decision"] for record in house.log.records] == ["allow", "block"]


async def test_every_decision_on_an_image_is_linked_to_the_one_before() -> None:
    """So that an erasure finds all its texts; a refused first upload has no image that anything could belong to."""
    house = _house()
    await house.media.take(CREATE, _draft("IBAN"), make_grant(), house.platform)
    media_id = await _upload(house, _draft("Filiale"))
    for alt in ("IBAN", "Markt", "Platz"):
        await house.media.take(_update(media_id), _draft(alt, images=0), make_grant(), house.platform)

    _, first, refused, second, third = house.log.records
    assert [one.refs for one in (first, refused, second, third)] == [(), (first.id,), (first.id,), (second.id,)]
    noted = [(note.media, note.post) for note in house.log.tables.uploads.values()]
    assert noted == [(media_id, one.subject.post) for one in (first, refused, second, third)]


async def test_a_change_of_what_was_changed_in_the_meantime_is_refused() -> None:
    """Two clients at once: the second one worked from what is not there any more."""
    house = _house()
    media_id = await _upload(house, _draft("Filiale"))

    def overtake(_work: Work) -> None:
        kept = house.log.tables.media[media_id]
        house.log.tables.media[media_id] = replace(kept, decision_record="another")

    house.log.on_commit = overtake
    with pytest.raises(Conflict, match="media"):
        await house.media.take(_update(media_id), _draft("Markt", images=0), make_grant(), house.platform)

    assert len(house.log.records) == 1


@pytest.mark.parametrize("grant", STRANGERS)
async def test_an_image_of_somebody_else_does_not_exist(grant: Grant) -> None:
    """Neither seen nor changed, and the answer is the same as for an id that never was."""
    house = _house()
    media_id = await _upload(house, _draft("Filiale"))
    for name in ("media.show", "media.content"):
        with pytest.raises(NotFound):
            await house.media.show(_on(name, media_id), grant, house.platform)
    with pytest.raises(NotFound):
        await house.media.take(_update(media_id), _draft("x", images=0), grant, house.platform)
    with pytest.raises(NotFound):
        await house.media.show(_on("media.show", "unknown"), make_grant(), house.platform)

    assert await _texts(house, media_id) == [("alt_text", "Filiale")]


async def test_two_images_in_one_upload_are_refused() -> None:
    """Which of them would get the id? Nothing is decided."""
    house = _house()
    with pytest.raises(UnreadableField, match="2 images"):
        await house.media.take(CREATE, _draft("Filiale", images=2), make_grant(), house.platform)

    assert house.log.codes() == []


async def test_the_owner_sees_the_image_as_the_platform_would_show_it() -> None:
    """The platform module words the description."""
    house = _house()
    media_id = await _upload(house, _draft("Filiale"))
    answer = await house.media.show(_on("media.show", media_id), make_grant(), house.platform)

    assert json.loads(answer.body) == {"id": media_id}


async def test_other_requests_have_no_answer_here() -> None:
    """An endpoint that the gateway should answer itself but cannot is denied, not passed on."""
    house = _house()
    with pytest.raises(EndpointDenied):
        await house.media.show(_on("apps.create", "1"), make_grant(), house.platform)


class SlowLog:
    """A log that commits when a test lets it."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def commit(self, work: Work) -> Receipt:
        """Wait, then keep a unit of work."""
        self.begun.set()
        await self.go_on.wait()
        return await self._log.commit(work)


async def test_a_client_that_leaves_does_not_stop_its_upload() -> None:
    """From the commit on the upload is finished; nothing is kept by half."""
    house = _house()
    log = SlowLog(house.log)
    media = Media(replace(house.ports, audit=log), filing=house.filing, limits=house.limits, shield=house.shield)
    async with asyncio.TaskGroup() as group:
        client = group.create_task(media.take(CREATE, _draft("Filiale"), make_grant(), house.platform))
        await log.begun.wait()
        client.cancel()
    assert house.log.tables.media == {}
    log.go_on.set()

    assert await house.shield.drain(5)
    assert len(house.log.tables.media) == 1


def test_texts_are_packed_as_ascii() -> None:
    """Any text survives, whatever the database thinks of it."""
    parts = _draft("Größe 😀\x00").parts

    assert json.loads(pack_texts(parts)) == [["alt_text", "description", "Größe 😀\x00"]]
    assert pack_texts(parts).isascii()


def _whole(data: bytes, slot: str) -> Upload:
    return Upload(slot=slot, mime="image/png", data=data)


def _step(step: UploadStep, media_id: str | None = None, *, piece: int = 0, data: bytes | None = None) -> Draft:
    """Make one request of an upload in pieces."""
    uploads = () if data is None else (Upload(slot="media", mime="application/octet-stream", data=data),)
    parts = () if data is None else (Part(kind=PartKind.FILE_NAME, slot="media_name.0", text="blob"),)
    place = UploadPlace(step=step, id=media_id, piece=piece, clean=_whole)
    return Draft(operation="media.create", kind=PostKind.MEDIA, parts=parts, uploads=uploads, place=place)


async def _send_pieces(house: GateHouse, *pieces: bytes) -> str:
    await house.media.take(CREATE, _step(UploadStep.OPEN), make_grant(), house.platform)
    opened = house.platform.results[-1]
    assert isinstance(opened, Opened)
    for number, data in enumerate(pieces):
        draft = _step(UploadStep.PIECE, opened.media_id, piece=number, data=data)
        await house.media.take(CREATE, draft, make_grant(), house.platform)
    return opened.media_id


async def test_an_upload_in_pieces_is_put_together() -> None:
    """Announced without a trace; each piece is decided and sealed; at the end it is one image with its names."""
    house = _house()
    media_id = await _send_pieces(house, b"invented ", b"picture")
    assert house.log.codes() == ["PG-101"] * 2
    assert media_id not in house.log.tables.media
    await house.media.take(CREATE, _step(UploadStep.CLOSE, media_id), make_grant(), house.platform)
    told = house.platform.results[-1]
    assert isinstance(told, Spooled)
    assert told.media_id == media_id

    kept = await house.ports.spool.open(media_id, author="a_erfunden", account="mastodon:presse")
    assert kept is not None
    assert (kept.data, kept.mime) == (b"invented picture", "image/png")
    assert [part.text for part in kept.parts] == ["blob"]


async def test_a_piece_sent_again_replaces_the_first() -> None:
    """A client that lost an answer sends its piece again."""
    house = _house()
    media_id = await _send_pieces(house, b"broken", b"!")
    again = _step(UploadStep.PIECE, media_id, piece=0, data=b"whole")
    await house.media.take(CREATE, again, make_grant(), house.platform)
    await house.media.take(CREATE, _step(UploadStep.CLOSE, media_id), make_grant(), house.platform)

    kept = await house.ports.spool.open(media_id, author="a_erfunden", account="mastodon:presse")
    assert kept is not None
    assert kept.data == b"whole!"


async def test_a_whole_picture_is_not_replaced() -> None:
    """A post that waits for a person shows what the person saw; the same picture may come again."""
    house = _house()
    media_id = await _send_pieces(house, b"seen")
    close = _step(UploadStep.CLOSE, media_id)
    for _ in range(2):
        await house.media.take(CREATE, close, make_grant(), house.platform)
    await house.media.take(CREATE, _step(UploadStep.PIECE, media_id, data=b"other"), make_grant(), house.platform)
    with pytest.raises(EndpointDenied):
        await house.media.take(CREATE, close, make_grant(), house.platform)
    whole = replace(_draft(), place=UploadPlace(id=media_id))
    with pytest.raises(EndpointDenied):
        await house.media.take(CREATE, whole, make_grant(), house.platform)

    kept = await house.ports.spool.open(media_id, author="a_erfunden", account="mastodon:presse")
    assert kept is not None
    assert kept.data == b"seen"


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nobody_puts_the_pieces_of_others_together(stranger: Grant) -> None:
    """Pieces belong to the author and account that sent them; an upload without pieces is none."""
    house = _house()
    media_id = await _send_pieces(house, b"x")
    with pytest.raises(NotFound):
        await house.media.take(CREATE, _step(UploadStep.CLOSE, media_id), stranger, house.platform)


async def test_pieces_are_bounded_together() -> None:
    """Many pieces are no way around the limit of an upload."""
    house = _house()
    media_id = await _send_pieces(house, b"x" * MAX_WHOLE, b"x")
    with pytest.raises(RequestTooLarge):
        await house.media.take(CREATE, _step(UploadStep.CLOSE, media_id), make_grant(), house.platform)


@pytest.mark.parametrize(("action", "kept"), [(Verdict.HOLD, True), (Verdict.REDACT, True), (Verdict.BLOCK, False)])
async def test_what_only_its_post_decides_is_kept_unless_blocked(action: Verdict, kept: bool) -> None:
    """Texts that are uploaded before their post wait for the decision about the whole."""
    house = _house(action=action)
    draft = replace(_draft("IBAN"), undecided=True, place=UploadPlace(id="u-1"))
    await house.media.take(CREATE, draft, make_grant(), house.platform)

    assert isinstance(house.platform.results[0], Spooled) is kept
    assert bool(house.log.tables.media) is kept


async def test_texts_of_an_image_named_in_the_body() -> None:
    """Where the id is no part of the path, the draft says whose texts change."""
    house = _house()
    media_id = await _upload(house, _draft("Alt", name="filiale.png"))
    draft = replace(_draft("Neu", images=0), place=UploadPlace(id=media_id))
    await house.media.take(
        Endpoint(name="media.metadata", cls=EndpointClass.MEDIA), draft, make_grant(), house.platform
    )

    assert await _texts(house, media_id) == [("alt_text", "Neu"), ("file_name", "filiale.png")]


def _photo(text: str, *, name: str | None = None) -> Draft:
    """Make a post that comes with its image."""
    return replace(_draft(text, name=name), kind=PostKind.POST)


async def test_an_image_that_comes_with_its_post_is_kept_for_it() -> None:
    """Under an id made from its contents: sent again, the request says the same."""
    house = _house()
    first = await house.media.attach(CREATE, _photo("Filiale", name="filiale.png"), make_grant(), house.platform)
    again = await house.media.attach(CREATE, _photo("Filiale", name="filiale.png"), make_grant(), house.platform)

    assert isinstance(first, Draft)
    assert first == again
    assert (first.uploads, first.media) == ((), tuple(house.log.tables.media))
    assert [part.text for part in first.parts] == ["Filiale"]
    assert await _texts(house, first.media[0]) == [("file_name", "filiale.png")]


async def test_an_image_whose_name_may_not_pass_stops_its_post() -> None:
    """Also when the same picture was kept before under another name."""
    house = _house()
    await house.media.attach(CREATE, _photo("Filiale", name="filiale.png"), make_grant(), house.platform)
    stopped = await house.media.attach(CREATE, _photo("Filiale", name="IBAN.png"), make_grant(), house.platform)

    assert not isinstance(stopped, Draft)
    assert isinstance(house.platform.results[-1], Blocked)


async def test_the_same_image_of_others_is_another_one() -> None:
    """Ids tell nobody what somebody else has."""
    house = _house()
    found = [
        await house.media.attach(CREATE, _photo("Filiale"), grant, house.platform)
        for grant in (make_grant(), *STRANGERS)
    ]
    assert len({draft.media for draft in found if isinstance(draft, Draft)}) == 3

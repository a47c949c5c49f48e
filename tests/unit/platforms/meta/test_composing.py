"""What comes over the API is read as posts of clients of Facebook, and as whole posts on Instagram and Threads."""

from __future__ import annotations

import pytest

from proxy.core.errors import EndpointDenied
from proxy.core.model import PostKind
from proxy.gate.api_ports import Attached
from proxy.platforms.meta.composing import ContainerComposer, FacebookComposer
from proxy.platforms.meta.door import MetaDoor
from proxy.platforms.meta.table import table_of
from tests.fakes.composing import image, read, recalled, texts, wanted

HOSTS = frozenset({"images.bank.example"})
PICTURE = Attached(url="https://images.bank.example/a.jpg", alt="Filiale")
TABLES = {platform: table_of(platform, HOSTS) for platform in ("facebook", "instagram", "threads")}
DOORS = {platform: MetaDoor(platform, table) for platform, table in TABLES.items()}
FACEBOOK = FacebookComposer()
INSTAGRAM, THREADS = (ContainerComposer(platform, TABLES[platform]) for platform in ("instagram", "threads"))
ME = {"path.version": "v26.0", "path.id": "me"}


async def test_a_post_on_a_page_has_what_is_wanted() -> None:
    """Of whose token it is; with an image it is a photo, under a neutral name."""
    plain = await read(DOORS["facebook"], FACEBOOK, wanted("Grüße"))
    photo = await read(DOORS["facebook"], FACEBOOK, wanted("Grüße", image(alt="Filiale")))
    bare = await read(DOORS["facebook"], FACEBOOK, wanted("", image()))

    assert (plain.operation, texts(plain)) == ("feed.create", {"message": "Grüße", **ME})
    described = {"source_name.0": "image.gif", "caption": "Grüße", "alt_text_custom": "Filiale", **ME}
    assert (photo.operation, texts(photo), len(photo.uploads)) == ("photo.create", described, 1)
    assert texts(bare) == {"source_name.0": "image.gif", **ME}


async def test_a_post_on_instagram_is_a_whole() -> None:
    """With the image that the platform fetches, from a configured host only."""
    draft = await read(DOORS["instagram"], INSTAGRAM, wanted("Grüße", PICTURE))

    assert (draft.operation, draft.kind, draft.media) == ("post.create", PostKind.POST, ())
    assert texts(draft) == {"caption": "Grüße", "image_url": PICTURE.url, "alt_text": "Filiale", **ME}
    with pytest.raises(EndpointDenied):
        await read(DOORS["instagram"], INSTAGRAM, wanted("x", Attached(url="https://anderswo.example/a.jpg")))


async def test_a_post_on_threads_may_be_text_alone_and_an_answer() -> None:
    """It says which of both it is."""
    plain = await read(DOORS["threads"], THREADS, wanted("Grüße"))
    answer = await read(DOORS["threads"], THREADS, wanted("", PICTURE, reply_to="17"))

    assert (plain.kind, dict(plain.options), plain.reply_to) == (PostKind.POST, {"media_type": "TEXT"}, None)
    assert (answer.kind, dict(answer.options), answer.reply_to) == (PostKind.REPLY, {"media_type": "IMAGE"}, "17")
    assert "text" not in texts(answer)


@pytest.mark.parametrize(
    ("platform", "composer", "platform_id"),
    [
        ("facebook", FACEBOOK, "104_7"),
        ("instagram", INSTAGRAM, "1790"),
        ("threads", THREADS, "1790"),
    ],
)
async def test_a_post_is_taken_back(
    platform: str, composer: FacebookComposer | ContainerComposer, platform_id: str
) -> None:
    """By its id; the limits of these platforms are known."""
    draft = await recalled(DOORS[platform], composer, platform_id)

    assert (draft.operation, texts(draft)["path.id"]) == ("object.delete", platform_id)
    assert composer.limits() == ()


def test_no_request_reaches_the_gateways_own_endpoint() -> None:
    """It is in no table of requests."""
    assert all(row.name != "post.create" for table in TABLES.values() for row in table.rows)

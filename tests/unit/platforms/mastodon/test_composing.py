"""What is composed is what a client would have sent, and nothing else."""

from __future__ import annotations

import json

from proxy.platforms.mastodon.composing import MastodonComposer
from tests.fakes.composing import FIRST, SECOND, account, image, wanted

COMPOSER = MastodonComposer()
PRESS = account("mastodon")


async def test_a_status_has_what_is_wanted_and_nothing_else() -> None:
    """Images by id and the status that is answered only where there are such."""
    plain = (await COMPOSER.compose(wanted("Hallo"), PRESS)).request
    full = (await COMPOSER.compose(wanted("Hallo", image(), image(SECOND, "x"), reply_to="7"), PRESS)).request

    assert (plain.method, plain.path, plain.query) == ("POST", "/api/v1/statuses", "")
    assert plain.headers == (("content-type", "application/json"),)
    assert json.loads(plain.body) == {"status": "Hallo"}
    assert json.loads(full.body) == {"status": "Hallo", "media_ids": [FIRST, SECOND], "in_reply_to_id": "7"}


async def test_a_recall_and_the_reads_have_no_body() -> None:
    """The newer read of the instance first."""
    recall = await COMPOSER.recall("115", PRESS)

    assert (recall.method, recall.path, recall.body, recall.headers) == ("DELETE", "/api/v1/statuses/115", b"", ())
    assert [(one.method, one.path) for one in COMPOSER.limits()] == [
        ("GET", "/api/v2/instance"),
        ("GET", "/api/v1/instance"),
    ]

"""What is composed is what a client would have sent, and nothing else."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from proxy.gate.api_ports import Attached, Wanted
from proxy.platforms._wire.strict_json import read_json
from proxy.platforms.mastodon.composing import MastodonComposer

COMPOSER = MastodonComposer()


def test_a_status_has_what_is_wanted_and_nothing_else() -> None:
    """Images by id and the status that is answered only where there are such."""
    plain = COMPOSER.compose(Wanted(text="Hallo"))
    full = COMPOSER.compose(Wanted(text="Hallo", media=(Attached(id="m1"), Attached(id="m2", alt="x")), reply_to="7"))

    assert (plain.method, plain.path, plain.query) == ("POST", "/api/v1/statuses", "")
    assert plain.headers == (("content-type", "application/json"),)
    assert json.loads(plain.body) == {"status": "Hallo"}
    assert json.loads(full.body) == {"status": "Hallo", "media_ids": ["m1", "m2"], "in_reply_to_id": "7"}


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_text_comes_through_as_it_is(text: str) -> None:
    """The strict reader sees the author's own characters."""
    assert read_json(COMPOSER.compose(Wanted(text=text)).body) == {"status": text}


def test_a_recall_and_the_reads_have_no_body() -> None:
    """The newer read of the instance first."""
    recall = COMPOSER.recall("115")

    assert (recall.method, recall.path, recall.body, recall.headers) == ("DELETE", "/api/v1/statuses/115", b"", ())
    assert [(one.method, one.path) for one in COMPOSER.limits()] == [
        ("GET", "/api/v2/instance"),
        ("GET", "/api/v1/instance"),
    ]

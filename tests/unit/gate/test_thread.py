"""What the gate opens of a thread: the author's own posts above the one that is answered, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Part, PartKind, PostKind, Verdict
from proxy.core.policy.facts import Within
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.policy import Group, GroupKind
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.thread import MOST_CHARACTERS, MOST_POSTS
from tests.factories import make_draft, make_grant, make_post
from tests.fakes.gate_house import GateHouse
from tests.fakes.log import MemoryPosts
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.gate.ports import Grant
    from proxy.gate.wire import Draft


def _house(*ids: str) -> tuple[GateHouse, ScriptedScanner]:
    scanner = ScriptedScanner()
    outcomes = [Outcome(kind=OutcomeKind.PUBLISHED, upstream_id=one) for one in ids]
    return GateHouse(*outcomes, scanner=scanner), scanner


def _reply(text: str, to: str | None, **more: object) -> Draft:
    draft = make_draft(text)
    answered = () if to is None else (Part(kind=PartKind.OTHER, slot="in_reply_to_id", text=to),)
    return replace(draft, parts=(*draft.parts, *answered), reply_to=to, **more)  # type: ignore[arg-type]


def _looked_up(house: GateHouse) -> list[str]:
    posts = house.ports.posts
    assert isinstance(posts, MemoryPosts)
    return posts.looked_up


async def _say(house: GateHouse, draft: Draft, grant: Grant | None = None) -> None:
    house.clock.advance(1.0)
    await house.submit_draft(draft, grant)


async def test_a_reply_is_looked_at_with_what_stands_above_it() -> None:
    """Oldest first; the id of the answered post is no text that people read."""
    house, scanner = _house("1", "2", "3")
    await _say(house, _reply("Anfang", None))
    await _say(house, _reply("Mitte", "1"))
    await _say(house, _reply("Ende", "2"))

    assert scanner.threads == [(), ("Anfang",), ("Anfang", "Mitte")]
    assert house.states == ["published"] * 3


async def test_a_post_that_answers_nothing_costs_no_read() -> None:
    """Neither does anybody's reply to somebody else open a post of this author."""
    house, scanner = _house("1", "2")
    await _say(house, _reply("Anfang", None))
    assert _looked_up(house) == []

    await _say(house, _reply("Antwort", "999"))

    assert _looked_up(house) == ["999"]
    assert scanner.threads[-1] == ()


async def test_posts_of_others_and_of_other_accounts_stay_closed() -> None:
    """The same id under another author, or another account of the same author, is not opened."""
    house, scanner = _house("1", "2", "3")
    await _say(house, _reply("Geheimnis der anderen", None), make_grant(ref="a_andere"))
    await _say(house, _reply("Antwort", "1"))
    await _say(house, _reply("Antwort", "1"), make_grant(account="mastodon:andere"))

    assert scanner.threads == [(), (), ()]


async def test_only_the_end_of_the_last_posts_is_handed_on() -> None:
    """At most five posts, at most 500 characters of each, its body last."""
    house, scanner = _house(*(str(number) for number in range(1, 9)))
    spoiler = Part(kind=PartKind.CONTENT_WARNING, slot="spoiler_text", text="Warnung")
    for number in range(1, 8):
        draft = _reply(f"{number}" * 600, str(number - 1) if number > 1 else None)
        await _say(house, replace(draft, parts=(*draft.parts, spoiler)))

    thread = scanner.threads[-1]
    assert len(thread) == MOST_POSTS
    assert thread == tuple(f"{number}" * MOST_CHARACTERS for number in range(2, 7))
    await _say(house, _reply("kurz", None))
    assert len(_looked_up(house)) == sum(min(number, MOST_POSTS) for number in range(7))


async def test_an_edited_post_is_read_as_it_is_now() -> None:
    """Its latest text counts, its place in the thread is that of the first one; a like changes nothing."""
    house, scanner = _house("1", "2", "2", "2", "3")
    await _say(house, _reply("Anfang", None))
    await _say(house, _reply("Mitte", "1"))
    await _say(house, _reply("neue Mitte", None, kind=PostKind.EDIT, edit_of="2"))
    await _say(house, replace(_reply("2", None), kind=PostKind.ACT))
    await _say(house, _reply("Ende", "2"))

    assert scanner.threads[2] == ("Anfang",)
    assert scanner.threads[-1] == ("Anfang", "neue Mitte")


async def test_an_erased_text_is_empty() -> None:
    """Nobody can know any more what stood there or above it, so nothing is said about it."""
    house, scanner = _house("1", "2", "3")
    await _say(house, _reply("Anfang", None))
    await _say(house, _reply("Mitte", "1"))
    middle = list(house.log.tables.posts.values())[-1]
    del house.log.tables.data_keys[middle.key]
    await _say(house, _reply("Ende", "2"))

    assert scanner.threads[-1] == ("",)
    assert house.states[-1] == "published"


async def test_a_broken_seal_makes_the_scan_incomplete() -> None:
    """What stands above may be anything: a person decides, and the record says what was missing."""
    house, scanner = _house("1")
    await _say(house, _reply("Anfang", None))
    kept = next(iter(house.log.tables.posts.values()))
    key = house.log.tables.data_keys[kept.key]
    house.log.tables.data_keys[kept.key] = replace(key, wrapped=key.wrapped[:-1] + b"!")
    await _say(house, _reply("Ende", "1"))

    assert scanner.threads[-1] == ()
    assert house.states[-1] == "held"
    decided = [record for record in house.log.records if record.code == "PG-101"][-1]
    assert "thread" in str(decided.data["expected"])
    assert "thread" not in str(decided.data["completed"])


async def test_a_ring_of_answers_ends() -> None:
    """Whatever the platform made of ids, the gate looks up five at most."""
    house, scanner = _house("1", "1")
    await _say(house, _reply("im Kreis", "1"))
    await _say(house, _reply("noch einmal", "1"))

    assert scanner.threads[-1] == ("im Kreis",) * MOST_POSTS


async def test_nothing_of_a_thread_is_shown() -> None:
    """Neither what was sealed nor the id of the answered post stands in a representation."""
    house, _ = _house("1")
    await _say(house, _reply("Anfang", None))
    grant = make_grant()
    (earlier,) = await house.ports.posts.on_platform(
        author=grant.principal.ref, account=grant.account.id, platform_id="1"
    )

    assert "Anfang" not in repr(earlier)
    assert "4711" not in repr((_reply("Ende", "4711"), replace(make_post(parts=()), reply_to="4711")))


async def test_a_rule_over_a_thread_holds_what_the_post_before_completes() -> None:
    """The same words that answer nothing, or somebody else, pass; earlier posts alone hold nothing."""
    person, account = (FindingSpec(entities=(entity,), within=Within.THREAD) for entity in ("PERSON", "IBAN_CODE"))
    pair = Group(kind=GroupKind.ALL, conditions=(person, account), within=Within.THREAD)
    house = GateHouse(
        *(Outcome(kind=OutcomeKind.PUBLISHED, upstream_id=one) for one in "12345"),
        bundle=make_bundle(make_policy(make_rule(when=pair, action=Verdict.HOLD))),
        scanner=ScriptedScanner({"Anna": "PERSON", "IBAN": "IBAN_CODE"}),
    )
    await _say(house, _reply("Danke, Anna", None))
    await _say(house, _reply("Hier die IBAN", "1"))
    await _say(house, _reply("Hier die IBAN", None))
    await _say(house, _reply("Schönes Wochenende!", "1"))

    assert house.states == ["published", "held", "published", "published"]

"""
The gate over twins as the API sees it: two accounts at two doors of Mastodon, with the real wire side.

A text with `IBAN` is blocked, one with `Mensch` held, one with `Kunde` redacted. All of it is invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable, NotFound
from proxy.core.model import Account, PostKind, Principal, Verdict
from proxy.core.policy.actions.redact import RedactSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.gate.appeal import Appeal, Appealing
from proxy.gate.native import Entry, Native, Order
from proxy.gate.ports import Grant
from proxy.gate.questions import Questions
from proxy.gate.recall import Recall
from proxy.gate.retention import RetentionTerms
from proxy.gate.status import ShowStatus
from proxy.gate.steps import Steps
from proxy.gate.submit import Submit
from proxy.gate.take_all_back import TakeAllBack, TakingBack
from proxy.gate.take_back import TakeBack
from proxy.gate.targets import Target
from proxy.gate.uploads import Uploads
from proxy.gate.withdraw import Withdraw, Withdrawing
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.composing import MastodonComposer
from proxy.platforms.mastodon.door import MastodonDoor
from tests.fakes.gate_house import GateHouse, HookedPublisher
from tests.fakes.limits import WIDE
from tests.fakes.log import MemoryOwnPosts
from tests.fakes.scanner import ScriptedScanner
from tests.fakes.views import MemoryPostViews
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.limits import LimitTerms
    from proxy.gate.outcome import Outcome
    from proxy.gate.post_rows import PostRow
    from proxy.gate.wire import Endpoint, UpstreamAnswer, WireRequest

PRESS, BOARD, ELSEWHERE = "mastodon:presse", "mastodon:vorstand", "mastodon:anderswo"
"""Two accounts with doors, and one whose door this node does not have."""
_DOORS = {PRESS: "mastodon", BOARD: "zweite", ELSEWHERE: "dritte"}
WORDS = {"IBAN": "IBAN_CODE", "Mensch": "PERSON", "Kunde": "LOCATION"}


def anna(*scopes: str) -> Principal:
    """Return an invented person, with the token of one account."""
    return Principal(
        ref="a_erfunden",
        kind="employee",
        scopes=frozenset(scopes or ("post", "submit")),
        token_prefix="pgt_test",
        account=PRESS,
    )


def native_bundle() -> PolicyBundle:
    """Return policies for the words."""
    return make_bundle(
        make_policy(
            make_rule(),
            make_rule("person", when=FindingSpec(entities=("PERSON",)), action=Verdict.HOLD),
            make_rule("kunde", when=FindingSpec(entities=("LOCATION",)), action=RedactSpec()),
            kinds=frozenset(PostKind),
        )
    )


class MemoryMandates:
    """Twin of the look-up of accounts: whose scope is `submit` may post to all of them."""

    async def grant(self, by: Principal, account: str, *, to_check: bool = False) -> Grant:
        """Return the grant for an account."""
        may = by.account == account or "submit" in by.scopes or (to_check and "check" in by.scopes)
        if account not in _DOORS or not may:
            raise NotFound(found="another account")
        return Grant(principal=by, account=Account(id=account, platform="mastodon", door=_DOORS[account]))


class InstanceReader:
    """Answers reads of the instance with what a test says; None: nobody answers."""

    def __init__(self, *answers: UpstreamAnswer | None) -> None:
        self.answers = list(answers)
        self.read_paths: list[str] = []

    async def read(self, endpoint: Endpoint, request: WireRequest, account: Account | None) -> UpstreamAnswer:
        """Give the next answer."""
        assert account is None, endpoint.name
        self.read_paths.append(request.path)
        answer = self.answers.pop(0) if self.answers else None
        if answer is None:
            raise GateUnavailable(found="no instance")
        return answer


def mastodon_door(max_characters: int | None = None) -> MastodonDoor:
    """Return the wire side of a door."""
    addresses = Addresses(door="https://door.test", upstream="https://mastodon.test")
    return MastodonDoor(addresses, language="en", max_characters=max_characters)


class NativeHouse(GateHouse):
    """A gate with two accounts."""

    def __init__(
        self,
        *outcomes: Outcome,
        second: tuple[Outcome, ...] = (),
        faults: Callable[[str], None] = lambda _name: None,
        limits: LimitTerms = WIDE,
    ) -> None:
        super().__init__(
            *outcomes, bundle=native_bundle(), scanner=ScriptedScanner(WORDS), faults=faults, limits=limits
        )
        self.second = HookedPublisher(*second)
        self.gate = Submit(
            self.ports,
            filing=self.filing,
            publishers={"mastodon": self.publisher, "zweite": self.second},
            traffic=self.traffic,
            room=self.room,
            limits=self.limits,
            shield=self.shield,
        )
        self.readers = {door: InstanceReader() for door in ("mastodon", "zweite")}
        targets = {
            door: Target(
                mastodon_door(max_characters=500), composer=MastodonComposer(), reader=reader, spool=self.ports.spool
            )
            for door, reader in self.readers.items()
        }
        steps = Steps(policies=self.policies, clock=self.clock, pause=self.ports.pause)
        self.native = Native(
            submit=self.gate,
            targets=targets,
            mandates=MemoryMandates(),
            own=MemoryOwnPosts(self.log),
            ids=self.ports.ids,
            shield=self.shield,
            steps=steps,
        )
        self.recall = Recall(
            native=self.native,
            submit=self.gate,
            targets=targets,
            mandates=MemoryMandates(),
            audit=self.log,
            clock=self.clock,
            ids=self.ports.ids,
            shield=self.shield,
            faults=self.ports.faults,
        )
        mandates = MemoryMandates()
        self.withdraw = Withdraw(
            Withdrawing(
                posts=self.posts,
                refiling=self.refiling,
                audit=self.log,
                envelope=self.ports.envelope,
                clock=self.clock,
            )
        )
        self.take_back = TakeBack(
            native=self.native, mandates=mandates, posts=self.posts, withdraw=self.withdraw, recall=self.recall
        )
        self.take_all_back = TakeAllBack(
            TakingBack(
                native=self.native,
                own=MemoryOwnPosts(self.log),
                mandates=mandates,
                withdraw=self.withdraw,
                recall=self.recall,
                audit=self.log,
                clock=self.clock,
                ids=self.ports.ids,
                shield=self.shield,
            )
        )
        self.views = MemoryPostViews(self.log)
        self.appeal = Appeal(
            self.ports,
            Appealing(native=self.native, submit=self.gate, mandates=mandates, filing=self.filing, views=self.views),
        )
        self.status = ShowStatus(native=self.native, views=self.views, policies=self.policies, appeal=self.appeal)
        self.uploads = Uploads(self.media, envelope=self.ports.envelope)
        self.questions = Questions(
            self.ports,
            targets=targets,
            mandates=MemoryMandates(),
            limits=self.limits,
            retention=RetentionTerms(),
            steps=steps,
        )

    async def order(
        self, *entries: Entry, key: str | None = None, together: bool = False, by: Principal | None = None
    ) -> tuple[PostRow, ...]:
        """Post."""
        return await self.native.post(Order(entries=entries, key=key, all_or_nothing=together), by=by or anna())

    @property
    def sent_second(self) -> list[str]:
        """Return the first text of every post that reached the second platform."""
        return [released.post.parts[0].text for released, _ in self.second.published]


def entry(*texts: str, account: str = PRESS) -> Entry:
    """Return what shall be posted to one account."""
    return Entry(account=account, texts=texts)

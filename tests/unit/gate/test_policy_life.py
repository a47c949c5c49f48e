"""The life of a change: two people, never one; an emergency only makes stricter and ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable, ConfigurationError, NotFound, SealBroken
from proxy.core.model import Principal, Verdict
from proxy.core.policy.change import Direction
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.policy import Mode
from proxy.gate import policy_changes as p
from proxy.gate.policy_life import PROPOSAL, LifePorts, PolicyLife
from proxy.gate.policy_refusals import ProposalRefused
from proxy.gate.policy_store import EMERGENCY, SIGN, SIGN_HARD, Kind, signature_code
from tests.fakes.clock import CountingIds, ManualClock
from tests.fakes.envelope import PlainEnvelope
from tests.fakes.log import MemoryAuditLog
from tests.fakes.policy_store import MemoryPolicyStore, NamedPackages
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.policy import Rule
    from proxy.gate.policy_life import Step


def _person(name: str, *scopes: str) -> Principal:
    return Principal(ref=name, kind="employee", scopes=frozenset(scopes or (SIGN,)), token_prefix="pgt_0000")


ANNA, BEN, CARLA = (_person(name) for name in ("anna", "ben", "carla"))
IBAN = make_rule("iban")
CARD = make_rule("card", when=FindingSpec(entities=("CREDIT_CARD",)))
DUTY = replace(make_rule("duty", when=FindingSpec(entities=("SECRET",))), hard=True)


def _bundle(digest: str, *rules: Rule) -> PolicyBundle:
    return replace(make_bundle(make_policy(*rules)), digest=digest)


BUNDLES = {
    "first": _bundle("first", IBAN),
    "stricter": _bundle("stricter", IBAN, CARD),
    "weaker": _bundle("weaker", replace(IBAN, mode=Mode.MONITOR), CARD),
    "duty": _bundle("duty", IBAN, DUTY),
    "no-duty": _bundle("no-duty", IBAN),
    "hardened": _bundle("hardened", IBAN, CARD, DUTY),
}


@dataclass
class Office:
    """A policy store in memory, and people who change it."""

    log: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    clock: ManualClock = field(default_factory=ManualClock)
    packages: NamedPackages = field(default_factory=lambda: NamedPackages(*BUNDLES.values()))
    life: PolicyLife = field(init=False)

    def __post_init__(self) -> None:
        self.life = PolicyLife(
            LifePorts(
                store=MemoryPolicyStore(self.log),
                packages=self.packages,
                audit=self.log,
                digest=PlainEnvelope().digest,
                clock=self.clock,
                ids=CountingIds(),
            )
        )

    async def propose(self, name: str, *, by: Principal = ANNA, emergency: bool = False) -> Step:
        return await self.life.propose(name.encode(), by=by, emergency=emergency)

    async def put_into_force(self, name: str) -> Step:
        return await self.life.approve((await self.propose(name)).proposal.id, by=BEN)

    async def active(self) -> str | None:
        active, _ = await self.life.look()
        return None if active is None else active.digest


@pytest.fixture
def office() -> Office:
    """Return an office where nothing is in force."""
    return Office()


async def _refused(step: Awaitable[object]) -> str:
    with pytest.raises(ProposalRefused) as refused:
        await step
    return refused.value.why


class TestTwoPeople:
    """A change by one person cannot become active."""

    async def test_the_second_signature_puts_a_bundle_into_force(self, office: Office) -> None:
        """Every step is on record, with both people in the last."""
        proposed = await office.propose("first")
        assert (proposed.in_force, await office.active()) == (False, None)

        approved = await office.life.approve(proposed.proposal.id, by=BEN)

        assert (approved.in_force, await office.active()) == (True, "first")
        assert office.log.codes() == ["PG-301", "PG-302", "PG-303"]
        assert [record.actor.ref for record in office.log.records] == ["anna", "ben", "ben"]
        assert office.log.records[-1].data["signed_by"] == ["anna", "ben"]

    async def test_a_node_takes_the_files_that_were_signed(self, office: Office) -> None:
        """The bytes as they were proposed."""
        await office.put_into_force("first")
        kept = await office.life.in_force()

        assert kept is not None
        activation, package = kept
        assert (activation.digest, activation.until, package) == ("first", None, b"first")

    async def test_nobody_approves_an_own_proposal(self, office: Office) -> None:
        """Not with another token either: a person has one pseudonym."""
        proposed = await office.propose("first")
        again = replace(ANNA, token_prefix="pgt_1111")

        assert await _refused(office.life.approve(proposed.proposal.id, by=again)) == "same-person"
        assert await office.active() is None
        assert office.log.codes() == ["PG-301"]

    @pytest.mark.parametrize("who", [_person("dora", "post"), replace(BEN, kind="service")])
    async def test_only_people_with_the_role_take_part(self, office: Office, who: Principal) -> None:
        """Neither who may only post nor a program proposes, approves or retires."""
        proposed = await office.propose("first")

        assert await _refused(office.life.approve(proposed.proposal.id, by=who)) == "no-role"
        assert await _refused(office.propose("stricter", by=who)) == "no-role"
        assert await _refused(office.life.retire("first", by=who)) == "no-role"
        assert office.log.codes() == ["PG-301"]

    async def test_a_proposal_is_signed_against_what_is_in_force(self, office: Office) -> None:
        """What the second person has seen is what happens, or it has to be proposed again."""
        await office.put_into_force("first")
        late = await office.propose("stricter")
        await office.put_into_force("weaker")

        assert await _refused(office.life.approve(late.proposal.id, by=BEN)) == "overtaken"
        assert await office.active() == "weaker"

    async def test_a_proposal_does_not_wait_for_ever(self, office: Office) -> None:
        """After two weeks it has to be proposed again."""
        proposed = await office.propose("first")
        office.clock.advance(PROPOSAL.total_seconds())

        assert await _refused(office.life.approve(proposed.proposal.id, by=BEN)) == "expired"

    async def test_nothing_counts_that_is_not_on_record(self, office: Office) -> None:
        """Without the log neither proposal nor signature."""
        proposed = await office.propose("first")
        office.log.down = True

        with pytest.raises(AuditUnavailable):
            await office.life.approve(proposed.proposal.id, by=BEN)
        assert await office.active() is None

    async def test_what_is_in_force_is_not_proposed_again(self, office: Office) -> None:
        """Nor signed twice."""
        step = await office.put_into_force("first")

        assert await _refused(office.propose("first")) == "same"
        assert await _refused(office.life.approve(step.proposal.id, by=CARLA)) == "same"

    async def test_files_with_mistakes_are_not_proposed(self, office: Office) -> None:
        """The mistakes are told, nothing is kept."""
        with pytest.raises(ConfigurationError):
            await office.propose("broken")
        assert office.log.codes() == []

    async def test_the_approver_sees_what_changes(self, office: Office) -> None:
        """Before signing, and again as the result."""
        await office.put_into_force("first")
        proposed = await office.propose("stricter")

        assert await office.life.preview(proposed.proposal.id) == ("first", proposed.changes)
        assert [change.name for change in proposed.changes] == ["sample/card"]
        with pytest.raises(NotFound):
            await office.life.preview("another")


class TestHardRules:
    """What stands for a legal duty is weakened by three people, one of them of the third role."""

    async def test_three_sign_and_one_has_the_third_role(self, office: Office) -> None:
        """In whatever order."""
        await office.put_into_force("duty")
        proposed = await office.propose("no-duty")
        assert proposed.proposal.needed == 3

        assert not (await office.life.approve(proposed.proposal.id, by=BEN)).in_force
        assert not (await office.life.approve(proposed.proposal.id, by=CARLA)).in_force
        last = await office.life.approve(proposed.proposal.id, by=_person("emil", SIGN_HARD))
        assert (last.in_force, await office.active()) == (True, "no-duty")

    async def test_adding_one_takes_two(self, office: Office) -> None:
        """That is stricter."""
        await office.put_into_force("first")

        assert (await office.propose("duty")).proposal.needed == 2


class TestEmergency:
    """One person alone, at once, stricter only, for a day."""

    async def test_it_is_in_force_at_once_and_ends(self, office: Office) -> None:
        """After a day the bundle before counts again."""
        await office.put_into_force("first")
        step = await office.propose("stricter", emergency=True)

        assert (step.in_force, step.until) == (True, office.clock.now() + EMERGENCY)
        assert await office.active() == "stricter"
        assert office.log.codes()[-2:] == ["PG-301", "PG-305"]
        office.clock.advance(EMERGENCY.total_seconds() - 1)
        assert await office.active() == "stricter"
        office.clock.advance(1)
        assert await office.active() == "first"

    async def test_a_second_signature_makes_it_last(self, office: Office) -> None:
        """Also after it has ended, as long as nothing else came into force."""
        await office.put_into_force("first")
        step = await office.propose("stricter", emergency=True)
        office.clock.advance(EMERGENCY.total_seconds() + 1)

        assert await _refused(office.life.approve(step.proposal.id, by=ANNA)) == "same-person"
        assert (await office.life.approve(step.proposal.id, by=BEN)).in_force
        office.clock.advance(EMERGENCY.total_seconds() + 1)
        assert await office.active() == "stricter"

    @pytest.mark.parametrize("name", ["weaker", "no-duty"])
    async def test_it_weakens_nothing(self, office: Office, name: str) -> None:
        """Whatever is not proven to be stricter needs two people."""
        await office.put_into_force("duty")

        assert await _refused(office.propose(name, emergency=True)) == "not-stricter"
        assert await office.active() == "duty"

    async def test_it_is_nothing_to_begin_with(self, office: Office) -> None:
        """Where nothing is in force there is nothing to be stricter than."""
        assert await _refused(office.propose("first", emergency=True)) == "not-stricter"

    async def test_nobody_goes_on_alone(self, office: Office) -> None:
        """A second emergency by the same person waits until somebody has signed the first."""
        await office.put_into_force("first")
        await office.propose("stricter", emergency=True)
        office.clock.advance(EMERGENCY.total_seconds() + 1)

        assert await _refused(office.propose("stricter", emergency=True)) == "emergency-unsigned"
        assert (await office.propose("stricter", by=BEN, emergency=True)).in_force

    async def test_a_row_that_claims_an_emergency_does_not_weaken(self, office: Office) -> None:
        """What a node takes is looked at again: signed is not enough when one person weakened something."""
        await office.put_into_force("stricter")
        step = await office.propose("weaker")
        tables = office.log.tables
        kept = replace(tables.proposals[step.proposal.id], kind=Kind.EMERGENCY.value)
        await _forge_emergency(office, step, kept)

        with pytest.raises(SealBroken):
            await office.life.in_force()


async def _forge_emergency(office: Office, step: Step, kept: p.OpenProposal) -> None:
    """Write what the gateway would not: an emergency that weakens something, with a genuine signature under it."""
    tables = office.log.tables
    tables.proposals[kept.id] = kept
    proposal = replace(step.proposal, kind=Kind.EMERGENCY)
    (signature,) = proposal.signatures
    code = signature_code(proposal, signature, PlainEnvelope().digest)
    tables.signatures[kept.id, "anna"] = replace(tables.signatures[kept.id, "anna"], mac=code)
    number = len(tables.activations) + 1
    tables.activations[number] = p.ActivateProposal(
        number=number,
        proposal=kept.id,
        digest=kept.digest,
        activated_at=office.clock.now(),
        until=office.clock.now() + timedelta(hours=1),
    )


class TestForgery:
    """Rows that did not come through the gateway count for nothing, and keep nothing out."""

    async def test_a_signature_of_somebody_else(self, office: Office) -> None:
        """A second signature written past the gateway has no code of the gateway."""
        proposed = await office.propose("first")
        tables = office.log.tables
        (mine,) = tables.signatures.values()
        tables.signatures[mine.proposal, "ben"] = replace(mine, person="ben")
        tables.signatures[mine.proposal, "carla"] = replace(mine, person="carla", mac="ü")
        await _activate_by_hand(office, proposed)

        assert await office.life.look() == (None, True)
        assert await office.life.in_force() is None

    async def test_a_signature_of_another_proposal(self, office: Office) -> None:
        """Codes belong to one proposal, bundle and role."""
        await office.put_into_force("first")
        (theirs,) = [one for one in office.log.tables.signatures.values() if one.person == "ben"]
        proposed = await office.propose("weaker")
        office.log.tables.signatures[proposed.proposal.id, "ben"] = replace(theirs, proposal=proposed.proposal.id)
        await _activate_by_hand(office, proposed)

        assert await office.active() == "first"

    async def test_a_proposal_that_wants_fewer(self, office: Office) -> None:
        """How many people are needed is part of what was signed."""
        await office.put_into_force("duty")
        proposed = await office.propose("no-duty")
        await office.life.approve(proposed.proposal.id, by=BEN)
        kept = office.log.tables.proposals[proposed.proposal.id]
        office.log.tables.proposals[kept.id] = replace(kept, needed=2)
        await _activate_by_hand(office, proposed)

        assert await office.active() == "duty"

    async def test_an_old_activation_once_more(self, office: Office) -> None:
        """Genuine signatures of a proposal that was used bring its bundle back for nobody."""
        weak = await office.put_into_force("weaker")
        await office.put_into_force("stricter")
        await _activate_by_hand(office, weak)

        assert (await office.life.look())[1]
        assert await office.active() == "stricter"

    async def test_an_old_emergency_once_more(self, office: Office) -> None:
        """One signature does not count a second time, nor in the future, nor for longer."""
        await office.put_into_force("first")
        step = await office.propose("stricter", emergency=True)
        office.clock.advance(EMERGENCY.total_seconds() + 1)
        await office.put_into_force("duty")
        for begin in (timedelta(), timedelta(days=365)):
            await _activate_by_hand(office, step, begin=begin, lasting=timedelta(hours=1))

            assert await office.active() == "duty"

    async def test_a_stray_row_keeps_no_change_out(self, office: Office) -> None:
        """The next change of two people counts."""
        await office.put_into_force("first")
        await _activate_by_hand(office, await office.propose("weaker"))
        await office.put_into_force("stricter")

        assert await office.active() == "stricter"
        assert (await office.life.status()).doubtful


async def _activate_by_hand(
    office: Office, step: Step, *, begin: timedelta = timedelta(), lasting: timedelta | None = None
) -> None:
    number, at = len(office.log.tables.activations) + 1, office.clock.now() + begin
    office.log.tables.activations[number] = p.ActivateProposal(
        number=number,
        proposal=step.proposal.id,
        digest=step.proposal.digest,
        activated_at=at,
        until=None if lasting is None else at + lasting,
    )


class TestNodes:
    """What a node takes, it looks at again."""

    async def test_an_emergency_that_weakens_is_not_taken(self, office: Office) -> None:
        """Not even with a genuine signature under it, as a version with a wrong proof could have made it."""
        await office.put_into_force("stricter")
        step = await office.propose("hardened", emergency=True)
        assert await office.life.in_force() is not None
        office.packages.misread = (step.proposal.digest, BUNDLES["weaker"])

        with pytest.raises(SealBroken):
            await office.life.in_force()

    async def test_a_bundle_that_is_not_kept_is_not_found(self, office: Office) -> None:
        """By whatever digest."""
        with pytest.raises(NotFound):
            await office.life.package("another")


class TestRaces:
    """What was looked at when a step began is what it counts against."""

    @pytest.mark.parametrize("emergency", [False, True])
    async def test_a_change_that_comes_in_between_wins(self, office: Office, emergency: bool) -> None:
        """An approval, or an emergency, that was begun before is overtaken."""
        await office.put_into_force("first")
        other = await office.propose("duty")
        mine = None if emergency else await office.propose("stricter", by=CARLA)
        office.packages.while_reading = lambda: office.life.approve(other.proposal.id, by=BEN)
        step = (
            office.propose("stricter", by=CARLA, emergency=True)
            if mine is None
            else office.life.approve(mine.proposal.id, by=ANNA)
        )

        assert await _refused(step) == "overtaken"
        assert await office.active() == "duty"


class TestKeptBundles:
    """What this version cannot read any more keeps nobody from changing it."""

    async def test_three_people_replace_what_cannot_be_read(self, office: Office) -> None:
        """Nothing is known of the difference, so nobody may do it in an emergency."""
        await office.put_into_force("first")
        office.packages.unreadable.add(b"first")
        step = await office.propose("stricter")

        assert step.proposal.needed == 3
        assert [change.direction for change in step.changes] == [Direction.UNCLEAR]
        assert await _refused(office.propose("stricter", emergency=True)) == "not-stricter"

    async def test_what_was_retired_since_is_not_approved(self, office: Office) -> None:
        """Nor is the bundle that comes back after an emergency ever retired."""
        await office.put_into_force("first")
        await office.put_into_force("stricter")
        back = await office.life.rollback(by=ANNA)
        await office.life.retire("first", by=CARLA)
        assert await _refused(office.life.approve(back.proposal.id, by=BEN)) == "retired"
        await office.propose("hardened", emergency=True)
        assert await _refused(office.life.retire("stricter", by=CARLA)) == "in-force"

    async def test_who_signs_an_emergency_sees_what_it_changed(self, office: Office) -> None:
        """Against what was in force before it; so does the log."""
        await office.put_into_force("first")
        step = await office.propose("stricter", emergency=True)

        assert await office.life.preview(step.proposal.id) == ("first", step.changes)
        approved = await office.life.approve(step.proposal.id, by=BEN)
        assert approved.changes == step.changes
        assert office.log.records[-1].data["direction"] == "stricter"


class TestRollback:
    """Going back is one command, and a change like any other."""

    async def test_the_bundle_before_is_proposed(self, office: Office) -> None:
        """Another person puts it into force; the record says that it was a rollback."""
        await office.put_into_force("first")
        await office.put_into_force("weaker")
        step = await office.life.rollback(by=ANNA)

        assert (step.proposal.digest, step.in_force) == ("first", False)
        assert (await office.life.approve(step.proposal.id, by=BEN)).in_force
        assert await office.active() == "first"
        assert office.log.codes()[-1] == "PG-304"

    async def test_back_to_stricter_ones_at_once(self, office: Office) -> None:
        """As an emergency, by one person, for a day."""
        await office.put_into_force("first")
        await office.put_into_force("weaker")
        assert await _refused(office.life.rollback(by=ANNA, emergency=True)) == "not-stricter"
        await office.put_into_force("stricter")
        await office.put_into_force("first")

        step = await office.life.rollback(by=ANNA, digest="stricter", emergency=True)
        assert (step.in_force, await office.active()) == (True, "stricter")

    async def test_only_to_what_was_in_force(self, office: Office) -> None:
        """Not to what was only proposed, nor to what is retired."""
        assert await _refused(office.life.rollback(by=ANNA)) == "never-in-force"
        await office.put_into_force("first")
        await office.propose("weaker")
        assert await _refused(office.life.rollback(by=ANNA, digest="weaker")) == "never-in-force"
        await office.put_into_force("stricter")
        await office.life.retire("first", by=ANNA)
        assert await _refused(office.life.rollback(by=ANNA, digest="first")) == "retired"
        assert await _refused(office.life.rollback(by=ANNA)) == "never-in-force"
        assert await _refused(office.propose("first")) == "retired"

    async def test_what_is_in_force_is_not_retired(self, office: Office) -> None:
        """Nor retired twice."""
        await office.put_into_force("first")
        assert await _refused(office.life.retire("first", by=ANNA)) == "in-force"
        await office.put_into_force("stricter")
        await office.life.retire("first", by=ANNA)
        assert await _refused(office.life.retire("first", by=BEN)) == "retired"
        assert office.log.codes()[-1] == "PG-310"


async def test_the_status_tells_it_all(office: Office) -> None:
    """In force, waiting, earlier, retired."""
    await office.put_into_force("first")
    await office.put_into_force("stricter")
    await office.life.retire("first", by=ANNA)
    waiting = await office.propose("weaker")
    status = await office.life.status()

    assert status.active is not None
    assert (status.active.digest, status.active.number) == ("stricter", 2)
    assert [one.digest for one in status.activations] == ["stricter", "first"]
    assert [one.id for one in status.waiting] == [waiting.proposal.id]
    assert status.retired == {"first"}
    assert await office.life.digests() == {"first", "stricter", "weaker"}
    assert BUNDLES["first"].default is Verdict.ALLOW

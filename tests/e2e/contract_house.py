"""
The product in front of a contract server, for platforms that have no server one can host.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.e2e.gateway import Gateway, Setup
from tests.e2e.servers.contract import ContractServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.servers.contract import Rules

CREDENTIAL = "credential-of-the-house-on-the-platform"
ALLOWED = ["PG-101", "PG-102", "PG-103"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractHouse:
    """A gateway and the platform behind it."""

    gateway: Gateway
    server: ContractServer
    rules: Any

    @contextmanager
    def round_the_gateway(self) -> Iterator[str]:
        """Give the platform's own address to a test that goes round the gateway; what it sends there is left out."""
        kept = len(self.server.calls)
        yield self.server.origin
        del self.server.calls[kept:]

    def check_everything_recorded(self) -> None:
        """Compare the platform with the log: each request that changed something was decided and announced before."""
        verified = self.gateway.attempt("audit", "fsck")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert self.server.violations == []
        records = self.gateway.records()
        intents = {record["data"]["attempt"] for record in records if record["code"] == "PG-102"}
        published = [call for call in self.server.calls if call.headers.get("idempotency-key")]
        assert {call.headers["idempotency-key"] for call in published} <= intents
        assert len({call.headers["idempotency-key"] for call in published}) == len(published)
        assert not any(self.gateway.token in f"{call.headers} {call.body!r}" for call in self.server.calls)


@contextmanager
def contract_house(
    rules: Rules, platform: str, directory: Path, *, names: str = "", door_more: str = ""
) -> Iterator[ContractHouse]:
    """
    Run the product before a contract server; at the end everything that reached it must have its records.

    `names` is what the account's credential says beside the token, `door_more` what its settings say besides.
    """
    with ContractServer(rules, credential=CREDENTIAL) as server:
        setup = Setup(
            upstream=server.origin,
            platform=platform,
            credential=f"{names}{CREDENTIAL}",
            ner=("postgate",),
            door_more=door_more,
        )
        with Gateway(directory, setup) as gateway:
            gateway.prepare()
            gateway.start()
            house = ContractHouse(gateway=gateway, server=server, rules=rules)
            yield house
            house.check_everything_recorded()
            assert gateway.stop() == 0

"""
A real Bluesky server: the PDS of Bluesky itself, from npm, with an account `alice.test` and an app password of hers.

Beside it run the directory in which her identity is registered, in memory, and a stand-in for the services that a PDS
passes requests on to; see `tests/e2e/npm/pds.mjs`.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from tests.e2e.servers import npm
from tests.e2e.servers.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = npm.PROJECT / "pds.mjs"
HANDLE = "alice.test"


@dataclass(slots=True, kw_only=True)
class PdsServer:
    """A running server with one account."""

    origin: str
    services: str
    """Address of the stand-in for profiles, direct messages and reports."""
    services_did: str
    did: str
    password: str = field(repr=False)
    """An app password of the account: the platform credential of a gateway in front of it."""
    _access: str = field(repr=False)
    """What the account's own login gave out, for two hours."""
    _process: subprocess.Popen[str]

    @classmethod
    def start(cls, directory: Path, *, did_doc: bool = True) -> PdsServer:
        """
        Set a server up in an empty directory and start it; return once its account exists.

        With `did_doc` its login answers tell clients where the server is, as those of Bluesky's own servers do.
        """
        environment = {
            **os.environ,
            "DATA": str(directory),
            "DID_DOC": "true" if did_doc else "false",
            **{name: str(free_port()) for name in ("PLC_PORT", "PDS_PORT", "SERVICES_PORT")},
        }
        with SCRIPT.open("rb") as script, (directory / "pds.log").open("wb") as log:
            process = subprocess.Popen(
                npm.module_command(),
                cwd=npm.installed(),
                stdin=script,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                text=True,
            )
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            process.kill()
            process.wait()
            process.stdout.close()
            raise RuntimeError(f"the PDS did not start: {(directory / 'pds.log').read_text(errors='replace')[-4000:]}")
        told = json.loads(line)
        return cls(
            origin=told["origin"],
            services=told["services"],
            services_did=told["servicesDid"],
            did=told["did"],
            password=told["password"],
            _access=told["accessJwt"],
            _process=process,
        )

    @property
    def credential(self) -> str:
        """Return what `postgate account add` takes."""
        return f"{self.did} {self.password}"

    def stop(self) -> None:
        """Stop the server."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def records(self, collection: str = "app.bsky.feed.post") -> list[dict[str, Any]]:
        """Return the account's records of a collection, newest first, each with `uri`, `cid` and `value`."""
        query = {"repo": self.did, "collection": collection, "limit": "100"}
        records: list[dict[str, Any]] = self._get(f"{self.origin}/xrpc/com.atproto.repo.listRecords", query)["records"]
        return records

    def app_passwords(self) -> list[str]:
        """Return the names of the account's app passwords."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(
                f"{self.origin}/xrpc/com.atproto.server.listAppPasswords",
                headers={"Authorization": f"Bearer {self._access}"},
                timeout=10,
            )
        answer.raise_for_status()
        return [str(one["name"]) for one in answer.json()["passwords"]]

    def kept(self) -> list[dict[str, Any]]:
        """Return the direct messages and reports that reached the services behind the server."""
        messages: list[dict[str, Any]] = self._get(f"{self.services}/kept", {})
        return messages

    @staticmethod
    def _get(address: str, query: dict[str, str]) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(address, params=query, timeout=10)
        answer.raise_for_status()
        return answer.json()

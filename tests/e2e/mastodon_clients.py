"""
The four programs for Mastodon, unmodified, each told an address and a token: Mastodon.py, toot, masto and megalodon.

`PROGRAMS` lets each of them post, delete and, where it can, name a key, and says what its person reads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mastodon import Mastodon, MastodonError

from tests.e2e.servers import npm

if TYPE_CHECKING:
    from collections.abc import Callable

TOOT = Path(sys.executable).with_name("toot")
_SCRIPT = npm.PROJECT / "mastodon.mjs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toot:
    """toot with a configuration of its own."""

    home: Path

    @classmethod
    def told(cls, address: str, token: str, home: Path) -> Toot:
        """Return toot, told a server's address and a token in its configuration file."""
        host = address.partition("://")[2]
        user = f"alice@{host}"
        app = {"instance": host, "base_url": address, "client_id": "-", "client_secret": "-"}
        settings = {
            "apps": {host: app},
            "users": {user: {"instance": host, "username": "alice", "access_token": token}},
            "active_user": user,
        }
        (home / "toot").mkdir(exist_ok=True)
        (home / "toot" / "config.json").write_text(json.dumps(settings), encoding="utf-8")
        return cls(home=home)

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command."""
        return subprocess.run(
            [TOOT, *words],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
            stdin=subprocess.DEVNULL,
        )

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment toot runs in."""
        return {**os.environ, "XDG_CONFIG_HOME": str(self.home), "NO_COLOR": "1"}

    def done(self, *words: str) -> str:
        """Run a command that must succeed and return what it printed."""
        finished = self(*words)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeClient:
    """Masto or megalodon, told the door's address and a token."""

    name: str
    door: str
    token: str

    def __call__(self, do: str, **task: Any) -> dict[str, Any]:
        """Let it do one thing; `value` is what it returned, `error` what it threw."""
        told = {"CLIENT": self.name, "DOOR": self.door, "TOKEN": self.token, "TASK": json.dumps({"do": do, **task})}
        environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()} | told
        with _SCRIPT.open("rb") as script:
            finished = subprocess.run(
                npm.module_command(),
                cwd=npm.installed(),
                stdin=script,
                capture_output=True,
                check=False,
                env=environment,
                text=True,
                timeout=60,
            )
        assert finished.returncode == 0, finished.stderr
        answer: dict[str, Any] = json.loads(finished.stdout)
        return answer

    def done(self, do: str, **task: Any) -> Any:
        """Let it do one thing that must succeed."""
        answer = self(do, **task)
        assert "value" in answer, answer
        return answer["value"]

    def refused(self, do: str, **task: Any) -> str:
        """Let it do one thing that must fail, and return what a person reads."""
        answer = self(do, **task)
        assert "error" in answer, answer
        return str(answer["error"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a program said of one thing it did."""

    done: bool
    text: str
    """What its person reads."""
    id: str = ""
    """Of what it posted."""


class Program(Protocol):
    """One of the four."""

    def post(self, text: str, *, key: str | None = None) -> Said:
        """Post a text, with an idempotency key of the caller's where that can be named."""
        ...

    def delete(self, identifier: str) -> Said:
        """Delete a post."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _MastodonPy:
    client: Mastodon

    def post(self, text: str, *, key: str | None = None) -> Said:
        return self._say(lambda: self.client.status_post(text, idempotency_key=key))

    def delete(self, identifier: str) -> Said:
        return self._say(lambda: self.client.status_delete(identifier))

    def _say(self, work: Callable[[], Any]) -> Said:
        try:
            value = work()
        except MastodonError as error:
            return Said(done=False, text=str(error))
        finally:
            self.client.session.close()
        return Said(done=True, text="", id=str(value["id"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _TootProgram:
    toot: Toot

    def post(self, text: str, *, key: str | None = None) -> Said:
        assert key is None, "toot draws its own keys"
        said = self._say("post", text, "--json")
        return Said(done=said.done, text=said.text, id=str(json.loads(said.text)["id"])) if said.done else said

    def delete(self, identifier: str) -> Said:
        return self._say("delete", identifier)

    def _say(self, *words: str) -> Said:
        finished = self.toot(*words)
        return Said(done=finished.returncode == 0, text=finished.stdout + finished.stderr)


@dataclass(frozen=True, slots=True, kw_only=True)
class _NodeProgram:
    client: NodeClient

    def post(self, text: str, *, key: str | None = None) -> Said:
        assert key is None or self.client.name == "masto", "megalodon cannot name a key"
        return self._say("post", status={"status": text}, **({} if key is None else {"key": key}))

    def delete(self, identifier: str) -> Said:
        return self._say("delete", id=identifier)

    def _say(self, do: str, **task: Any) -> Said:
        answer = self.client(do, **task)
        if "error" in answer:
            return Said(done=False, text=str(answer["error"]))
        return Said(done=True, text="", id=str((answer["value"] or {}).get("id", "")))


def _node(name: str) -> Callable[[str, str, Path], Program]:
    return lambda address, token, _: _NodeProgram(client=NodeClient(name=name, door=address, token=token))


PROGRAMS: dict[str, Callable[[str, str, Path], Program]] = {
    "Mastodon.py": lambda address, token, _: _MastodonPy(
        client=Mastodon(api_base_url=address, access_token=token, version_check_mode="none")
    ),
    "toot": lambda address, token, home: _TootProgram(toot=Toot.told(address, token, home)),
    "masto": _node("masto"),
    "megalodon": _node("megalodon"),
}
"""By name: what makes a program of an address, a token and an empty directory."""

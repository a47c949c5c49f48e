"""
The settings of one node, as frozen values: shape and meaning are checked here, files are read in `loading`.

What this module does not do: read files, look at the environment, resolve names. There is no setting that turns a
safeguard off; unknown keys are mistakes. Validation errors have stable types (`mistakes.MISTAKES` or pydantic's own)
and never repeat the input.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from proxy.settings.addresses import Listen, Origin, is_loopback, is_private, origin, split_listen
from proxy.settings.audit import Audit
from proxy.settings.canary import Canary
from proxy.settings.keys import Keys
from proxy.settings.language_model import OURS, LanguageModel
from proxy.settings.mistakes import mistake, repeated
from proxy.settings.names import Identifier
from proxy.settings.network import Network, Tls
from proxy.settings.notify import Notify
from proxy.settings.register import Register
from proxy.settings.waiting import Delivery, Review

API = "api"
"""Name of the API's listener in logs, metrics and records, where doors have names of their own."""
SANDBOX = "sandbox"
Platform = Literal["mastodon", "bluesky", "linkedin", "facebook", "instagram", "threads", "x"]
"""Whose API a door speaks."""
_REDIRECT = re.compile(
    r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[!-~]*)?|(?!https?:|javascript:|data:)[a-z][a-z0-9+.-]*:/[!-~]*",
    re.ASCII,
)
"""An address of another machine, encrypted, or of an app by a scheme of its own."""
_SERVICE = re.compile(r"did:(?:web|plc):[A-Za-z0-9._:%-]{1,253}#[a-z_]{1,32}", re.ASCII)
_DURABLE = ("postgresql://", "postgresql+psycopg://")

Count = Annotated[int, Field(strict=True, ge=1)]
Seconds = Annotated[int, Field(strict=True, ge=1, le=3600)]
Language = Literal["de", "en"]


def _upstream(value: str) -> str:
    return value if value == SANDBOX else origin(value)


def _database(value: str) -> str:
    file = value.removeprefix("sqlite:///")
    sqlite = file not in {value, "", "/"} and ":memory:" not in file and "mode=memory" not in file
    if not sqlite and not value.startswith(_DURABLE):
        raise mistake(code="database-url")
    return value


def _service(value: str) -> str:
    if not _SERVICE.fullmatch(value):
        raise mistake(code="service-did")
    return value


def _at_least_one(doors: tuple[Door, ...]) -> tuple[Door, ...]:
    if not doors:  # not `min_length`: pydantic would count the doors without mistakes
        raise mistake(code="no-door")
    return doors


def _redirect(value: str) -> str:
    if not _REDIRECT.fullmatch(value):
        raise mistake(code="redirect-address")
    return value


Redirect = Annotated[str, AfterValidator(_redirect)]


class _Section(BaseModel):
    """A part of the settings: frozen, without unknown keys, silent about its input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)


class Database(_Section):
    """Where decisions, posts and tokens are kept."""

    url: Annotated[str, AfterValidator(_database)] = Field(default="sqlite:///var/postgate.db", repr=False)
    """`sqlite:///FILE` for one node, `postgresql://...` for several."""


class Door(_Section):
    """One platform account type under one address of its own."""

    name: Identifier
    """Name in logs, metrics and records."""
    platform: Platform
    """Whose API clients speak here."""
    listen: Listen
    """`HOST:PORT` this process listens on."""
    public_url: Origin
    """What clients use as server address; its host and port are the only accepted `Host`."""
    upstream: Annotated[str, AfterValidator(_upstream)]
    """Address of the platform, or `sandbox` for the built-in one that publishes nothing."""
    uploads: Origin | None = None
    """Where the platform takes images, when that is another address: `https://www.linkedin.com` for LinkedIn."""
    media_hosts: tuple[str, ...] = ()
    """Hosts on which Instagram and Threads may fetch images; nobody looks at what is there."""
    allow_private: Annotated[bool, Field(strict=True)] = False
    """Whether the platform may be at a private or loopback address."""
    max_characters: Count | None = None
    """Text limit of the platform, where an account's plan allows more than usual; None: the usual one, 280 for X."""
    held_reply: Literal["scheduled", "error"] = "scheduled"
    """How a held post looks to a Mastodon client: as scheduled, or as an error; other platforms know errors alone."""
    direct_messages: Annotated[str, AfterValidator(_service)] | None = None
    """Bluesky's service for direct messages, such as `did:web:api.bsky.chat#bsky_chat`; None: they are refused."""
    tls: Tls | None = None
    """Certificate of this door; None: it is reached on this machine, or through one of `proxies`, alone."""
    redirects: tuple[Redirect, ...] = ()
    """Addresses of programs that people may come back to after they logged one in, each exactly as the program names
    it; programs on their own machine and those that let a code be copied need none."""
    language: Language | None = None
    """Language of the answers; None: that of the installation."""

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port to listen on."""
        return split_listen(self.listen)

    @property
    def host(self) -> str:
        """Return the only accepted value of the `Host` header, in lower case."""
        return self.public_url.partition("://")[2]

    @property
    def sandboxed(self) -> bool:
        """Return whether this door leads to the built-in sandbox."""
        return self.upstream == SANDBOX

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.sandboxed and self.platform != "mastodon":
            raise mistake(code="sandbox-platform", places=(("upstream",),))
        if self.direct_messages is not None and self.platform != "bluesky":
            raise mistake(code="direct-messages-platform", places=(("direct_messages",),))
        host = urlsplit(self.upstream).hostname
        if host is not None and is_private(host) and not self.allow_private:
            raise mistake(code="private-upstream", places=(("upstream",),))
        return self


class Operations(_Section):
    """The listener for `/livez`, `/readyz` and `/metrics`."""

    listen: Listen = "127.0.0.1:9040"
    """`HOST:PORT`, apart from the doors."""

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port to listen on."""
        return split_listen(self.listen)


class Api(_Section):
    """
    The listener for posts (`/v1/posts`), policies and the log; without this section there is none.

    It speaks plain HTTP/1.1; put a proxy that ends TLS in front where others than this machine may reach it.
    """

    listen: Listen = "127.0.0.1:9041"
    """`HOST:PORT`, apart from the doors and from `operations.listen`."""
    public_url: Origin | None = None
    """What clients use as address; its host and port are the only accepted `Host`. None: those of `listen`."""

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port to listen on."""
        return split_listen(self.listen)

    @property
    def host(self) -> str:
        """Return the only accepted value of the `Host` header, in lower case."""
        if self.public_url is not None:
            return self.public_url.partition("://")[2]
        return self.listen.lower().removesuffix(":80")


class Detection(_Section):
    """The detection worker processes."""

    workers: Annotated[int, Field(strict=True, ge=1, le=64)] = 1
    """Processes for patterns, checksums and word lists; one looks at thousands of posts a second."""
    ner_workers: Annotated[int, Field(strict=True, ge=1, le=64)] = 1
    """Processes for the language models; unused while `ner` is empty."""
    spares: Annotated[int, Field(strict=True, ge=0, le=8)] = 1
    """Warm processes of each kind that stand by for one that ends; without any, posts wait while one starts."""
    deadline_ms: Annotated[int, Field(strict=True, ge=100, le=30_000)] = 2000
    """After this many milliseconds a scan is incomplete."""
    ner: tuple[str, ...] = ("postgate", "classifier")
    """
    Language models that must complete before a post is allowed.

    `postgate`, `spacy-en` and `rampart` name people, `classifier` judges whole posts; or your own.
    """

    @field_validator("ner")
    @classmethod
    def _once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise mistake(code="repeated-entry")
        return value


class Policies(_Section):
    """Where the policies lie and how they are used."""

    directory: Path
    """Directory of the policy files."""
    organisation: Path
    """The house's own file: names, word lists, exceptions."""
    lexicons: Path = Path("rules/lexicons")
    """Directory of the shared word lists."""
    recognizers: Path = Path("rules/recognizers")
    """Directory of the rules that describe numbers and other forms."""
    source: Literal["files", "store"] = "files"
    """Whether the files count as they lie there, or what different people signed (`postgate policy activate`)."""
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """With `files`: only files that give the bundle of this digest (`postgate policy digest`) come into force."""
    on_incomplete: Literal["hold", "block"] = "hold"
    """What becomes of a post that not every detector could look at."""
    watch_seconds: Seconds = 2
    """How often the files are looked at for changes."""


class Limits(_Section):
    """Upper bounds; beyond them a connection is closed or a request refused."""

    connections: Count = 2000
    """Connections of all doors together."""
    per_peer: Count = 100
    """Connections of one client address; raise it behind a front proxy, which is one address."""
    in_flight: Count = 256
    """Requests worked on at the same time."""
    per_principal: Count = 8
    """Requests of one principal worked on at the same time."""
    buffered_bytes: Annotated[int, Field(strict=True, ge=1024 * 1024)] = 128 * 1024 * 1024
    """Bytes of bodies held in memory at the same time."""
    body_bytes: Annotated[int, Field(strict=True, ge=1024, le=256 * 1024)] = 256 * 1024
    """Bytes of a JSON or form body; no endpoint takes more than the default."""
    upload_bytes: Annotated[int, Field(strict=True, ge=1024, le=256 * 1024 * 1024)] = 16 * 1024 * 1024
    """Bytes of a media upload."""
    header_seconds: Seconds = 5
    """Time for request line and headers."""
    body_seconds: Seconds = 30
    """Time for a body."""
    body_rate: Count = 1000
    """Bytes a second a body must reach after its first five seconds."""
    idle_seconds: Seconds = 75
    """Time an unused connection stays open."""
    writer_queue: Count = 1024
    """Units of work that wait for the audit writer."""
    detection_queue: Count = 64
    """Posts that wait for detection."""
    waiting_posts: Count = 1000
    """Posts of one account that wait for people, a time or the platform; one more is refused with 503."""
    held_posts: Count = 500
    """Posts of one account that wait for people; one more is refused with 503."""
    checks_per_minute: Count = 60
    """Posts that one principal may ask about in a minute; beyond, the answer is 429 and its posts are held."""
    stopped_per_hour: Count = 10
    """Posts of one principal that are blocked or held in an hour; beyond, all its posts are held."""
    register_hits_per_hour: Count = 5
    """Posts and questions of one principal that only the register of customers stops; beyond, its posts are held."""
    account_register_hits_per_hour: Count = 20
    """The same for one account, of all its principals; beyond, all its posts are held, whoever they are of."""


class Settings(_Section):
    """Everything one node needs to know."""

    version: Literal[1] = Field(alias="schema")
    """Version of this schema."""
    node: Identifier = "n1"
    """Name of this node; different on each."""
    language: Language = "de"
    """Language of the answers to authors."""
    database: Database = Database()
    keys: Keys = Keys()
    doors: Annotated[tuple[Door, ...], AfterValidator(_at_least_one)]
    proxies: tuple[Network, ...] = ()
    """Addresses of the front proxies that end TLS; doors without `tls` take connections from nobody else."""
    operations: Operations = Operations()
    api: Api | None = None
    detection: Detection = Detection()
    language_models: tuple[LanguageModel, ...] = ()
    customer_register: Register | None = Field(default=None, alias="register")
    """The register of customers and the restricted lists that posts are compared with; None: there are none."""
    policies: Policies
    audit: Audit
    review: Review = Review()
    delivery: Delivery = Delivery()
    notify: Notify = Notify()
    canary: Canary = Canary()
    limits: Limits = Limits()
    withdraw: Annotated[int, Field(strict=True, ge=0, le=60)] = 5
    """Seconds between "not ready" and closed doors, for a load balancer to notice."""
    drain: Annotated[int, Field(strict=True, ge=0, le=300)] = 25
    """Seconds that requests in flight get to end after the doors are closed."""

    @property
    def state(self) -> Path:
        """Return the directory in which this node remembers its last checkpoint."""
        return self.audit.state or self.keys.directory.parent / "state"

    def language_of(self, door: Door) -> Language:
        """Return the language of the answers at a door."""
        return door.language or self.language

    @model_validator(mode="after")
    def _apart(self) -> Self:
        places: tuple[tuple[str | int, ...], ...] = tuple(
            ("doors", index, field)
            for field in ("name", "listen", "public_url")
            for index in repeated(str(getattr(door, field)).lower() for door in self.doors)
        )
        places += tuple(
            ("doors", index, "listen")
            for index, door in enumerate(self.doors)
            if door.address == self.operations.address or (self.api is not None and door.address == self.api.address)
        )
        if self.api is not None:
            places += tuple(("doors", index, "name") for index, door in enumerate(self.doors) if door.name == API)
            if self.api.address == self.operations.address:
                places += (("api", "listen"),)
        if places:
            raise mistake(code="not-unique", places=places)
        return self

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        places = tuple(
            ("doors", index, "listen")
            for index, door in enumerate(self.doors)
            if door.tls is None and not self.proxies and not is_loopback(door.address[0])
        )
        if places:
            raise mistake(code="plain-listener", places=places)
        return self

    @model_validator(mode="after")
    def _no_circle(self) -> Self:
        own = {door.public_url for door in self.doors}
        places = tuple(("doors", index, "upstream") for index, door in enumerate(self.doors) if door.upstream in own)
        if places:
            raise mistake(code="upstream-is-door", places=places)
        return self

    @model_validator(mode="after")
    def _known_models(self) -> Self:
        names = [model.name for model in self.language_models]
        places = tuple(("language_models", index, "name") for index in repeated(names))
        if places:
            raise mistake(code="repeated-entry", places=places)
        unknown = [index for index, name in enumerate(self.detection.ner) if name not in {*OURS, *names}]
        if unknown:
            raise mistake(code="unknown-model", places=tuple(("detection", "ner", index) for index in unknown))
        return self

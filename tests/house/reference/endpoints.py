"""
Reference of the doors' tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proxy.platforms._wire import fields as f
from proxy.platforms.bluesky import fields as b
from proxy.platforms.bluesky.records import RECORDS
from proxy.platforms.bluesky.table import TABLE as BLUESKY
from proxy.platforms.linkedin.table import TABLE as LINKEDIN
from proxy.platforms.mastodon.table import TABLE as MASTODON
from proxy.platforms.meta.table import table_of
from proxy.platforms.x.table import TABLE as X
from tests.house.reference.tables import code, page, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.platforms._wire.table import Row, Table


META = {name: table_of(name, frozenset()) for name in ("facebook", "instagram", "threads")}
TABLES: dict[str, Table] = {"mastodon": MASTODON, "bluesky": BLUESKY, "linkedin": LINKEDIN, **META, "x": X}
"""Of every door, by platform."""
TESTED = (
    "{platform} has no server one can host, so this door was never tried on the real platform: it is tested with "
    "{clients} against a contract server of our own, written from the public documentation."
)


def mastodon_endpoints() -> str:
    """Return the page of the Mastodon door's table."""
    return page(
        "Mastodon endpoints",
        """
The Mastodon door knows these requests and these fields.
Anything else is refused: an unknown write with 422, an unknown read with 404, an unknown field with 422.
Every field marked *text* is looked at; so are identifiers, because they leave the house too.
Fields come as JSON, as a form or as a multipart form.
""",
        *_sections(MASTODON),
    )


def x_endpoints() -> str:
    """Return the page of X's door's table."""
    return page(
        "X endpoints",
        f"""
The door for X knows these requests and these fields, of version 2 of the API and, for the profile, of 1.1.
Anything else is refused: an unknown write with 403, an unknown read with 404, an unknown field with 422.
Every field marked *text* is looked at; so are identifiers, because they leave the house too.
{TESTED.format(platform="X", clients="xdk for Python and for TypeScript")}
""",
        *_sections(X),
    )


def bluesky_endpoints() -> str:
    """Return the page of the Bluesky door's table."""
    rows = [(code(name), _listed(fields)) for name, fields in RECORDS.items()]
    return page(
        "Bluesky endpoints",
        """
The Bluesky door knows these methods of the AT Protocol, these collections of records and these fields.
Anything else is refused: an unknown method, collection or field with 400, an unknown read with 404.
Every field marked *text* is looked at; so is every identifier that leaves room for a text, such as a record key of the
client's choice.
Fields come as JSON.
""",
        *_sections(BLUESKY),
        "## Records\n\nWhat `record` and `value` may be, by collection.\n\n" + table(("collection", "fields"), rows),
    )


def linkedin_endpoints() -> str:
    """Return the page of LinkedIn's door's table."""
    return page(
        "LinkedIn endpoints",
        f"""
The door for LinkedIn knows these requests and these fields of the versioned API.
Anything else is refused: an unknown write with 422, an unknown read with 404, an unknown field with 422.
Every field marked *text* is looked at; so are identifiers, because they leave the house too.
A write needs the header `LinkedIn-Version`; `X-RestLi-Method` has to fit the endpoint.
{TESTED.format(platform="LinkedIn", clients="LinkedIn's client for Python")}
""",
        *_sections(LINKEDIN),
    )


def meta_endpoints(platform: str) -> str:
    """Return the page of the table of one of Meta's doors."""
    name = platform.title()
    clients = "facebook_business and facebook-sdk" if platform == "facebook" else "plain HTTP"
    return page(
        f"{name} endpoints",
        f"""
The door for {name} knows these requests and these fields of the Graph API.
Anything else is refused: an unknown write with 400, an unknown read with 404, an unknown field with 422.
Every field marked *text* is looked at; so are identifiers and addresses of images, because they leave the house too.
Fields come as a form, as JSON, as multipart or in the query, the token there too or in the header.
A path without version gets the newest one that the door was written for.
{TESTED.format(platform=name, clients=clients)}
""",
        *_sections(META[platform]),
    )


def _sections(door: Table) -> Iterator[str]:
    for title, cls, intro in (
        ("Writes", "write", "Carry text out: parsed, scanned, decided, recorded, built anew for the platform."),
        ("Images", "media", "Decided for their texts, cleaned of metadata, kept encrypted until a post uses them."),
        ("Acts", "act", "Change something without text of the author's own; recorded like a write."),
        (
            "Reads",
            "read",
            "Fetched with the account's credential; addresses in the answer become ours.",
        ),
        ("Logins", "session", "Answered by the gateway, with tokens of its own."),
        ("Posts that wait", "waiting", "Answered by the gateway: the platform knows nothing of them."),
        ("Answered by the gateway", "own", "About images in the gateway's own spool."),
    ):
        rows = [
            (
                code(row.name),
                code(f"{row.method} {row.path}"),
                ", ".join(dict.fromkeys(_names(row.fields))),
                _row_notes(row),
            )
            for row in door.rows
            if row.cls.value == cls
        ]
        if rows:
            yield f"## {title}\n\n{intro}\n\n" + table(("name", "request", "fields", "notes"), rows)


def _row_notes(row: Row) -> str:
    notes = ["kind " + code(row.kind.value)] if row.cls.value in {"write", "media"} else []
    return ", ".join([*notes, *(["no token needed"] if row.public else [])])


def _listed(fields: dict[str, Any]) -> str:
    return ", ".join(dict.fromkeys(_names(fields)))


def _names(fields: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, reader in fields.items():
        yield from _name(f"{prefix}{name}", reader)


def _name(name: str, reader: Any) -> Iterator[str]:
    match reader:
        case f.Text():
            yield f"`{name}` *text*"
        case f.Many() | f.OneOrMany():
            yield from _name(f"{name}[]", reader.item)
        case f.Group() | b.Typed():
            yield from _names(reader.fields, f"{name}.")
        case b.Listed():
            yield from _name(name, reader.item)
        case b.OneOf() if reader.members.keys() != RECORDS.keys():
            for member in reader.members.values():
                yield from _names(member, f"{name}.")
        case b.Picture():
            yield f"`{name}.image`"
            yield f"`{name}.alt` *text*"
        case f.Refused():
            yield f"`{name}` refused"
        case _:
            yield code(name)

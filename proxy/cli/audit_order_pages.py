"""
How orders and the proof of an erasure are shown.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from proxy.core.errors import Localised

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.audit.orders.model import Order
    from proxy.audit.orders.proof import ErasureProof

_PROOF = Localised(
    de="""NACHWEIS EINER LÖSCHUNG

Protokoll            {origin}
Auftrag              {order}
Aktenzeichen         {case_number}
Rechtsgrundlage      {basis}
Gelöscht am          {at} (UTC)
Eröffnet von         {opened_by}
Bestätigt von        {confirmed_by}
Person               {person}
Einträge             {records}

Gelöschte Inhalte: {count}. Zu jedem der Eintrag der Entscheidung und SHA-256 dessen, was verschlüsselt gespeichert war.
{contents}

Der Schlüssel jedes Inhalts und der verschlüsselte Inhalt selbst wurden vernichtet. Ältere Sicherungen der Datenbank
können beides noch enthalten, bis sie selbst gelöscht sind. Die Einträge des Protokolls bleiben
und lassen sich weiter prüfen: postgate audit prove NUMMER --out DATEI.
""",
    en="""PROOF OF AN ERASURE

Log                  {origin}
Order                {order}
Case number          {case_number}
Legal basis          {basis}
Erased at            {at} (UTC)
Opened by            {opened_by}
Confirmed by         {confirmed_by}
Person               {person}
Records              {records}

Contents erased: {count}. For each the record of its decision, and SHA-256 of what was kept encrypted.
{contents}

The key of each content and the encrypted content itself were destroyed. Older backups of the database may still have
both until they are deleted themselves. The records of the log stay, and can still be checked:
postgate audit prove NUMBER --out FILE.
""",
)


def page_of(proof: ErasureProof, language: str) -> str:
    """Return the proof of an erasure on one page."""
    return _PROOF.pick(language).format(
        origin=proof.origin,
        order=proof.order,
        case_number=proof.case_number,
        basis=proof.basis,
        at=proof.at,
        opened_by=proof.opened_by,
        confirmed_by=proof.confirmed_by,
        person=proof.person or "-",
        records=", ".join(f"{seq} ({record})" for seq, record in proof.records),
        count=len(proof.contents),
        contents="\n".join(f"  {one.record}  {one.ct_sha256}" for one in proof.contents),
    )


def cells_of(order: Order, state: str) -> tuple[str, ...]:
    """Return the cells of an order in a table."""
    return (
        order.id,
        order.kind.value,
        order.case_number,
        order.basis,
        about(order),
        day(order.opened_at),
        state,
    )


def about(order: Order) -> str:
    """Return what an order is about, on one line."""
    target = order.target
    pieces = [*target.posts[:1], f"+{len(target.posts) - 1}" if len(target.posts) > 1 else ""]
    pieces += [target.actor or "", target.account or "", order.hold or ""]
    if target.since is not None or target.until is not None:
        since, until = (("" if end is None else day(end)) for end in (target.since, target.until))
        pieces.append(f"{since}..{until}")
    return " ".join(piece for piece in pieces if piece)


def day(moment: datetime) -> str:
    """Return the day of a moment in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d")

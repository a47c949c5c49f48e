"""
How orders and the proof of an erasure are shown.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from proxy.core.errors import Localised
from proxy.storage.columns import instant

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.audit.orders.finality import Finality
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

Der Schlüssel jedes Inhalts und der verschlüsselte Inhalt selbst wurden vernichtet.

{finality}

Die Einträge des Protokolls bleiben und lassen sich weiter prüfen: postgate audit prove NUMMER --out DATEI.
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

The key of each content and the encrypted content itself were destroyed.

{finality}

The records of the log stay, and can still be checked: postgate audit prove NUMBER --out FILE.
""",
)
_NOT_YET = Localised(
    de="""Endgültig            noch nicht
Ältere Sicherungen, WAL und Repliken der Datenbank enthalten beides noch, und diese Hüllschlüssel öffnen sie: {used}.
Endgültig wird die Löschung, sobald sie getauscht (postgate key rotate) und von ihren Inhabern vernichtet sind.""",
    en="""Final                not yet
Older backups, the write-ahead log and replicas of the database still have both, and these wrapping keys open them:
{used}. The erasure becomes final once these are exchanged (postgate key rotate) and destroyed by their holders.""",
)
_STILL_HERE = Localised(
    de="""Endgültig            noch nicht
Diese Hüllschlüssel sind seit {since} (UTC) ausgemustert, liegen aber noch auf diesem Knoten: {here}. Sie öffnen ältere
Sicherungen, WAL und Repliken der Datenbank, bis ihre Inhaber sie überall vernichten.""",
    en="""Final                not yet
These wrapping keys are retired since {since} (UTC), but still lie on this node: {here}. They open older backups, the
write-ahead log and replicas of the database until their holders destroy them everywhere.""",
)
_FINAL = Localised(
    de="""Endgültig            seit {since} (UTC), wo die Hüllschlüssel {retired} vernichtet sind
Nichts braucht sie mehr, und auf diesem Knoten liegen sie nicht. Ältere Sicherungen, WAL und Repliken der Datenbank
öffnet dann niemand mehr. Dass auch jede Kopie der Schlüssel vernichtet ist, bezeugt, wer sie verwahrt:

Vernichtet am ____________________  durch ______________________________""",
    en="""Final                since {since} (UTC), where the wrapping keys {retired} are destroyed
Nothing needs them any more, and they do not lie on this node. Nobody opens older backups, the write-ahead log or
replicas of the database then. That every copy of these keys is destroyed is attested by whoever holds them:

Destroyed on ____________________  by ______________________________""",
)


def page_of(proof: ErasureProof, language: str, ring: frozenset[str]) -> str:
    """Return the proof of an erasure on one page; `ring` names the wrapping keys that this machine has."""
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
        finality=_finality(proof.finality, language, ring),
    )


def _finality(finality: Finality, language: str, ring: frozenset[str]) -> str:
    here = [name for name in finality.retired if name in ring]
    text = _NOT_YET if finality.since is None else _STILL_HERE if here else _FINAL
    return text.pick(language).format(
        used=", ".join(finality.used) or "-",
        retired=", ".join(finality.retired),
        here=", ".join(here),
        since="" if finality.since is None else instant(finality.since),
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

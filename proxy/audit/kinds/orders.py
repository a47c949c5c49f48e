"""
Records of contents and names: erased, held, opened, revealed, and the orders of two people that allow it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.kinds.fields import number, record, text, texts
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.audit.kinds.fields import RecordType

_ORDER = {
    "order": text("Id of the order."),
    "case": text("Number of the house's own file."),
    "basis": text("Legal basis in short, such as `gdpr-17-1-b`."),
    "role": text("Role of whoever wrote this record: `audit`, `privacy` or `legal`."),
    "posts": texts("Ids of the posts that the order names."),
    "since": text("First moment that the order is about, RFC 3339 in UTC."),
    "until": text("First moment that is too late, RFC 3339 in UTC."),
    "hold": text("Id of the hold that is to be released."),
}
_OPENED = {**_ORDER, "expires_at": text("Until when another person may confirm it, RFC 3339 in UTC.")}
_CONFIRMED = {**_ORDER, "second": text("Pseudonym of whoever opened the order: the other one of the two people.")}
_CASE = text("Number of the case that allows it.")
_CASE_ORDER = text("Id of the order that opened the case.")

ORDERS: Mapping[str, RecordType] = {
    "PG-505": record(
        "erasure.requested",
        Localised(
            de="Eine Person hat eine Löschung beantragt; eine zweite muss zustimmen.",
            en="One person asked for an erasure; a second one has to agree.",
        ),
        "order case basis role expires_at",
        **_OPENED,
    ),
    "PG-506": record(
        "erasure.done",
        Localised(
            de="Inhalte wurden auf Anordnung zweier Personen gelöscht; `refs` nennt die Entscheidungen dazu.",
            en="Contents were erased by order of two people; `refs` names their decisions.",
        ),
        "order case basis role second keys part parts",
        **_CONFIRMED,
        keys=number("How many contents `refs` names."),
        part=number("Which of several records of this erasure it is."),
        parts=number("How many records this erasure has."),
    ),
    "PG-507": record(
        "hold.placed",
        Localised(
            de="Zwei Personen haben eine Aufbewahrung für ein Verfahren angeordnet.",
            en="Two people placed a legal hold.",
        ),
        "order case basis role second",
        **_CONFIRMED,
    ),
    "PG-508": record(
        "hold.released",
        Localised(de="Zwei Personen haben eine Sperre freigegeben.", en="Two people released a legal hold."),
        "order case basis role second hold",
        **_CONFIRMED,
    ),
    "PG-509": record(
        "retention.purged",
        Localised(
            de="Die Aufbewahrung von Inhalten ist abgelaufen, sie wurden gelöscht; `refs` nennt die Entscheidungen.",
            en="The time of contents was over, they were erased; `refs` names their decisions.",
        ),
        "class keys up_to",
        **{"class": text("Retention class.")},
        keys=number("How many contents."),
        up_to=text("The latest end among them, RFC 3339 in UTC."),
    ),
    "PG-512": record(
        "content.opened",
        Localised(de="Jemand öffnete Inhalte von Beiträgen.", en="Somebody opened contents of posts."),
        "records purpose",
        records=texts("Ids of the decisions whose contents were opened."),
        purpose=text("Why, in the operator's words."),
        case=_CASE,
        order=_CASE_ORDER,
    ),
    "PG-513": record(
        "actor.revealed",
        Localised(
            de="Jemand sah den Namen hinter einem Pseudonym; `on_behalf_of` nennt das Pseudonym.",
            en="Somebody saw the name behind a pseudonym; `on_behalf_of` names the pseudonym.",
        ),
        "case order",
        case=_CASE,
        order=_CASE_ORDER,
    ),
    "PG-514": record(
        "case.decided",
        Localised(
            de="Zwei Personen haben eine Einsicht in Inhalte und Namen erlaubt.",
            en="Two people allowed a look into contents and behind pseudonyms.",
        ),
        "order case basis role second verdict valid_until",
        **_CONFIRMED,
        verdict=text("What was decided: `approved`."),
        valid_until=text("Until when it may be used, RFC 3339 in UTC."),
    ),
    "PG-515": record(
        "order.opened",
        Localised(
            de="Eine Person hat einen Auftrag eröffnet, der erst mit einer zweiten gilt.",
            en="One person opened an order that counts only with a second one.",
        ),
        "order kind case basis role expires_at",
        **_OPENED,
        kind=text("`hold`, `release`, `case`, `rotate` or `restore`."),
    ),
}
"""Codes PG-505 to PG-509 and PG-512 to PG-515."""

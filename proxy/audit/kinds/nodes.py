"""
Records of the nodes: when they ran, with what, and what they noticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.kinds.fields import flag, number, record, rows, text, texts
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.audit.kinds.fields import RecordType

_NODE = {
    "version": text("Version of Postgate."),
    "config_digest": text("Digest of the settings."),
    "policy_digest": text("Digest of the policies in force."),
    "rules_digest": text("Digest of the detection rules and word lists in force."),
    "organisation_digest": text("Digest of the organisation profile in force."),
    "detectors": rows(
        "Detectors that must look at every post.",
        "name version",
        name=text("The detector."),
        version=text("Its version."),
    ),
    "canary": text("Whether invented posts that must be stopped are: `green`, `red`, or `untested`."),
    "sample_per_mille": number("Of a thousand posts that were sent without a person, how many are drawn."),
    "reason": text("Why, in a word."),
}

NODES: Mapping[str, RecordType] = {
    "PG-601": record(
        "node.started",
        Localised(de="Ein Knoten nahm den Betrieb auf.", en="A node started."),
        "version",
        **_NODE,
        trusted_database=flag("Whether it took the database's word for how far the log had come."),
    ),
    "PG-602": record(
        "node.stopped", Localised(de="Ein Knoten endete geordnet.", en="A node stopped in order."), "version", **_NODE
    ),
    "PG-603": record(
        "node.heartbeat",
        Localised(
            de="Ein Knoten läuft; alle fünf Minuten, Lücken zeigen, wann er nicht lief.",
            en="A node runs; every five minutes, so gaps show when it did not.",
        ),
        "version",
        **_NODE,
    ),
    "PG-604": record(
        "clock.jumped",
        Localised(de="Die Uhr eines Knotens sprang.", en="The clock of a node jumped."),
        "skew_ms",
        skew_ms=number("By how many milliseconds; negative: back."),
        state=text("What the node did about it."),
        since=text("Since when, RFC 3339 in UTC."),
    ),
    "PG-605": record(
        "canary.changed",
        Localised(
            de="Erfundene Beiträge, die aufgehalten werden müssen, wurden es nicht mehr, oder wieder.",
            en="Invented posts that must be stopped were not any more, or were again.",
        ),
        "state kinds",
        state=text("`red`: something is not as it must be; or `green`."),
        kinds=texts("Which of them are not as they must be; `clean` is the one that must pass."),
    ),
    "PG-606": record(
        "sink.changed",
        Localised(
            de="Ein Ort für Prüfpunkte fiel aus oder nahm wieder an.",
            en="A place for checkpoints failed, or took them again.",
        ),
        "sink state",
        sink=text("Name of the place."),
        state=text("`failing` or `recovered`."),
        code=text("Why, in a word."),
    ),
    "PG-607": record(
        "oracle.limited",
        Localised(
            de="Jemand hat eine Obergrenze gegen das Ausprobieren erreicht; seine Beiträge hält das Gateway an.",
            en="Somebody reached a limit against probing; the gateway holds their posts.",
        ),
        "limit",
        limit=text(
            "Which: `checks` in a minute, posts `stopped` in an hour, hits of the `register` in an hour, or those of "
            "an `account`."
        ),
    ),
}
"""Codes PG-601 to PG-699."""

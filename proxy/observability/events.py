"""
Every event the gateway logs, and the keys it may carry.

A new log line starts here: name the event and its keys. Values are identifiers, codes and numbers, never text of a
post, never the text of an error.
"""

from __future__ import annotations

EVENTS: dict[str, frozenset[str]] = {
    event: frozenset(keys.split())
    for event, keys in {
        # web
        "request": "door route status ms",
        "request.failed": "door route code error",
        "request.malformed": "door status error",
        "connection.refused": "door limit",
        "certificate.loaded": "door",
        "certificate.failed": "door code",
        "server.started": "door host port",
        "server.not_ready": "seconds",
        "server.draining": "seconds in_flight",
        "server.stopped": "clean",
        "server.killed": "signal",
        "readiness.changed": "check ok detail",
        # gate, audit, storage
        "attempts.settled": "attempts",
        "posts.reconciled": "posts",
        "platform.broken": "platform",
        "platform.recovered": "platform",
        "delivery.failed": "code",
        "audit.failed": "code",
        "audit.recovered": "",
        "checkpoints.failed": "code",
        "checkpoints.recovered": "",
        "checkpoints.unanchored": "size",
        "sink.failed": "sink code",
        "sink.recovered": "sink",
        "sink.unread": "sink code",
        # detectors
        "detector.missing": "detector",
        "detector.quarantined": "detector",
        # policies
        "policies.loaded": "digest policies",
        "policies.broken": "file line column code",
        "policies.doubtful": "code",
        "register.loaded": "version keys",
        "register.refused": "version code",
        # notices
        "notices.failed": "channel result",
        "notices.recovered": "channel",
        "notices.forgetful": "channel",
        # everything else
        "round.failed": "task code",
        "task.failed": "task error",
        "library": "logger severity error",
    }.items()
}

ALWAYS = frozenset({"event", "level", "timestamp", "node"})
"""Keys of every line."""

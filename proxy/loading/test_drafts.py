"""
Write `POLICY_test.yaml` as a draft: posts that people called false alarms, each expected to pass.

The posts are real ones. The head of the file says what has to be replaced before it goes among the policies.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.model import PartKind
from proxy.loading.samples import MAX_SAMPLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proxy.core.model import Part, PostKind

_HEAD = """\
# Entwurf aus Fehlalarmen der Prüfung. Die Texte sind echt: Namen, Nummern und alles, was auf Menschen oder Geschäfte
# deutet, durch Erfundenes ersetzen, dann in die Prüfdatei der Richtlinie übernehmen. Diese Datei danach löschen.
# A draft made from false alarms of reviews. The texts are real: replace names, numbers and all that hints at people or
# business by invented ones, then move them into the policy's test file. Delete this file afterwards.
"""
_NOT_PLAIN = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A post that should have passed."""

    record: str
    """Id of the record of its decision."""
    rules: tuple[str, ...]
    """That held it: POLICY/RULE."""
    at: datetime
    platform: str
    kind: PostKind
    parts: tuple[Part, ...] = field(repr=False)


def draft_file(policy: str, drafts: Sequence[Draft]) -> str:
    """Return a test file of one policy; `drafts` are at least one."""
    lines = [
        _HEAD.rstrip("\n"),
        "schema: 1",
        f"policy: {policy}",
        f"now: {max(one.at for one in drafts).isoformat(timespec='seconds')}",
        "fixtures:",
        "  posts:",
    ]
    names = []
    for number, one in enumerate(drafts, start=1):
        names.append(f"false-alarm-{number}")
        own = ", ".join(rule for rule in one.rules if rule.partition("/")[0] == policy)
        lines += [f"    # {own} (record {one.record})", f"    {names[-1]}: {_sample(one)}"]
    lines += ["matrix:", f"  - {{posts: [{', '.join(names)}], expect: allow}}", ""]
    return "\n".join(lines)


def _sample(draft: Draft) -> str:
    body = next((part for part in draft.parts if part.kind is PartKind.BODY), None)
    others = [part for part in draft.parts if part is not body]
    said = [] if body is None else [f"text: {_quoted(body.text)}"]
    if others:
        rows = (f"{{kind: {part.kind.value}, text: {_quoted(part.text)}}}" for part in others)
        said.append(f"parts: [{', '.join(rows)}]")
    said += [f"platform: {draft.platform}", f"kind: {draft.kind.value}"]
    return f"{{{', '.join(said)}}}"


def _quoted(text: str) -> str:
    """Return a text in double quotes, as YAML and JSON both read it; what is too long for a sample is cut."""
    plain = json.dumps(text[:MAX_SAMPLE], ensure_ascii=False)
    return _NOT_PLAIN.sub(lambda match: f"\\u{ord(match[0]):04x}", plain)

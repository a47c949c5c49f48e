"""
Decide the cases of `decisions/`: a policy, a post and what detectors saw, all written in one YAML file.
"""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import (
    Confidence,
    Decision,
    DetectorId,
    Finding,
    Part,
    PartKind,
    Phase,
    Post,
    PostId,
    PostKind,
    Scan,
    Span,
    Verdict,
    View,
)
from proxy.core.policy.decide import decide
from proxy.core.policy.redact import redact
from proxy.core.text.language import language
from proxy.core.text.links import links
from proxy.core.text.sentences import sentences
from proxy.core.text.surfaces import surfaces
from proxy.loading.policies import load_bundle

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle

HERE = Path(__file__).parent
FOLDER = HERE / "decisions"
KEY = b"an invented key of some length.."
LOOKED = frozenset({DetectorId(name="identifiers", version="1"), DetectorId(name="lexicons", version="1")})

Case = dict[str, Any]


def names() -> list[str]:
    """Return the names of all cases."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def expected(name: str) -> str:
    """Return the decision as it is written down."""
    return (FOLDER / f"{name}.decision.json").read_text(encoding="utf-8")


def actual(name: str) -> str:
    """Return the decision as it comes out."""
    case: Case = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    post, scan = _post(case), _scan(case)
    decision = decide(
        post, scan, _bundle(case), running=frozenset(), expected=LOOKED, phase=Phase(case.get("phase", "submit"))
    )
    return json.dumps(_as_json(decision, post, scan), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write(name: str) -> None:
    """Write the expected decision of a case anew."""
    (FOLDER / f"{name}.decision.json").write_text(actual(name), encoding="utf-8")


def _bundle(case: Case) -> PolicyBundle:
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        for number, policy in enumerate(case["policies"]):
            text = yaml.safe_dump(policy, allow_unicode=True, sort_keys=False)
            (directory / f"{number}.yaml").write_text(text, encoding="utf-8")
        return load_bundle(
            directory,
            organisation=HERE / "organisation.yaml",
            lexicons=HERE / "lexicons",
            fingerprint_key=KEY,
            on_incomplete=Verdict(case.get("on_incomplete", "hold")),
            today=date(2026, 11, 23),
        )


def _post(case: Case) -> Post:
    parts = tuple(
        Part(kind=PartKind(part.get("kind", "body")), slot=f"part.{number}", text=part["text"])
        for number, part in enumerate(case["post"].get("parts", ()))
    )
    return Post(
        id=PostId("00000000-0000-4000-8000-000000000001"),
        platform=case["post"].get("platform", "mastodon"),
        account="mastodon:presse",
        author="a_erfunden",
        operation="status.create",
        kind=PostKind(case["post"].get("kind", "post")),
        parts=parts,
    )


def _scan(case: Case) -> Scan:
    texts = [part["text"] for part in case["post"].get("parts", ())]
    missing = case.get("missing", [])
    return Scan(
        findings=tuple(_finding(one, texts) for one in case.get("findings", ())),
        expected=LOOKED,
        completed=frozenset(detector for detector in LOOKED if detector.name not in missing),
        sentences=tuple(sentences(text) for text in texts),
        links=tuple(link for number, text in enumerate(texts) for link in links(surfaces(number, text))),
        languages=tuple(language(text) for text in texts),
        earlier=tuple(_finding(one, case["post"]["thread"]) for one in case.get("earlier", ())),
    )


def _finding(one: dict[str, Any], texts: list[str]) -> Finding:
    part, value = one.get("part", 0), one["text"]
    start = texts[part].index(value)
    return Finding(
        rule=one.get("rule", f"sample/{one['entity'].lower()}"),
        entity=one["entity"],
        confidence=Confidence(one.get("confidence", "high")),
        part=part,
        span=Span(start=start, end=start + len(value)),
        view=View(one.get("view", "plain")),
        fingerprint=None if one["entity"] == "WORDS" else fingerprint(KEY, one["entity"], value),
        detector="identifiers",
    )


def _as_json(decision: Decision, post: Post, scan: Scan) -> dict[str, Any]:
    return {
        "verdict": decision.verdict,
        "phase": decision.phase,
        "missing": list(decision.missing),
        "reasons": [
            {"rule": one.rule, "verdict": one.verdict, "de": one.message.de, "en": one.message.en}
            for one in decision.reasons
        ],
        "matched": [[one.rule, one.verdict, list(one.findings)] for one in decision.matched],
        "would_have": [[one.rule, one.verdict, list(one.findings)] for one in decision.would_have],
        "obligations": [[one.name, dict(one.arguments)] for one in decision.obligations],
        "digests": [decision.policy_digest, decision.rules_digest, decision.organisation_digest],
        "redacted": [part.text for part in redact(post, scan, decision)]
        if decision.verdict is Verdict.REDACT
        else None,
    }

"""
Small policy directories for tests, written to disk.
"""

from __future__ import annotations

from pathlib import Path

from proxy.core.model import Verdict
from proxy.loading.policies import Sources

KEY = b"an invented key of some length.."
LEXICONS = Path(__file__).parent / "golden" / "lexicons"

POLICY = """\
schema: 1
policy: {name}
title: {{de: Beispiel, en: Sample}}
owner: compliance
norms: [REG-DE-BANK]
mode: {mode}
rules:
  - id: iban
    title: {{de: IBAN im Beitrag, en: IBAN in the post}}
    when:
      finding: {{type: IBAN_CODE}}
    unless:
      - allowed: {{list: donation-accounts}}
    action: block
    message: {{de: Keine Kontonummer., en: No account number.}}
    tests:
      - {{post: "Meine IBAN: DE02 1203 0000 0000 2020 51", expect: block}}
      - {{post: "Schönes Wochenende!", expect: allow}}
default: {default}
"""

ORGANISATION = """\
schema: 1
donation_accounts: [{iban: DE84 9999 9999 0000 1234 50, until: 2026-12-31, owner: marketing}]
"""


def policy_text(name: str = "sample", *, mode: str = "enforce", default: str = "allow") -> str:
    """Return a policy that blocks account numbers."""
    return POLICY.format(name=name, mode=mode, default=default)


def write_policies(directory: Path, **files: str) -> Sources:
    """Write policy files (`__` in a name stands for a folder) and a profile; return where they lie."""
    policies = directory / "policies"
    for name, text in (files or {"sample": policy_text()}).items():
        path = policies / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    organisation = policies / "organisation.yaml"
    organisation.write_text(ORGANISATION, encoding="utf-8")
    return Sources(
        directory=policies,
        organisation=organisation,
        lexicons=LEXICONS,
        fingerprint_key=KEY,
        on_incomplete=Verdict.HOLD,
    )

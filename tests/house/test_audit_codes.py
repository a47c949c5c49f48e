"""What the code writes into the log is in the catalogue: codes, types and fields."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from proxy.audit.catalogue import RECORDS
from tests.house.files import modules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE = re.compile(r"PG-[0-9]{3}")


def _trees() -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules that write records: all but the catalogue itself."""
    for module in modules():
        if not module.name.startswith("proxy/audit/kinds/"):
            yield module.name, module.tree


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _emitted(tree: ast.Module) -> Iterator[tuple[str, str | None, ast.expr | None]]:
    """Yield code, type and data wherever a code stands beside its type, in a call or a tuple."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = {one.arg: one.value for one in node.keywords}
            code = _text(named.get("code"))
            if code is not None and CODE.fullmatch(code):
                yield code, _text(named.get("type")), named.get("data")
            yield from _in_a_row(node.args)
        elif isinstance(node, ast.Tuple):
            yield from _in_a_row(node.elts)


def _in_a_row(values: Sequence[ast.expr]) -> Iterator[tuple[str, str | None, ast.expr | None]]:
    for place, value in enumerate(values[:-1]):
        code, name = _text(value), _text(values[place + 1])
        if code is not None and name is not None and CODE.fullmatch(code) and not CODE.fullmatch(name):
            yield code, name, values[place + 2] if place + 2 < len(values) else None


def test_every_code_in_the_code_is_in_the_catalogue() -> None:
    """Also one that is only compared with."""
    unknown = [
        f"{name}: {node.value}"
        for name, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
        and node.value not in RECORDS
    ]

    assert unknown == []


def test_types_and_fields_that_the_code_writes_are_in_the_catalogue() -> None:
    """What a literal says; for the rest, the writer refuses."""
    wrong, seen = [], set()
    for name, tree in _trees():
        for code, kind, data in _emitted(tree):
            seen.add(code)
            if kind is not None and kind != RECORDS[code].name:
                wrong.append(f"{name}: {code} with the type {kind}")
            keys = {_text(key) for key in data.keys if key is not None} if isinstance(data, ast.Dict) else set()
            wrong += [f"{name}: {code} with {key}" for key in keys - RECORDS[code].data.fields.keys()]

    assert wrong == []
    assert {"PG-101", "PG-303", "PG-510", "PG-601"} <= seen, "the scan looks past the calls that write"


def test_the_scan_finds_what_is_wrong() -> None:
    """A sample of each form in which records are written."""
    tree = ast.parse(
        'AuditRecord(code="PG-101", type="post.decided", data={"phase": 1, "text": 2})\n'
        'self._record("PG-602", "node.stopped", {"words": 1})\n'
        'self._commit(by, "PG-511", "audit.exported", data)\n'
        'SUBMITTED = ("PG-301", "policy.submitted")\n'
        'outcomes = code.in_(("PG-103", "PG-104"))\n'
    )

    found = [(code, kind, isinstance(data, ast.Dict)) for code, kind, data in _emitted(tree)]

    assert sorted(found) == [
        ("PG-101", "post.decided", True),
        ("PG-301", "policy.submitted", False),
        ("PG-511", "audit.exported", False),
        ("PG-602", "node.stopped", True),
    ]

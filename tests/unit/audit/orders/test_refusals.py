from __future__ import annotations

import ast
from pathlib import Path

import pytest

from proxy.audit.orders.refusals import OrderRefused


@pytest.mark.parametrize("why", sorted(OrderRefused.REASONS))
def test_every_reason_is_said_in_both_languages(why: str) -> None:
    """And is used somewhere."""
    refused = OrderRefused(why=why)
    used = {
        node.value
        for file in Path("proxy/audit").rglob("*.py")
        if file.name != "refusals.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }

    assert refused.reason.de != refused.reason.en
    assert why in used
    assert str(refused).endswith(why)

"""The table of top-level domains."""

from __future__ import annotations

import pytest

from proxy.core.text.tables.toplevel import RESERVED, TOP_LEVEL_DOMAINS


@pytest.mark.parametrize("domain", ["de", "at", "ch", "li", "com", "bank", "versicherung", "example", "рф", "中国"])
def test_known_domains_are_in_it(domain: str) -> None:
    """Those of countries, trades and other scripts, and the reserved ones that examples use."""
    assert domain in TOP_LEVEL_DOMAINS


@pytest.mark.parametrize("word", ["b", "docx", "jpg", "js", "pdf", "exmaple", "örtlich"])
def test_ends_of_files_and_words_are_not(word: str) -> None:
    """What would make hosts of ordinary text."""
    assert word not in TOP_LEVEL_DOMAINS


def test_each_is_one_label_in_lower_case() -> None:
    """Hosts are compared in this form."""
    assert len(TOP_LEVEL_DOMAINS) > 1_400
    assert RESERVED < TOP_LEVEL_DOMAINS
    assert all(one == one.lower() and "." not in one and not one.startswith("xn--") for one in TOP_LEVEL_DOMAINS)

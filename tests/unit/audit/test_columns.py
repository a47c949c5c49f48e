from proxy.audit.columns import NAMES, columns_of


def test_values_of_a_leaf_are_copied() -> None:
    """Account gives its platform; rule ids stand between line breaks, from both spellings."""
    leaf = {
        "code": "PG-101",
        "at": "2026",
        "actor": {"ref": "a"},
        "subject": {"account": "mastodon:presse", "post": "p"},
        "data": {"decision": "block", "rules": [{"rule": "a/b", "verdict": "block"}, "c/d"], "policy_digest": "d"},
    }

    assert columns_of(leaf) == {
        "code": "PG-101",
        "at": "2026",
        "actor_ref": "a",
        "account": "mastodon:presse",
        "platform": "mastodon",
        "decision": "block",
        "post_id": "p",
        "rules": "\na/b\nc/d\n",
        "policy_digest": "d",
    }
    assert tuple(columns_of(leaf)) == NAMES


def test_what_is_not_there_is_empty() -> None:
    """Nothing is guessed from a leaf of another shape."""
    assert set(columns_of({"actor": 1, "subject": None, "data": []}).values()) == {None}
    assert columns_of({"subject": {"account": "presse"}, "data": {"rules": []}})["platform"] is None

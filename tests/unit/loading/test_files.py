"""Files are found and read; what cannot be read is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.loading.files import lexicon_files, name_below, policy_files, read_document

if TYPE_CHECKING:
    from pathlib import Path


def test_policies_and_tests_are_found_below_a_directory(tmp_path: Path) -> None:
    """Packs lie in folders; the profile, hidden files and other kinds of files are no policies."""
    (tmp_path / "de-bank").mkdir()
    (tmp_path / "_schema").mkdir()
    for name in (
        "de-bank/b.yaml", "de-bank/b_test.yaml", "a.yml", "UPPER.YAML", "organisation.yaml", ".hidden.yaml",
        "_draft.yaml", "_schema/x.yaml", "notes.txt",
    ):  # fmt: skip
        (tmp_path / name).write_text("a: 1", encoding="utf-8")

    policies, tests, problems = policy_files(tmp_path)

    assert [name_below(path, tmp_path) for path in policies] == ["UPPER.YAML", "a.yml", "de-bank/b.yaml"]
    assert [path.name for path in tests] == ["b_test.yaml"]
    assert problems == []
    assert len(lexicon_files(tmp_path)[0]) == 4


def test_a_missing_directory_is_a_mistake(tmp_path: Path) -> None:
    """It is not the same as an empty one."""
    assert [problem.code for problem in policy_files(tmp_path / "none")[2]] == ["unreadable"]
    assert [problem.code for problem in lexicon_files(tmp_path / "none")[1]] == ["unreadable"]


def test_a_missing_file_is_a_mistake(tmp_path: Path) -> None:
    """With the reason of the system, without the whole path."""
    document = read_document(tmp_path / "none.yaml", "none.yaml")

    assert document.node is None
    assert (
        document.report.problems[0].render("en").startswith("none.yaml: The file or directory cannot be read (No such")
    )


def test_a_file_is_read_to_its_limit(tmp_path: Path) -> None:
    """A huge file does not fill the memory."""
    path = tmp_path / "big.yaml"
    path.write_bytes(b"x" * (3 * 1024 * 1024))

    assert [problem.code for problem in read_document(path, "big.yaml").report.problems] == ["too-large"]

"""
Small pieces of Markdown, and the strings that stand below attributes in the source.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NOTE = "<!-- Written by `python -m tests.house.reference` from the code; change the code, not this page. -->"


def page(title: str, intro: str, *sections: str) -> str:
    """Return a whole page."""
    return "\n\n".join([f"# {title}", NOTE, intro.strip(), *(one.strip() for one in sections)]) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar inside a cell is escaped."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: object) -> str:
    """Return a word as code, nothing for nothing."""
    return f"`{text}`" if str(text) else ""


def codes(words: Iterable[object]) -> str:
    """Return several words as code."""
    return ", ".join(code(word) for word in words)


def summary(thing: object) -> str:
    """Return the first paragraph of a docstring in one line."""
    return (inspect.getdoc(thing) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ")


@cache
def below(kind: type) -> dict[str, str]:
    """Return the strings that stand below the attributes of a class, by attribute."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    (definition,) = tree.body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for statement, following in zip(definition.body, definition.body[1:], strict=False):
        name = _assigned(statement)
        text = following.value if isinstance(following, ast.Expr) else None
        if name and isinstance(text, ast.Constant) and isinstance(text.value, str):
            found[name] = " ".join(text.value.split())
    return found


def _assigned(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None

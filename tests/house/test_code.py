"""How the code looks: sizes, reasons, names, and no text of a post in a representation."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.house.files import REPOSITORY, Module, below, committed, modules, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
LONG_FUNCTIONS = 0.02
"""Share of functions that may be longer, each with a comment `# Long: ...` in its body that says why."""
MOST_POSITIONAL = 5
OWN_LIMIT = {
    "proxy/core/model.py": 470,
    "proxy/core/policy/decide.py": 150,
    "proxy/gate/submit.py": 200,
}
"""Where everything meets it stays small; the nouns stay together, so that there is one place to look them up."""
BYPASS = re.compile(
    r"(bypass|unsafe|insecure|noop|no_op|allow_all|allow_any|fail_open|skip_(audit|check|decision|detect|polic|scan)|"
    r"(disable|without)_(audit|check|detect|gate|polic|scan))",
    re.IGNORECASE,
)
VAGUE_MODULES = {"common", "helper", "helpers", "misc", "utils", "util", "manager"}
BANNED_SYNONYMS = re.compile(r"\b(black|white)[-_ ]?list", re.IGNORECASE)
TEXTS = {"answer", "body", "credential", "matched", "password", "plain", "secret", "text", "token", "value"}
"""Field names that carry text of a post, a matched value or a secret, unless the class is listed below."""
NOT_OF_A_POST = {
    "LexiconTerm.text": "a word of the house's own list",
    "PostgateError.text": "what the gateway itself says",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions() -> Iterator[tuple[Module, Function]]:
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, Function) and not module.migration:
                yield module, node


def _length(function: Function) -> int:
    """Return the lines of a function without signature's decorators and docstring."""
    end = function.end_lineno or function.lineno
    docstring = function.body[0] if ast.get_docstring(function, clean=False) is not None else None
    covered = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return end - function.lineno + 1 - covered


def _ours() -> list[Module]:
    return [module for module in modules() if not module.migration]


@pytest.mark.parametrize("module", _ours(), ids=lambda module: module.name)
def test_modules_stay_small(module: Module) -> None:
    """A module is split before it is longer than people read at once."""
    assert len(module.lines) <= OWN_LIMIT.get(module.name, LONGEST_MODULE)


def test_functions_stay_small() -> None:
    """At most two in a hundred functions are longer than forty lines, and each says why."""
    functions = list(_functions())
    outliers = [(module, function) for module, function in functions if _length(function) > LONGEST_FUNCTION]
    unexplained = [
        f"{module.name}:{function.lineno} {function.name} {_length(function)}"
        for module, function in outliers
        if not any("# Long: " in line for line in module.lines[function.lineno - 1 : function.end_lineno])
    ]

    assert unexplained == []
    assert len(outliers) <= LONG_FUNCTIONS * len(functions)


def test_functions_take_few_arguments_by_position() -> None:
    """More than five arguments are passed by name."""
    crowded = [
        f"{module.name}:{function.lineno} {function.name}"
        for module, function in _functions()
        if len([argument for argument in function.args.args if argument.arg not in {"self", "cls"}]) > MOST_POSITIONAL
    ]

    assert crowded == []


@pytest.mark.parametrize("module", _ours(), ids=lambda module: module.name)
def test_a_broad_except_has_a_reason_and_does_something(module: Module) -> None:
    """`except Exception` becomes missing or ends the process, says so beside it, and never just passes."""
    faults = []
    for handler in (node for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler)):
        names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {""}
        if not names & {"", "Exception", "BaseException"}:
            continue
        line = module.lines[handler.lineno - 1]
        comment = re.sub(r"#\s*(noqa(: *[A-Z0-9, ]+)?|pragma.*)", "#", line.partition("#")[1] + line.partition("#")[2])
        above = module.lines[handler.lineno - 2].strip()
        body_comment = module.lines[handler.lineno].strip()
        reason = comment.strip("# ") or above.startswith("#") or body_comment.startswith("#")
        reraises = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
        if not (reason or reraises) or all(isinstance(statement, ast.Pass) for statement in handler.body):
            faults.append(handler.lineno)

    assert faults == []


@pytest.mark.parametrize("module", _ours(), ids=lambda module: module.name)
def test_no_guard_rests_on_assert(module: Module) -> None:
    """`python -O` removes assertions, so none decides anything."""
    assert [node.lineno for node in ast.walk(module.tree) if isinstance(node, ast.Assert)] == []


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.lineno, node.arg


@pytest.mark.parametrize("module", _ours(), ids=lambda module: module.name)
def test_there_is_no_way_round_the_gate(module: Module) -> None:
    """No object, flag or argument switches a check off: doubles live in tests only."""
    assert [f"{line}: {name}" for line, name in _names(module.tree) if BYPASS.search(name)] == []


def test_modules_have_names_that_say_something() -> None:
    """No drawer for what has no place."""
    assert [module.name for module in _ours() if module.path.stem in VAGUE_MODULES] == []


def test_the_core_has_no_managers() -> None:
    """Functions of the core are verbs of the trade; `handle` is none."""
    vague = [
        f"{module.name}: {name}"
        for module in _ours()
        if module.name.startswith("proxy/core/")
        for _, name in _names(module.tree)
        if name.startswith("handle_") or name.endswith(("Manager", "Helper"))
    ]

    assert vague == []


def test_one_word_per_thing() -> None:
    """Lists allow or block; colours say nothing."""
    ours = [path for path in committed() if below(path) != "tests/house/test_code.py"]

    assert [below(path) for path in ours if BANNED_SYNONYMS.search(text_of(path))] == []


def _fields(tree: ast.Module) -> Iterator[tuple[str, ast.AnnAssign]]:
    for cls in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        if any("dataclass" in ast.unparse(decorator) for decorator in cls.decorator_list):
            for statement in cls.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    yield f"{cls.name}.{statement.target.id}", statement


@pytest.mark.parametrize("module", _ours(), ids=lambda module: module.name)
def test_no_representation_shows_a_text(module: Module) -> None:
    """I7: a field that holds text of a post, a matched value or a secret stays out of `repr`."""
    shown = [
        name
        for name, statement in _fields(module.tree)
        if name.partition(".")[2] in TEXTS
        and re.search(r"\b(str|bytes)\b", ast.unparse(statement.annotation))
        and "repr=False" not in (ast.unparse(statement.value) if statement.value else "")
        and name not in NOT_OF_A_POST
    ]

    assert shown == []


@pytest.mark.parametrize("module", _ours(), ids=lambda module: module.name)
def test_every_module_says_what_it_is_for(module: Module) -> None:
    """A module docstring, except in the empty `__init__.py` files."""
    assert not module.lines or ast.get_docstring(module.tree)


def test_doubles_are_twins_not_mocks() -> None:
    """Fewer than ten mentions of mocking in a thousand lines of tests."""
    texts = [text_of(path) for path in committed() if below(path).startswith("tests/") and path.suffix == ".py"]
    mentions = sum(len(re.findall(r"\b(mock|Mock|MagicMock|monkeypatch)\b", text)) for text in texts)

    assert mentions <= sum(text.count("\n") for text in texts) / 100


def test_there_is_more_test_than_code() -> None:
    """Tests have 1.2 times the lines of the package; a post of the corpus with its verdict is a test in a line."""
    code = sum(len(module.lines) for module in modules())
    files = [*(REPOSITORY / "tests").rglob("*.py"), *(REPOSITORY / "tests" / "corpus").rglob("*.jsonl")]
    tests = sum(text_of(path).count("\n") for path in files)

    assert tests >= 1.2 * code

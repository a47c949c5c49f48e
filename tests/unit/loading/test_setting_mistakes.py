"""Errors of pydantic become problems with place and remedy, without the input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from proxy.loading.setting_mistakes import problems_of
from proxy.loading.strict_yaml import parse
from proxy.settings.mistakes import mistake

if TYPE_CHECKING:
    from proxy.core.errors import Problem


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    port: Annotated[int, Field(strict=True, ge=1, le=9)] = 1
    secret: str = ""


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: Annotated[tuple[Inner, ...], Field(min_length=1)] = (Inner(),)
    one: Inner | None = None
    pattern: Annotated[str, Field(pattern="^x$")] = "x"


def _problems(text: str, value: object, variables: dict[tuple[str | int, ...], str] | None = None) -> list[Problem]:
    node, _ = parse(text.encode(), "a.yaml")
    assert node is not None
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(value)
    return list(problems_of(caught.value, Outer, file="a.yaml", node=node, variables=variables or {}))


def _places(problems: list[Problem]) -> list[tuple[str, int, int, str]]:
    return [(problem.file, problem.line, problem.column, problem.code) for problem in problems]


def test_places_are_those_of_the_file() -> None:
    """A value deep in a list has a line and a column; what is missing has that of its section."""
    problems = _problems(
        "items:\n  - {port: 99}\n  - {prot: 1}\none: 5\n",
        {"items": [{"port": 99}, {"prot": 1}], "one": 5},
    )

    assert _places(problems) == [
        ("a.yaml", 2, 6, "bad-setting"),
        ("a.yaml", 3, 6, "unknown-setting"),
        ("a.yaml", 4, 1, "bad-setting"),
    ]
    assert "Did you mean `port`?" in problems[1].message.en
    assert "at most 9" in problems[0].remedy.en
    assert "höchstens 9" in problems[0].remedy.de


def test_an_unknown_top_key_lists_all_sections() -> None:
    """With a guess when there is a near one."""
    (problem,) = _problems("item: 1", {"item": 1})

    assert problem.remedy.en == "Possible are: items, one, pattern."


def test_keys_below_a_plain_value_are_not_known() -> None:
    """Nothing is offered where nothing can be."""
    (problem,) = _problems("pattern: {a: 1}", {"pattern": {"a": 1}})

    assert problem.code == "bad-setting"


def test_a_value_is_never_shown() -> None:
    """A setting may carry a password."""
    problems = _problems(
        "pattern: hunter2\none: {secret: [hunter2]}", {"pattern": "hunter2", "one": {"secret": ["hunter2"]}}
    )

    assert len(problems) == 2
    assert not any("hunter2" in problem.render(language) for problem in problems for language in ("de", "en"))


def test_a_list_that_only_seems_too_short_is_not_reported() -> None:
    """Its entry has the mistake."""
    assert _places(_problems("items: [{port: x}]", {"items": [{"port": "x"}]})) == [("a.yaml", 1, 10, "bad-setting")]
    assert _places(_problems("items: []", {"items": []})) == [("a.yaml", 1, 1, "bad-setting")]


def test_a_value_of_the_environment_names_its_variable() -> None:
    """There is no line to point at."""
    problems = _problems("one: {}", {"one": {"port": 99}}, {("one", "port"): "POSTGATE_ONE__PORT"})

    assert _places(problems) == [("POSTGATE_ONE__PORT", 0, 0, "bad-setting")]


def test_our_own_mistakes_have_their_own_words_and_places() -> None:
    """One error of a section may point at several settings inside it."""
    error = ValidationError.from_exception_data(
        "Outer",
        [
            {
                "type": mistake(code="not-unique", places=(("items", 0, "port"), ("items", 1, "port"))),
                "loc": (),
                "input": None,
            },
            {"type": mistake(code="plain-http"), "loc": ("pattern",), "input": None},
        ],
    )
    node, _ = parse(b"items:\n  - {port: 1}\n  - {port: 1}\npattern: x", "a.yaml")
    assert node is not None

    problems = list(problems_of(error, Outer, file="a.yaml", node=node, variables={}))

    assert _places(problems) == [
        ("a.yaml", 2, 6, "not-unique"),
        ("a.yaml", 3, 6, "not-unique"),
        ("a.yaml", 4, 1, "plain-http"),
    ]
    assert problems[2].remedy.en == "Use https."

"""
Read the settings file and the environment into `Settings`; every mistake with its line and what to do.

`POSTGATE_SECTION__KEY=value` replaces one value of the file, `POSTGATE_DOORS__0__LISTEN` one inside a list. Of the
variables without `__` only those that name a setting count (`POSTGATE_NODE`); others belong to somebody else.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from proxy.core.errors import ConfigurationError
from proxy.loading.files import read_document
from proxy.loading.messages import problem
from proxy.loading.setting_mistakes import Location, problems_of
from proxy.loading.strict_yaml import Broken, Mapping, Node, Scalar, Sequence, parse
from proxy.loading.validation import Report, kind_of
from proxy.settings.model import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping as Environment
    from pathlib import Path

PREFIX = "POSTGATE_"
SEPARATOR = "__"

_Model = TypeVar("_Model", bound=BaseModel)
_TRUTH = {"true": True, "false": False}


def load_settings(path: Path, environ: Environment[str, str]) -> Settings:
    """
    Return the settings of a file, with what the environment replaces.

    Raises:
        ConfigurationError: any mistake; all of them are in it.
    """
    return load_typed(path, Settings, environ)


def load_typed(path: Path, model: type[_Model], environ: Environment[str, str] | None = None) -> _Model:
    """
    Return a YAML file read as a pydantic model.

    Raises:
        ConfigurationError: any mistake; all of them are in it.
    """
    document = read_document(path, path.name)
    report, node = document.report, document.node
    if node is not None and not isinstance(node, Mapping):
        report.wrong_kind(node, "mapping")
    if not isinstance(node, Mapping):
        raise ConfigurationError(tuple(report.problems))
    plain = _plain_mapping(node)
    variables = _override(plain, environ or {}, model, report)
    try:
        settings = model.model_validate(plain)
    except ValidationError as error:
        found = problems_of(error, model, file=report.file, node=node, variables=variables)
        raise ConfigurationError((*report.problems, *found)) from None
    if report.problems:
        raise ConfigurationError(tuple(report.problems))
    return settings


def _plain(node: Node) -> object:
    match node:
        case Mapping():
            return _plain_mapping(node)
        case Sequence():
            return [_plain(item) for item in node.items]
        case Scalar():
            return _value(node)
        case Broken():
            return None


def _plain_mapping(node: Mapping) -> dict[str, object]:
    return {key: _plain(entry.value) for key, entry in node.entries.items()}


def _value(scalar: Scalar) -> object:
    """Return what a scalar means in YAML 1.2: whole numbers, true, false and null; all else is text."""
    match kind_of(scalar):
        case "integer":
            return int(scalar.text)
        case "truth":
            return _TRUTH[scalar.text.lower()]
        case "empty":
            return None
        case _:
            return scalar.text


def _override(
    plain: dict[str, object],
    environ: Environment[str, str],
    model: type[BaseModel],
    report: Report,
) -> dict[Location, str]:
    """Put the environment's values into the file's; return which settings came from which variable."""
    top = {field.alias or name for name, field in model.model_fields.items()}
    variables: dict[Location, str] = {}
    for name in sorted(environ):
        rest = name.removeprefix(PREFIX).lower()
        if not name.startswith(PREFIX) or (SEPARATOR not in rest and rest not in top):
            continue
        location: Location = tuple(int(step) if step.isdecimal() else step for step in rest.split(SEPARATOR))
        node, problems = parse(environ[name].encode("utf-8", "replace"), name)
        if "" in location or node is None or problems or not _put(plain, location, _plain(node)):
            report.problems.append(problem("bad-variable", name))
        else:
            variables[location] = name
    return variables


def _put(plain: dict[str, object], location: Location, value: object) -> bool:
    """Set one value deep inside; return whether there is such a place."""
    target: object = plain
    for step, following in itertools.pairwise(location):
        if isinstance(target, dict) and isinstance(step, str):
            target = target.setdefault(step, {} if isinstance(following, str) else [])
        elif isinstance(target, list) and isinstance(step, int) and step < len(target):
            target = target[step]
        else:
            return False
    last = location[-1]
    if isinstance(target, dict) and isinstance(last, str):
        target[last] = value
        return True
    if isinstance(target, list) and isinstance(last, int) and last < len(target):
        target[last] = value
        return True
    return False

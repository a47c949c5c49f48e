"""
Turn pydantic's errors into Problems. The input itself is never shown: a setting may carry a password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from proxy.core.errors import Localised, Problem
from proxy.loading.messages import problem, shown
from proxy.loading.strict_yaml import Mapping, Node, Sequence
from proxy.loading.validation import meant
from proxy.settings.mistakes import MISTAKES

if TYPE_CHECKING:
    from collections.abc import Mapping as Names

    from pydantic_core import ErrorDetails

Location = tuple[str | int, ...]

_WHOLE = Localised(de="eine ganze Zahl", en="a whole number")
_TRUTH = Localised(de="true oder false", en="true or false")
_TEXT = Localised(de="ein Text", en="a text")
_LIST = Localised(de="eine Liste", en="a list")
_SECTION = Localised(de="ein Abschnitt mit Schlüsseln", en="a section with keys")
_EXPECTED: dict[str, Localised] = {
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "string_type": _TEXT,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _SECTION,
    "model_attributes_type": _SECTION,
    "dict_type": _SECTION,
    "path_type": Localised(de="ein Pfad", en="a path"),
    "greater_than_equal": Localised(de="mindestens {ge}", en="at least {ge}"),
    "less_than_equal": Localised(de="höchstens {le}", en="at most {le}"),
    "literal_error": Localised(de="eines von {expected}", en="one of {expected}"),
    "too_short": Localised(de="mindestens {min_length} Einträge", en="at least {min_length} entries"),
}
_OTHER = Localised(de="ein Wert wie in der Beschreibung der Einstellungen", en="a value as the settings page says")


def problems_of(
    error: ValidationError,
    model: type[BaseModel],
    *,
    file: str,
    node: Node,
    variables: Names[Location, str],
) -> tuple[Problem, ...]:
    """
    Return every mistake with its place.

    Args:
        error: what pydantic says.
        model: what the file was read as.
        file: what messages call the file.
        node: the file's tree, for lines.
        variables: settings that came from the environment, with the variable's name.
    """
    found: list[Problem] = []
    details = error.errors(include_input=False, include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and any(_inside(detail["loc"], one["loc"]) for one in details):
            continue  # pydantic does not count entries that have a mistake of their own
        places = tuple(detail.get("ctx", {}).get("places", ())) or ((),)
        for place in places:
            location = (*detail["loc"], *place)
            found.append(_problem(detail, location, model, _Where(file, node, variables)))
    return tuple(found)


def _inside(outer: Location, inner: Location) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


class _Where:
    """Finds file, line and column of a setting."""

    def __init__(self, file: str, node: Node, variables: Names[Location, str]) -> None:
        self._file = file
        self._node = node
        self._variables = variables

    def place(self, location: Location) -> tuple[str, int, int]:
        """Return file, line and column of a setting, or of what should contain it."""
        for length in range(len(location), 0, -1):
            if location[:length] in self._variables:
                return self._variables[location[:length]], 0, 0
        node, key_place = self._node, None
        for step in location:
            if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
                entry = node.entries[step]
                node, key_place = entry.value, (entry.key.line, entry.key.column)
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                node, key_place = node.items[step], None
            else:
                break
        line, column = key_place or (node.line, node.column)
        return self._file, line, column


def _problem(detail: ErrorDetails, location: Location, model: type[BaseModel], where: _Where) -> Problem:
    kind, key = detail["type"], ".".join(str(step) for step in location)
    file, line, column = where.place(location)
    if kind in MISTAKES:
        mistake = MISTAKES[kind]
        return Problem(
            file=file,
            line=line,
            column=column,
            code=kind,
            message=Localised(de=f"{key}: {mistake.message.de}", en=f"{key}: {mistake.message.en}"),
            remedy=mistake.remedy,
        )
    if kind == "missing":
        return problem("missing-setting", file, line=line, column=column, key=key)
    if kind == "extra_forbidden":
        known = _keys_at(model, location[:-1])
        near = meant(str(location[-1]), known)
        listed = ", ".join(sorted(known))
        return problem("unknown-setting", file, line=line, column=column, key=shown(key), known=listed, **near)
    expected = _EXPECTED.get(kind, _OTHER)
    values = {name: str(value).replace("'", "").replace(" or ", ", ") for name, value in detail.get("ctx", {}).items()}
    return problem(
        "bad-setting",
        file,
        line=line,
        column=column,
        key=shown(key),
        expected_de=expected.de.format(**values),
        expected_en=expected.en.format(**values),
    )


def _keys_at(model: type[BaseModel], location: Location) -> list[str]:
    """Return the keys that a section knows."""
    for step in location:
        if isinstance(step, int):
            continue
        field = next((one for name, one in model.model_fields.items() if step in {name, one.alias}), None)
        inner = None if field is None else _model_in(field.annotation)
        if inner is None:
            return []
        model = inner
    return [one.alias or name for name, one in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - whatever stands in an annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one)) is not None), None)

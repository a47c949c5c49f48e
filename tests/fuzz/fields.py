"""
What can be wrong with one field: planted, renamed, doubled, nested, of another type, in another place.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from tests.fuzz.bodies import FORM, JSON, Bare, FileField, Pairs, form_of, json_of, pairs_of, piece_of
from tests.fuzz.leaks import LEAKS, SHAPED
from tests.fuzz.shots import Shot, shot_of, usual_wire, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from tests.fuzz.recorded import Recorded

Place: TypeAlias = tuple[Any, ...]
_NAMES = ("status", "text", "message", "description", "caption", "$type", "0", "__proto__", "constructor", "id", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request that is to be broken in one place."""

    one: Recorded
    place: Place
    leak: str
    token: str
    rng: Random

    def put(self, value: Any) -> Any:
        """Return the fields with another value in the place."""
        root = copy.deepcopy(self.one.fields)
        _holder(root, self.place)[self.place[-1]] = value
        return root

    def instead(self, *pairs: tuple[Any, Any]) -> Any:
        """Return the fields with these pairs in place of one; in a list, with these values."""
        root = copy.deepcopy(self.one.fields)
        if not self.place[:-1]:
            return _replaced(root, self.place[-1], pairs)
        above = _holder(root, self.place[:-1])
        above[self.place[-2]] = _replaced(above[self.place[-2]], self.place[-1], pairs)
        return root

    @property
    def value(self) -> Any:
        """Return what stands in the place."""
        return _holder(self.one.fields, self.place)[self.place[-1]]

    @property
    def name(self) -> str:
        """Return the name of the field, as a form has it."""
        first, *rest = [str(key) for key in self.place]
        return first + "".join(f"[{key}]" for key in rest)

    def shot(self, fields: Any, wire: str = "", *, escapes: str = "none") -> Shot:
        """Return the request with these fields."""
        shot = shot_of(self.one, self.token, fields=fields, wire=wire)
        if escapes != "none" and shot.header("content-type") == JSON:
            write(shot, fields, "json", escapes=escapes)
        return shot


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    """Return the place of every value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*above, key)
        yield from places(item, (*above, key))


def a_leak(rng: Random) -> str:
    """Draw one."""
    return rng.choice(LEAKS if rng.random() < 0.7 else SHAPED)


def _holder(root: Any, place: Place) -> Any:
    for key in place[:-1]:
        root = root[key]
    return root


def _replaced(holder: Any, key: Any, pairs: tuple[tuple[Any, Any], ...]) -> Any:
    if isinstance(holder, list):
        return [*holder[:key], *(value for _, value in pairs), *holder[key + 1 :]]
    return Pairs(tuple(pair for name, item in holder.items() for pair in (pairs if name == key else ((name, item),))))


def _plant(case: Case) -> Shot:
    return case.shot(case.put(_file_named(case.value, case.leak)))


def _file_named(value: Any, leak: str) -> Any:
    """Return a file with the leak as its name, or the leak alone."""
    if isinstance(value, FileField):
        return FileField(name=leak.replace('"', "'"), data=value.data)
    return leak


def _drop(case: Case) -> Shot:
    fields = case.instead()
    others = [place for place in places(case.one.fields) if place[0] != case.place[0]]
    if others and not isinstance(fields, Pairs):
        _holder(fields, other := case.rng.choice(others))[other[-1]] = case.leak
    return case.shot(fields)


def _rename(case: Case) -> Shot:
    key = str(case.place[-1])
    names = (
        f" {key}",
        f"{key} ",
        key.upper(),
        f"{key}\u200b",
        f"{key}[]",
        f"{key}.x",
        f"{key}\x00",
        case.leak,
        *_NAMES,
    )
    return case.shot(case.instead((case.rng.choice(names), case.leak)))


def _beside(case: Case) -> Shot:
    name = case.rng.choice((case.leak, *_NAMES, f"{case.place[-1]}_html", f"{case.place[-1]}.0"))
    return case.shot(case.instead((case.place[-1], case.value), (name, case.leak)))


def _twice(case: Case) -> Shot:
    pairs = [(case.place[-1], case.value), (case.place[-1], case.leak)]
    case.rng.shuffle(pairs)
    return case.shot(case.instead(*pairs))


def _twice_escaped(case: Case) -> Shot:
    """Double a JSON key, once written in escapes: the same key for every reader."""
    text = json_of(case.instead((case.place[-1], case.value), ("\ue000", case.leak)))
    key = "".join(f"\\u{ord(letter):04x}" for letter in str(case.place[-1]))
    shot = case.shot(None)
    shot.body = text.replace("\ue000", key).encode()
    shot.set("Content-Type", JSON)
    return shot


def _twice_in_form(case: Case) -> Shot:
    pairs = [
        *pairs_of(case.one.fields),
        (case.rng.choice((case.name, f"{case.place[0]}[]", str(case.place[0]))), case.leak),
    ]
    case.rng.shuffle(pairs)
    shot = case.shot(None)
    shot.body = form_of(pairs).encode()
    shot.set("Content-Type", FORM)
    return shot


def _twice_in_parts(case: Case) -> Shot:
    shot = case.shot(None, "multipart")
    if shot.header("content-type") and b"--fuzz-7d1c--" in shot.body:
        shot.body = piece_of(case.name, case.leak) + shot.body
    return shot


def _in_query_too(case: Case) -> Shot:
    shot = case.shot(None)
    shot.ask(form_of([(case.name, case.leak)]))
    return shot


def _moved_to_query(case: Case) -> Shot:
    shot = case.shot(case.instead())
    shot.ask(form_of([(case.name, case.leak)]))
    return shot


def _moved_to_header(case: Case) -> Shot:
    shot = case.shot(case.instead())
    name = case.rng.choice((str(case.place[0]), f"X-{case.place[0]}", "Cookie", "X-Postgate-Text", "Slug"))
    shot.headers.append((name.replace("$", "").replace("_", "-") or "X", quote(case.leak)))
    return shot


def _moved_to_path(case: Case) -> Shot:
    shot = case.shot(case.instead())
    joint = case.rng.choice(("/", ";", "/;", "@", ",", ":"))
    shot.path = f"{shot.path}{joint}{case.place[-1]}={quote(case.leak, safe=':')}"
    return shot


def _nest(case: Case) -> Shot:
    leak = case.leak
    depth = case.rng.choice((5, 31, 40, 1_000))
    deep = Bare("[" * depth + json.dumps(leak) + "]" * depth)
    values: tuple[Any, ...] = (
        [leak],
        [[leak]],
        {"text": leak},
        {"0": leak},
        {leak: case.value if not isinstance(case.value, FileField) else 1},
        {"$link": leak},
        {"$type": leak, "text": leak},
        [leak] * 30,
        [{"text": leak}, leak],
        deep,
    )
    return case.shot(case.put(case.rng.choice(values)))


def _as_text(case: Case) -> Shot:
    """Write an object as its JSON text, with the leak in it."""
    value = case.value if not isinstance(case.value, FileField) else {}
    text = json.dumps({"text": case.leak, "was": value} if case.rng.random() < 0.5 else {"id": case.leak})
    return case.shot(case.put(text))


def _other_type(case: Case) -> Shot:
    numbers = (
        "1e999",
        "NaN",
        "-0",
        "1.5",
        "12345678901234567890123",
        "true",
        "null",
        "[]",
        "{}",
        '"\\ud800"',
        '"\\u0000"',
    )
    fields = case.put(Bare(case.rng.choice(numbers)))
    if case.rng.random() < 0.5:
        fields = Pairs((*fields.items(), ("note", case.leak)))
    return case.shot(fields)


def _in_form(case: Case) -> Shot:
    return case.shot(case.put(case.leak), "form")


def _in_parts(case: Case) -> Shot:
    return case.shot(case.put(case.leak), "multipart")


def _escaped(case: Case) -> Shot:
    fields = case.put(case.leak)
    return case.shot(fields, escapes=case.rng.choice(("ascii", "all")) if usual_wire(fields) == "json" else "none")


FIELDS: dict[str, Callable[[Case], Shot]] = {
    "plant": _plant,
    "drop": _drop,
    "rename": _rename,
    "beside": _beside,
    "twice": _twice,
    "twice-escaped": _twice_escaped,
    "twice-in-form": _twice_in_form,
    "twice-in-parts": _twice_in_parts,
    "in-query-too": _in_query_too,
    "moved-to-query": _moved_to_query,
    "moved-to-header": _moved_to_header,
    "moved-to-path": _moved_to_path,
    "nest": _nest,
    "as-text": _as_text,
    "other-type": _other_type,
    "in-form": _in_form,
    "in-parts": _in_parts,
    "escaped": _escaped,
}
"""Ways to break one field, by name."""
GENTLE = ("plant", "escaped", "in-form", "in-parts", "as-text")
"""Those after which a request can still be read: they are tried most where a field holds text."""

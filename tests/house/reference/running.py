"""
Reference for those who run a node: settings, metrics, log events, commands.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click
from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from proxy.assembly.watchers import DETECTORS
from proxy.cli.main import main
from proxy.observability.events import ALWAYS, EVENTS
from proxy.observability.metrics import DIGEST_DIGITS, LABELS, Metrics
from proxy.settings.mistakes import MISTAKES
from proxy.settings.model import Settings
from proxy.web.readiness import NAMES
from tests.house.files import modules
from tests.house.reference.tables import below, code, codes, page, summary, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_OPEN_LABELS = {
    "check": f"{codes((*NAMES, 'doors', 'draining'))}",
    "detector": f"{codes(DETECTORS)}, `ner:` and each configured language model",
    "digest": f"the first {DIGEST_DIGITS} digits of the digest of the policies in force",
    "door": "names of the configured doors",
    "platform": "platforms of the configured doors",
    "python": "version of Python",
    "sink": "names of the configured sinks",
    "version": "version of Postgate",
}


def settings() -> str:
    """Return the page of all settings."""
    sections = ["## Top level\n\n" + _section(Settings, "")]
    sections += [
        f"## {prefix}\n\n{summary(model)}\n\n{_section(model, f'{prefix}{listed}.')}".rstrip()
        for prefix, listed, model in _inner(Settings, "")
    ]
    mistakes = table(
        ("code", "what it says", "what to do"),
        ((code(name), text.message.en, text.remedy.en) for name, text in sorted(MISTAKES.items())),
    )
    return page(
        "Settings",
        """
One YAML file per node, given with `--config`; [deploy/examples/serve.yaml](../../deploy/examples/serve.yaml) is one.
Unknown keys are mistakes, and all mistakes of a file are listed together with line and remedy.
Relative paths start at the directory in which the command runs.

A variable `POSTGATE_SECTION__KEY=value` replaces one value of the file: `POSTGATE_DATABASE__URL`,
`POSTGATE_DOORS__0__LISTEN` for the first door.
There is no setting that switches a safeguard off.
""",
        *sections,
        f"## Mistakes with a code of their own\n\n{mistakes}",
    )


def _section(model: type[BaseModel], prefix: str) -> str:
    notes = below(model)
    rows = [
        (code(f"{prefix}{field.alias or name}"), _kind(field), _default(field), notes[name])
        for name, field in model.model_fields.items()
        if _model_in(field.annotation) is None
    ]
    return table(("key", "value", "default", "meaning"), rows) if rows else ""


def _inner(model: type[BaseModel], place: str) -> Iterator[tuple[str, str, type[BaseModel]]]:
    """Return every section with its place, `[]` if it is a list of them, at any depth."""
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is not None:
            listed = "[]" if get_origin(field.annotation) is tuple else ""
            yield f"{place}{name}", listed, inner
            yield from _inner(inner, f"{place}{name}{listed}.")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one)) is not None), None)


def _kind(field: FieldInfo) -> str:
    words = list(_literals(field.annotation))
    if words:
        listed = codes(words)
        return f"list of {listed}" if get_origin(field.annotation) is tuple else listed
    low = next((str(one.ge) for one in field.metadata if isinstance(one, Ge)), "")
    high = next((str(one.le) for one in field.metadata if isinstance(one, Le)), "")
    kinds = {int: "whole number", bool: "`true` or `false`", str: "text"}
    inner = [one for one in (field.annotation, *_flat(field.annotation)) if isinstance(one, type)]
    name = next((kinds[one] for one in inner if one in kinds), "path")
    if high:
        return f"{name}, {low or 0} to {high}"
    return f"{name}, at least {low}" if low else name


def _flat(annotation: Any) -> Iterator[Any]:
    for one in get_args(annotation):
        yield one
        yield from _flat(one)


def _literals(annotation: Any) -> Iterator[object]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for one in get_args(annotation):
            yield from _literals(one)


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    if field.default is None:
        return "none"
    value = field.default
    if isinstance(value, tuple):
        value = "[" + ", ".join(value) + "]"
    return code(str(value).lower() if isinstance(value, bool) else value)


def metrics() -> str:
    """Return the page of all metrics."""
    rows = [
        (code(f"{found.name}_total" if found.type == "counter" else found.name), found.type, _labels(names), text)
        for found, names, text in _metrics()
    ]
    labels = table(
        ("label", "values"),
        ((code(name), codes(values) if values else _OPEN_LABELS[name]) for name, values in LABELS.items()),
    )
    return page(
        "Metrics",
        """
`/metrics` on the operations listener, in the text format of Prometheus.
No label holds text of a post, an account, a person or an address; every label has a closed set of values, and what is
not in it is counted as `other`.
How to scrape and what to alert on: [watch nodes](../how-to/operator/watch.en.md).
""",
        table(("metric", "kind", "labels", "meaning"), rows),
        f"## Labels\n\n{labels}",
    )


def _metrics() -> Iterator[tuple[Any, tuple[str, ...], str]]:
    registry = Metrics(version="0").registry
    for collector in list(registry._collector_to_names):
        (found,) = collector.collect()
        yield found, tuple(getattr(collector, "_labelnames", ())), found.documentation


def _labels(names: tuple[str, ...]) -> str:
    return codes(names)


def log_events() -> str:
    """Return the page of all log events."""
    writers = _writers()
    rows = [
        (code(event), codes(sorted(keys)), codes(sorted(writers.get(event, ()))) or "nothing yet")
        for event, keys in sorted(EVENTS.items())
    ]
    return page(
        "Log events",
        f"""
The gateway writes one JSON object a line to standard error.
Every line has {codes(sorted(ALWAYS))}, and the keys of its event; no other.
A value is a number, true, false, or a short identifier; anything that could be prose becomes `?`.
An event that is not listed here loses its name and its keys and shows as `unlisted`.
The audit log is another thing and never goes through these lines.
""",
        table(("event", "keys", "written by"), rows),
    )


def _writers() -> dict[str, set[str]]:
    """Return which modules log which event."""
    found: dict[str, set[str]] = {}
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                first = node.args[0]
                if node.func.attr in {"info", "warning", "error"} and isinstance(first, ast.Constant):
                    name = module.name.removesuffix(".py").replace("/", ".")
                    found.setdefault(str(first.value), set()).add(name)
    return found


def commands() -> str:
    """Return the page of all commands."""
    return page(
        "Commands",
        """
`postgate --help` and `postgate COMMAND --help` say the same.
Exit codes: 0 it is done; 1 it could not be done, or something is not as it should be; 2 the command line or the
configuration has mistakes, all of which are listed.
Messages are German when `LC_ALL`, `LC_MESSAGES` or `LANG` begin with `de`, English otherwise.
""",
        *(_command(words, command) for words, command in _tree(main, ("postgate",))),
    )


def _tree(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from _tree(inner, (*words, name))


def _command(words: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command)
    usage = " ".join([*words, *command.collect_usage_pieces(context)])
    rows = [
        (codes(option.opts), _option(option, context), option.help or "")
        for option in command.params
        if isinstance(option, click.Option)
    ]
    text = "\n".join(line.strip() for line in (command.help or "").strip().splitlines())
    return f"## {' '.join(words)}\n\n```text\n{usage}\n```\n\n{text}\n\n" + (
        table(("option", "value", "meaning"), rows) if rows else ""
    )


def _option(option: click.Option, context: click.Context) -> str:
    kind = "" if option.is_flag else option.make_metavar(context).strip("[]").replace("|", ", ")
    notes = ["required"] if option.required else []
    if option.show_default and isinstance(option.default, (int, str)):
        notes.append(f"default `{option.default}`")
    return ", ".join([*([code(kind)] if kind else ["switch"]), *notes])

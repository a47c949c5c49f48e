"""
Read the mapping of a register: which sources the house has, how they are written, and what their columns mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.register.layout import RESTRICTED, Format, Layout, Meaning, date_pattern
from proxy.core.errors import ConfigurationError
from proxy.loading.files import read_document
from proxy.loading.strict_yaml import Mapping, Node, Scalar
from proxy.loading.validation import Fields, Report, items_of, one_or_many, text_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ENCODINGS", "load_mapping"]

ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "cp850", "cp273")
"""Those in which a byte that does not belong harms nothing but its own cell; `cp273` is German EBCDIC."""


def load_mapping(path: Path, *, restricted: bool) -> tuple[Layout, ...]:
    """
    Return the sources of a mapping: of customers, or of restricted lists.

    Raises:
        ConfigurationError: any mistake; all of them are in it.
    """
    document = read_document(path, path.name)
    report = document.report
    found = [] if document.node is None else _sources(report, document.node, restricted=restricted)
    if report.errors:
        raise ConfigurationError(tuple(report.problems))
    return tuple(found)


def _sources(report: Report, node: Node, *, restricted: bool) -> list[Layout]:
    fields = Fields.of(report, node)
    if fields is None:
        return []
    fields.schema()
    sources = fields.need("sources")
    found: list[Layout] = []
    for item in [] if sources is None else items_of(report, sources):
        inner = Fields.of(report, item)
        layout = None if inner is None else _source(inner, restricted=restricted)
        if layout is not None and any(layout.name == one.name for one in found):
            report.add("register-source", item, value=layout.name)
        elif layout is not None:
            found.append(layout)
    fields.close()
    return found


def _source(fields: Fields, *, restricted: bool) -> Layout | None:
    report, before = fields.report, fields.report.errors
    name, written = fields.name("name"), fields.choice("format", list(Format))
    columns = _columns(report, fields.need("columns"), restricted=restricted)
    dates = _dates(report, fields.get("dates"))
    layout = Layout(name=name or "", format=Format(written or Format.CSV), columns=columns, date_formats=dates)
    if layout.format is Format.CSV:
        layout = _csv(fields, layout)
    fields.close()
    return layout if report.errors == before else None


def _csv(fields: Fields, layout: Layout) -> Layout:
    header = fields.get("header")
    delimiter, quote = _sign(fields, "delimiter", ";"), _sign(fields, "quote", '"')
    if delimiter == quote:
        fields.report.add("register-sign", fields.node)
    return Layout(
        name=layout.name,
        format=layout.format,
        columns=layout.columns,
        date_formats=layout.date_formats,
        encoding=fields.choice("encoding", ENCODINGS, "utf-8") or "utf-8",
        delimiter=delimiter,
        quote=quote,
        header=header is None or bool(fields.flag("header")),
    )


def _sign(fields: Fields, key: str, default: str) -> str:
    node = fields.get(key)
    if node is None:
        return default
    if isinstance(node, Scalar) and len(node.text) == 1 and node.text not in "\r\n":
        return node.text
    fields.report.add("register-sign", node)
    return default


def _dates(report: Report, node: Node | None) -> tuple[str, ...]:
    formats = []
    for item in [] if node is None else one_or_many(report, node):
        text = text_of(report, item, limit=30)
        if text is not None and date_pattern(text) is None:
            report.add("register-date", item)
        elif text is not None:
            formats.append(text)
    return tuple(formats)


def _columns(report: Report, node: Node | None, *, restricted: bool) -> dict[Meaning, tuple[str, ...]]:
    fields = None if node is None else Fields.of(report, node)
    if fields is None:
        return {}
    found = {}
    for meaning in Meaning:
        if (value := fields.get(meaning)) is not None:
            names = (text_of(report, item, limit=200) for item in one_or_many(report, value))
            found[meaning] = tuple(name for name in names if name is not None)
    fields.close()
    _check_kind(report, fields.node, found, restricted=restricted)
    return found


def _check_kind(report: Report, node: Mapping, found: dict[Meaning, tuple[str, ...]], *, restricted: bool) -> None:
    """Tell a list of customers from a restricted one: what one needs, the other has not."""
    lists = set(found) & set(RESTRICTED)
    if restricted and (Meaning.TERM not in found or lists != set(found)):
        report.add("register-restricted", node)
    if not restricted and lists:
        report.add("register-customers", node)
    if not found:
        report.add("missing-key", node, key=Meaning.TERM if restricted else Meaning.LAST_NAME)

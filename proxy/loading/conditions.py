"""
Read the `when` and `unless` of a rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.policy.facts import MatcherSpec, Place, Within
from proxy.core.policy.fields import Written
from proxy.core.policy.policy import Condition, Group, GroupKind
from proxy.core.policy.registry import MATCHERS
from proxy.loading.described import Vocabulary, read_fields
from proxy.loading.messages import shown
from proxy.loading.strict_yaml import Mapping, Node, Scalar
from proxy.loading.validation import Fields, Report, items_of

if TYPE_CHECKING:
    from proxy.core.policy.fields import Field
    from proxy.core.policy.registry import MatcherModule

MAX_GROUPS = 3
_GROUPS: dict[str, GroupKind] = {kind.value: kind for kind in GroupKind}
_BY_NAME: dict[str, MatcherModule] = {module.NAME: module for module in MATCHERS}


@dataclass(slots=True, kw_only=True)
class ConditionReader:
    """Reads the conditions of one rule; numbers its matchers."""

    report: Report
    vocabulary: Vocabulary
    rule: str
    """`policy/rule`."""
    _count: int = field(default=0)

    def when(self, node: Node) -> Condition | None:
        """Return the condition of a rule."""
        return self._condition(node, depth=1)

    def unless(self, node: Node | None) -> tuple[MatcherSpec, ...]:
        """Return the exceptions of a rule, none when absent."""
        if node is None:
            return ()
        found = []
        for item in items_of(self.report, node):
            pair = self._only_key(item)
            if pair is None:
                continue
            key, value = pair
            if key.text in _GROUPS:
                self.report.add("group-in-unless", key, value=key.text)
            elif (spec := self._matcher(key, value, Place.UNLESS)) is not None:
                found.append(spec)
        return tuple(found)

    def _condition(self, node: Node, *, depth: int) -> Condition | None:
        pair = self._only_key(node)
        if pair is None:
            return None
        key, value = pair
        if key.text in _GROUPS:
            return self._group(_GROUPS[key.text], key, value, depth=depth)
        return self._matcher(key, value, Place.WHEN)

    def _only_key(self, node: Node) -> tuple[Scalar, Node] | None:
        if not isinstance(node, Mapping):
            self.report.wrong_kind(node, "condition")
            return None
        if len(node.entries) != 1:
            self.report.add("one-condition", node, count=len(node.entries))
            return None
        (entry,) = node.entries.values()
        return entry.key, entry.value

    def _group(self, kind: GroupKind, key: Scalar, node: Node, *, depth: int) -> Group | None:
        if depth > MAX_GROUPS:
            self.report.add("groups-too-deep", key, limit=MAX_GROUPS)
            return None
        before = self.report.errors
        conditions = [self._condition(item, depth=depth + 1) for item in items_of(self.report, node)]
        known = tuple(condition for condition in conditions if condition is not None)
        if self.report.errors > before or not known:
            return None
        if kind is GroupKind.NONE and any(_from_findings(condition) for condition in known):
            self.report.add("weakening-none", key)
            return None
        scopes = {scope for condition in known for scope in _scopes(condition)}
        if kind is GroupKind.ALL and len(scopes) > 1:
            self.report.add("mixed-within", key, found=", ".join(sorted(scopes)))
            return None
        return Group(kind=kind, conditions=known, within=min(scopes, default=Within.POST))

    def _matcher(self, key: Scalar, node: Node, place: Place) -> MatcherSpec | None:
        module = _BY_NAME.get(key.text)
        if module is None:
            words = [name for name, one in _BY_NAME.items() if place in one.PLACES]
            words += list(_GROUPS) if place is Place.WHEN else []
            self.report.add(
                "unknown-matcher",
                key,
                value=shown(key.text),
                known=", ".join(sorted(words)),
                near=(key.text, words),
            )
            return None
        if place not in module.PLACES:
            code = "only-in-unless" if place is Place.WHEN else "not-in-unless"
            self.report.add(code, key, value=key.text)
            return None
        return self._spec(module, node)

    def _inner(self, node: Node, field: Field) -> MatcherSpec | None:
        pair = self._only_key(node)
        if pair is None:
            return None
        key, value = pair
        if key.text not in field.choices:
            self.report.add(
                "unknown-matcher",
                key,
                value=shown(key.text),
                known=", ".join(field.choices),
                near=(key.text, field.choices),
            )
            return None
        return self._spec(_BY_NAME[key.text], value)

    def _spec(self, module: MatcherModule, node: Node) -> MatcherSpec | None:
        fields = Fields.of(self.report, node)
        values = None if fields is None else read_fields(fields, module.FIELDS, self.vocabulary, self._inner)
        if fields is None or values is None:
            return None
        self._count += 1
        written = Written(place=f"{self.rule}#{self._count}", values=values)
        complaints = module.complain(written)
        for complaint in complaints:
            entry = fields.node.entries.get(complaint.field)
            self.report.complain(complaint, node if entry is None else entry.key)
        return None if complaints else module.build(written)


def _from_findings(condition: Condition) -> bool:
    if isinstance(condition, Group):
        return any(_from_findings(one) for one in condition.conditions)
    return any(module.FROM_FINDINGS for module in MATCHERS if isinstance(condition, module.SPEC))


def _scopes(condition: Condition) -> set[Within]:
    """Return what a condition says about closeness; an inner `all` keeps it to itself."""
    if isinstance(condition, Group):
        if condition.kind is GroupKind.ALL:
            return set()
        return {scope for one in condition.conditions for scope in _scopes(one)}
    return set() if condition.within is None else {condition.within}

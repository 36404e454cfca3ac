"""The results of one run of SARIF as findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.evidence.scan import ScanFinding, Severity
from readiness.readers.scan._complexity import complexity_in
from readiness.readers.scan._made import finding, refuse
from readiness.readers.scan._sarif_model import Message, Physical, Result, Rule, Run, Suppression
from readiness.readers.scan._severity import severity_of, severity_of_score

_NO_FINDING = {"pass", "notApplicable", "informational"}
_SCORE = "security-severity"


class Results:
    """Looks up the rules and artifacts that results point at by number or id."""

    def __init__(self, run: Run) -> None:
        tool = run.tool
        self._results = run.results or []
        self._artifacts = [one.location.uri if one.location else None for one in run.artifacts or []]
        self._own = tool.driver.rules or []
        self._extensions = [more.rules or [] for more in tool.extensions or []]
        self._by_id = {rule.id: rule for rules in (*reversed(self._extensions), self._own) for rule in rules}

    def findings(self) -> Iterator[ScanFinding]:
        """Those that say something is wrong, or may be."""
        for result in self._results:
            if result.kind not in _NO_FINDING and result.baseline_state != "absent":
                yield self._finding(result)

    def _finding(self, result: Result) -> ScanFinding:
        rule = self._rule(result)
        level, severity = _level(result, rule)
        scores = [_score(holder.properties) for holder in (result, rule) if holder is not None]
        told = [score for score in scores if score is not None]
        if told:
            severity = min((severity_of_score(score) for score in told), key=lambda one: one.rank)
            level = f"{level}, {_SCORE} {max(told):g}"
        file, line = self._place(result)
        id_ = result.rule_id or (result.rule.id if result.rule else None) or (rule.id if rule else None)
        text = _text(result.message, rule)
        return finding(
            id_,
            severity,
            text,
            value=complexity_in(id_, text),
            level=level,
            file=file,
            line=line,
            object=_logical(result),
            fix=True if result.fixes else None,
            suppressed=_suppressed(result.suppressions),
        )

    def _rule(self, result: Result) -> Rule | None:
        """By number where there is one, else by id; `A/1` is a part of the rule `A` (3.27.5)."""
        at, rules = result.rule_index, self._own
        if result.rule is not None:
            at = result.rule.index if result.rule.index >= 0 else at
            component = result.rule.tool_component.index if result.rule.tool_component else -1
            if component >= len(self._extensions):
                raise refuse(f"a result points at extension {component}, of {len(self._extensions)}")
            rules = self._extensions[component] if component >= 0 else rules
        if at >= len(rules):
            raise refuse(f"a result points at rule {at}, of {len(rules)}")
        if at >= 0:
            return rules[at]
        id_ = result.rule_id or (result.rule.id if result.rule else None) or ""
        return self._by_id.get(id_) or self._by_id.get(id_.rpartition("/")[0])

    def _place(self, result: Result) -> tuple[str, int | None]:
        for location in result.locations or []:
            if location.physical_location is not None:
                physical = location.physical_location
                return self._file(physical), physical.region.start_line if physical.region else None
        return "", None

    def _file(self, physical: Physical) -> str:
        place = physical.artifact_location
        if place is None:
            return ""
        known = self._artifacts[place.index] if 0 <= place.index < len(self._artifacts) else None
        return (place.uri or known or "").removeprefix("file://")


def _level(result: Result, rule: Rule | None) -> tuple[str, Severity]:
    """The level and its severity. Without one, a result that is to be reviewed is of a severity that nobody knows."""
    default = rule.default_configuration.level if rule and rule.default_configuration else None
    level = result.level or (default or "warning" if result.kind == "fail" else "none")
    return level, severity_of("sarif", level)


def _score(properties: dict[str, Any] | None) -> float | None:
    """The score, which is written as text or as a number; nan, which no scale knows, when it is neither."""
    said = (properties or {}).get(_SCORE)
    if said is None:
        return None
    try:
        return float(said) if isinstance(said, str | int | float) else float("nan")
    except (ValueError, OverflowError):
        return float("nan")


def _suppressed(said: list[Suppression] | None) -> str | None:
    if not said or any(one.status != "accepted" for one in said):
        return None
    return "; ".join(one.justification or f"{one.kind}, without a reason" for one in said)


def _text(message: Message, rule: Rule | None) -> str:
    of_rule = (rule.message_strings or {}).get(message.id or "") if rule else None
    description = rule.short_description if rule else None
    for one in (message, of_rule, description):
        if one is not None and (one.text or one.markdown):
            return one.text or one.markdown or ""
    return rule.name or rule.id if rule else ""


def _logical(result: Result) -> str:
    for location in result.locations or []:
        for one in location.logical_locations or []:
            return one.fully_qualified_name or one.name or ""
    return ""

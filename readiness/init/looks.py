"""Which files are worth opening, by their names; what they are is for their content to say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from readiness.init.tree import Tree

_YAML = (".yaml", ".yml")
_JSON_OR_YAML = (".json", *_YAML)
_REPORTS = "report|result|artifact|output"


_TESTS = frozenset(("test", "tests", "e2e"))
_WRITTEN_BY_TESTS = frozenset(("test-report", "coverage", "load-test", "chaos"))


class _Look(NamedTuple):
    """How files of a kind end, and a word in the last parts of their paths.

    `telling` is in the names of files that can be nothing else: one of them that is broken stays in the policy.
    """

    suffixes: tuple[str, ...]
    words: re.Pattern[str]
    telling: re.Pattern[str] | None = None


def _look(suffixes: tuple[str, ...], words: str, telling: str = "") -> _Look:
    return _Look(suffixes, re.compile(words), re.compile(telling) if telling else None)


LOOKS: Mapping[str, _Look] = {
    "test-report": _look(
        (".xml", ".json", ".jsonl", ".tap", ".trx"),
        f"junit|test|xunit|surefire|spec|ctrf|\\btap|{_REPORTS}",
        "junit|test",
    ),
    "coverage": _look(
        (".xml", ".json", ".info", ".lcov", ".out"),
        "cov|jacoco|clover|profile|report|result|artifact",
        "cov|jacoco",
    ),
    "scan": _look(
        (".sarif", ".json", ".jsonl", ".txt", ".xml"),
        rf"sarif|scan|lint|ruff|mypy|pyright|bandit|semgrep|codeql|audit|trivy|grype|\bosv|vuln|leaks|secret|sast|radon"
        rf"|complex|types|security|hadolint|checkov|polaris|kube|zizmor|{_REPORTS}",
        r"\.sarif$|lint|ruff|mypy|pyright|bandit|semgrep|codeql|audit|trivy|grype|\bosv|vuln|leaks|secrets|sast",
    ),
    "sbom": _look((".json",), rf"bom|cdx|cyclonedx|spdx|{_REPORTS}", r"bom|cdx|spdx"),
    "audit-log": _look(
        (".jsonl", ".ndjson", ".log", ".csv", ".json"), r"audit[._-]?(log|trail|events|sample|\.)"
    ),
    "load-test": _look(
        (".json", ".ndjson", ".jsonl", ".csv", ".jtl", ".txt"),
        f"load|k6|locust|jmeter|gatling|perf|stress|soak|bench|summary|{_REPORTS}",
        r"(?<![a-z])load|k6|locust",
    ),
    "compose": _look(_YAML, r"(?:^|[/._-])compose[^/]*$", "compose"),
    "dockerfile": _look(("",), r"(?:^|/)(?:dockerfile|containerfile)(?:\.[\w-]+)?$|\.dockerfile$", "."),
    "pipeline": _look(_YAML, r"\.github/workflows/[^/]+$|^\.gitlab-ci\.ya?ml$", "."),
    "document": _look(
        (".md", ".markdown"),
        r"roll[ _-]?back|back[ _-]?out|run-?books?|play-?books?|disaster|recovery|(?<![a-z])drp?(?![a-z])",
        "roll[ _-]?back",
    ),
    "alert-rules": _look(_YAML, "rule|alert|prometheus|monitor|observ", "alert|rules"),
    "promtool": _look((".xml", ".txt"), f"promtool|rule|alert|{_REPORTS}", "promtool"),
    "alertmanager": _look(_YAML, "alertmanager|monitor|observ", "alertmanager"),
    "alert-drill": _look(_JSON_OR_YAML, "drill", "drill"),
    "slo": _look(_YAML, r"(?<![a-z])slos?(?![a-z])|sloth|objective", r"(?<![a-z])slos?(?![a-z])|sloth"),
    "dashboards": _look((".json",), "dashboard|grafana"),
    "chaos": _look(_JSON_OR_YAML, f"chaos|experiment|journal|litmus|{_REPORTS}", "chaos|journal"),
    "catalog": _look(_YAML, r"(?:^|/)catalog-info\.ya?ml$", "catalog-info"),
    "statement": _look(_JSON_OR_YAML, "statement", "statement"),
}


def wanted(tree: Tree, may_be_manifests: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Every file that is worth opening, with the kinds that it may be of."""
    manifests = frozenset(may_be_manifests)
    for file in tree.files:
        words = "/".join(PurePosixPath(file.lower()).parts[-3:])
        kinds = [
            kind
            for kind, look in LOOKS.items()
            if file.lower().endswith(look.suffixes) and look.words.search(words)
        ]
        if "load-test" in kinds and "baseline" in words:
            kinds.remove("load-test")
        if file in manifests:
            kinds.append("manifests")
        if is_made_for_tests(file):
            kinds = [kind for kind in kinds if kind in _WRITTEN_BY_TESTS]
        if kinds:
            yield file, kinds


def is_made_for_tests(file: str) -> bool:
    """Whether it lies below a folder of tests, where a service may be made up: only what tests write counts there."""
    return not _TESTS.isdisjoint(PurePosixPath(file.lower()).parts[:-1])


def is_telling(file: str, kind: str) -> bool:
    """Whether the name of a file says plainly that it is of this kind."""
    look = LOOKS.get(kind)
    return look is not None and look.telling is not None and bool(look.telling.search(file.lower()))

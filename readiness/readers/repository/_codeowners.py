"""CODEOWNERS as GitHub and GitLab read it, applied to the files of the commit.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from readiness.evidence.ownership import CodeOwners, Dialect, OwnerProblem
from readiness.readers.patterns import PathPattern, parse_pattern

PLACES: Mapping[Dialect, tuple[str, ...]] = {
    "github": (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    "gitlab": ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
"""Where each looks, in this order; the first one counts."""
MAX_TRIES = 20_000_000
MAX_EXAMPLES = 20
MAX_PROBLEMS = 50
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_SECTION = re.compile(r"\^?\[([^\]]+)\](?:\[\d{1,9}\])?(.*)")
_OWNER: Mapping[Dialect, re.Pattern[str]] = {
    "github": re.compile(
        r"@[A-Za-z0-9](?:[\w-]{0,98})(?:/[A-Za-z0-9_][\w.-]{0,98})?|[^\s@]{1,98}@[^\s@]{1,98}\.[^\s@.]{1,98}"
    ),
    "gitlab": re.compile(r"@@?[A-Za-z0-9_][\w./-]{0,198}|[^\s@]{1,98}@[^\s@]{1,98}\.[^\s@.]{1,98}"),
}


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: PathPattern
    owners: tuple[str, ...]


@dataclass
class _Section:
    defaults: tuple[str, ...] = ()
    rules: list[_Rule] = field(default_factory=list)

    def owners_of(self, path: str) -> tuple[str, ...]:
        """Those of the last rule that fits."""
        return next((one.owners for one in reversed(self.rules) if one.pattern.matches(path)), ())


@dataclass
class _Parsed:
    sections: dict[str, _Section]
    problems: list[OwnerProblem]

    @property
    def rules(self) -> int:
        return sum(len(section.rules) for section in self.sections.values())


def find_code_owners(paths: Mapping[str, object], dialect: Dialect | None) -> tuple[str, Dialect] | None:
    """The path that counts, and whose rules it follows; GitHub's unless it lies where only GitLab looks."""
    if dialect is None:
        dialect = "gitlab" if any(path.startswith(".gitlab") for path in paths) else "github"
        if ".github/CODEOWNERS" in paths:
            dialect = "github"
    found = next((path for path in PLACES[dialect] if path in paths), None)
    return (found, dialect) if found else None


def code_owners(path: str, dialect: Dialect, text: str, files: Sequence[str]) -> CodeOwners:
    """The rules, applied to every file."""
    parsed = _parse(text, dialect)
    facts = CodeOwners(
        path=path,
        dialect=dialect,
        rules=parsed.rules,
        files=len(files),
        problems=tuple(parsed.problems[:MAX_PROBLEMS]),
    )
    if parsed.rules * len(files) > MAX_TRIES:
        return facts
    owners: Counter[str] = Counter()
    unowned = []
    for file in files:
        own = {name for section in parsed.sections.values() for name in section.owners_of(file)}
        owners.update(own)
        if not own:
            unowned.append(file)
    return facts.but(
        owners=dict(sorted(owners.items())),
        owned=len(files) - len(unowned),
        unowned=tuple(unowned[:MAX_EXAMPLES]),
    )


def _parse(text: str, dialect: Dialect) -> _Parsed:
    parsed = _Parsed({"": _Section()}, [])
    current = parsed.sections[""]
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if dialect == "gitlab" and (found := _SECTION.fullmatch(stripped)):
            current = parsed.sections.setdefault(found[1].casefold(), _Section())
            current.defaults = current.defaults or tuple(_owners(found[2], dialect, number, parsed))
            continue
        if rule := _rule(stripped, dialect, number, parsed, current):
            current.rules.append(rule)
    return parsed


def _rule(line: str, dialect: Dialect, number: int, parsed: _Parsed, section: _Section) -> _Rule | None:
    first = _WORD.match(line)
    if first is None:  # a lone backslash
        parsed.problems.append(OwnerProblem(number, "its pattern cannot be read"))
        return None
    written = first[0]
    excludes = written.startswith("!")
    if dialect == "github" and (excludes or "[" in written or written.startswith("\\#")):
        message = "GitHub has no patterns with ! at the beginning, with [ ], or with an escaped #"
        parsed.problems.append(OwnerProblem(number, message))
        return None
    before = len(parsed.problems)
    owners = tuple(_owners(line[first.end() :], dialect, number, parsed))
    if dialect == "github" and len(parsed.problems) > before:
        return None  # GitHub skips the whole line
    try:
        pattern = parse_pattern(re.sub(r"\\(.)", r"\1", written.removeprefix("!")))
    except ValueError as error:
        if written not in ("/", "\\"):
            parsed.problems.append(OwnerProblem(number, f"{written[:60]} {error}"))
        return None
    return _Rule(pattern, () if excludes else owners or section.defaults)


def _owners(rest: str, dialect: Dialect, number: int, parsed: _Parsed) -> Iterator[str]:
    for word in rest.split():
        if word.startswith("#"):
            return
        if _OWNER[dialect].fullmatch(word):
            yield word
        else:
            parsed.problems.append(
                OwnerProblem(number, f"{word[:60]} is no owner: @user, @org/team or an address")
            )

"""One section of an LCOV tracefile: what it tells of one source file, held against its own sums.

Records as geninfo's manual page gives them (lcov 1.x and 2.x).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from readiness.readers.coverage._tally import REWRITE, Points, refuse

_DA = re.compile(r"([0-9]{1,9}),([0-9]{1,18})(?:,[^,]*)?", re.ASCII)
_FN = re.compile(r"([0-9]{1,9}),(?:([0-9]{1,9}),)?(.+)", re.ASCII)
_FNDA = re.compile(r"([0-9]{1,18}),(.+)", re.ASCII)
_FNL = re.compile(r"([0-9]{1,9}),([0-9]{1,9})(?:,[0-9]{1,9})?", re.ASCII)
_FNA = re.compile(r"([0-9]{1,9}),([0-9]{1,18}),(.+)", re.ASCII)
_BRDA = re.compile(r"([0-9]{1,9}),([^,]{1,40}),(.*),(-|[0-9]{1,18})", re.ASCII)
_SUM = re.compile(r"([0-9]{1,18})", re.ASCII)
_SUMS = {
    "LF": "lines",
    "LH": "lines",
    "FNF": "functions",
    "FNH": "functions",
    "BRF": "branches",
    "BRH": "branches",
}


@dataclass(slots=True)
class Section:
    """What stands between `SF` and `end_of_record`. `sums` are its own counts, `at` their lines.

    Names of functions may repeat, as constructors do in JavaScript: the first `FNDA` of a name is of its first `FN`.
    """

    path: str
    line: int
    lines: Points = field(default_factory=Points)
    functions: Points = field(default_factory=Points)
    branches: Points = field(default_factory=Points)
    declared: Counter[str] = field(default_factory=Counter)
    called: Counter[str] = field(default_factory=Counter)
    starts: Counter[int] = field(default_factory=Counter)
    sums: dict[str, int] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, text: str, line: int) -> None:
        """Take a record in; Unproven when it is of no known kind or form."""
        if key in _SUMS:
            self._sum(key, text, line)
        elif key in _RECORDS:
            pattern, take = _RECORDS[key]
            take(self, _groups(pattern, key, text, line), line)
        elif key not in _IGNORED:
            raise refuse(f"line {line}: {key[:40]!r} is no record that is known", REWRITE)

    def check(self) -> None:
        """Unproven when its sums are not those of its records."""
        for name, calls in self.called.items():
            if calls > self.declared[name]:
                raise refuse(
                    f"{self.path}: {calls} FNDA of {name[:80]!r}, and {self.declared[name]} FN", REWRITE
                )
        points = {"lines": self.lines, "functions": self.functions, "branches": self.branches}
        for key, said in self.sums.items():
            counts = points[_SUMS[key]].counts
            found = counts.total if key.endswith("F") else counts.covered
            if not found <= said <= found + (self._instances() if _SUMS[key] == "lines" else 0):
                what = f"{_SUMS[key]} {'found' if key.endswith('F') else 'hit'}"
                raise refuse(
                    f"line {self.at[key]}: {key}:{said} of {self.path}, and its records come to {found} {what}",
                    REWRITE,
                )

    def _instances(self) -> int:
        """Functions that begin on a line where one has begun: gcovr's sums count lines of templates once for each."""
        return sum(count - 1 for count in self.starts.values())

    def _sum(self, key: str, text: str, line: int) -> None:
        (number,) = _groups(_SUM, key, text, line)
        if self.sums.setdefault(key, int(number)) != int(number):
            raise refuse(f"line {line}: a second {key} of {self.path}, unlike the first", REWRITE)
        self.at[key] = line

    def _line(self, found: tuple[str, ...], _line: int) -> None:
        self.lines.add(int(found[0]), int(found[1]) > 0)

    def _function(self, found: tuple[str, ...], _line: int) -> None:
        self.functions.add((found[2], self.declared[found[2]]), False)
        self.starts[int(found[0])] += 1
        self.declared[found[2]] += 1

    def _called(self, found: tuple[str, ...], _line: int) -> None:
        self.functions.add((found[1], self.called[found[1]]), int(found[0]) > 0)
        self.called[found[1]] += 1

    def _numbered_function(self, found: tuple[str, ...], _line: int) -> None:
        self.functions.add(int(found[0]), False)

    def _numbered_called(self, found: tuple[str, ...], line: int) -> None:
        if int(found[0]) not in self.functions.reached:
            raise refuse(f"line {line}: FNA of a function without FNL", REWRITE)
        self.functions.add(int(found[0]), int(found[1]) > 0)

    def _branch(self, found: tuple[str, ...], _line: int) -> None:
        self.branches.add(
            (int(found[0]), found[1], found[2]), found[3] not in ("-", "") and int(found[3]) > 0
        )


_Take = Callable[[Section, tuple[str, ...], int], None]
_RECORDS: Mapping[str, tuple[re.Pattern[str], _Take]] = {
    "DA": (_DA, Section._line),
    "FN": (_FN, Section._function),
    "FNDA": (_FNDA, Section._called),
    "FNL": (_FNL, Section._numbered_function),
    "FNA": (_FNA, Section._numbered_called),
    "BRDA": (_BRDA, Section._branch),
}
_IGNORED = {"VER", "MCDC", "MCF", "MCH"}


def _groups(pattern: re.Pattern[str], key: str, text: str, line: int) -> tuple[str, ...]:
    found = pattern.fullmatch(text)
    if not found:
        raise refuse(f"line {line}: {f'{key}:{text}'[:80]!r} is not as such a record is written", REWRITE)
    return tuple(group or "" for group in found.groups())

"""The kind `repository`: CODEOWNERS by the rules of GitHub and GitLab, and patterns for paths."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.ownership import CodeOwners, slug
from readiness.readers.patterns import parse_pattern
from readiness.readers.repository._codeowners import code_owners
from tests.readers.repository.made import Repo

PATTERNS = {
    ("*", "a/b.txt"): True,
    ("*.js", "a/b/c.js"): True,
    ("*.js", "a/b/c.jsx"): False,
    ("/build/logs/", "build/logs/a/b"): True,
    ("/build/logs/", "x/build/logs/a"): False,
    ("docs/*", "docs/a.md"): True,
    ("docs/*", "docs/b/a.md"): False,
    ("docs/*", "x/docs/a.md"): False,
    ("apps/", "x/apps/a/b"): True,
    ("apps/", "apps"): False,
    ("/docs/", "docs/a"): True,
    ("/apps/github", "apps/github/a"): True,
    ("/apps/github", "apps/github"): True,
    ("**/logs", "build/logs/a"): True,
    ("**/logs", "logs"): True,
    ("a/**/b", "a/b"): True,
    ("a/**/b", "a/x/y/b/c"): True,
    ("a/**", "a/b/c"): True,
    ("a/**", "a"): False,
    ("node_modules/", "x/node_modules/y.py"): True,
    ("*_pb2.py", "x/y_pb2.py"): True,
    ("a?c", "abc"): True,
    ("a?c", "a/c"): False,
}


@pytest.mark.parametrize(("pattern", "path"), sorted(PATTERNS))
def test_patterns_match_as_git_and_codeowners_have_it(pattern: str, path: str) -> None:
    assert parse_pattern(pattern).matches(path) is PATTERNS[pattern, path]


@given(st.text("ab*/?.", max_size=12), st.text("ab/.", max_size=12))
@settings(max_examples=120, deadline=None)
def test_every_pattern_either_matches_or_is_refused(pattern: str, path: str) -> None:
    try:
        parsed = parse_pattern(pattern)
    except ValueError:
        return
    assert parsed.matches(path) in (True, False)


def test_a_pattern_of_many_stars_is_quick() -> None:
    assert not parse_pattern("**/a/" * 40 + "b").matches("a/" * 400 + "c")
    assert not parse_pattern("*a" * 40 + "b").matches("a" * 4_000)


FILES = ["README.md", "src/pay/a.py", "src/shop/b.py", "docs/a.md"]


def owners(text: str, dialect: str = "github") -> CodeOwners:
    return code_owners("CODEOWNERS", "gitlab" if dialect == "gitlab" else "github", text, FILES)


def test_the_last_rule_that_fits_counts() -> None:
    found = owners("* @acme/shop # all\n\n# payments\n/src/pay/ @ines pay@shop.example\ndocs/\n")
    assert found.owners == {"@acme/shop": 2, "@ines": 1, "pay@shop.example": 1}
    assert (found.owned, found.unowned, found.problems) == (3, ("docs/a.md",), ())


@pytest.mark.parametrize(
    "line", ["* shop", "* @", "!docs @ines", "[ab].py @ines", "* @acme/shop nobody", "\\#a @ines"]
)
def test_a_line_that_github_skips_is_told_and_owns_nothing(line: str) -> None:
    found = owners(line)
    assert [one.line for one in found.problems] == [1]
    assert found.owned == 0


def test_sections_of_gitlab_own_beside_each_other() -> None:
    text = "[Shop] @acme/shop\n*\n!docs/\n\n^[Docs][2] @writers\ndocs/\n*.md @@developers\n"
    found = owners(text, "gitlab")
    assert found.owners["@acme/shop"] == 3
    assert found.owners["@@developers"] == 2
    assert found.owned == 4


def test_an_empty_file_owns_nothing() -> None:
    assert (owners("# nobody yet\n").rules, owners("").owned) == (0, 0)


@given(st.text(max_size=60))
@settings(max_examples=80, deadline=None)
def test_any_text_is_read_or_told(text: str) -> None:
    for dialect in ("github", "gitlab"):
        found = owners(text, dialect)
        assert found.owned is not None
        assert 0 <= found.owned <= len(FILES)


def test_the_file_that_counts_is_that_of_the_platform(tmp_path: Path) -> None:
    files = {"CODEOWNERS": "* @top", ".github/CODEOWNERS": "* @inside", "docs/CODEOWNERS": "* @docs"}
    repo = Repo(tmp_path, files)
    found = repo.facts().code_owners
    assert found is not None
    assert (found.path, found.owners) == (".github/CODEOWNERS", {"@inside": 3})
    gitlab = repo.facts(code_owners="gitlab").code_owners
    assert gitlab is not None
    assert gitlab.path == "CODEOWNERS"


def test_a_file_that_is_not_committed_does_not_count(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.write({"CODEOWNERS": "* @ines"})
    assert repo.facts().code_owners is None


@pytest.mark.parametrize(
    "owner",
    [
        "@acme/checkout-team",
        "group:default/checkout-team",
        "group:checkout-team",
        "Checkout Team",
        "checkout_team",
    ],
)
def test_one_owner_is_written_in_many_ways(owner: str) -> None:
    assert slug(owner) == "checkout-team"

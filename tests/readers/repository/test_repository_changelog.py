"""The kind `repository`: the entries of a changelog."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.readers.repository._changelog import parse_changelog
from tests.readers.repository.made import Repo

BODY = "\n\n- Orders can be cancelled.\n"
TITLES = {
    "## [1.4.2] - 2026-05-31": "1.4.2",
    "## 1.4.2 (2026-05-31)": "1.4.2",
    "# v1.4.2": "1.4.2",
    "## Version 1.4.2": "1.4.2",
    "### [v1.4.2](https://git.example/compare/v1.4.1...v1.4.2) (2026-05-31)": "1.4.2",
    "1.4.2 (2026-05-31)\n------------------": "1.4.2",
    "Release 1.4.2\n=============": "1.4.2",
    "## shop 1.4.2-rc.1": "1.4.2rc1",
    "== 1.4.2": "1.4.2",
}


@pytest.mark.parametrize("title", sorted(TITLES))
def test_headings_of_many_styles_name_a_version(title: str) -> None:
    (entry,) = parse_changelog("CHANGELOG.md", title + BODY).entries
    assert (entry.version, entry.words, entry.unreleased) == (TITLES[title], 4, False)


def test_what_is_to_come_is_no_release() -> None:
    text = (
        f"# Changelog\n\n## [Unreleased]{BODY}\n## 1.5.0 - TBD{BODY}\n## [1.4.2] - 2026-05-01 [YANKED]{BODY}"
    )
    entries = parse_changelog("CHANGELOG.md", text).entries
    assert [(one.version, one.unreleased, one.yanked, one.line) for one in entries] == [
        (None, True, False, 3),
        ("1.5.0", True, False, 7),
        ("1.4.2", False, True, 11),
    ]


NO_ENTRIES = [
    "- 1.4.2 is the newest version\n",
    "```\n## 1.4.2\n```\n",
    "<!--\n## 1.4.2\n-->\n",
    "## Upgrading the database from 1.4.1 to 1.4.2 takes a minute\n",
    "## Kinds of changes\n",
    "## Upgrading to 1.4.2\n\n- Stop the shop first.\n",
    "## Since 1.4.2\n\n- Some changes.\n",
    "1.4.2\n",
    "",
]


@pytest.mark.parametrize("text", NO_ENTRIES)
def test_a_version_elsewhere_is_no_entry(text: str) -> None:
    assert parse_changelog("CHANGELOG.md", text).entries == ()


def test_headings_and_links_are_no_contents() -> None:
    text = "## 1.4.2\n\n### Added\n\n[1.4.2]: https://git.example/tag\n## 1.4.1\n\ntwo words\n## 1.4.0\n\n- TBD\n"
    assert [one.words for one in parse_changelog("CHANGELOG.md", text).entries] == [0, 2, 0]


@given(st.text("#=-[]1.2v \nab`<!>", max_size=80))
@settings(max_examples=80, deadline=None)
def test_any_text_is_read(text: str) -> None:
    for one in parse_changelog("CHANGELOG.md", text).entries:
        assert 1 <= one.line <= text.count("\n") + 1


def test_it_is_read_from_the_commit_and_found_by_its_usual_names(tmp_path: Path) -> None:
    repo = Repo(
        tmp_path, {"Changes.rst": "1.0.0\n=====\n\nfirst one\n", "docs/log.md": "## 2.0.0\n\nother\n"}
    )
    repo.write({"Changes.rst": "9.9.9\n=====\n\nnot committed\n"})
    found, other = repo.facts().changelog, repo.facts(changelog="docs/log.md").changelog
    assert found is not None
    assert other is not None
    assert (found.path, found.entries[0].version, other.entries[0].version) == (
        "Changes.rst",
        "1.0.0",
        "2.0.0",
    )
    assert repo.facts(changelog="absent.md").changelog is None


@pytest.mark.parametrize(
    "title",
    [
        "## 1.4.2 - WIP",
        "## 1.4.2 - 2026-XX-XX",
        "## 1.4.2 (pending)",
        "## Next",
        "## Next: 1.4.2",
        "## 1.4.2 - next",
    ],
)
def test_what_is_still_open_is_no_release(title: str) -> None:
    (entry,) = parse_changelog("CHANGELOG.md", title + BODY).entries
    assert entry.unreleased


@pytest.mark.parametrize(
    "title", ["**1.4.2** (2026-05-31)", "__v1.4.2__", "#### 1.4.2", '## 1.4.2 - "Next steps"']
)
def test_titles_in_bold_and_of_lower_levels_name_a_version(title: str) -> None:
    (entry,) = parse_changelog("CHANGELOG.md", f"# Changes\n\n{title}{BODY}").entries
    assert (entry.version, entry.words, entry.unreleased) == ("1.4.2", 4, False)


def test_a_bold_sentence_and_a_lower_heading_about_a_version_are_no_entries() -> None:
    text = f"## 1.4.1\n\n**Breaks 1.4.2**\n\n#### Fixes for 1.4.2{BODY}"
    assert [one.version for one in parse_changelog("CHANGELOG.md", text).entries] == ["1.4.1"]


def test_a_promise_is_no_entry() -> None:
    (entry,) = parse_changelog("CHANGELOG.md", "## 1.4.2\n\nComing soon.\n").entries
    assert entry.words == 0

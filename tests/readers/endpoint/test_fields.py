"""Paths into JSON."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.fields import Found, find, parse_path

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a\\", ".".join("a" * 40)])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"path|parts"):
        parse_path(text)


@pytest.mark.parametrize(
    ("document", "path", "found"),
    [
        ({"a": {"b": 1}}, "a.b", [Found("a.b", "value", 1)]),
        ({"a": [5, 6]}, "a.1", [Found("a.1", "value", 6)]),
        ({"a": [5, 6]}, "a.-1", [Found("a.-1", "absent")]),
        ({"a": {"1": 6}}, "a.1", [Found("a.1", "value", 6)]),
        ({"a": [5, 6]}, "a.*", [Found("a.0", "value", 5), Found("a.1", "value", 6)]),
        ({"*": 1, "b": 2}, "\\*", [Found("\\*", "value", 1)]),
        ({"a": {}}, "a.*.b", [Found("a.*.b", "empty")]),
        ({"a": {"x.y": {}}}, "a.*.b", [Found("a.x\\.y.b", "absent")]),
    ],
)
def test_a_path_leads_to_places(document: Any, path: str, found: list[Found]) -> None:
    assert list(find(document, parse_path(path))) == found


@settings(max_examples=60, deadline=None)
@given(JSON, st.lists(st.sampled_from(["*", "a", "0", "1"]), min_size=1, max_size=4))
def test_every_path_leads_somewhere_in_any_document(document: Any, segments: list[str]) -> None:
    assert list(find(document, parse_path(".".join(segments))))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=5), st.integers(), min_size=1, max_size=5))
def test_what_a_wildcard_found_is_found_again_by_its_own_path(document: dict[str, int]) -> None:
    for found in find(document, parse_path("*")):
        assert [one.value for one in find(document, parse_path(found.path))] == [found.value]

"""Strict JSON: what is refused, and in which words."""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Reason, Unproven
from readiness.readers.strict_json import parse_json, shape


class Sample(msgspec.Struct):
    """Something with a count."""

    count: Annotated[int, msgspec.Meta(ge=0)]
    rate: float = 0.0


def refusal(text: str) -> Unproven:
    with pytest.raises(Unproven) as caught:
        parse_json(text)
    assert caught.value.reason is Reason.MALFORMED
    return caught.value


def misfit(data: Any) -> str:
    with pytest.raises(Unproven) as caught:
        shape(data, Sample, "sample")
    assert caught.value.reason is Reason.MALFORMED
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ('{"a": 1', "it is not JSON: Expecting ',' delimiter (line 1, column 8): it ends too early"),
        ("{'a': 1}", "it is not JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        ("{} {}", "it is not JSON: Extra data (line 1, column 4)"),
        ('{"a": NaN}', "it is not strict JSON: NaN is not a number"),
        ('{"a": -Infinity}', "it is not strict JSON: -Infinity is not a number"),
        ('{"a": 1e999}', "it is not strict JSON: 1e999 is not a finite number"),
        ('{"a": -1e999}', "it is not strict JSON: -1e999 is not a finite number"),
        ('{"a": 1, "a": 2}', "it is not strict JSON: the key 'a' stands twice in one object"),
        ('[{"b": {"a": 1, "\\u0061": 2}}]', "it is not strict JSON: the key 'a' stands twice in one object"),
        ("[" * 200_000, "it is nested too deeply"),
    ],
)
def test_what_could_mean_two_things_is_refused(text: str, said: str) -> None:
    assert refusal(text).message == said


def test_a_number_with_too_many_digits_is_refused() -> None:
    assert refusal("9" * 5000).message.startswith("it is not strict JSON: ")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"count": True}, "it is no sample: Expected `int`, got `bool` - at `$.count`"),
        ({"count": "1"}, "it is no sample: Expected `int`, got `str` - at `$.count`"),
        ({"count": -1}, "it is no sample: Expected `int` >= 0 - at `$.count`"),
        ({"count": 1.5}, "it is no sample: Expected `int`, got `float` - at `$.count`"),
        ({"count": None}, "it is no sample: Expected `int`, got `null` - at `$.count`"),
        ({}, "it is no sample: Object missing required field `count`"),
        ([], "it is no sample: Expected `object`, got `array`"),
        ({"count": 1, "rate": "0"}, "it is no sample: Expected `float`, got `str` - at `$.rate`"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(data: Any, said: str) -> None:
    assert misfit(data) == said


def test_an_integer_is_taken_where_a_float_is_meant() -> None:
    assert shape({"count": 1, "rate": 2}, Sample, "sample") == Sample(1, 2.0)


@pytest.mark.parametrize("part", ["[],", "{},", "1,", '"a",'])
def test_a_document_of_millions_of_values_is_refused_before_it_is_made(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json, "loads", None)
    error = refusal("[" + part * 4_000_001 + "0]")
    assert "commas and brackets" in error.message
    assert error.remedy == "keep the tool's summary, or write the evidence in several files"


def test_a_deep_document_of_millions_of_brackets_is_refused() -> None:
    refusal("[" * 100_000)
    refusal("[" * 5_000_000)


def test_a_long_text_is_no_mass_of_values() -> None:
    assert parse_json('["' + "x" * 5_000_000 + '"]') == ["x" * 5_000_000]


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=40, deadline=None)
@given(_PLAIN)
def test_plain_data_survives(data: Any) -> None:
    assert parse_json(json.dumps(data)) == data


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(), st.integers(), min_size=1, max_size=3), st.data())
def test_a_document_cut_anywhere_is_unproven(document: dict[str, int], data: st.DataObject) -> None:
    text = json.dumps(document)
    refusal(text[: data.draw(st.integers(0, len(text) - 1))])

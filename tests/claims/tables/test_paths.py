"""Paths and templates: what they lead to in a row, and which are none."""

from __future__ import annotations

import pytest

from magkg.claims.tables.paths import Path, Template
from magkg.errors import InputError

ROW = {
    "a": "1",
    "a.b": "2",
    "c": {"d": [{"e": "3"}, {"e": "4"}, {}], "f g": "5"},
    "list": ["6", "7"],
    "deep": [[["8"]]],
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a", ["1"]),
        ("a.b", ["2"]),  # a column of that very name
        ("$.a", ["1"]),
        ("c.d[].e", ["3", "4"]),
        ("$.c.d[*].e", ["3", "4"]),
        ("c.d[1].e", ["4"]),
        ("c.d[7].e", []),
        ("c.f g", ["5"]),
        ("list", ["6", "7"]),
        ("list[]", ["6", "7"]),
        ("list[@]", ["7"]),
        ("deep[0][0][0]", ["8"]),
        ("deep[]", [[["8"]]]),
        ("deep[][][]", ["8"]),
        ("c.*", [{"key": "d", "value": ROW["c"]["d"]}, {"key": "f g", "value": "5"}]),  # type: ignore[index]
        ("nothing.here[]", []),
        ("@", ["1"]),
    ],
)
def test_a_path_leads_to_what_stands_there(text: str, found: list[object]) -> None:
    assert Path.parse(text).all(ROW, "1") == found


@pytest.mark.parametrize(
    ("text", "hint"),
    [("a[]", "split"), ("a.*", "json"), ("c[]", "evidence.*"), ("c.d.e", "evidence[].text")],
)
def test_a_value_of_another_form_on_the_way_is_told(text: str, hint: str) -> None:
    with pytest.raises(InputError) as error:
        Path.parse(f"$.{text}").all(ROW)
    assert hint in error.value.hint


def test_an_item_knows_the_field_that_it_stands_in() -> None:
    row = {"evidence": {"7": [{"x": "a"}, {"x": "b"}], "8": [{"x": "c"}]}}
    found = Path.parse("evidence.*.value[]").keyed(row)
    assert [(dict(item)["x"], key) for item, key in found] == [("a", "7"), ("b", "7"), ("c", "8")]  # type: ignore[call-overload]
    assert Path.parse("@key").all({}, {"x": "a"}, "7") == ["7"]


def test_a_path_that_is_not_there_is_told_from_one_that_is_empty() -> None:
    row = {"list": [], "none": None, "it": {"a": "1"}}
    assert Path.parse("list[].x").lacking(row) == ("", [])
    assert Path.parse("none.x").lacking(row) == ("", [])
    assert Path.parse("it.b").lacking(row) == ("b", ["a"])


def test_an_item_may_be_an_object() -> None:
    assert Path.parse("@.x[0]").all({}, {"x": ["y"]}) == ["y"]


@pytest.mark.parametrize("text", ["", "a[", "a]b", "a[x]", "$", "a..", "."])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no path"):
        Path.parse(text)


def test_a_template_is_filled_or_empty() -> None:
    made = Template.parse("{{{a}}} and {c.f g}")
    assert made.fill(lambda path: path.text.upper()) == "{A} and C.F G"
    assert made.fill(lambda path: "") == ""
    assert Template.parse("x {{}}").constant == "x {}"
    assert made.constant is None


@pytest.mark.parametrize("text", ["{", "a}", "{a", "{}", "{a{b}}"])
def test_a_template_with_half_a_brace_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Template.parse(text)

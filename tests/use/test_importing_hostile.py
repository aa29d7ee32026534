"""Cells that would break a careless importer: they go in whole, or are told by row."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import magkg
from magkg import Project
from magkg.claims import turtle
from magkg.use.importing import ImportStopped
from magkg.vocabulary import LABEL
from tests.importing import LEAST, given, imported, project

NASTY = [
    "]]> & <b>", '"quoted" \\ back', "line\nbreak", "tab\there", "مغنيسيوم", "=HYPERLINK(1)",
    "x" * 100_000, "{braces} {{two}}", "e\u0301", "con:", "@en", "'''",
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Project:
    return project(tmp_path / "p")


def jsonl(*rows: dict[str, str]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_nasty_texts_come_back_as_they_were(home: Project) -> None:
    mapping = LEAST.replace('"{drug} eases {illness}."', '{ column = "text" }')
    rows = [{"drug": "a", "illness": "b", "text": text} for text in NASTY]
    data, told = given(home, mapping, jsonl(*rows), ".jsonl")
    assert magkg.import_claims(data, told, place=home).new == len(NASTY)
    quads = turtle.read(home.graphs / "imported" / "the-set.ttl").quads
    found = {getattr(q.object, "value", "") for q in quads if q.predicate.value == LABEL}
    assert {text.strip() for text in NASTY} <= found
    assert magkg.check(home.graphs).findings == ()
    assert magkg.format(home.graphs, check=True) == []
    assert magkg.import_claims(data, told, place=home).files == ()
    magkg.build(home)


@pytest.mark.parametrize("text", ["right\u202eto left", "\u200bhidden", "a\x7fb", "two\u2028lines"])
def test_what_no_reader_sees_is_told(home: Project, text: str) -> None:
    data, told = given(home, LEAST, jsonl({"drug": text, "illness": "b"}), ".jsonl")
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(data, told, place=home)
    (bad,) = stopped.value.report.bad
    assert (bad.column, bad.value) == ("drug", text)
    assert "invisible character U+" in bad.reason


def test_nasty_labels_become_concepts_or_are_told(home: Project) -> None:
    rows = [{"drug": text, "illness": "b"} for text in NASTY]
    data, told = given(home, LEAST, jsonl(*rows), ".jsonl")
    report = magkg.import_claims(data, told, place=home, on_error="skip")
    assert report.claims + len(report.bad) == len(NASTY)
    assert {each.value for each in report.bad} <= {"con:"}
    assert magkg.check(home.graphs).findings == ()
    before = imported(home)
    magkg.import_claims(data, told, place=home, on_error="skip")
    assert imported(home) == before


@pytest.mark.parametrize(
    "slug", ["../../etc/x", "a/b", "a#b", "<x>", "ÄÖ", "x" * 500, "Upper CASE"]
)
def test_a_slug_stays_in_its_folder(home: Project, slug: str) -> None:
    mapping = LEAST.replace('slug = "the-set"', 'slug = "{slug}"')
    data, told = given(home, mapping, jsonl({"drug": "a", "illness": "b", "slug": slug}), ".jsonl")
    magkg.import_claims(data, told, place=home)
    (name,) = [each for each in imported(home) if "/" not in each]
    assert len(name) < 100
    assert magkg.check(home.graphs).findings == ()
    assert [path.name for path in home.root.parent.iterdir() if path.suffix == ".ttl"] == []


@pytest.mark.parametrize("slug", ["茶", "---", "…"])
def test_a_slug_of_nothing_is_told(home: Project, slug: str) -> None:
    mapping = LEAST.replace('slug = "the-set"', 'slug = "{slug}"')
    data, told = given(home, mapping, jsonl({"drug": "a", "illness": "b", "slug": slug}), ".jsonl")
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(data, told, place=home)
    assert stopped.value.report.bad[0].column == "slug"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("doi", "10.1/x"), ("pmid", "12 34"), ("year", "MMXX"), ("issued", "2020"),
        ("issued", "2024-02-31"), ("url", "javascript:alert(1)"),
        ("url", "https://example.org/a b"), ("licence", "CC BY"), ("readAs", "half"),
    ],
)  # fmt: skip
def test_a_cell_of_another_kind_is_told_with_its_column(
    home: Project, key: str, value: str
) -> None:
    mapping = LEAST.replace('title = "The set"', f'title = "The set"\n{key} = "{{cell}}"')
    data, told = given(home, mapping, jsonl({"drug": "a", "illness": "b", "cell": value}), ".jsonl")
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(data, told, place=home)
    (bad,) = stopped.value.report.bad
    assert (bad.row, bad.column, bad.value) == (1, "cell", value)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("0.50", '{ "estimate": "0.5" }'), ("-1e-5", '{ "estimate": "-0.00001" }'),
        ("1,5", None), ("NaN", None), ("about 2", None),
    ],
)  # fmt: skip
def test_numbers_are_canonical_or_told(home: Project, cell: str, found: str | None) -> None:
    evidence = (
        '\n[[evidence]]\ndirection = "supports"\nbasis = "own"\nunresolved = "a trial"\n'
        '[evidence.effect]\nmeasure = "otherMeasure"\nestimate = "{cell}"\np = "< 0.05"\n'
    )
    mapping = LEAST.replace("noSource", "ownData") + evidence
    data, told = given(home, mapping, jsonl({"drug": "a", "illness": "b", "cell": cell}), ".jsonl")
    if found is None:
        with pytest.raises(ImportStopped) as stopped:
            magkg.import_claims(data, told, place=home)
        assert stopped.value.report.bad[0].reason == "this is no number"
        return
    magkg.import_claims(data, told, place=home)
    text = (home.graphs / "imported" / "the-set.ttl").read_text()
    assert f"mag:estimate {json.loads(found)['estimate']} ;" in text
    assert "mag:pBound mag:lessThan" in text
    assert "mag:pValue 0.05" in text


def test_a_folder_that_cannot_be_written_leaves_nothing(home: Project) -> None:
    (home.graphs / "imported").write_text("a file stands here")
    data, told = given(home, LEAST, "drug,illness\na,b\n")
    with pytest.raises(magkg.MagkgError, match="cannot be written"):
        magkg.import_claims(data, told, place=home)


def test_a_file_that_cannot_be_written_leaves_all_of_them(home: Project) -> None:
    (home.graphs / "imported" / "the-set.ttl").mkdir(parents=True)
    data, told = given(home, LEAST, "drug,illness\na,b\n")
    with pytest.raises(magkg.MagkgError):
        magkg.import_claims(data, told, place=home)
    left = [path for path in (home.graphs / "imported").rglob("*") if path.is_file()]
    assert left == []


def test_a_key_that_no_row_has_is_told_with_the_nearest(home: Project) -> None:
    data, told = given(home, LEAST, jsonl({"drugs": "a", "illness": "b"}), ".jsonl")
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(data, told, place=home)
    assert stopped.value.report.bad[0].hint == "The row has no 'drug'. Did you mean drugs?"


def test_a_concept_of_no_kind_is_told(home: Project) -> None:
    own = home.graphs / "concepts" / "substance.ttl"
    own.write_text(own.read_text() + '\ncon:odd a mag:Concept ;\n    skos:prefLabel "b"@en .\n')
    mapping = LEAST.replace('on-missing = "create", kind = "condition"', 'kind = "condition"')
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(*given(home, mapping, "drug,illness\na,b\n"), place=home)
    assert "is of no kind" in stopped.value.report.bad[0].reason


def test_a_number_of_too_many_digits_is_no_item(home: Project) -> None:
    mapping = LEAST.replace("[claim]\n", '[claim]\neach = "n[]"\nnote = "{s[@]}"\n')
    rows = json.dumps({"drug": "a", "illness": "b", "n": ["9" * 5000, "0"], "s": ["x"]}) + "\n"
    report = magkg.import_claims(*given(home, mapping, rows, ".jsonl"), place=home)
    assert (report.claims, report.bad) == (1, ())


def test_a_pipe_with_a_bad_cell_is_not_read_again(home: Project) -> None:
    mapping = '[rows]\nformat = "csv"\n' + LEAST.replace(', on-missing = "create"', "").replace(
        "polarity =", 'notFormalised = "so"\npolarity ='
    ).replace('title = "The set"', 'title = "The set"\nyear = "{year}"')
    _, told = given(home, mapping, "")
    ends = os.pipe()
    os.write(ends[1], b"drug,illness,year\na,b,3\n")
    os.close(ends[1])
    try:
        with pytest.raises(ImportStopped) as stopped:
            magkg.import_claims(f"/dev/fd/{ends[0]}", told, place=home)
    finally:
        os.close(ends[0])
    (bad,) = stopped.value.report.bad
    assert (bad.row, bad.column) == (2, "year")

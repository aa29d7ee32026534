"""What rdflib parsed is remembered whole, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from magkg import resources
from magkg.store import validate
from magkg.store.columns import forms, remembered
from magkg.store.places import cache_folder
from magkg.use import catalogue
from tests.store.test_columns_forms import QUERIES, said

RULES = sorted((resources.data("ontology") / "rules").glob("*.rq"))
NEGATED = "SELECT ?s { ?s !<urn:x:p> ?o }"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(remembered, "_forms", {})
    return tmp_path / "cache"


def texts() -> list[str]:
    found = [*QUERIES, *(path.read_text("utf-8") for path in RULES)]
    found += [each.select for each in validate.constraints(validate.derived())[::7]]
    return found + [each.text for each in list(catalogue.all_queries().values())[::5]]


def never(text: str) -> Any:
    raise AssertionError(f"parsed again: {text}")


def test_what_is_remembered_is_what_was_parsed() -> None:
    kept = 0
    for text in texts():
        parsed = forms._by_rdflib(text)
        with remembered.remembered():
            remembered.known(text, lambda _, parsed=parsed: parsed)
        remembered._forms.clear()
        with remembered.remembered():
            again = remembered.known(text, lambda _, text=text: text)
        remembered._forms.clear()
        if again != text:
            assert said(again) == said(parsed), text
            kept += 1
    assert kept >= len(texts()) - 2


def test_another_process_parses_nothing(cache: Path) -> None:
    with remembered.remembered():
        for text in QUERIES[:5]:
            remembered.known(text, forms._by_rdflib)
    remembered._forms.clear()
    with remembered.remembered():
        for text in QUERIES[:5]:
            assert said(remembered.known(text, never))
    assert len(list(cache.iterdir())) == 1


def test_nothing_is_remembered_outside(cache: Path) -> None:
    remembered.known(QUERIES[0], forms._by_rdflib)
    assert not cache.exists()


def test_what_cannot_be_written_is_parsed_again(cache: Path) -> None:
    with remembered.remembered():
        assert remembered.known(NEGATED, forms._by_rdflib).name
    assert not cache.exists()


@pytest.mark.parametrize("harm", ["", "{", "5", '{"KEY": ["node", "x"]}', '{"KEY": ["nothing"]}'])
def test_a_damaged_file_costs_the_parsing(harm: str, cache: Path) -> None:
    text = QUERIES[0]
    with remembered.remembered():
        remembered.known(text, forms._by_rdflib)
    (path,) = cache_folder().iterdir()
    (key,) = json.loads(path.read_text("utf-8"))
    path.write_text(harm.replace("KEY", key), "utf-8")
    remembered._forms.clear()
    with remembered.remembered():
        assert said(remembered.known(text, forms._by_rdflib)) == said(forms._by_rdflib(text))


def test_a_cache_that_cannot_be_written_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "file"))
    with remembered.remembered():
        assert remembered.known(QUERIES[0], forms._by_rdflib).name

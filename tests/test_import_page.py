"""docs/import.md: its examples are the files of tests/data/import, and they run as it says."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from magkg.claims.tables import mapping, schemes
from tests.cli import magkg
from tests.importing import DATA, LEAST, given, imported, project

PAGE = (Path(__file__).parents[1] / "docs" / "import.md").read_text("utf-8")


def example(number: int) -> str:
    return re.split(r"^## ", PAGE.partition(f"## Example {number}:")[2], maxsplit=1, flags=re.M)[0]


@pytest.mark.parametrize(
    ("number", "kind", "file"),
    [
        (1, "csv", "trials/prompts.csv"),
        (1, "toml", "trials/trials.toml"),
        (2, "json", "clinical/items.jsonl"),
        (2, "toml", "clinical/clinical.toml"),
    ],
)
def test_the_page_shows_the_files_that_there_are(number: int, kind: str, file: str) -> None:
    shown = re.search(rf"```{kind}\n(.*?)```", example(number), re.DOTALL)
    assert shown is not None
    assert shown[1] == (DATA / file).read_text("utf-8")


@pytest.mark.parametrize("number", [1, 2])
def test_the_examples_run_as_the_page_says(number: int, tmp_path: Path) -> None:
    home = project(tmp_path / "p")
    shutil.copytree(DATA, home.root, dirs_exist_ok=True)
    found = re.search(r"```\n(magkg .*?)```", example(number), re.DOTALL)
    assert found is not None
    commands = found[1].splitlines()
    for line in commands:
        done = magkg(*shlex.split(line)[1:], cwd=home.root)
        assert done.code == 0, done.err
    first = imported(home)
    again = magkg(*shlex.split(commands[0])[1:], cwd=home.root)
    assert "0 new, 4 known before" in again.out
    assert imported(home) == first


def test_every_key_is_on_the_page() -> None:
    names = [name for name in vars(mapping) if re.fullmatch(r"_[A-Z_]+", name)]
    keys = {
        key for name in names if isinstance(found := getattr(mapping, name), tuple) for key in found
    }
    assert len(keys) > 60
    tables = set(re.findall(r"\[+(?:evidence\.)?(\w+)[\].]", PAGE))
    assert {key for key in keys - tables if f"`{key}`" not in PAGE} == set()


@pytest.mark.parametrize(
    "scheme", ["polarity", "certainty", "attribution", "design", "measure", "direction", "basis"]
)
def test_every_value_of_a_scheme_is_on_the_page(scheme: str) -> None:
    assert [name for name in schemes.values(f"{scheme}Scheme") if f"`{name}`" not in PAGE] == []


def test_bad_rows_in_json_and_on_the_terminal(tmp_path: Path) -> None:
    home = project(tmp_path / "p")
    data, told = given(home, LEAST, "drug,illness\na,b\n,c\n")
    command = ("import", str(data), "--mapping", str(told))
    done = magkg(*command, "--json", cwd=home.root)
    assert done.code == 1
    report = json.loads(done.out)
    assert (report["rows"], report["claims"], report["new"], report["known"]) == (2, 1, 1, 0)
    assert set(report["bad"][0]) == {"file", "row", "column", "value", "reason"}
    assert report["not_found"] == []
    done = magkg(*command, cwd=home.root)
    assert (done.code, done.out) == (1, "")
    assert "table.csv:3: drug '': this is empty" in done.err
    assert "--on-error skip" in done.err
    assert imported(home) == {}
    assert magkg(*command, "--on-error", "skip", cwd=home.root).code == 0
    told.write_text("[clam]\n")
    done = magkg(*command, cwd=home.root)
    assert done.code == 2
    assert "mapping.toml:1: clam: there is no such key" in done.err

"""`magkg query` through its real entry point: formats, files, misspelt names, limits."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .cli import magkg

ROOT = Path(__file__).resolve().parents[1]


def test_a_query_has_a_time_limit_and_reserved_names_are_no_parameters(
    bundled_folder: Path,
) -> None:
    from magkg.use.catalogue import RESERVED

    ran = magkg("query", "claims", "--timeout", "0.001", "--graph", bundled_folder)
    assert (ran.code, "--timeout" in ran.err) == (2, True)
    assert magkg("query", "sources", "--timeout", "60", "--graph", bundled_folder).code == 0
    for name in sorted(RESERVED - {"graph", "format", "json", "list", "timeout", "help"}):
        ran = magkg("query", "claims", f"--{name}", "5", "--graph", bundled_folder)
        assert (ran.code, ran.out) == (2, ""), name
        assert ran.err.startswith("magkg: "), name


def test_query_answers_in_every_format(bundled_folder: Path) -> None:
    asked = ["query", "claims_about", "--concept", "magnesium-glycinate", "--graph", bundled_folder]
    table = magkg(*asked)
    assert "glycinate" in table.out
    rows = json.loads(magkg(*asked, "--json").out)["results"]["bindings"]
    assert json.loads(magkg(*asked, "--format", "json").out)["results"]["bindings"] == rows
    assert len(magkg(*asked, "--format", "tsv").out.splitlines()) == len(rows) + 1
    assert magkg(*asked, "--format", "csv").out.count("\n") >= len(rows) + 1
    assert len(magkg(*asked, "--format", "markdown").out.splitlines()) == len(rows) + 2


def test_query_reads_a_file_and_standard_input(bundled_folder: Path, tmp_path: Path) -> None:
    text = "SELECT (COUNT(?c) AS ?n) WHERE { ?c a mag:Claim }"
    (tmp_path / "own.rq").write_text(text)
    from_file = magkg("query", tmp_path / "own.rq", "--graph", bundled_folder, "--format", "csv")
    from_input = magkg("query", "-", "--graph", bundled_folder, "--format", "csv", stdin=text)
    assert from_file.out == from_input.out
    assert int(from_file.out.split()[1]) > 500
    ask = magkg("query", "-", "--graph", bundled_folder, stdin="ASK { ?c a mag:Claim }")
    assert ask.out == "true\n"
    triples = magkg(
        "query", "-", "--graph", bundled_folder,
        stdin="CONSTRUCT WHERE { ?c a mag:Claim ; mag:kind mag:doseClaim }",
    )  # fmt: skip
    assert all(line.endswith(" .") for line in triples.out.splitlines())


def test_a_syntax_error_shows_line_column_and_the_line(bundled_folder: Path) -> None:
    text = "SELECT ?c\nWHERE { ?c a mag:Claim ;; . FILTR(?c) }"
    ran = magkg("query", "-", "--graph", bundled_folder, stdin=text)
    assert ran.code == 2
    assert "FILTR(?c)" in ran.err
    assert "line 2" in ran.err or ":2" in ran.err


def test_misspelt_names_get_the_nearest(bundled_folder: Path) -> None:
    ran = magkg("query", "claims_abuot", "--graph", bundled_folder)
    assert (ran.code, "claims_about" in ran.err) == (2, True)
    ran = magkg(
        "query", "claims_about", "--concept", "magnesium-glicinate", "--graph", bundled_folder
    )
    assert (ran.code, "magnesium-glycinate" in ran.err) == (2, True)
    ran = magkg("query", "claims_about", "--concpet", "magnesium", "--graph", bundled_folder)
    assert (ran.code, "concept" in ran.err) == (2, True)


def test_the_catalogue_lists_every_query() -> None:
    names = sorted(path.stem for path in (ROOT / "queries").rglob("*.rq"))
    assert len(names) >= 15
    listed = json.loads(magkg("query", "--list", "--json").out)
    assert [each["name"] for each in listed] == names
    plain = magkg("query", "--list").out
    assert all(re.search(rf"^{name}\b", plain, re.MULTILINE) for name in names)


def test_triples_and_the_catalogue_have_their_own_formats(bundled_folder: Path) -> None:
    text = "CONSTRUCT WHERE { ?c mag:kind mag:doseClaim }"
    ran = magkg("query", "-", "--json", "--graph", bundled_folder, stdin=text)
    assert (ran.code, "N-Triples" in ran.err) == (2, True)
    assert magkg("query", "--list", "--format", "csv").code == 2

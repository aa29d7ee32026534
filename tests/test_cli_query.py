"""`magkg query` through its real entry point: formats, files, misspelt names, limits."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pyoxigraph as ox

from .cli import magkg

ROOT = Path(__file__).resolve().parents[1]


def test_a_query_has_a_time_limit_and_reserved_names_are_no_parameters(
    bundled_folder: Path,
) -> None:
    from magkg.use.catalogue import RESERVED

    ran = magkg("query", "claims", "--timeout", "0.001", "--graph", bundled_folder)
    assert (ran.code, "--timeout" in ran.err) == (2, True)
    assert magkg("query", "sources", "--timeout", "60", "--graph", bundled_folder).code == 0
    options = {"engine", "explain", "format", "graph", "help", "json", "limit", "list", "timeout"}
    for name in sorted(RESERVED - options):
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
    marked = magkg("query", "-", "--graph", bundled_folder, stdin="\ufeff" + text)
    assert (marked.code, marked.err) == (0, "")
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
    ran = magkg("query", "-", "--format", "csv", "--graph", bundled_folder, stdin=text)
    assert (ran.code, "N-Triples" in ran.err) == (2, True)
    assert magkg("query", "--list", "--format", "csv").code == 2
    ran = magkg("query", "claims", "--format", "turtle", "--graph", bundled_folder)
    assert (ran.code, ran.out, "CONSTRUCT" in ran.err) == (2, "", True)
    ran = magkg("query", "ASK {}", "--format", "trig", "--graph", bundled_folder)
    assert (ran.code, ran.out) == (2, "")


READERS = {
    "turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML, "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}  # fmt: skip


def test_a_construct_is_written_in_every_format_without_doubles(bundled_folder: Path) -> None:
    # Every claim of the two kinds gives the same triple of its source.
    text = "CONSTRUCT { ?s a mag:Source } WHERE { ?c mag:source ?s ; mag:kind mag:doseClaim }"
    found = {}
    for form, media in READERS.items():
        ran = magkg("query", text, "--format", form, "--graph", bundled_folder)
        assert (ran.code, ran.err) == (0, "")
        quads = [str(quad.subject) for quad in ox.parse(ran.out, format=media)]
        assert len(quads) == len(set(quads)) > 1
        found[form] = sorted(quads)
    assert len(set(map(tuple, found.values()))) == 1
    piped = magkg("query", text, "--graph", bundled_folder)
    assert piped.out == magkg("query", text, "--format", "ntriples", "--graph", bundled_folder).out
    described = magkg("query", "DESCRIBE con:magnesium-oxide", "--graph", bundled_folder)
    assert "/concept/magnesium-oxide> " in described.out


def test_a_selection_by_name_is_written_as_rdf(bundled_folder: Path) -> None:
    ran = magkg("query", "contested", "--format", "turtle", "--graph", bundled_folder)
    assert ran.out.startswith("@prefix ")
    kind = ox.NamedNode("https://w3id.org/magkg/ns#Claim")
    read = list(ox.parse(ran.out, format=ox.RdfFormat.TURTLE))
    assert sum(quad.object == kind for quad in read) > 30
    given = ("--source", "guide-nerve-healt", "--graph", bundled_folder)
    ran = magkg("query", "source_in_full", *given)
    assert (ran.code, ran.out, "guide-nerve-health" in ran.err) == (2, "", True)


def test_a_text_on_the_command_line_is_a_query(bundled_folder: Path, tmp_path: Path) -> None:
    text = "SELECT (COUNT(?c) AS ?n) { ?c a mag:Claim }"
    graph = ("--graph", bundled_folder)
    ran = magkg("query", text, "--format", "csv", *graph)
    assert int(ran.out.split()[1]) > 500
    long = text + " # " + "x" * 10_000
    assert magkg("query", long, "--format", "csv", *graph).out == ran.out
    ran = magkg("query", "SELECT", "?c", *graph)
    assert (ran.code, "between quotes" in ran.err) == (2, True)
    # A file may have any name; a folder is none.
    (tmp_path / "asked").write_text(text, "utf-8")
    assert magkg("query", "asked", *graph, "--format", "csv", cwd=tmp_path).out.split()[0] == "n"
    assert magkg("query", "none.rq", *graph).code == 2
    (tmp_path / "latin.rq").write_bytes(b"SELECT ?c { ?c ?p '\xe9' }")
    ran = magkg("query", "latin.rq", *graph, cwd=tmp_path)
    assert (ran.code, "not UTF-8" in ran.err) == (2, True)
    ran = magkg("query", "-", *graph)
    assert (ran.code, "empty" in ran.err) == (2, True)


def test_a_fault_stands_where_it_was_written_however_it_came(
    bundled_folder: Path, tmp_path: Path
) -> None:
    text = "SELECT ?c {\n\t?c a mag:Claim FILTR }"
    (tmp_path / "bad.rq").write_text(text, "utf-8")
    graph = ("--graph", bundled_folder)
    for ran in (
        magkg("query", text, *graph),
        magkg("query", "-", *graph, stdin=text),
        magkg("query", tmp_path / "bad.rq", *graph),
    ):
        assert (ran.code, ran.out) == (2, "")
        first, line, caret = ran.err.splitlines()[:3]
        assert first.endswith("line 2, column 17")
        assert line.endswith("\t?c a mag:Claim FILTR }")
        assert caret.index("^") == line.index("FILTR")
    one = magkg("query", "SELECT ?c { ?c a mag:Claim ; ?p con:zinc FILTR }", *graph)
    assert "line 1, column 42" in one.err
    assert "PREFIX" not in one.err
    unknown = magkg("query", "SELECT ?c { ?c mga:kind ?k }", *graph)
    assert (unknown.code, "Did you mean mag?" in unknown.err) == (2, True)


def test_explain_prints_what_would_be_sent(bundled_folder: Path) -> None:
    graph = ("--graph", bundled_folder)
    asked = ("query", "claims_about", "--concept", "magnesium-oxide")
    ran = magkg(*asked, "--explain", *graph)
    assert (ran.code, ran.err) == (0, "")
    assert "VALUES ?concept { <https://w3id.org/magkg/concept/magnesium-oxide> }" in ran.out
    again = magkg("query", "-", "--format", "csv", *graph, stdin=ran.out)
    assert again.out == magkg(*asked, "--format", "csv", *graph).out
    # It is not asked: this one would never end.
    endless = "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k mag:x } ORDER BY ?a"
    ran = magkg("query", endless, "--explain", *graph)
    assert ran.out == f"PREFIX mag: <https://w3id.org/magkg/ns#> {endless}\n"
    assert magkg("query", "claims_about", "--explain", *graph).code == 2


def test_a_limit_is_said(bundled_folder: Path) -> None:
    graph = ("--graph", bundled_folder)
    for form, lines in (("csv", 4), ("table", 5), ("tsv", 4), ("markdown", 5)):
        ran = magkg("query", "claims", "--limit", "3", "--format", form, *graph)
        assert len(ran.out.splitlines()) == lines
        assert ran.err.startswith("magkg: the first 3 rows; there are more: --limit ")
    ran = magkg("query", "claims", "--limit", "3", "--json", *graph)
    assert len(json.loads(ran.out)["results"]["bindings"]) == 3
    one = "SELECT ?x { VALUES ?x { 1 2 3 } }"
    assert magkg("query", one, "--limit", "3", *graph).err == ""
    ran = magkg("query", "contested", "--limit", "7", *graph)
    assert (len(ran.out.splitlines()), "the first 7 triples" in ran.err) == (7, True)
    for bad in ("0", "-1", "many"):
        assert magkg("query", one, "--limit", bad, *graph).code == 2


def test_an_empty_answer_says_so_and_what_it_does_not_know(bundled_folder: Path) -> None:
    graph = ("--graph", bundled_folder)
    ran = magkg("query", "SELECT ?c { ?c mag:subject con:magnesium-oxid }", *graph)
    assert ran.code == 0
    assert "the answer is empty" in ran.err
    assert "con:magnesium-oxide" in ran.err
    ran = magkg("query", "CONSTRUCT WHERE { ?c a mag:Clam }", *graph)
    assert (ran.code, ran.out, "mag:Claim" in ran.err) == (0, "", True)
    ran = magkg("query", "ASK { ?c mag:knid ?k }", *graph)
    assert (ran.code, ran.out, "mag:kind" in ran.err) == (0, "false\n", True)
    # Where there are rows, nothing is said of what else is named.
    ran = magkg("query", "SELECT ?c { { ?c a mag:Claim } UNION { ?c a mag:Clam } }", *graph)
    assert (ran.code, ran.err) == (0, "")


def test_a_time_limit_ends_the_process(bundled_folder: Path) -> None:
    cross = "SELECT (COUNT(*) AS ?c) { ?a ?b ?c1 . ?d ?e ?f . ?g ?h ?i }"
    began = time.monotonic()
    ran = magkg("query", cross, "--timeout", "2", "--graph", bundled_folder)
    took = time.monotonic() - began
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("magkg: the query did not finish within 2 s")
    assert ran.err.count("magkg:") == 1
    # 2.4 s on an idle machine, hours without the limit.
    assert 2 <= took < 60


def test_the_catalogue_in_rdf_is_the_file_that_is_kept() -> None:
    ran = magkg("query", "--list", "--format", "turtle")
    assert ran.out == (ROOT / "queries" / "catalogue.ttl").read_text("utf-8")
    url = "https://example.org/sparql"
    ran = magkg("query", "--list", "--format", "turtle", "--graph", url)
    assert ran.out.count(f"schema:target <{url}>") == ran.out.count("a sh:SPARQLExecutable")


def test_help_after_a_name_is_that_of_the_query() -> None:
    for word in ("--help", "-h"):
        ran = magkg("query", "claims_about", word)
        assert (ran.code, ran.err) == (0, "")
        for part in (
            "claims_about: What is claimed", "--concept magnesium-glycinate", "(optional)",
            "claim, gist, role", "Example: magkg query claims_about --concept magnesium-glycinate",
        ):  # fmt: skip
            assert part in ran.out
        assert "Usage:" in magkg("query", word).out
    assert "triples" in magkg("query", "contested", "--help").out
    assert magkg("query", "claims_abuot", "--help").code == 2


def test_a_missing_parameter_is_shown_as_it_is_typed(bundled_folder: Path) -> None:
    ran = magkg("query", "claims_about", "--graph", bundled_folder)
    assert (ran.code, "For example: --concept magnesium-glycinate" in ran.err) == (2, True)


def test_the_list_marks_what_gives_triples_and_json_is_json_ld(bundled_folder: Path) -> None:
    listed = magkg("query", "--list").out
    assert "The claims that are contested (gives triples)" in listed
    assert listed.count("(gives triples)") == len(list((ROOT / "queries" / "export").glob("*.rq")))
    forms = {
        each["name"]: each["form"] for each in json.loads(magkg("query", "--list", "--json").out)
    }
    assert (forms["contested"], forms["claims"]) == ("construct", "select")
    asked = ("query", "contested", "--limit", "5", "--graph", bundled_folder)
    assert magkg(*asked, "--json").out == magkg(*asked, "--format", "jsonld").out != ""

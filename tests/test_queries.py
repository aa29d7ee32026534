"""Every shipped query: its form, its answer, and the same answer on a second engine."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from magkg import vocabulary
from magkg.claims import project as projects
from magkg.store.interface import IRI, Blank, Literal, Term
from magkg.use import catalogue, examples, sparql
from magkg.use.rows import Row
from tests import answers, evidence, small

if TYPE_CHECKING:
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph

QUERIES = catalogue.all_queries()
NAMES = list(QUERIES)
SELECTS = [name for name in NAMES if QUERIES[name].form == "select"]
# What a query about one thing is asked on the small graph.
SMALL = {
    "claim": "hive-notes#clover-more-brood",
    "concept": "white-clover",
    "deficiency": "chalkbrood",
    "intake": "few-mites",
    "route": "trickling",
    "source": "hive-notes",
    "state": "calm",
    "study": "norwood-clover",
    "word": "CLOVER",
}


@cache
def small_graph() -> Graph:
    return small.graph()


@cache
def bundled_quads() -> tuple[ox.Quad, ...]:
    try:
        project = projects.bundled()
    except FileNotFoundError:
        return ()
    return tuple(small.quads_of(project))


def needs_bundled() -> None:
    if not bundled_quads():
        pytest.skip("there is no bundled graph")


def given_small(query: Query) -> dict[str, Any]:
    return {param.name: SMALL[param.name] for param in query.params if not param.optional}


def asked(graph: Graph, query: Query, given: dict[str, Any]) -> list[tuple[Term | None, ...]]:
    """The rows in their order, or the triples of a CONSTRUCT, which has none: each once, sorted."""
    if query.form == "construct":
        return sorted(set(graph.construct(query, **given)), key=repr)
    return [tuple(row.values()) for row in graph.query(query, **given)]


# --- form


def test_there_are_enough_and_the_names_are_unlike() -> None:
    assert len(NAMES) >= 18
    assert {query.path.parent.name for query in QUERIES.values() if query.path} == {
        "audit",
        "export",
        "research",
        "trace",
    }


@pytest.mark.parametrize("name", NAMES)
def test_header_and_layout(name: str) -> None:
    query = QUERIES[name]
    assert query.path is not None
    assert query.tags[0] == query.path.parent.name
    assert query.summary[0].isupper()
    assert not query.summary.endswith(".")
    assert query.description.endswith(".")
    assert query.form == ("construct" if query.tags[0] == "export" else "select")
    assert query.text.endswith("\n")
    assert "\r" not in query.text
    assert "\t" not in query.text
    declared = sparql.declared(query.text)
    assert list(declared) == sorted(declared)
    assert all(vocabulary.prefixes()[prefix] == space for prefix, space in declared.items())
    used = set(re.findall(r"(?<![\w:?$])([a-z]+):", sparql.blank(query.text)))
    assert used - {"prefix"} == declared.keys()


@pytest.mark.parametrize("name", NAMES)
def test_only_what_engines_agree_on(name: str) -> None:
    query = QUERIES[name]
    code = sparql.blank(query.text)
    assert not re.search(r"\*\s*(WHERE|\{)|SELECT\s*(DISTINCT\s*)?\*", code)
    assert ("ORDER BY" in code.rsplit("}", 1)[1]) == (query.form == "select")
    assert not re.search(r"\bFROM\b|\bSERVICE\b|GROUP_CONCAT|\bMINUS\b|SAMPLE", code)
    # To Virtuoso CONCAT and a comparison with an unbound variable are no error: write IF(BOUND ..).
    assert not re.search(r"COALESCE\((CONCAT\(|\?\w+ [=<>!])", code)
    inside = re.findall(r"GRAPH mag:stated \{([^}]*)\}", code)
    assert len(inside) == code.count("GRAPH")
    assert not any(re.search(r"COUNT|MINUS|VALUES|FILTER", each) for each in inside)
    # Concepts, sources and studies are a project's own: only an example may name one.
    values = {param.line for param in query.params}
    for number, line in enumerate(query.text.split("\n"), 1):
        if number not in values and not line.startswith(("PREFIX", "#")):
            assert not re.search(r"\b(con|src|study|prop):", line)
    for negated in re.findall(r"NOT EXISTS \{([^}]*)\}", code):
        assert " . " not in negated
        assert ";" not in negated


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_was_grouped_is_not_looked_for_by_its_text(name: str) -> None:
    """It takes every pair of claims of a proposition, so its IRI is to be made of the text."""
    code = sparql.blank(QUERIES[name].text)
    assert not re.search(r"FILTER\(STR\(\?\w+\) = \?\w+\)", code)


@cache
def domain_predicates() -> frozenset[str]:
    kind = ox.NamedNode(vocabulary.MAG + "Predicate")
    return frozenset(
        vocabulary.shrink(quad.subject.value)
        for quad in small.quads()
        if quad.predicate.value == vocabulary.TYPE
        and quad.object == kind
        and isinstance(quad.subject, ox.NamedNode)
    )


@pytest.mark.parametrize("name", NAMES)
def test_domain_predicates_are_matched_only_as_what_is_stated(name: str) -> None:
    code = re.sub(r"GRAPH mag:stated \{[^}]*\}", "", sparql.blank(QUERIES[name].text))
    # A parameter may ask for a predicate; its example is one.
    code = re.sub(r"VALUES \?\w+ \{ \S+ \}", "", code)
    for found in set(re.findall(r"mag:\w+", code)) & domain_predicates():
        assert re.search(rf"mag:predicate {found}\b", code)
        assert code.count(found) == len(re.findall(rf"mag:predicate {found}\b", code))


@pytest.mark.parametrize("name", SELECTS)
def test_columns_can_be_read_as_attributes(name: str) -> None:
    rows = small_graph().query(name, **given_small(QUERIES[name]))
    assert rows.variables == QUERIES[name].columns
    assert not {each for each in rows.variables if hasattr(Row, each)}


def test_the_worked_query_of_the_readme_answers() -> None:
    needs_bundled()
    [text] = re.findall(r"```sparql\n(.*?)```", answers.README.read_text("utf-8"), re.DOTALL)
    rows = answers.bundled().query(text)
    assert len(rows) > 10
    assert all(row.verdict and row.strength and row.against for row in rows)


def test_readme_table_is_current() -> None:
    text = answers.README.read_text("utf-8")
    assert answers.readme(text, QUERIES.values()) == text, "run python -m tests.answers"


def test_catalogue_in_rdf_is_current() -> None:
    text = answers.CATALOGUE.read_text("utf-8")
    assert examples.turtle(projects.bundled()) == text, "run python -m tests.answers"


def test_every_column_of_the_table_of_claims_is_explained() -> None:
    text = (Path(__file__).parents[1] / "docs" / "claims-table.md").read_text("utf-8")
    cells = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    named = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert tuple(named) == small_graph().query("claims").variables
    for query in re.findall(r"\(`(\w+)`", text):
        assert query in QUERIES or query.endswith("X")


# --- answers


@pytest.mark.parametrize("name", NAMES)
def test_runs_on_another_project(name: str) -> None:
    query = QUERIES[name]
    given = given_small(query)
    rows = asked(small_graph(), query, given) or asked(evidence.graph(), query, given)
    assert len(rows) > 0 or query.severity  # an audit may find nothing


@pytest.mark.parametrize("name", NAMES)
def test_order_is_total(name: str) -> None:
    """The quads come in another order; the rows must not."""
    query = QUERIES[name]
    turned = small.in_memory(small.project(), list(reversed(small.quads())))
    given = given_small(query)
    assert asked(turned, query, given) == asked(small_graph(), query, given)


@pytest.mark.parametrize("name", NAMES)
def test_stored_answer(name: str) -> None:
    needs_bundled()
    query = QUERIES[name]
    assert answers.path(name).is_file(), "no answer is stored: run python -m tests.answers"
    held = json.loads(answers.path(name).read_text("utf-8"))["cases"]
    assert {case: each["given"] for case, each in held.items()} == answers.cases(query)
    for case, each in held.items():
        found = answers.answer(answers.bundled(), query, each.pop("given"))
        assert found == each, f"{name} ({case}): run python -m tests.answers and read the diff"
        if not query.severity:  # an audit may find nothing
            assert found["rows"], f"{name} ({case}) finds nothing: its example needs another value"


@pytest.mark.parametrize("name", NAMES)
def test_file_as_it_stands_is_the_query_with_its_examples(name: str) -> None:
    needs_bundled()
    query = QUERIES[name]
    graph = answers.bundled()
    bound = asked(graph, query, answers.cases(query)["examples"])
    if query.form == "construct":
        assert sorted(set(graph.store.construct(query.text)), key=repr) == bound
    else:
        assert [tuple(row) for row in graph.store.select(query.text)] == bound


EXPORTS = [name for name in NAMES if QUERIES[name].tags[0] == "export"]


def claims_in(triples: Iterable[tuple[Term | None, ...]]) -> set[str]:
    """The claims that a result selects: subjects that are said to be claims."""
    kind = (vocabulary.TYPE, vocabulary.MAG + "Claim")
    return {str(subject) for subject, *rest in triples if tuple(map(str, rest)) == kind}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_holds_its_claims_whole(name: str) -> None:
    """Nothing is said of a claim in part, least of all without its polarity."""
    needs_bundled()
    graph, query = answers.bundled(), QUERIES[name]
    triples = set(asked(graph, query, answers.cases(query)["examples"]))
    claims = claims_in(triples)
    assert claims
    for claim in claims:
        whole = {
            (IRI(claim), *row) for row in graph.store.select(f"SELECT ?p ?o {{<{claim}> ?p ?o}}")
        }
        assert whole <= triples
    # What hangs on a claim is said of, and nothing else begins to speak of another claim.
    polarity = vocabulary.MAG + "polarity"
    assert {str(s) for s, p, _ in triples if p == polarity} == claims


def test_exports_select_what_their_audits_find() -> None:
    needs_bundled()
    graph = answers.bundled()

    def found(name: str) -> set[str]:
        return claims_in(asked(graph, QUERIES[name], answers.cases(QUERIES[name])["examples"]))

    def audited(name: str, *columns: str) -> set[str]:
        return {str(row[column]) for row in graph.query(name) for column in columns}

    firmer = audited("wording_firmer_than_what_is_held", "claim")
    firmer |= audited("wording_firmer_than_what_is_cited", "claim")
    assert firmer
    assert firmer <= found("overclaims")
    opposite = audited("opposite_polarity", "claim", "other")
    assert opposite
    whole = asked(graph, QUERIES["contested"], {})
    assert opposite <= claims_in(whole)
    rests = {str(row.claim) for row in graph.query("claims_on_study", study="pan-2011")}
    assert rests <= found("study_and_its_claims")
    of_source = {str(r.claim) for r in graph.query("claims_of_source", source="guide-nerve-health")}
    assert of_source == found("source_in_full")
    about = {str(r.claim) for r in graph.query("claims_about", concept="magnesium-oxide")}
    assert about == found("evidence_of_concept")


# --- the second engine


def as_rdflib(quads: tuple[ox.Quad, ...]) -> Any:
    import rdflib
    from rdflib.plugins import sparql as engine

    engine.SPARQL_LOAD_GRAPHS = False
    rdflib.NORMALIZE_LITERALS = False
    dataset = rdflib.Dataset(default_union=False)
    data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert data is not None
    dataset.parse(data=data.decode(), format="nquads")
    return dataset


@cache
def small_rdflib() -> Any:
    return as_rdflib(small.quads())


def from_rdflib(term: Any) -> Term | None:
    import rdflib

    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return IRI(term)
    if isinstance(term, rdflib.BNode):
        return Blank(f"_:{term}")
    kind = str(term.datatype or vocabulary.XSD + "string")
    return Literal(str(term), kind, term.language)


def rdflib_rows(dataset: Any, text: str) -> Iterator[tuple[Term | None, ...]]:
    return (tuple(map(from_rdflib, row)) for row in dataset.query(text))  # or triples


def compare(graph: Graph, dataset: Any, query: Query, given: dict[str, Any]) -> None:
    from magkg.use.binding import bind

    text = bind(query.text, query.params, given, graph.prefixes)
    assert Counter(rdflib_rows(dataset, text)) == Counter(asked(graph, query, given))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", NAMES)
def test_same_answer_on_rdflib(name: str) -> None:
    compare(small_graph(), small_rdflib(), QUERIES[name], given_small(QUERIES[name]))

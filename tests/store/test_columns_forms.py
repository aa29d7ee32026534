"""Queries that differ in their terms alone are parsed once, to the algebra of each by itself."""

from __future__ import annotations

from typing import Any

import pytest

from magkg.store import validate
from magkg.store.columns import forms
from magkg.store.columns.relation import Untranslated
from magkg.store.tokens import tokens

P, Q = "<urn:x:p>", "<urn:x:q>"
QUERIES = [
    f"SELECT ?s {{ ?s {P} ?o }}",
    f"SELECT ?s {{ ?s {P}/{Q}* ?o . ?o ^{Q} ?s }}",
    f"SELECT ?s {{ ?s ({P}|{Q})+ ?o }}",
    f"SELECT ?s {{ ?s {P} {Q} . MINUS {{ ?s {Q} {P} }} OPTIONAL {{ ?s {Q} ?z FILTER(?z > 2) }} }}",
    f'SELECT ?s {{ VALUES (?s ?o) {{ ({P} \'one\') (UNDEF "two\\n\\"3\\"") }} ?s {Q} ?o }}',
    f"SELECT (COUNT(?s) AS ?c) {{ ?s {P} ?o }} GROUP BY ?o HAVING(COUNT(?s) > 1)",
    f"SELECT ?s {{ ?s {P} ?o FILTER(?o IN ('a', 'b', \"b\"@en, '1'^^{Q}, {P}, 7, true)) }}",
    f"SELECT ?s {{ ?s {P} 'a'@en , 'b'^^{Q} , 'c' }}",
    f"SELECT ?s {{ ?s {P} ?o FILTER(REGEX(STR(?o), '^\\\\d+\\\\.$', 'i') || ?o <= 3) }}",
    f"SELECT ?s {{ ?s {P} ?o FILTER(REGEX(STR(?o), '''it's''') && ?o = {Q}(?s)) }}",
    f"SELECT ?s {{ ?s {P} ?o }} # not a term: <urn:x:z> 'z'",
    f"SELECT ?s {{ ?s {P} ?o FILTER NOT EXISTS {{ ?o {Q} 'x' }} }}",
    "PREFIX x: <urn:x:> SELECT ?s { ?s x:p x:q }",
    "CONSTRUCT { ?s <urn:x:made> 'x' } { ?s <urn:x:p> ?o BIND(IRI(CONCAT('urn:', ?o)) AS ?i) }",
]


def said(node: Any) -> Any:
    """Write an algebra out as tuples; the order of triples side by side says nothing.

    Nor does which variables are below a node (``_vars``), which rdflib's own evaluation reads.
    """
    if hasattr(node, "items"):
        own = [(str(key), said(value)) for key, value in node.items() if key != "_vars"]
        if "graph" in getattr(node, "__dict__", ()):  # of an EXISTS
            own.append(("graph", said(node.graph)))
        return getattr(node, "name", ""), tuple(sorted(own, key=repr))
    if isinstance(node, list | set | tuple):
        parts = [said(each) for each in node]
        loose = isinstance(node, set) or (parts and all(isinstance(n, tuple) for n in node))
        return tuple(sorted(parts, key=repr) if loose else parts)
    return node.n3() if hasattr(node, "n3") else repr(node)


def alike(query: str) -> None:
    assert said(forms.parsed(query)) == said(forms._by_rdflib(query)), query


@pytest.mark.parametrize("query", QUERIES)
def test_the_algebra_is_that_of_the_query_by_itself(query: str) -> None:
    alike(query)


def test_a_query_of_a_known_form_keeps_its_own_terms() -> None:
    one, two = (f"SELECT ?s {{ ?s <urn:x:{n}> 'text {n}' }}" for n in (1, 2))
    forms.parsed(one)
    before = forms._parsed.cache_info().misses
    alike(two)
    alike(one)
    assert forms._parsed.cache_info().misses == before


def test_one_constraint_of_each_common_form() -> None:
    found: dict[str, list[str]] = {}
    for each in [*validate.constraints(validate.authored())]:
        kinds = [t.kind if t.kind in ("iri", "text") else t.text for t in tokens(each.select)]
        found.setdefault(" ".join(kinds), []).append(each.select)
    common = [queries for queries in found.values() if len(queries) > 2]
    assert len(common) > 10
    for queries in common:
        forms.parsed(queries[0])
        alike(queries[-1])


def test_what_does_not_parse_is_said_with_its_reason() -> None:
    with pytest.raises(Untranslated, match="does not parse"):
        forms.parsed("SELECT ?s { ?s <urn:x:p> }")

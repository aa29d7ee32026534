"""The catalogue as SPARQL examples in RDF, which other tools load: SHACL's SPARQL executables.

One ``sh:SPARQLExecutable`` a query, in the shape of the examples of the SIB Swiss Institute of
Bioinformatics (github.com/sib-swiss/sparql-examples): comment, text, prefixes, keywords, target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from magkg import resources, vocabulary
from magkg.errors import InputError
from magkg.use import catalogue, sparql

if TYPE_CHECKING:
    from magkg.claims.project import Project
    from magkg.use.catalogue import Query

__all__ = ["BASE", "turtle"]

# The shipped queries; those of a project have their own base.
BASE = "https://w3id.org/magkg/query/"
_SCHEMA = "https://schema.org/"
_CLASSES = {
    "ask": "sh:SPARQLAskExecutable",
    "construct": "sh:SPARQLConstructExecutable",
    "select": "sh:SPARQLSelectExecutable",
}
_ESCAPED = re.compile(r'["\\]')


def turtle(project: Project | None = None, *, target: str | None = None) -> str:
    """Give the queries that can be asked by name as a Turtle document.

    A query that SHACL has no class for (DESCRIBE) is left out. ``target`` is the URL of an
    endpoint that answers them; raises InputError for one that is no IRI.
    """
    if target is not None and not re.fullmatch(r"https?://[^\x00-\x20<>\"{}|^`\\]+", target):
        raise InputError(f"{target!r} is not the http(s) URL of a SPARQL endpoint")
    own = _base(vocabulary.prefixes() if project is None else project.prefixes)
    queries = [each for each in catalogue.all_queries(project).values() if each.form in _CLASSES]
    declared: dict[str, dict[str, str]] = {}
    for query in queries:
        declared.setdefault(_home(query, own), {}).update(sparql.declared(query.text))
    nodes = [part for base in sorted(declared) for part in _declarations(base, declared[base])]
    return "\n".join([_head(), *nodes, *(_example(each, own, target) for each in queries)])


def _base(prefixes: Mapping[str, str]) -> str:
    """Give the namespace of a project's own queries, beside that of its concepts."""
    return prefixes["con"].removesuffix("concept/") + "query/"


def _head() -> str:
    known = vocabulary.prefixes()
    spaces = {name: known[name] for name in ("owl", "rdfs", "sh", "xsd")} | {"schema": _SCHEMA}
    return "".join(f"@prefix {name}: <{spaces[name]}> .\n" for name in sorted(spaces))


def _home(query: Query, own: str) -> str:
    """Give the namespace that a query lives in; a project may set its prefixes otherwise."""
    shipped = query.path is not None and query.path.is_relative_to(resources.data("queries"))
    return BASE if shipped else own


def _declarations(base: str, prefixes: Mapping[str, str]) -> Iterator[str]:
    nodes = {name: f"<{base}prefixes#{name}>" for name in sorted(prefixes)}
    declared = " ,\n        ".join(nodes.values())
    yield f"<{base}prefixes> a owl:Ontology" + (
        f" ;\n    sh:declare {declared} .\n" if nodes else " .\n"
    )
    for name, node in nodes.items():
        yield f'{node} sh:prefix "{name}" ;\n    sh:namespace "{prefixes[name]}"^^xsd:anyURI .\n'


def _example(query: Query, own: str, target: str | None) -> str:
    base = _home(query, own)
    about = f"{query.summary}. {query.description}".strip(". ")
    lines = [
        f"<{base}{quote(query.name)}> a sh:SPARQLExecutable , {_CLASSES[query.form]}",
        f"rdfs:label {_quoted(query.summary or query.name)}@en",
        f"rdfs:comment {_quoted(about + '.' if about else query.name)}@en",
        f"sh:prefixes <{base}prefixes>",
        f"sh:{query.form} {_long(query.text)}",
    ]
    if query.tags:
        lines.append(f"schema:keywords {' , '.join(_quoted(tag) for tag in query.tags)}")
    if target is not None:
        lines.append(f"schema:target <{target}>")
    return " ;\n    ".join(lines) + " .\n"


def _quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(lambda hit: "\\" + hit[0], text) + '"'


def _long(text: str) -> str:
    """Write a text over several lines; a quote within is escaped only where it could end it."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').replace("\r", "\\r")
    if escaped.endswith('"'):
        escaped = escaped[:-1] + '\\"'
    return f'"""{escaped}"""'

"""Holds data against SHACL shapes, and refuses shapes that would pass in silence.

The shapes are compiled (see `shacl.compiled`); what is not compiled goes to pySHACL, shape by
shape, which is also the reference: ``validate(..., reference=True)`` has pySHACL judge everything.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg import resources
from magkg.claims import turtle
from magkg.errors import InputError, meant, nearest
from magkg.store.shacl.compiled import Compiled, Constraint, compiled
from magkg.store.shacl.findings import Group, Violation, grouped
from magkg.store.shacl.reference import judged
from magkg.store.syntax import blank, refuse_service
from magkg.vocabulary import SH, prefixes

if TYPE_CHECKING:
    from magkg.claims.turtle import Document

__all__ = [
    "SHACL", "Constraint", "Group", "Violation", "authored", "constraints", "derived", "grouped",
    "lint", "uncompiled", "validate", "violations",
]  # fmt: skip

_log = logging.getLogger(__name__)

# What a shape may say: the SHACL terms that pySHACL evaluates (W3C SHACL, 2017, and SHACL-SPARQL).
# A misspelt one would be passed over by every validator, and the shape would hold nothing.
_TERMS = """
    NodeShape PropertyShape SPARQLConstraint PrefixDeclaration
    ConstraintComponent Parameter SPARQLAskValidator SPARQLSelectValidator
    BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Literal
    Info Violation Warning
    alternativePath and ask class closed datatype deactivated declare defaultValue description
    disjoint equals flags group hasValue ignoredProperties in inversePath labelTemplate languageIn
    lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength message minCount
    minExclusive minInclusive minLength name namespace node nodeKind nodeValidator not
    oneOrMorePath optional or order parameter path pattern prefix prefixes property
    propertyValidator qualifiedMaxCount qualifiedMinCount qualifiedValueShape
    qualifiedValueShapesDisjoint select severity sparql targetClass targetNode targetObjectsOf
    targetSubjectsOf uniqueLang validator xone zeroOrMorePath zeroOrOnePath
"""
SHACL = frozenset(_TERMS.split())
_REACHING = re.compile(r"\b(SERVICE|FROM)\b", re.IGNORECASE)
# SHACL-SPARQL, section 5.2.1: these do not go together with a node that is bound beforehand.
_UNBOUND = re.compile(r"\b(MINUS|VALUES)\b", re.IGNORECASE)


def authored() -> tuple[Path, ...]:
    """Give the files of the shapes for what people write (ontology/shapes/*.ttl)."""
    return tuple(sorted((resources.data("ontology") / "shapes").glob("*.ttl")))


def derived() -> tuple[Path, ...]:
    """Give the files of the shapes for what a build derives (ontology/shapes/derived/*.ttl)."""
    return tuple(sorted((resources.data("ontology") / "shapes" / "derived").glob("*.ttl")))


def validate(
    data: ox.Store | Iterable[ox.Quad],
    shapes: Sequence[Path] | None = None,
    focus: Iterable[str] | None = None,
    *,
    reference: bool = False,
) -> list[Violation]:
    """Hold the default graph of ``data`` against shapes; give what breaks them, sorted.

    ``shapes`` are files (those of what is authored unless given), read and linted once in a
    process. With ``focus``, only these nodes are looked at; the others are their context. With
    ``reference``, pySHACL judges all shapes, not only those that are not compiled: the same
    findings, as a second opinion that takes twenty times as long.

    Raises InputError for shapes that cannot be trusted (see `lint`).
    """
    return sorted(set(violations(data, shapes, focus, reference=reference)))


def violations(
    data: ox.Store | Iterable[ox.Quad],
    shapes: Sequence[Path] | None = None,
    focus: Iterable[str] | None = None,
    *,
    reference: bool = False,
) -> Iterator[Violation]:
    """Give what breaks shapes as it is found, constraint by constraint: see `validate`.

    For a report of any size: nothing is kept, and the same violation may come twice. `grouped`
    sums it up.
    """
    wanted = None if focus is None else set(focus)
    if wanted is not None and not wanted:
        return
    files = tuple(authored() if shapes is None else shapes)
    made = _compiled(files)
    if reference:
        yield from judged(_default_graph(data), files, wanted)
        return
    # What is compiled looks at the default graph of any store; pySHACL would see all graphs.
    store = data if isinstance(data, ox.Store) else _default_graph(data)
    yield from made.find(store, wanted)
    if made.uncompiled:
        yield from judged(_default_graph(store), files, wanted, made.covered)


def constraints(shapes: Sequence[Path]) -> tuple[Constraint, ...]:
    """Give the constraints that shapes are compiled to, each with its query.

    Raises InputError for shapes that cannot be trusted (see `lint`), and for those that cannot be
    compiled whole (see `uncompiled`).
    """
    made = _compiled(tuple(shapes))
    for shape, reason in made.uncompiled.items():
        raise InputError(f"{shape} is not compiled: {reason}")
    return made.constraints


def uncompiled(shapes: Sequence[Path]) -> Mapping[str, str]:
    """Give the shapes (IRIs) that pySHACL evaluates, each with what they say that is not compiled.

    Raises InputError for shapes that cannot be trusted (see `lint`).
    """
    return _compiled(tuple(shapes)).uncompiled


@cache
def _compiled(files: tuple[Path, ...]) -> Compiled:
    documents = [turtle.read(path) for path in files]
    _lint(documents)
    prefixed = turtle.read(resources.data("ontology") / "prefixes.ttl")
    made = compiled([prefixed.quads, *(each.quads for each in documents)])
    for shape, reason in made.uncompiled.items():
        _log.warning("%s goes to pySHACL, which is slower: %s is not compiled", shape, reason)
    return made


def _default_graph(data: ox.Store | Iterable[ox.Quad]) -> ox.Store:
    """Give a store of the default graph alone: pySHACL would validate the union of all graphs."""
    if isinstance(data, ox.Store):
        if next(iter(data.named_graphs()), None) is None:
            return data
        data = data.quads_for_pattern(None, None, None, ox.DefaultGraph())
    store = ox.Store()
    store.extend(quad for quad in data if isinstance(quad.graph_name, ox.DefaultGraph))
    return store


def lint(shapes: Sequence[Path]) -> None:
    """Refuse shapes that would hold nothing, or reach elsewhere.

    That is: a SHACL term that does not exist (``sh:minCout``), a query that does not parse, that
    reaches elsewhere (SERVICE, FROM), or that SHACL does not allow (MINUS, VALUES).

    Raises InputError with file and line of the first such shape.
    """
    _lint(turtle.read(path) for path in shapes)


def _lint(documents: Iterable[Document]) -> None:
    for document in documents:
        for quad in document.quads:
            subject, predicate = _text(quad.subject), quad.predicate.value
            line = document.lines.line(subject, predicate)
            for term in (predicate, _text(quad.object)):
                if term.startswith(SH) and term[len(SH) :] not in SHACL:
                    raise _unknown(term, document.name, line)
            if predicate in (SH + "ask", SH + "select"):
                _lint_query(_text(quad.object), document.name, line)


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _unknown(term: str, file: str, line: int | None) -> InputError:
    hint = meant(f"sh:{each}" for each in nearest(term[len(SH) :], SHACL))
    message = f"SHACL has no term sh:{term[len(SH) :]}, so this shape would hold nothing"
    return InputError(message, file=file, line=line, hint=hint)


def _lint_query(text: str, file: str, line: int | None) -> None:
    words = blank(text)
    if found := _REACHING.search(words):
        message = f"a shape's query must not use {found[1].upper()}: it would reach elsewhere"
        raise InputError(message, file=file, line=line)
    if found := _UNBOUND.search(words):
        message = f"a shape's query must not use {found[1].upper()}: SHACL does not allow it"
        hint = "Write FILTER(... IN (...)) for VALUES, FILTER NOT EXISTS for MINUS."
        raise InputError(message, file=file, line=line, hint=hint)
    try:
        refuse_service(
            "".join(f"PREFIX {name}: <{iri}> " for name, iri in prefixes().items()) + text
        )
        # On an empty store this parses and evaluates nothing.
        ox.Store().query(text, prefixes=dict(prefixes()))
    except InputError as error:
        raise InputError(f"a shape's query: {error.reason}", file=file, line=line) from None
    except SyntaxError as error:
        message = f"a shape's query does not parse: {error}"
        raise InputError(message, file=file, line=line) from None

"""JSON-LD 1.1 of a subgraph: one object a node, with a context of its own and nothing remote.

The context stands in the file. It names every property by its local name (``subject``,
``polarity``, ``label``), or by prefix and local name where two share one, and says how its values
are written: an IRI as ``mag:affirms``, a text in the language or with the datatype that all values
of the property have, as a string. What differs from the rest of its property is an object of its
own (``{"@value": "...", "@language": "la"}``). Numbers and dates are strings with a datatype, so no
reader rounds them. Nodes are flat, in the order of the IRIs, sources with their claims first;
the bare triples that the claims affirm are the named graph ``mag:stated``, the last object.

Nothing is lost: expansion gives the same statements.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

import pyoxigraph as ox

from magkg.claims.layout import natural, order
from magkg.store.interface import Literal, Triple
from magkg.use.export.rdf.lines import Block, sections
from magkg.use.export.rdf.statements import Statements
from magkg.vocabulary import MAG, TYPE, XSD

if TYPE_CHECKING:
    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["document", "write"]

# What may end the namespace of a prefix (JSON-LD 1.1, section 4.1.5: gen-delim).
_ENDS = (":", "/", "?", "#", "[", "]", "@")


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write a subgraph as JSON-LD.

    Gives the numbers of claims, statements (of the default graph) and bare triples (``stated``).
    Raises InputError, naming the subject, for a lone surrogate.
    """
    statements = Statements(subgraph, options.tell)
    described, stated = document(
        statements.described(), statements.stated(), subgraph.graph.prefixes, out
    )
    return {"claims": len(subgraph.claims), "statements": described, "stated": stated}


def document(
    triples: Iterable[Triple],
    stated: Iterable[Triple],
    prefixes: Mapping[str, str],
    out: BinaryIO,
) -> tuple[int, int]:
    """Write triples, and those of the graph ``mag:stated``, as one document; gives their numbers.

    It is written node by node, once all triples have been read.
    """
    context = _Context(prefixes)
    found = sections(triples, prefixes.get("src", ""), context.watch)
    first = next(found, None)  # by now every triple has been seen
    bare = sections(stated, "", context.watch)
    first_bare = next(bare, None)
    context.settle()
    terms = (f"{_text(name)}: {_text(term)}" for name, term in context.as_json().items())
    head = ",\n ".join(terms)
    out.write(f'{{"@context": {{\n {head}\n}},\n"@graph": ['.encode())
    described = _nodes(chain([first] if first else [], found), context, out)
    if first_bare is None:
        out.write(b"\n]}\n")
        return described, 0
    start = ",\n" if described else "\n"
    out.write(f'{start}{{"@id": {_text(context.iri(MAG + "stated"))}, "@graph": ['.encode())
    count = _nodes(chain([first_bare], bare), context, out)
    out.write(b"\n]}\n]}\n")
    return described, count


def _nodes(found: Iterable[Block], context: _Context, out: BinaryIO) -> int:
    count = 0
    for each in found:
        text = json.dumps(context.node(each), ensure_ascii=False, indent=1)
        out.write(f"{',' if count else ''}\n{text}".encode())
        count += len(each)
    return count


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Context:
    """The context of one document: told every triple, it decides how each property is written."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = {
            name: space for name, space in sorted(prefixes.items()) if _is_prefix(name, space)
        }
        # By property the kinds of its values: (what, datatype or language).
        self.kinds: dict[str, set[tuple[str, str]]] = {}
        self.schemes: set[str] = set()
        self.names: dict[str, str] = {}
        self.known: dict[str, str] = {}

    def watch(self, triple: Triple) -> None:
        """See a triple that will be written."""
        for term in triple:
            if not isinstance(term, Literal):
                scheme, _, rest = term.partition(":")
                if not rest.startswith("//"):
                    self.schemes.add(scheme)
        _, predicate, value = triple
        self.kinds.setdefault(str(predicate), set()).add(_kind(value))

    def settle(self) -> None:
        """Give every property its name; nothing is watched after this."""
        self.kinds.pop(TYPE, None)
        ends = {iri: _local(iri) for iri in self.kinds}
        shared = Counter(ends.values())
        taken: set[str] = set()
        for iri in sorted(self.kinds):
            if (end := ends[iri]) and shared[end] == 1:
                self.names[iri] = end
                taken.add(end)
        # A property takes the place of a prefix of its name; an IRI whose scheme is a prefix would
        # be read as a short form.
        for name in taken | self.schemes:
            self.prefixes.pop(name, None)
        for iri in self.kinds:
            self.names.setdefault(iri, self.iri(iri))

    def as_json(self) -> dict[str, Any]:
        """Give the context as it is written."""
        found: dict[str, Any] = {"@version": 1.1, **self.prefixes}
        for iri in sorted(self.kinds, key=order):
            name, coercion = self.names[iri], self._coercion(iri)
            if name != iri or coercion:
                found[name] = {"@id": self.iri(iri)} | coercion
        return found

    def _coercion(self, predicate: str) -> dict[str, str]:
        if len(self.kinds[predicate]) > 1:
            return {}
        ((what, detail),) = self.kinds[predicate]
        if what == "iri":
            return {"@type": "@id"}
        if what == "language":
            return {"@language": detail}
        return {} if detail == XSD + "string" else {"@type": self.iri(detail)}

    def node(self, found: Block) -> dict[str, Any]:
        """Give the statements of one subject as an object."""
        held: dict[str, list[object]] = {}
        for quad in found:
            held.setdefault(quad.predicate.value, []).append(quad.object)
        node: dict[str, Any] = {"@id": self.iri(_plain(found[0].subject))}
        for predicate in sorted(held, key=order):
            values = held[predicate]
            if len(values) > 1:
                values.sort(key=lambda each: (not _plain(each).startswith(MAG), natural(str(each))))
            if predicate == TYPE:
                made: list[Any] = [self.iri(_plain(each)) for each in values]
            else:
                made = [self._value(predicate, each) for each in values]
            name = "@type" if predicate == TYPE else self.names[predicate]
            node[name] = made if len(made) > 1 else made[0]
        return node

    def _value(self, predicate: str, value: object) -> Any:
        plain = bool(self._coercion(predicate))
        if not isinstance(value, ox.Literal):
            iri = self.iri(_plain(value))
            return iri if plain else {"@id": iri}
        if plain or (not value.language and value.datatype.value == XSD + "string"):
            return value.value
        if value.language:
            return {"@value": value.value, "@language": value.language}
        return {"@value": value.value, "@type": self.iri(value.datatype.value)}

    def iri(self, iri: str) -> str:
        """Give an IRI as it is written: prefix and rest, or whole; a blank node by its label."""
        if iri not in self.known:
            fitting = [
                (len(space), name)
                for name, space in self.prefixes.items()
                if iri.startswith(space) and not iri.startswith("//", len(space))
            ]
            length, name = max(fitting, default=(0, ""))
            self.known[iri] = f"{name}:{iri[length:]}" if name else iri
        return self.known[iri]


def _is_prefix(name: str, space: str) -> bool:
    return (
        bool(name) and name != "_" and ":" not in name and "@" not in name and space[-1:] in _ENDS
    )


def _local(iri: str) -> str:
    """Give the name that ends an IRI, "" where it cannot be a key of its own."""
    end = iri[max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1 :]
    return "" if not end or "@" in end else end


def _kind(value: object) -> tuple[str, str]:
    if not isinstance(value, Literal):
        return "iri", ""
    if value.language is not None:
        return "language", value.language
    return "datatype", value.datatype


def _plain(term: object) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else str(getattr(term, "value", term))

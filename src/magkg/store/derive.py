"""What follows from the authored claims: propositions, their scope, bare triples; then the rules.

Everything is derived per claim, or per proposition from its claims (DESIGN section 7), so that the
union of two parts equals one build of the whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.errors import InputError, SyntaxFault
from magkg.store.interface import form
from magkg.store.syntax import refuse_service, syntax_fault
from magkg.vocabulary import FORMAL, MAG, QUALIFIERS, TYPE

if TYPE_CHECKING:
    from magkg.claims.identity import ClaimIdentity

__all__ = [
    "STATED",
    "Proposition",
    "bearing",
    "derive",
    "propositions",
    "run_rule",
    "run_rules",
    "scopes",
]

# The one named graph: the bare triples of what some claim affirms.
STATED = ox.NamedNode(MAG + "stated")
_SPECIES = MAG + "species"
_TYPE = ox.NamedNode(TYPE)
_POLARITY = ox.NamedNode(MAG + "polarity")
_AFFIRMS = ox.NamedNode(MAG + "affirms")
# A blank node as the subject or the object of a line of N-Triples.
_BLANK = re.compile(rb"^(?:_:|(?:<[^>]*> ){2}_:)", re.MULTILINE)
_PARTS = frozenset((*FORMAL, *QUALIFIERS))


@dataclass(frozen=True, slots=True)
class Proposition:
    """What could be true: a triple of IRIs and its qualifiers, pairs of property and value."""

    subject: str
    predicate: str
    object: str
    qualifiers: frozenset[tuple[str, str]]


def derive(quads: Sequence[ox.Quad], identities: Iterable[ClaimIdentity]) -> Iterator[ox.Quad]:
    """Give what follows from authored quads and the identities of their claims.

    That is, for every claim its ``mag:digest`` and the proposition it states; the propositions;
    which of them is narrower than which, and which bears on which; and in the graph ``mag:stated``
    the triple of every claim that affirms. No quad comes twice.
    """
    known = {each.iri: each for each in identities}
    stated = propositions(quads, known)
    digest, states = ox.NamedNode(MAG + "digest"), ox.NamedNode(MAG + "states")
    for iri, each in known.items():
        claim = ox.NamedNode(iri)
        yield ox.Quad(claim, digest, ox.Literal(each.digest))
        if each.proposition is not None:
            yield ox.Quad(claim, states, ox.NamedNode(each.proposition))
    for iri, found in stated.items():
        yield from _described(iri, found)
    narrower = ox.NamedNode(MAG + "narrowerScopeThan")
    for narrow, wide in scopes(stated):
        yield ox.Quad(ox.NamedNode(narrow), narrower, ox.NamedNode(wide))
    bears = ox.NamedNode(MAG + "bearsOn")
    for one, other in bearing(stated):
        yield ox.Quad(ox.NamedNode(one), bears, ox.NamedNode(other))
    yield from _bare(quads, known, stated)


def propositions(
    quads: Iterable[ox.Quad], known: Mapping[str, ClaimIdentity]
) -> dict[str, Proposition]:
    """Give the propositions that the claims state, by their IRIs, in the order of these."""
    parts: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for quad in quads:
        # Propositions that are shared are read once for each claim: the same set.
        if quad.predicate.value in _PARTS and isinstance(quad.subject, ox.NamedNode):
            each = known.get(quad.subject.value)
            if each and each.proposition and isinstance(quad.object, ox.NamedNode):
                parts[each.proposition].add((quad.predicate.value, quad.object.value))
    found = {}
    for iri in sorted(parts):
        values = dict(parts[iri])
        scope = frozenset(pair for pair in parts[iri] if pair[0] not in FORMAL)
        subject, predicate, target = (values[name] for name in FORMAL)
        found[iri] = Proposition(subject, predicate, target, scope)
    return found


def _described(iri: str, found: Proposition) -> Iterator[ox.Quad]:
    node = ox.NamedNode(iri)
    yield ox.Quad(node, _TYPE, ox.NamedNode(MAG + "Proposition"))
    triple = zip(FORMAL, (found.subject, found.predicate, found.object), strict=True)
    for name, value in (*triple, *sorted(found.qualifiers)):
        yield ox.Quad(node, ox.NamedNode(name), ox.NamedNode(value))


def scopes(stated: Mapping[str, Proposition]) -> Iterator[tuple[str, str]]:
    """Give the pairs (narrower, wider) of propositions: same triple, and more qualifiers.

    Absent species counts as human, so a proposition about mice is not narrower than one that names
    no species: only the other qualifiers may be fewer. The wider ones of each are looked up among
    the at most 2^8 subsets of these, never by comparing all with all.
    """
    index: dict[tuple[str, str, str, frozenset[tuple[str, str]]], str] = {
        (each.subject, each.predicate, each.object, each.qualifiers): iri
        for iri, each in stated.items()
    }
    for iri, each in stated.items():
        kept = frozenset(pair for pair in each.qualifiers if pair[0] == _SPECIES)
        others = sorted(each.qualifiers - kept)
        for count in range(len(others)):
            for fewer in combinations(others, count):
                key = (each.subject, each.predicate, each.object, kept | set(fewer))
                if key in index:
                    yield iri, index[key]


def bearing(stated: Mapping[str, Proposition]) -> Iterator[tuple[str, str]]:
    """Give the pairs (one, other) of propositions of which evidence for one counts for the other.

    They share a triple, and one has all the qualifiers of the other, whatever the species of
    either: what does not match is counted by the rules. Every pair comes in both directions.
    """
    index: dict[tuple[str, str, str, frozenset[tuple[str, str]]], list[str]] = defaultdict(list)
    scope = {
        iri: frozenset(pair for pair in each.qualifiers if pair[0] != _SPECIES)
        for iri, each in stated.items()
    }
    for iri, each in stated.items():
        index[each.subject, each.predicate, each.object, scope[iri]].append(iri)
    for iri, each in stated.items():
        others = sorted(scope[iri])
        for count in range(len(others) + 1):
            for fewer in combinations(others, count):
                key = (each.subject, each.predicate, each.object, frozenset(fewer))
                for wider in index.get(key, ()):
                    if wider != iri:
                        yield iri, wider
                        if count < len(others):  # of equal ones each finds the other
                            yield wider, iri


def _bare(
    quads: Iterable[ox.Quad],
    known: Mapping[str, ClaimIdentity],
    stated: Mapping[str, Proposition],
) -> Iterator[ox.Quad]:
    affirmed = {
        each.proposition
        for quad in quads
        if quad.predicate == _POLARITY
        and quad.object == _AFFIRMS
        and isinstance(quad.subject, ox.NamedNode)
        and (each := known.get(quad.subject.value)) is not None
        and each.proposition is not None
    }
    triples = {
        (found.subject, found.predicate, found.object)
        for found in (stated[iri] for iri in affirmed)
    }
    for triple in sorted(triples):
        subject, predicate, target = map(ox.NamedNode, triple)
        yield ox.Quad(subject, predicate, target, STATED)


def run_rules(store: ox.Store, folder: Path) -> int:
    """Run the rule files (*.rq, CONSTRUCT) of a folder in the order of their names.

    What a rule gives is added to the default graph before the next one runs. Gives the number of
    rules; none where there is no such folder. Raises SyntaxFault or InputError, naming the file,
    for what is no CONSTRUCT.
    """
    rules = sorted(folder.glob("*.rq"))
    for path in rules:
        run_rule(store, path)
    return len(rules)


def run_rule(store: ox.Store, path: Path) -> int:
    """Run one rule and add what it gives; gives the number of triples, also those known before.

    Raises SyntaxFault or InputError, naming the file, for what is no CONSTRUCT.
    """
    query = path.read_text(encoding="utf-8")
    try:
        refuse_service(query)
        if form(query) != "construct":
            raise syntax_fault(query) or InputError("a rule must be a CONSTRUCT")
        answer = store.query(query)
    except SyntaxFault as fault:
        raise _in_file(fault, path) from None
    except InputError as fault:
        raise InputError(fault.reason, file=str(path), hint=fault.hint) from None
    except SyntaxError as error:
        raise _in_file(syntax_fault(query) or SyntaxFault(str(error)), path) from None
    assert isinstance(answer, ox.QueryTriples)
    # All of it before the first is added: a rule must not see its own conclusions. As text, since
    # a Python object for every term takes as long again as the rule itself.
    found = answer.serialize(format=ox.RdfFormat.N_TRIPLES)
    assert found is not None
    if b"_:" in found and _BLANK.search(found):
        raise InputError("a rule must not make blank nodes, they have no id", file=str(path))
    store.load(found, format=ox.RdfFormat.N_TRIPLES, lenient=True)  # the engine's own writing
    return found.count(b"\n")


def _in_file(fault: SyntaxFault, path: Path) -> SyntaxFault:
    return SyntaxFault(
        fault.reason, file=str(path), line=fault.line, column=fault.column, hint=fault.hint
    )

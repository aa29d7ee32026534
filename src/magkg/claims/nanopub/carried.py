"""How a nanopublication carries a claim: which statement stands in which graph, and the way back.

The assertion of a nanopublication is what its author holds to be so. What we hold to be so is that
*a source makes a claim*, never that the claim is true: the assertion describes a `mag:Claim`, with
its subject, predicate, object, polarity, certainty and source, and never states the bare triple.

==================  ===============================================================================
assertion           the claim: its gist, triple, qualifiers, wording, kind, source, proposition
provenance          why we say so: passages with their fingerprints, the reading, the source, what
                    the claim cites (evidence lines, effects, studies, judgements) and the strengths
                    that rule v1 gave it
publication info    the nanopublication: made when and by whom, from which claim, with which digest;
                    and the labels of the concepts
==================  ===============================================================================

A time in UTC is written with ``+00:00``, since readers that use rdflib rewrite ``Z`` before they
hash; `claim` writes it back. Nothing else is changed, so the claim has the digest it had.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from magkg.claims import identity
from magkg.claims.nanopub import trusty
from magkg.claims.nanopub.parts import NP, NPX
from magkg.errors import InputError
from magkg.vocabulary import DCTERMS, LABEL, MAG, PROV, RDFS, SKOS, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from magkg.claims.nanopub.parts import Nanopub
    from magkg.claims.nanopub.signature import Signer

__all__ = ["BASE", "CC0", "claim", "is_own", "packed", "serialised"]

BASE: Final = "https://w3id.org/magkg/np/"
CC0: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
_COMMENT: Final = (
    "The assertion says that a source makes a claim, as it was read there. It does not say that "
    "the claim is true."
)
_CLAIM: Final = ox.NamedNode(MAG + "Claim")
_READING: Final = ox.NamedNode(MAG + "Reading")
_TYPE: Final = ox.NamedNode(TYPE)
_DIGEST: Final = ox.NamedNode(MAG + "digest")
_GENERATED: Final = ox.NamedNode(PROV + "wasGeneratedBy")
_DATE_TIME: Final = ox.NamedNode(XSD + "dateTime")
# Of a claim, what is no part of what it says but of why we say so.
_WHY: Final = identity.OUTSIDE - {MAG + "states"} | {
    MAG + name for name in ("evidence", "noPassage", "passage")
}
# What a build derives of a claim and its lines, and a nanopublication tells; it never comes back.
_TOLD: Final = frozenset(
    MAG + name
    for name in (
        "citedGap", "citedLeap", "citedStrength", "heldGap", "heldLeap", "heldStrength", "level",
        "states", "strength",
    )
)  # fmt: skip
_DROPPED: Final = (
    identity.DERIVED
    - _TOLD
    - {MAG + "digest"}
    | {
        MAG + name
        for name in (
            "coversComparator", "coversCondition", "coversIntervention", "coversOutcome",
            "coversSpecies", "leftOut", "root",
        )
    }
)  # fmt: skip
# Of concepts, predicates and quantities.
_NAMING: Final = frozenset(
    (
        TYPE, LABEL, SKOS + "altLabel", SKOS + "broadMatch", SKOS + "closeMatch",
        SKOS + "definition", SKOS + "exactMatch", SKOS + "narrowMatch", SKOS + "prefLabel",
        SKOS + "relatedMatch",
        *(MAG + name for name in ("bound", "conceptKind", "route", "unit", "value")),
    )
)  # fmt: skip
_NAMED: Final = frozenset(MAG + name for name in ("Concept", "Predicate", "Quantity"))
_ZONED: Final = re.compile(r"[0-9]{4}-[0-9-]{5}T[0-9:]{8}(?:\.[0-9]{1,6})?Z")


def packed(
    about: str,
    quads: Iterable[ox.Quad],
    *,
    licence: str | None = None,
    signer: Signer | None = None,
) -> tuple[str, list[ox.Quad]]:
    """Make the nanopublication of a claim: its artifact code, and its statements in their order.

    ``about`` is the IRI of the claim; ``quads`` describe it and what it leads to, in the default
    graph, as a built graph holds them. Raises InputError where they do not describe it.
    """
    held = list({_outward(each) for each in quads if each.predicate.value not in _DROPPED})
    node = ox.NamedNode(about)
    kinds = _kinds(held)
    if MAG + "Claim" not in kinds.get(about, ()):
        raise InputError(f"{about} is not described as a claim")
    this = ox.NamedNode(BASE + trusty.BLANK)
    head, assertion, provenance, pubinfo = (
        ox.NamedNode(f"{this.value}#{name}")
        for name in ("Head", "assertion", "provenance", "pubinfo")
    )
    made = list(_head(this, head, assertion, provenance, pubinfo))
    for each in held:
        graph = _graph(each, node, kinds, assertion, provenance, pubinfo)
        if graph is not None:
            made.append(ox.Quad(each.subject, each.predicate, each.object, graph))
    made += _provenance(held, node, assertion, provenance)
    made += _pubinfo(held, node, this, pubinfo, licence)
    if signer is not None:
        made = signer.sign(made, this, pubinfo)
    code = trusty.made(made)
    order = {head: 0, assertion: 1, provenance: 2, pubinfo: 3}
    made.sort(key=lambda each: (order[_name(each.graph_name)], str(each)))
    return code, [_coded(each, code) for each in dict.fromkeys(made)]


def serialised(code: str, quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> bytes:
    """Write a nanopublication as TriG, with the prefixes that it uses."""
    held = list(quads)
    used = {iri for each in held for iri in _iris(each)}
    known = {**prefixes, "np": NP, "npx": NPX, "this": BASE + code, "sub": f"{BASE}{code}#"}
    names = {
        name: space
        for name, space in sorted(known.items())
        if any(iri.startswith(space) for iri in used)
    }
    text = ox.serialize(held, format=ox.RdfFormat.TRIG, prefixes=names)
    assert isinstance(text, bytes)
    return text


def _iris(quad: ox.Quad) -> Iterable[str]:
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, ox.NamedNode):
            yield term.value
        elif isinstance(term, ox.Literal):
            yield term.datatype.value


def _kinds(quads: Iterable[ox.Quad]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in quads:
        if each.predicate == _TYPE and isinstance(each.object, ox.NamedNode):
            found[_name(each.subject).value].add(each.object.value)
    return dict(found)


def _name(term: object) -> ox.NamedNode:
    if not isinstance(term, ox.NamedNode):
        raise InputError(f"{term} has no IRI, so no nanopublication can carry it")
    return term


def _head(this: ox.NamedNode, head: ox.NamedNode, *graphs: ox.NamedNode) -> Iterable[ox.Quad]:
    yield ox.Quad(this, _TYPE, ox.NamedNode(NP + "Nanopublication"), head)
    parts = ("hasAssertion", "hasProvenance", "hasPublicationInfo")
    for part, graph in zip(parts, graphs, strict=True):
        yield ox.Quad(this, ox.NamedNode(NP + part), graph, head)


def _graph(
    quad: ox.Quad,
    node: ox.NamedNode,
    kinds: Mapping[str, set[str]],
    assertion: ox.NamedNode,
    provenance: ox.NamedNode,
    pubinfo: ox.NamedNode,
) -> ox.NamedNode | None:
    """Say where a statement stands; None where a nanopublication does not carry it."""
    prop = quad.predicate.value
    if quad.subject == node:
        if quad.predicate == _DIGEST:
            return pubinfo
        return provenance if prop in _WHY else assertion
    if kinds.get(_name(quad.subject).value, set()) & _NAMED:
        return pubinfo if prop in _NAMING else None
    return provenance


def _provenance(
    held: Iterable[ox.Quad], node: ox.NamedNode, assertion: ox.NamedNode, graph: ox.NamedNode
) -> Iterable[ox.Quad]:
    own = [each for each in held if each.subject == node]
    readings = {each.object for each in own if each.predicate == _GENERATED}
    for each in own:
        if each.predicate.value == MAG + "source":
            yield ox.Quad(assertion, ox.NamedNode(PROV + "wasDerivedFrom"), each.object, graph)
        elif each.predicate == _GENERATED:
            yield ox.Quad(assertion, _GENERATED, each.object, graph)
        elif each.predicate.value == MAG + "citedStrength":
            yield ox.Quad(graph, ox.NamedNode(MAG + "ratedBy"), ox.NamedNode(MAG + "ruleV1"), graph)
    for each in held:
        if each.subject in readings and each.predicate.value == PROV + "wasAssociatedWith":
            yield ox.Quad(assertion, ox.NamedNode(PROV + "wasAttributedTo"), each.object, graph)


def _pubinfo(
    held: Iterable[ox.Quad],
    node: ox.NamedNode,
    this: ox.NamedNode,
    graph: ox.NamedNode,
    licence: str | None,
) -> Iterable[ox.Quad]:
    own = [each for each in held if each.subject == node]
    readings = {each.object for each in own if each.predicate == _GENERATED}
    of_readings = [each for each in held if each.subject in readings]
    times = [each.object for each in of_readings if each.predicate.value == PROV + "endedAtTime"]
    stated = [(DCTERMS + "created", each) for each in sorted(times, key=str)[:1]]
    stated += [(LABEL, each.object) for each in own if each.predicate.value == LABEL]
    stated += [
        (DCTERMS + "creator", each.object)
        for each in of_readings
        if each.predicate.value == PROV + "wasAssociatedWith"
    ]
    stated += [
        (PROV + "wasDerivedFrom", node),
        (NPX + "hasNanopubType", _CLAIM),
        (RDFS + "comment", ox.Literal(_COMMENT, language="en")),
    ]
    if licence is not None:
        stated.append((DCTERMS + "license", ox.NamedNode(licence)))
    for prop, value in stated:
        yield ox.Quad(this, ox.NamedNode(prop), value, graph)


def _coded(quad: ox.Quad, code: str) -> ox.Quad:
    def put(term: ox.NamedNode) -> ox.NamedNode:
        named = trusty.BLANK in term.value and term.value.startswith(BASE)
        return ox.NamedNode(term.value.replace(trusty.BLANK, code)) if named else term

    target = quad.object
    return ox.Quad(
        put(_name(quad.subject)),
        quad.predicate,
        put(target) if isinstance(target, ox.NamedNode) else target,
        put(_name(quad.graph_name)),
    )


def _outward(quad: ox.Quad) -> ox.Quad:
    """Write a time as rdflib would."""
    value = quad.object
    if not isinstance(value, ox.Literal) or value.datatype != _DATE_TIME:
        return ox.Quad(quad.subject, quad.predicate, value)
    text = value.value
    if _ZONED.fullmatch(text):
        text = datetime.fromisoformat(text).isoformat()
    return ox.Quad(quad.subject, quad.predicate, ox.Literal(text, datatype=_DATE_TIME))


def _inward(quad: ox.Quad) -> ox.Quad:
    """Write a time as this project does: in UTC, with Z, without idle digits."""
    value = quad.object
    if isinstance(value, ox.Literal) and value.datatype == _DATE_TIME:
        try:
            moment = datetime.fromisoformat(value.value)
            known = moment if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return ox.Quad(quad.subject, quad.predicate, value)
        if known.tzinfo is not None:
            text = known.isoformat().removesuffix("+00:00")
            text = text.rstrip("0").rstrip(".") if "." in text else text
            value = ox.Literal(text + "Z", datatype=_DATE_TIME)
    return ox.Quad(quad.subject, quad.predicate, value)


def is_own(nanopub: Nanopub) -> bool:
    """Say whether a nanopublication was made by `packed`: one claim, and its digest."""
    return len(_claims(nanopub)) == 1 and any(
        each.predicate == _DIGEST and each.subject in _claims(nanopub)
        for each in nanopub.part("publication info")
    )


def _claims(nanopub: Nanopub) -> set[ox.NamedNode]:
    return {
        _name(each.subject)
        for each in nanopub.part("assertion")
        if each.predicate == _TYPE and each.object == _CLAIM
    }


def claim(nanopub: Nanopub) -> tuple[str, frozenset[ox.Quad]]:
    """Give back the claim that a nanopublication of ours carries: its IRI, and what was authored.

    Raises InputError where its digest is not the one that the nanopublication says, or where there
    are statements that the claim does not lead to.
    """
    (node,) = _claims(nanopub)
    kinds = _kinds(nanopub.quads)
    kept = frozenset(
        _inward(each)
        for each in nanopub.quads
        if each.graph_name != nanopub.head
        and not (subject := _name(each.subject).value).startswith(nanopub.iri.value)
        and MAG + "Predicate" not in kinds.get(subject, ())
        and each.predicate.value not in identity.DERIVED
        and not each.predicate.value.endswith("Match")
    )
    said = [each.object for each in nanopub.part("publication info") if each.predicate == _DIGEST]
    found = list(identity.claims(kept))
    if len(found) != 1 or [ox.Literal(found[0].digest)] != said:
        raise InputError(f"the claim {node} is not the one whose digest the nanopublication gives")
    astray = {_name(each.subject) for each in kept} - _reached(node, kept)
    if astray:
        raise InputError(
            f"the claim {node} does not lead to what is said of {min(astray, key=str)}"
        )
    return node.value, kept


def _reached(node: ox.NamedNode, quads: Iterable[ox.Quad]) -> set[ox.NamedNode]:
    leads: defaultdict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for each in quads:
        if isinstance(each.object, ox.NamedNode):
            leads[_name(each.subject)].add(each.object)
    seen, waiting = {node}, [node]
    while waiting:
        new = leads[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen

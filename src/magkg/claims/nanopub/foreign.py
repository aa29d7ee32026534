"""From a nanopublication of others to a claim: what it says is kept, nothing is made up.

The nanopublication is the source, and its assertion the claim. One statement with a predicate of
the project, between concepts that the project knows by IRI or by a mapping, becomes the triple of
the claim; anything else is `mag:notFormalised`. The gist is a label or a description that the
nanopublication gives of itself, else a plain sentence. Documents that its provenance names as what
the assertion was taken from become what the claim cites.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

import pyoxigraph as ox

from magkg.claims import form
from magkg.claims.nanopub import trusty
from magkg.claims.tables import naming
from magkg.vocabulary import DCTERMS, LABEL, MAG, PROV, SKOS, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from magkg.claims.nanopub.parts import Nanopub

__all__ = ["Known", "claim"]

_DC: Final = "http://purl.org/dc/elements/1.1/"
_PAV: Final = "http://purl.org/pav/"
_FABIO: Final = "http://purl.org/spar/fabio/"
# IRIs that spell out a sentence: Kuhn et al., "Broadening the scope of nanopublications" (2013).
_AIDA: Final = "http://purl.org/aida/"
_FOAF_NAME: Final = "http://xmlns.com/foaf/0.1/name"
# In the order in which they are looked for.
_LABELS: Final = (
    LABEL,
    DCTERMS + "title",
    _DC + "title",
    DCTERMS + "description",
    _DC + "description",
)
_CREATORS: Final = frozenset((DCTERMS + "creator", _DC + "creator", _PAV + "createdBy"))
_LICENCES: Final = frozenset((DCTERMS + "license", DCTERMS + "rights", _DC + "rights"))
_TAKEN_FROM: Final = frozenset(
    PROV + name for name in ("hadPrimarySource", "wasDerivedFrom", "wasQuotedFrom")
)
# A gist is one line, and not a treatise.
_LONGEST: Final = 500
_NO_PASSAGE: Final = "A nanopublication is a set of statements, not a running text."
_STANDS_IN: Final = (
    "A nanopublication does not say of which kind a claim is, nor how firmly it is worded: the "
    "kind (definition, which is not rated), the polarity (affirms) and the certainty (asserted) "
    "stand in for what was not said."
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a project knows: its namespace of sources, its predicates, its concepts by every IRI."""

    sources: str
    predicates: frozenset[str] = frozenset()
    concepts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: str, quads: Iterable[ox.Quad]) -> Known:
        """Collect it from the authored statements of a project and of the engine.

        An outside id counts where its mapping is ``skos:exactMatch``, and to one concept alone.
        """
        facts: dict[str, dict[str, str]] = {}
        concepts: dict[str, set[str]] = {}
        predicates = set()
        for quad in quads:
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            subject, prop = quad.subject.value, quad.predicate.value
            value = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
            if prop == MAG + "conceptKind":
                concepts.setdefault(subject, set()).add(subject)
            elif prop == TYPE and value == MAG + "Predicate":
                predicates.add(subject)
            elif prop in (MAG + "concept", MAG + "match", MAG + "outside"):
                facts.setdefault(subject, {})[prop] = value
        for held in facts.values():
            if held.get(MAG + "match") == SKOS + "exactMatch" and len(held) == 3:
                concepts.setdefault(held[MAG + "outside"], set()).add(held[MAG + "concept"])
        one = {iri: min(found) for iri, found in concepts.items() if len(found) == 1}
        return cls(sources, frozenset(predicates), one)


def claim(nanopub: Nanopub, known: Known, when: str) -> tuple[str, frozenset[ox.Quad]]:
    """Make a claim of a nanopublication: its IRI, and the statements that describe it.

    ``when`` is the time of the import, in UTC. The same nanopublication gives the same claim.
    """
    source = known.sources + _slug("nanopub", _identity(nanopub))
    reading = f"{source}#import"
    node = "urn:x-magkg:claim"
    made = _Made()
    _source(made, nanopub, source)
    made.say(reading, TYPE, ox.NamedNode(MAG + "Reading"), ox.NamedNode(PROV + "Activity"))
    made.say(reading, LABEL, _english("Import of a nanopublication"))
    made.say(
        reading, PROV + "endedAtTime", ox.Literal(when, datatype=ox.NamedNode(XSD + "dateTime"))
    )
    made.say(reading, PROV + "used", ox.NamedNode(source))
    made.say(reading, PROV + "wasAssociatedWith", ox.NamedNode(MAG + "curator"))
    made.say(reading, MAG + "method", ox.NamedNode(MAG + "tableImport"))
    made.say(node, TYPE, ox.NamedNode(MAG + "Claim"))
    made.say(node, LABEL, _gist(nanopub))
    _triple(made, nanopub, node, known)
    for prop, value in (
        ("polarity", "affirms"),
        ("certainty", "asserted"),
        ("kind", "definitionClaim"),
    ):
        made.say(node, MAG + prop, ox.NamedNode(MAG + value))
    made.say(node, MAG + "source", ox.NamedNode(source))
    made.say(node, MAG + "noPassage", _english(_NO_PASSAGE))
    made.say(node, PROV + "wasGeneratedBy", ox.NamedNode(reading))
    made.say(node, MAG + "upstreamId", ox.Literal(nanopub.iri.value))
    made.say(node, MAG + "note", _english(_STANDS_IN))
    _cited(made, nanopub, node, known)
    own = {each for each in made.quads if str(each.subject).startswith(f"<{node}")}
    name, named = naming.named(source, own)
    return name, frozenset(made.quads - own | named)


def _identity(nanopub: Nanopub) -> str:
    """Give what a nanopublication is known by: without a code, its IRI and what it says."""
    if nanopub.code or any(_blank(each) for each in nanopub.quads):
        return nanopub.iri.value
    return f"{nanopub.iri.value} {trusty.made(nanopub.quads)}"


def _blank(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


class _Made:
    """Statements in the making."""

    def __init__(self) -> None:
        self.quads: set[ox.Quad] = set()

    def say(self, subject: str, prop: str, *values: ox.NamedNode | ox.Literal) -> None:
        node, predicate = ox.NamedNode(subject), ox.NamedNode(prop)
        self.quads |= {ox.Quad(node, predicate, each) for each in values}


def _slug(kind: str, iri: str) -> str:
    return f"{kind}-{hashlib.sha256(iri.encode()).hexdigest()[:16]}"


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


def _held(
    quads: Iterable[ox.Quad], subject: ox.NamedNode, props: Iterable[str]
) -> Iterator[ox.NamedNode | ox.Literal]:
    """Give what is said of a node, in the order of the properties, then of the texts."""
    for prop in props:
        found = (
            each.object
            for each in quads
            if each.subject == subject and each.predicate.value == prop
        )
        yield from sorted(
            (each for each in found if isinstance(each, ox.NamedNode | ox.Literal)), key=str
        )


def _values(quads: Iterable[ox.Quad], subject: ox.NamedNode, props: Iterable[str]) -> list[str]:
    return [each.value for each in _held(quads, subject, props)]


def _said(nanopub: Nanopub) -> ox.Literal | None:
    """Give the first label or description that the nanopublication has, on one line."""
    pubinfo, assertion = nanopub.part("publication info"), nanopub.part("assertion")
    (graph,) = nanopub.graphs["assertion"]
    for quads, subject in ((pubinfo, nanopub.iri), (assertion, graph), (assertion, nanopub.iri)):
        for text in _held(quads, subject, _LABELS):
            if isinstance(text, ox.Literal) and text.value.split():
                return ox.Literal(_line(text.value), language=text.language or "en")
    return _sentence(assertion)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST].rstrip() + " ..."


def _sentence(assertion: Iterable[ox.Quad]) -> ox.Literal | None:
    """Give the English sentence that an AIDA IRI spells out, where there is just one."""
    terms = {term for each in assertion for term in (each.subject, each.object)}
    found = {
        unquote_plus(each.value.removeprefix(_AIDA))
        for each in terms
        if isinstance(each, ox.NamedNode) and each.value.startswith(_AIDA)
    }
    return _english(_line(found.pop())) if len(found) == 1 else None


def _gist(nanopub: Nanopub) -> ox.Literal:
    plain = f"The nanopublication {_short(nanopub)} asserts {_counted(nanopub)}."
    return _said(nanopub) or _english(plain)


def _counted(nanopub: Nanopub) -> str:
    count = len(nanopub.part("assertion"))
    return "one statement" if count == 1 else f"{count} statements"


def _short(nanopub: Nanopub) -> str:
    return nanopub.code or nanopub.iri.value


def _triple(made: _Made, nanopub: Nanopub, node: str, known: Known) -> None:
    assertion = nanopub.part("assertion")
    if len(assertion) == 1:
        (only,) = assertion
        ends = [
            known.concepts.get(each.value, "") if isinstance(each, ox.NamedNode) else ""
            for each in (only.subject, only.object)
        ]
        if only.predicate.value in known.predicates and all(ends):
            for prop, value in zip(
                ("subject", "predicate", "object"),
                (ends[0], only.predicate.value, ends[1]),
                strict=True,
            ):
                made.say(node, MAG + prop, ox.NamedNode(value))
            return
    why = f"An assertion of {_counted(nanopub)} in terms of others, kept in {nanopub.iri.value}."
    made.say(node, MAG + "notFormalised", _english(why))


def _source(made: _Made, nanopub: Nanopub, source: str) -> None:
    pubinfo = nanopub.part("publication info")
    title = _said(nanopub) or _english(f"Nanopublication {_short(nanopub)}")
    made.say(source, TYPE, ox.NamedNode(MAG + "Source"), ox.NamedNode(_FABIO + "WebContent"))
    made.say(source, DCTERMS + "title", title)
    made.say(source, MAG + "readAs", ox.NamedNode(MAG + "fullText"))
    if nanopub.iri.value.startswith(("http://", "https://")):
        made.say(source, MAG + "seenAt", nanopub.iri)
    for creator in _values(pubinfo, nanopub.iri, sorted(_CREATORS)):
        names = _named(pubinfo, creator) or [creator]
        made.say(source, DCTERMS + "creator", ox.Literal(names[0]))
    licences = {_address(each) for each in _values(pubinfo, nanopub.iri, sorted(_LICENCES))}
    licences.discard(None)
    if len(licences) == 1 and (licence := licences.pop()):
        made.say(source, DCTERMS + "license", licence)
    dates = {each[:10] for each in _values(pubinfo, nanopub.iri, (DCTERMS + "created",))}
    days = [ox.Literal(each, datatype=ox.NamedNode(XSD + "date")) for each in dates]
    if len(days) == 1 and form.is_canonical(days[0]):
        made.say(source, DCTERMS + "issued", days[0])


def _address(text: str) -> ox.NamedNode | None:
    """Give the IRI that a text is, None where it is words."""
    try:
        return ox.NamedNode(text) if "://" in text else None
    except ValueError:
        return None


def _named(quads: Iterable[ox.Quad], iri: str) -> list[str]:
    node = _address(iri)
    return _values(quads, node, (_FOAF_NAME,)) if node else []


def _cited(made: _Made, nanopub: Nanopub, node: str, known: Known) -> None:
    """Say what the assertion was taken from, as far as its provenance names documents."""
    (graph,) = nanopub.graphs["assertion"]
    found = {
        each
        for each in _values(nanopub.part("provenance"), graph, sorted(_TAKEN_FROM))
        if each.startswith(("http://", "https://"))
        and _address(each)
        and not each.startswith(nanopub.iri.value)
    }
    who = "namedSource" if found else "noSource"
    made.say(node, MAG + "attribution", ox.NamedNode(MAG + who))
    if not found:
        return
    for number, each in enumerate(sorted(found)):
        line, cited = f"{node}/{number}", known.sources + _slug("cited", each)
        made.say(node, MAG + "evidence", ox.NamedNode(line))
        made.say(line, TYPE, ox.NamedNode(MAG + "EvidenceLine"))
        made.say(line, MAG + "direction", ox.NamedNode(MAG + "supports"))
        made.say(line, MAG + "basis", ox.NamedNode(MAG + "relayed"))
        made.say(line, MAG + "citesSource", ox.NamedNode(cited))
        made.say(cited, TYPE, ox.NamedNode(MAG + "Source"), ox.NamedNode(_FABIO + "WebContent"))
        made.say(cited, DCTERMS + "title", ox.Literal(each))
        made.say(cited, MAG + "seenAt", ox.NamedNode(each))

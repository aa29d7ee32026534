"""From a claim back to where it was read: wording, passage, source, evidence, curation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.store.interface import Literal, Store, Term
from magkg.use.describe import (
    Description,
    claim_iri,
    claim_named,
    describe,
    label,
    text,
    values_line,
)
from magkg.use.passages import views
from magkg.vocabulary import DCTERMS, FORMAL, LABEL, MAG, PROV, QUALIFIERS, SKOS, TYPE

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts

__all__ = ["Trace", "trace"]

WORDING = ("polarity", "certainty", "attribution", "kind", "force")
STUDY_FACTS = ("design", "species", "condition", "intervention", "outcome", "size", "year")
# What is read in full, of a claim and then of its evidence lines. Of all else only what it is
# called: of a proposition or a concept more is said the larger the graph.
_PARTS = (
    *(MAG + name for name in ("source", "passage", "evidence", "checkedBy")),
    PROV + "wasGeneratedBy",
)  # fmt: skip
_FOUND = tuple(MAG + name for name in ("study", "effect", "citesSource"))
_NAMED = (
    *(MAG + name for name in (
        "direction", "basis", "strength", "identifiedAs", "identificationSureness", "method",
    )),
    PROV + "wasAssociatedWith",
)  # fmt: skip
_TOLD = tuple(MAG + name for name in ("measure", "pBound", *STUDY_FACTS))
_NAMES = (LABEL, SKOS + "prefLabel", DCTERMS + "title")
# What is never named: classes, and the proposition.
_UNNAMED = frozenset((TYPE, MAG + "states"))

Json = dict[str, Any]


@dataclass(frozen=True)
class Trace:
    """One claim with everything that it stands on; ``as_json`` is documented in docs/."""

    claim: str
    document: Json

    def as_json(self) -> Json:
        """Give the trace as one object (docs/trace.schema.json)."""
        return self.document

    def _repr_html_(self) -> str:
        """Show it in a notebook as a card."""
        from magkg.use import notebook

        return notebook.trace_card(self)


class _Graph:
    """The nodes that one trace needs, each looked up once; ``terms`` outlast it."""

    def __init__(self, store: Store, terms: dict[str, Description]) -> None:
        self.store = store
        self.terms = terms
        self.known: dict[str, Description] = dict(terms)

    def load(self, whole: list[str], named: list[str]) -> None:
        """Look up what is said of some nodes, and what others are called: a query each."""
        for iris, only in ((whole, ()), (named, _NAMES)):
            missing = {iri for iri in iris if iri not in self.known}
            found = describe(self.store, missing, only=only)
            self.known.update({iri: found.get(iri, {}) for iri in missing})
            # A term is always read by its names alone, so what is kept does not differ.
            if only:
                self.terms.update({iri: found[iri] for iri in found if iri.startswith(MAG)})

    def get(self, iri: str) -> Description:
        return self.known.get(iri, {})

    def named(self, iri: str) -> Json:
        return {"iri": iri, "label": label(self.get(iri), iri)}

    def all_named(self, node: Description, prop: str) -> list[Json]:
        return [self.named(str(value)) for value in node.get(prop, [])]


def trace(
    store: Store,
    name: str,
    prefixes: Mapping[str, str],
    sources: SourceTexts | None = None,
    terms: dict[str, Description] | None = None,
) -> Trace:
    """Trace a claim, named by its IRI or ``SLUG#name``, to its passage, source and evidence.

    With ``sources`` each passage is read again: its text, its sentence and its verdict. ``terms``
    keeps what the vocabulary says of its terms from one trace of a graph to the next. Raises
    UnknownName with the nearest claims where there is no such claim.
    """
    iri, claim = _described(store, name, prefixes)
    graph = _Graph(store, {} if terms is None else terms)
    graph.known[iri] = claim
    _load(graph, claim)
    source = text(claim, MAG + "source") or ""
    document: Json = {
        "claim": iri,
        "label": label(claim, iri),
        "wording": _wording(graph, claim),
        "triple": _triple(graph, claim),
        "proposition": text(claim, MAG + "states"),
        "also_stated_by": _others(store, claim, iri),
        "source": _source(graph.get(source), source),
        "passages": [
            each.as_json() for each in views(store, iri, graph.known, sources, prefixes["src"])
        ],
        "no_passage": text(claim, MAG + "noPassage"),
        "evidence": [
            _evidence(graph, str(line), graph.get(str(line)))
            for line in claim.get(MAG + "evidence", [])
        ],
        "strength": {view: _scheme(graph, claim, f"{view}Strength") for view in ("cited", "held")},
        "via": graph.all_named(claim, MAG + "via"),
        "because": graph.all_named(claim, MAG + "because"),
        "curation": _curation(graph, claim),
        "notes": [str(value) for value in claim.get(MAG + "note", [])],
        "digest": text(claim, MAG + "digest"),
    }
    return Trace(iri, document)


def _described(store: Store, name: str, prefixes: Mapping[str, str]) -> tuple[str, Description]:
    """Give the claim that is named, with what is said of it; found at once, it takes one query."""
    iri = claim_named(name, prefixes)
    claim = describe(store, [iri]).get(iri, {})
    if MAG + "Claim" not in map(str, claim.get(TYPE, ())):
        iri = str(claim_iri(store, name, prefixes))
        claim = describe(store, [iri]).get(iri, {})
    return iri, claim


def _load(graph: _Graph, claim: Description) -> None:
    """Look up what the claim leads to, level by level."""
    parts = _nodes(claim, _PARTS)
    graph.load(parts, _nodes(claim, claim.keys() - _UNNAMED - set(_PARTS)))
    held = [graph.get(each) for each in parts]
    found = [each for node in held for each in _nodes(node, _FOUND)]
    graph.load(found, [each for node in held for each in _nodes(node, _NAMED)])
    told = [graph.get(each) for each in found]
    graph.load([], [each for node in told for each in _nodes(node, _TOLD)])


def _nodes(node: Description, properties: Iterable[str]) -> list[str]:
    return [
        str(value)
        for prop in properties
        for value in node.get(prop, [])
        if not isinstance(value, Literal)
    ]


def _wording(graph: _Graph, claim: Description) -> Json:
    wording: Json = {}
    for name in WORDING:
        value = text(claim, MAG + name)
        wording[name] = graph.named(value) if value else None
    addressee = text(claim, MAG + "addressee")
    wording["addressee"] = graph.named(addressee) if addressee else None
    wording["frequency"] = text(claim, MAG + "frequency")
    wording["evidence_bar"] = text(claim, MAG + "evidenceBar")
    return wording


def _triple(graph: _Graph, claim: Description) -> Json:
    parts = {
        name: graph.named(str(claim[prop][0])) if prop in claim else None
        for name, prop in zip(("subject", "predicate", "object"), FORMAL, strict=True)
    }
    qualifiers = [
        {"qualifier": prop.removeprefix(MAG), **graph.named(str(value))}
        for prop in QUALIFIERS
        for value in claim.get(prop, [])
    ]
    return {**parts, "qualifiers": qualifiers, "not_formalised": text(claim, MAG + "notFormalised")}


def _others(store: Store, claim: Description, iri: str) -> list[Json]:
    proposition = text(claim, MAG + "states")
    if proposition is None:
        return []
    query = (
        f"SELECT ?claim ?label ?source WHERE {{ {values_line('stated', [proposition])} "
        f"?claim <{MAG}states> ?stated ; <{LABEL}> ?label ; <{MAG}source> ?source }} "
        "ORDER BY ?claim"
    )
    rows = [[str(cell) for cell in row] for row in store.select(query)]
    return [{"iri": c, "label": lab, "source": s} for c, lab, s in rows if c != iri]


def _source(source: Description, iri: str) -> Json:
    def one(*names: str) -> str | None:
        return next((found for name in names if (found := text(source, name))), None)

    return {
        "iri": iri,
        "title": one(DCTERMS + "title", LABEL),
        "seen_at": one(MAG + "seenAt"),
        "sha256": one(MAG + "sha256"),
        "doi": one(MAG + "doi"),
        "pmid": one(MAG + "pmid"),
        "identification": one(MAG + "identification"),
    }


def _scheme(graph: _Graph, node: Description, name: str) -> Json | None:
    value = text(node, MAG + name)
    return graph.named(value) if value else None


def _evidence(graph: _Graph, iri: str, line: Description) -> Json:
    cited = text(line, MAG + "citesSource")
    meant = text(line, MAG + "identifiedAs")
    return {
        "iri": iri,
        "direction": _scheme(graph, line, "direction"),
        "basis": _scheme(graph, line, "basis"),
        "strength": _scheme(graph, line, "strength"),
        "effects": [_effect(graph, str(effect)) for effect in line.get(MAG + "effect", [])],
        "studies": [_study(graph, str(study)) for study in line.get(MAG + "study", [])],
        "cites": _source(graph.get(cited), cited) if cited else None,
        "unresolved": text(line, MAG + "unresolved"),
        "identified_as": meant
        and {
            **graph.named(meant),
            "identification": text(line, MAG + "identification"),
            "sureness": _scheme(graph, line, "identificationSureness"),
        },
    }


def _effect(graph: _Graph, iri: str) -> Json:
    """Give the size of what was found; numbers as they are written in the graph."""
    effect = graph.get(iri)
    numbers = {
        key: text(effect, MAG + name)
        for key, name in (
            ("estimate", "estimate"), ("low", "intervalLow"), ("high", "intervalHigh"),
            ("level", "intervalLevel"), ("p", "pValue"), ("unit", "unit"), ("note", "note"),
        )
    }  # fmt: skip
    return {
        "measure": _scheme(graph, effect, "measure"),
        **numbers,
        "p_bound": _scheme(graph, effect, "pBound"),
    }


def _study(graph: _Graph, iri: str) -> Json:
    study = graph.get(iri)
    facts: Json = {"iri": iri, "label": label(study, iri)}
    for name in STUDY_FACTS:
        facts[name] = [_fact(graph, value) for value in study.get(MAG + name, [])]
    facts["identification"] = text(study, MAG + "identification")
    return facts


def _fact(graph: _Graph, value: Term) -> str:
    return value.value if isinstance(value, Literal) else label(graph.get(value), value)


def _curation(graph: _Graph, claim: Description) -> list[Json]:
    done: list[Json] = []
    for part, prop in (("read", PROV + "wasGeneratedBy"), ("checked", MAG + "checkedBy")):
        for value in claim.get(prop, []):
            reading = graph.get(str(value))
            role, method = text(reading, PROV + "wasAssociatedWith"), text(reading, MAG + "method")
            done.append(
                {
                    "iri": str(value),
                    "part": part,
                    "label": label(reading, str(value)),
                    "role": graph.named(role) if role else None,
                    "method": graph.named(method) if method else None,
                    "ended": text(reading, PROV + "endedAtTime"),
                }
            )
    return done

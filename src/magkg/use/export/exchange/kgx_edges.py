"""Edges of KGX: a claim as a record of Biolink's columns and of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from magkg.use.describe import values_line
from magkg.use.export.exchange import biolink
from magkg.use.select.loading import batches, mag_name
from magkg.vocabulary import MAG, SKOS

if TYPE_CHECKING:
    from magkg.use.select.entities import Claim, Content, Source
    from magkg.use.select.subgraph import Subgraph

__all__ = ["EDGE_COLUMNS", "Edges"]

# Qualifiers that Biolink has (ontology/alignments.ttl), and those that it has not.
_QUALIFIERS = {
    "condition": "disease_context_qualifier",
    "form": "subject_form_or_variant_qualifier",
    "population": "population_context_qualifier",
    "site": "anatomical_context_qualifier",
    "species": "species_context_qualifier",
    "timing": "temporal_context_qualifier",
    "comparator": "mag_comparator",
    "doseAmount": "mag_dose_amount",
    "route": "mag_route",
}
# The only one of them that has several values in Biolink.
_SEVERAL = "anatomical_context_qualifier"
# Fields of a claim that are carried as they are.
_CLAIM = (
    "polarity", "certainty", "attribution", "kind", "language", "force", "evidence_bar",
    "not_formalised", "no_passage", "cited_strength", "held_strength", "cited_gap", "held_gap",
    "held_leaps", "notes", "digest",
)  # fmt: skip
# Those that hold IRIs of ours, carried as CURIEs.
_IRIS = ("passages", "evidence", "via", "because", "proposition", "readings", "checks")
# What the whole graph holds for the proposition.
_HELD = (
    "verdict", "verdicts", "strength", "strength_against", "claims", "affirming", "denying",
    "lacking", "sources", "studies", "independent", "independent_for", "independent_against",
    "independent_open",
)  # fmt: skip
EDGE_COLUMNS = (
    "id", "subject", "predicate", "object", "category", "negated", "knowledge_level", "agent_type",
    "primary_knowledge_source", "publications", "has_supporting_studies", "evidence_count",
    "has_evidence_of_type", "original_subject", "original_predicate", "original_object",
    *_QUALIFIERS.values(), "frequency_qualifier", "description", "mag_claim",
    "mag_predicate_label", "mag_contested", "mag_addressee", "mag_source", "mag_source_title",
    "mag_disputing_studies", "mag_inconclusive_studies", "mag_unresolved",
    *(f"mag_{name}" for name in _CLAIM), *(f"mag_{name}" for name in _IRIS),
    *(f"mag_graph_{name}" for name in _HELD),
)  # fmt: skip
# Who made the statement, by the method of the reading that it comes from.
_AGENTS = {
    "closeReading": "manual_agent",
    "assistedReading": "manual_validation_of_automated_agent",
}
_UNKNOWN = "not_provided"


class Edges:
    """Makes the records; ``identify`` gives the id of the node of a concept."""

    def __init__(self, subgraph: Subgraph, identify: Callable[[str], str]) -> None:
        self._graph = subgraph.graph
        self._prefixes = subgraph.graph.prefixes
        self._identify = identify
        self._names = biolink.aligned(subgraph.graph)
        self._methods: dict[str, str] = {}
        self._designs = self._outside_designs()

    def learn(self, content: Content) -> None:
        """Look up what a part's content does not say: who read the claims."""
        self._methods = {}
        for batch in batches(sorted({iri for each in content.claims for iri in each.readings})):
            query = (
                f"SELECT ?reading ?method WHERE {{ {values_line('reading', batch)} "
                f"?reading <{MAG}method> ?method }} ORDER BY ?reading ?method"
            )
            for reading, method in self._graph.store.select(query, self._graph.timeout):
                self._methods[str(reading)] = mag_name(str(method))

    def record(self, claim: Claim, content: Content) -> dict[str, Any]:
        """Give a claim as a record in the order of EDGE_COLUMNS, without what says nothing.

        A claim without a whole triple has neither subject, predicate nor object; one of which
        Biolink can say nothing has no predicate.
        """
        found: dict[str, Any] = {}
        if claim.subject and claim.predicate and claim.object:
            found |= self._statement(claim, content)
        found |= self._evidence(claim, content)
        found |= self._own(claim, content)
        kept = {name: found[name] for name in EDGE_COLUMNS if name in found}
        return {name: cell for name, cell in kept.items() if cell not in (None, "", [])}

    def _statement(self, claim: Claim, content: Content) -> dict[str, Any]:
        reading = biolink.read(claim, content, self._names)
        mark = "~negated" if reading.negated else ""
        return {
            "id": f"{self._curie(claim.iri)}~{claim.polarity}{mark}",
            "subject": self._identify(claim.subject),
            "predicate": f"biolink:{reading.predicate}" if reading.predicate else "",
            "object": self._identify(claim.object),
            "category": ["biolink:Association"],
            "negated": reading.negated,
            "knowledge_level": reading.level,
            "original_subject": self._curie(claim.subject),
            "original_predicate": self._curie(claim.predicate),
            "original_object": self._curie(claim.object),
            "mag_predicate_label": content.label(claim.predicate),
            "mag_contested": claim.contested,
        }

    def _evidence(self, claim: Claim, content: Content) -> dict[str, Any]:
        lines = [content.lines[iri] for iri in claim.evidence if iri in content.lines]
        pointing = {
            direction: list(
                dict.fromkeys(
                    each
                    for line in lines
                    if line.direction == direction
                    for each in (*line.studies, *line.reaches)
                )
            )
            for direction in ("supports", "disputes", "inconclusive")
        }
        reports = [
            iri
            for each in pointing["supports"]
            if each in content.studies
            for iri in content.studies[each].reported_in
        ]
        cited = [iri for line in lines if line.direction == "supports" for iri in line.cites]
        documents = dict.fromkeys((claim.source, *cited, *reports))
        agents = {_AGENTS.get(self._methods.get(each, ""), _UNKNOWN) for each in claim.readings}
        return {
            "agent_type": agents.pop() if len(agents) == 1 else _UNKNOWN,
            "primary_knowledge_source": self._curie(claim.source),
            "publications": [self._document(content.sources.get(each), each) for each in documents],
            "has_supporting_studies": self._curies(pointing["supports"]),
            "evidence_count": sum(line.direction == "supports" for line in lines),
            "has_evidence_of_type": biolink.evidence_types(claim, content, self._designs),
            "mag_disputing_studies": self._curies(pointing["disputes"]),
            "mag_inconclusive_studies": self._curies(pointing["inconclusive"]),
            "mag_unresolved": [line.unresolved for line in lines if line.unresolved],
        }

    def _own(self, claim: Claim, content: Content) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in claim.qualifiers:
            found.setdefault(_QUALIFIERS[name], []).append(self._identify(value))
        for name, values in found.items():
            if len(values) == 1 and name != _SEVERAL:
                found[name] = values[0]
        held = content.propositions.get(claim.proposition)
        found |= {
            "frequency_qualifier": claim.frequency,
            "description": claim.gist,
            "mag_claim": claim.iri,
            "mag_addressee": self._identify(claim.addressee) if claim.addressee else "",
            "mag_source": claim.source,
            "mag_source_title": content.label(claim.source) if claim.source else "",
        }
        for name in _CLAIM:
            found[f"mag_{name}"] = _plain(getattr(claim, name))
        for name in _IRIS:
            value = getattr(claim, name)
            found[f"mag_{name}"] = (
                self._curie(value) if isinstance(value, str) else self._curies(value)
            )
        if held is not None and held.verdict:
            found |= {f"mag_graph_{name}": _plain(getattr(held, name)) for name in _HELD}
        return found

    def _curie(self, iri: str) -> str:
        return biolink.curie(iri, self._prefixes) if iri else ""

    def _curies(self, iris: Iterable[str]) -> list[str]:
        return [self._curie(each) for each in iris]

    def _document(self, source: Source | None, iri: str) -> str:
        """Give a document's one id: in PubMed, else its DOI, else where it was seen, else ours."""
        if source is None:
            return self._curie(iri)
        if source.pmid:
            return f"PMID:{source.pmid}"
        if source.doi:
            return f"DOI:{source.doi}"
        return source.seen_at[0] if source.seen_at else self._curie(iri)

    def _outside_designs(self) -> dict[str, list[str]]:
        """Give the classes of ECO and OBI that each study design is aligned with, as CURIEs."""
        query = (
            f"SELECT ?design ?outside WHERE {{ ?design <{SKOS}inScheme> <{MAG}designScheme> ; "
            f"<{SKOS}exactMatch>|<{SKOS}closeMatch>|<{SKOS}broadMatch> ?outside }} "
            "ORDER BY ?design ?outside"
        )
        found: dict[str, list[str]] = {}
        for design, outside in self._graph.store.select(query, self._graph.timeout):
            name = self._curie(str(outside))
            if name.startswith(("ECO:", "OBI:")):
                found.setdefault(mag_name(str(design)), []).append(name)
        return found


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value

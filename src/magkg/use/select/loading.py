"""From nodes of a graph to the entities of a subgraph, a part at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import chain, islice, product
from typing import TYPE_CHECKING, TypeVar

from magkg.store.interface import IRI, Facts, Literal
from magkg.use.describe import (
    Description,
    about,
    describe,
    grouped,
    label,
    text,
    values_line,
)
from magkg.use.select import properties
from magkg.use.select.entities import (
    Claim,
    Concept,
    Content,
    Effect,
    Line,
    Passage,
    Proposition,
    Source,
    Study,
)
from magkg.use.select.opposition import Opposition
from magkg.vocabulary import DCTERMS, LABEL, MAG, OA, PROV, QUALIFIERS, SKOS, TYPE

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["Loader", "batches", "mag_name"]

_T = TypeVar("_T")
# Nodes of one look-up: its query stays below the limits of the engines (8 kB headers do not count,
# as queries are POSTed; Virtuoso takes 10,000 lines of SQL).
_BATCH = 400


# A search that found nothing is told beside what there is, so it comes last.
_LAST = "foundLacking"


def batches(items: Iterable[_T], size: int = _BATCH) -> Iterator[list[_T]]:
    """Give the items in lists of at most ``size``."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def mag_name(iri: str | None) -> str:
    """Give the name of a term of the magkg namespace, another IRI as it is, "" for None."""
    return (iri or "").removeprefix(MAG)


class Loader:
    """Reads claims and what they lead to; what several parts share is read once.

    ``engine`` is read in the place of the store where many nodes are read at once. With ``whole``
    the propositions of the whole graph are looked at for what is contested, and not those of each
    part. ``timeout`` is in seconds for each query.
    """

    def __init__(
        self,
        store: Store,
        timeout: float | None = None,
        *,
        engine: Store | None = None,
        whole: bool = False,
    ) -> None:
        self.store = store
        self.timeout = timeout
        self._engine = engine or store
        self._opposition = Opposition(self._engine, timeout, whole=whole)
        self._concepts: dict[str, Concept] = {}
        self._studies: dict[str, Study] = {}
        self._sources: dict[str, Source] = {}

    def load(self, iris: Sequence[str]) -> Content:
        """Give the content of these claims, in their order."""
        found = self._describe(iris, properties.CLAIM)
        against = self._opposition.among([*_stated(found)])
        claims = tuple(_claim(iri, found[iri], iri in against) for iri in iris if iri in found)
        lines = self._lines(chain.from_iterable(each.evidence for each in claims))
        passages = self._passages(chain.from_iterable(each.passages for each in claims))
        effects = self._effects(chain.from_iterable(each.effects for each in lines.values()))
        propositions = self._propositions({each.proposition for each in claims} - {""})
        studies = self._load_studies(
            {iri for each in lines.values() for iri in (*each.studies, *each.reaches)}
        )
        cited = {iri for each in lines.values() for iri in each.cites}
        reported = {iri for each in studies.values() for iri in each.reported_in}
        made_by = {each.source for each in claims} - {""}
        sources = self._load_sources(made_by | cited | reported)
        named = _named(claims, studies.values())
        concepts = self._load_concepts(named)
        return Content(claims, passages, lines, effects, propositions, studies, sources, concepts)

    def _describe(self, iris: Iterable[str], only: Sequence[str]) -> dict[str, Description]:
        wanted = sorted(set(iris))
        if isinstance(self._engine, Facts):
            for each in wanted:
                about(each)
            return grouped(self._engine.facts(wanted, only, self.timeout))
        found: dict[str, Description] = {}
        for batch in batches(wanted):
            found.update(describe(self.store, batch, self.timeout, only=only))
        return found

    def _lines(self, iris: Iterable[str]) -> dict[str, Line]:
        return {
            iri: _line(iri, node) for iri, node in self._describe(iris, properties.LINE).items()
        }

    def _passages(self, iris: Iterable[str]) -> dict[str, Passage]:
        return {
            iri: _passage(iri, node)
            for iri, node in self._describe(iris, properties.PASSAGE).items()
        }

    def _effects(self, iris: Iterable[str]) -> dict[str, Effect]:
        return {
            iri: _effect(iri, node) for iri, node in self._describe(iris, properties.EFFECT).items()
        }

    def _propositions(self, iris: Iterable[str]) -> dict[str, Proposition]:
        found = self._describe(iris, properties.PROPOSITION)
        rated = {iri: text(node, MAG + "assessment") for iri, node in found.items()}
        held = self._describe((each for each in rated.values() if each), properties.ASSESSMENT)
        return {
            iri: _proposition(iri, node, held.get(rated[iri] or "", {}))
            for iri, node in found.items()
        }

    def _load_studies(self, iris: set[str]) -> dict[str, Study]:
        missing = iris - self._studies.keys()
        for iri, node in self._describe(missing, properties.STUDY).items():
            self._studies[iri] = _study(iri, node)
        return {iri: self._studies[iri] for iri in sorted(iris) if iri in self._studies}

    def _load_sources(self, iris: set[str]) -> dict[str, Source]:
        missing = iris - self._sources.keys()
        for iri, node in self._describe(missing, properties.SOURCE).items():
            self._sources[iri] = _source(iri, node)
        return {iri: self._sources[iri] for iri in sorted(iris) if iri in self._sources}

    def _load_concepts(self, iris: set[str]) -> dict[str, Concept]:
        missing = iris - self._concepts.keys()
        mapped = self._mappings(missing)
        for iri, node in self._describe(missing, properties.CONCEPT).items():
            self._concepts[iri] = _concept(iri, node, mapped.get(iri, ()))
        return {iri: self._concepts[iri] for iri in sorted(iris) if iri in self._concepts}

    def _mappings(self, iris: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for batch in batches(sorted(iris)):
            query = (
                f"SELECT ?concept ?match ?outside WHERE {{ {values_line('concept', batch)} "
                f"?mapping <{MAG}concept> ?concept ; <{MAG}match> ?match ; "
                f"<{MAG}outside> ?outside }} ORDER BY ?concept ?match ?outside"
            )
            for concept, match, outside in self.store.select(query, self.timeout):
                pair = (str(match).removeprefix(SKOS), str(outside))
                found.setdefault(str(concept), []).append(pair)
        return found


def _stated(claims: Mapping[str, Description]) -> Iterator[tuple[str, str, str]]:
    """Give the claims with each proposition that they state and each polarity."""
    for iri, node in claims.items():
        for stated, polarity in product(_all(node, "states"), _all(node, "polarity")):
            yield iri, stated, polarity


def _named(claims: Iterable[Claim], studies: Iterable[Study]) -> set[str]:
    """Give the concepts and predicates that claims and studies name."""
    named: set[str] = set()
    for claim in claims:
        named |= {claim.subject, claim.predicate, claim.object, claim.addressee}
        named |= {value for _, value in claim.qualifiers}
    for study in studies:
        for held in (
            study.species, study.population, study.condition, study.intervention,
            study.comparator, study.outcome,
        ):  # fmt: skip
            named |= set(held)
    return named - {""}


def _all(node: Description, name: str) -> tuple[str, ...]:
    return tuple(str(value) for value in node.get(MAG + name, ()))


def _one(node: Description, name: str) -> str:
    return text(node, MAG + name) or ""


def _term(node: Description, name: str) -> str:
    return mag_name(text(node, MAG + name))


def _int(node: Description, prop: str) -> int | None:
    value = text(node, prop)
    try:
        return None if value is None else int(value)
    except ValueError:
        return None


def _count(node: Description, name: str) -> int:
    return _int(node, MAG + name) or 0


def _decimal(node: Description, name: str) -> Decimal | None:
    value = text(node, MAG + name)
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        return None


def _qualifiers(node: Description) -> tuple[tuple[str, str], ...]:
    return tuple(
        (prop.removeprefix(MAG), str(value)) for prop in QUALIFIERS for value in node.get(prop, ())
    )


def _claim(iri: str, node: Description, is_contested: bool) -> Claim:
    gist = next((each for each in node.get(LABEL, ()) if isinstance(each, Literal)), None)
    return Claim(
        iri=iri,
        gist=gist.value if gist else "",
        language=(gist.language or "") if gist else "",
        kind=_term(node, "kind"),
        subject=_one(node, "subject"),
        predicate=_one(node, "predicate"),
        object=_one(node, "object"),
        qualifiers=_qualifiers(node),
        polarity=_term(node, "polarity"),
        certainty=_term(node, "certainty"),
        attribution=_term(node, "attribution"),
        force=_term(node, "force"),
        addressee=_one(node, "addressee"),
        frequency=_one(node, "frequency"),
        evidence_bar=_one(node, "evidenceBar"),
        not_formalised=_one(node, "notFormalised"),
        source=_one(node, "source"),
        passages=_all(node, "passage"),
        no_passage=_one(node, "noPassage"),
        evidence=_all(node, "evidence"),
        via=_all(node, "via"),
        because=_all(node, "because"),
        proposition=_one(node, "states"),
        cited_strength=_term(node, "citedStrength"),
        held_strength=_term(node, "heldStrength"),
        cited_gap=_int(node, MAG + "citedGap"),
        held_gap=_int(node, MAG + "heldGap"),
        held_leaps=tuple(map(mag_name, _all(node, "heldLeap"))),
        readings=tuple(str(value) for value in node.get(PROV + "wasGeneratedBy", ())),
        checks=_all(node, "checkedBy"),
        notes=_all(node, "note"),
        digest=_one(node, "digest"),
        contested=is_contested,
    )


def _line(iri: str, node: Description) -> Line:
    return Line(
        iri=iri,
        direction=_term(node, "direction"),
        basis=_term(node, "basis"),
        strength=_term(node, "strength"),
        level=_int(node, MAG + "level"),
        studies=_all(node, "study"),
        reaches=_all(node, "reaches"),
        cites=_all(node, "citesSource"),
        unresolved=_one(node, "unresolved"),
        effects=_all(node, "effect"),
    )


def _passage(iri: str, node: Description) -> Passage:
    return Passage(
        iri=iri,
        source=text(node, OA + "hasSource") or "",
        start=_int(node, OA + "start"),
        end=_int(node, OA + "end"),
        sha256=_one(node, "sha256"),
        folded_sha256=_one(node, "foldedSha256"),
        locator=_one(node, "locator"),
        exact=_one(node, "exact"),
    )


def _effect(iri: str, node: Description) -> Effect:
    return Effect(
        iri=iri,
        measure=_term(node, "measure"),
        estimate=_decimal(node, "estimate"),
        low=_decimal(node, "intervalLow"),
        high=_decimal(node, "intervalHigh"),
        level=_decimal(node, "intervalLevel"),
        p_value=_decimal(node, "pValue"),
        p_bound=_term(node, "pBound"),
        unit=_one(node, "unit"),
        note=_one(node, "note"),
    )


def _proposition(iri: str, node: Description, held: Description) -> Proposition:
    return Proposition(
        iri=iri,
        subject=_one(node, "subject"),
        predicate=_one(node, "predicate"),
        object=_one(node, "object"),
        qualifiers=_qualifiers(node),
        verdicts=tuple(sorted(map(mag_name, _all(held, "verdict")), key=_LAST.__eq__)),
        strength=_term(held, "strength") or "notRated",
        strength_against=_term(held, "strengthAgainst") or "notRated",
        claims=_count(held, "claimCount"),
        affirming=_count(held, "affirmingCount"),
        denying=_count(held, "denyingCount"),
        lacking=_count(held, "lackCount"),
        sources=_count(held, "sourceCount"),
        studies=_count(held, "studyCount"),
        independent=_count(held, "rootCount"),
        independent_for=_count(held, "rootsFor"),
        independent_against=_count(held, "rootsAgainst"),
        independent_open=_count(held, "rootsInconclusive"),
        wider=_all(node, "narrowerScopeThan"),
        bears_on=_all(node, "bearsOn"),
    )


def _study(iri: str, node: Description) -> Study:
    return Study(
        iri=iri,
        label=label(node, iri),
        design=_term(node, "design"),
        species=_all(node, "species"),
        population=_all(node, "population"),
        condition=_all(node, "condition"),
        intervention=_all(node, "intervention"),
        comparator=_all(node, "comparator"),
        outcome=_all(node, "outcome"),
        size=_int(node, MAG + "size"),
        year=_int(node, MAG + "year"),
        group=_all(node, "group"),
        reported_in=_all(node, "reportedIn"),
        root=_one(node, "root"),
        retracted=_one(node, "retracted"),
        identification=_one(node, "identification"),
        notes=_all(node, "note"),
    )


def _source(iri: str, node: Description) -> Source:
    types = (str(value) for value in node.get(TYPE, ()) if isinstance(value, IRI))
    return Source(
        iri=iri,
        title=text(node, DCTERMS + "title") or label(node, iri),
        types=tuple(each for each in types if each != MAG + "Source"),
        creators=tuple(str(value) for value in node.get(DCTERMS + "creator", ())),
        year=_int(node, MAG + "year"),
        issued=text(node, DCTERMS + "issued") or "",
        doi=_one(node, "doi"),
        pmid=_one(node, "pmid"),
        seen_at=_all(node, "seenAt"),
        citation=text(node, DCTERMS + "bibliographicCitation") or "",
        license=text(node, DCTERMS + "license") or "",
        sha256=_one(node, "sha256"),
        characters=_int(node, MAG + "characters"),
        read_as=_term(node, "readAs"),
    )


def _concept(iri: str, node: Description, mappings: Iterable[tuple[str, str]]) -> Concept:
    types = {str(value) for value in node.get(TYPE, ())}
    kind = _term(node, "conceptKind")
    return Concept(
        iri=iri,
        label=label(node, iri),
        kind=kind or ("predicate" if MAG + "Predicate" in types else ""),
        synonyms=tuple(str(value) for value in node.get(SKOS + "altLabel", ())),
        broader=tuple(str(value) for value in node.get(SKOS + "broader", ())),
        mappings=tuple(mappings),
    )

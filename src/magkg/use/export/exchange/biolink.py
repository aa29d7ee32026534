"""What Biolink can say of a claim without saying more than its evidence does.

The predicate of the treat family (``mag:relieves``, ``mag:treats``, ``mag:prevents``: what the
graph aligns with a Biolink predicate below) follows the evidence of the claim itself:

======================  ==============================  ================================  =========
claim                   evidence that supports it       predicate                         level
======================  ==============================  ================================  =========
affirms                 people, randomised trial or     ``ameliorates_condition``,        assertion
                        systematic review, **strong**   ``treats``,
                                                        ``preventative_for_condition``
affirms                 the same, not strong            ``in_clinical_trials_for``        assertion
affirms                 people, any other design        ``applied_to_treat``              statistic
affirms                 animals or cells only           ``beneficial_in_models_for``      assertion
affirms                 none, or of no known design     ``treats_or_applied_or_...``      none
denies                  any                             as the first row, **negated**     by it
reports no difference   a trial in people               ``in_clinical_trials_for``        assertion
reports no difference   animals or cells                ``in_preclinical_trials_for``     assertion
reports no difference   other, or none                  ``studied_to_treat``              none
reports lack            any                             no edge                           --
======================  ==============================  ================================  =========

Levels are ``knowledge_assertion``, ``statistical_association`` and ``not_provided``; a hedged or
speculative claim is a ``prediction``, whatever its evidence. For a report of no difference the
evidence is what it leads to in any direction: that a study was done is what the edge says.

Strong: the evidence line is rated low or above, so is what the whole graph holds for the claim, and
the claim is not contested by anything in the whole graph
(``magkg.use.select.opposition``). Otherwise no edge asserts a benefit in people.

Any other predicate is what the ontology (or the project) aligns it with: ``skos:exactMatch``, else
``closeMatch``, else ``broadMatch``, else ``related_to``; an affirmation that is contested is
``related_to`` there. Reports of no difference and of a lack have no edge: any predicate of Biolink
would affirm or refute, and they do neither. ``contraindicated_in`` needs an authority:
without supporting evidence it is ``related_to``. Where Biolink wants an intervention on a condition
and the concepts are of other kinds, it is ``related_to``. ``negated`` is true for a denial and for
nothing else, and **negates ``original_predicate``**, which may be narrower than ``predicate``.

Definitions: Biolink Model 4.4.4, slots ``treats`` and below ("only in cases where there is strong
supporting evidence"), enum KnowledgeLevelEnum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg.vocabulary import SKOS

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.use.select.entities import Claim, Concept, Content, Line, Study

__all__ = ["Reading", "aligned", "category", "curie", "evidence_types", "preferred", "read"]

BIOLINK = "https://w3id.org/biolink/vocab/"
_OBO = "http://purl.obolibrary.org/obo/"
# Namespaces of outside ids, and their prefixes in the Biolink Model's own prefix map.
_OUTSIDE = {
    "http://id.nlm.nih.gov/mesh/": "MESH",
    "http://www.ebi.ac.uk/efo/EFO_": "EFO",
    "http://www.orpha.net/ORDO/Orphanet_": "ORDO",
    "http://snomed.info/id/": "SNOMEDCT",
    "http://identifiers.org/umls/": "UMLS",
    "http://identifiers.org/drugbank/": "DRUGBANK",
    "http://identifiers.org/pubchem.compound/": "PUBCHEM.COMPOUND",
}
_RELATED = "related_to"
_BROAD = "treats_or_applied_or_studied_to_treat"
_STUDIED = "studied_to_treat"
# The predicates of the treat family that are aligned with, and what strong evidence makes of them.
_FAMILY = {
    "ameliorates_condition": "ameliorates_condition",
    "preventative_for_condition": "preventative_for_condition",
    "treats": "treats",
    _BROAD: "treats",
}
# Those whose domain in Biolink is "chemical or drug or treatment".
_INTERVENTIONS = frozenset((*_FAMILY, "exacerbates_condition", "has_side_effect"))
_GIVEN = frozenset(("substanceConcept", "practiceConcept", "foodConcept"))
_RANKED = ("exactMatch", "closeMatch", "broadMatch")
_TRIALS = frozenset(("randomisedTrial", "systematicReview"))
_TREATED = frozenset((*_TRIALS, "nonRandomisedTrial"))
_OBSERVED = frozenset(
    ("nonRandomisedTrial", "cohortStudy", "caseControlStudy", "crossSectionalStudy", "caseSeries",
     "caseReport")
)  # fmt: skip
_MODELS = frozenset(("animalRandomised", "animalNonRandomised", "cellStudy"))
# From where on magkg's own rating counts as support that an edge may assert.
_ENOUGH = frozenset(("strengthLow", "strengthModerate", "strengthHigh"))
_HUMAN = _OBO + "NCBITaxon_9606"

# The category of a node by the kind of its concept; conditions are told apart by their outside id.
_CATEGORIES = {
    "anatomyConcept": "AnatomicalEntity",
    "conditionConcept": "DiseaseOrPhenotypicFeature",
    "foodConcept": "Food",
    "organismConcept": "OrganismTaxon",
    "populationConcept": "PopulationOfIndividualOrganisms",
    "practiceConcept": "Procedure",
    "processConcept": "BiologicalProcess",
    "roleConcept": "ChemicalRole",
    "substanceConcept": "ChemicalEntity",
}
# Biolink's order of the prefixes of an id (id_prefixes of each class, as far as ids are known).
_PREFERRED = {
    "anatomyConcept": ("UBERON", "GO", "CL", "UMLS", "MESH", "NCIT"),
    "conditionConcept": ("MONDO", "HP", "DOID", "ORDO", "EFO", "UMLS", "MESH", "NCIT", "SNOMEDCT"),
    "foodConcept": ("FOODON", "CHEBI", "PUBCHEM.COMPOUND", "DRUGBANK", "MESH", "UMLS"),
    "organismConcept": ("NCBITaxon", "MESH", "UMLS"),
    "processConcept": ("GO", "UMLS"),
    "roleConcept": ("CHEBI",),
    "substanceConcept": ("CHEBI", "PUBCHEM.COMPOUND", "DRUGBANK", "MESH", "UMLS"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What Biolink is told of a claim: predicate and knowledge level, by their names, negation.

    ``predicate`` is "" where Biolink has none that says it.
    """

    predicate: str
    level: str
    negated: bool


def aligned(graph: Graph) -> dict[str, str]:
    """Give the Biolink name that each predicate of the graph is aligned with, the nearest first."""
    query = (
        "SELECT ?term ?match ?outside WHERE { VALUES ?match { "
        + " ".join(f"<{SKOS}{name}>" for name in _RANKED)
        + f' }} ?term ?match ?outside FILTER(STRSTARTS(STR(?outside), "{BIOLINK}")) }}'
    )
    found: dict[str, tuple[int, str]] = {}
    for term, match, outside in graph.store.select(query, graph.timeout):
        rank = _RANKED.index(str(match).removeprefix(SKOS))
        each = (rank, str(outside).removeprefix(BIOLINK))
        found[str(term)] = min(each, found.get(str(term), each))
    return {term: name for term, (_, name) in found.items()}


def read(claim: Claim, content: Content, names: Mapping[str, str]) -> Reading:
    """Say what Biolink can be told of a claim; ``names`` is what ``aligned`` gave."""
    name = names.get(claim.predicate, _RELATED)
    supports = _tier(claim, content, "supports")
    unheld = name == "contraindicated_in" and not _cited(claim, content)
    if unheld or not _fits(claim, content, name):
        name = _RELATED
    if supports == "trial" and (claim.contested or claim.held_strength not in _ENOUGH):
        supports = "weak trial"
    denies = claim.polarity == "denies"
    if claim.polarity == "affirms":
        found = _affirmed(name, supports, claim.contested)
    elif denies:
        found = (_FAMILY.get(name, name), _level(supports))
    elif claim.polarity == "reportsNoDifference" and name in _FAMILY:
        found = _no_difference(claim, content)
    else:
        found = ("", "not_provided")
    level = found[1] if claim.certainty == "asserted" else "prediction"
    return Reading(found[0], level, denies)


def _affirmed(name: str, tier: str, contested: bool) -> tuple[str, str]:
    if name not in _FAMILY:
        return _RELATED if contested else name, _level(tier)
    by_tier = {
        "trial": _FAMILY[name],
        "weak trial": "in_clinical_trials_for",
        "observed": "applied_to_treat",
        "model": "beneficial_in_models_for",
    }
    return by_tier.get(tier, _BROAD), _level(tier)


def _level(tier: str) -> str:
    if not tier:
        return "not_provided"
    return "statistical_association" if tier == "observed" else "knowledge_assertion"


def _no_difference(claim: Claim, content: Content) -> tuple[str, str]:
    held = [study for _, study in _studies(claim, content)]
    if any(_human(content, each) and each.design in _TREATED for each in held):
        return "in_clinical_trials_for", "knowledge_assertion"
    if any(each.design in _MODELS or not _human(content, each) for each in held):
        return "in_preclinical_trials_for", "knowledge_assertion"
    return _STUDIED, "not_provided"


def _fits(claim: Claim, content: Content, name: str) -> bool:
    """Say whether the ends are an intervention and a condition, where Biolink wants these."""
    if name not in _INTERVENTIONS:
        return True
    kinds = [
        content.concepts[end].kind if end in content.concepts else ""
        for end in (claim.subject, claim.object)
    ]
    return kinds[0] in _GIVEN and kinds[1] == "conditionConcept"


def _cited(claim: Claim, content: Content) -> bool:
    """Say whether a line supports the claim and names a study or a source."""
    held = (content.lines[iri] for iri in claim.evidence if iri in content.lines)
    return any(each.direction == "supports" and (each.studies or each.cites) for each in held)


def _studies(claim: Claim, content: Content, direction: str = "") -> Iterator[tuple[Line, Study]]:
    """Give the studies that the evidence leads to, with the line; none that was retracted."""
    for iri in claim.evidence:
        line = content.lines.get(iri)
        if line is None or (direction and line.direction != direction):
            continue
        for each in dict.fromkeys((*line.studies, *line.reaches)):
            study = content.studies.get(each)
            if study is not None and not study.retracted:
                yield line, study


def _tier(claim: Claim, content: Content, direction: str) -> str:
    """Give the best evidence of a claim: trial, weak trial, observed, model, or "" for none."""
    found = set()
    for line, study in _studies(claim, content, direction):
        if not _human(content, study) or study.design in _MODELS:
            found.add("model")
        elif study.design in _TRIALS:
            found.add("trial" if line.strength in _ENOUGH else "weak trial")
        elif study.design in _OBSERVED:
            found.add("observed")
    order = ("trial", "weak trial", "observed", "model")
    return next((each for each in order if each in found), "")


def _human(content: Content, study: Study) -> bool:
    """Say whether a study looked at people: no species means human (CONTRACT, scheme values)."""
    return all(
        any(outside == _HUMAN for _, outside in content.concepts[each].mappings)
        if each in content.concepts
        else each == _HUMAN
        for each in study.species
    )


def evidence_types(claim: Claim, content: Content, designs: Mapping[str, list[str]]) -> list[str]:
    """Give the outside classes of the designs that support a claim, as CURIEs, sorted."""
    held = _studies(claim, content, "supports")
    return sorted({each for _, study in held for each in designs.get(study.design, ())})


def curie(iri: str, prefixes: Mapping[str, str]) -> str:
    """Give the CURIE of an outside IRI as Biolink writes it, else with the prefixes of the graph.

    An IRI that no prefix fits stands as it is.
    """
    local = iri.removeprefix(_OBO)
    if local != iri and "_" in local:
        return local.replace("_", ":", 1)
    for space, prefix in _OUTSIDE.items():
        if iri.startswith(space):
            return f"{prefix}:{iri.removeprefix(space)}"
    fitting = [(len(space), name) for name, space in prefixes.items() if iri.startswith(space)]
    if not fitting:
        return iri
    length, name = max(fitting)
    return f"{name}:{iri[length:]}"


def preferred(concept: Concept, shared: frozenset[str], prefixes: Mapping[str, str]) -> str:
    """Give the outside id that stands for a concept, "" where there is no one such id.

    It is the exact match of the prefix that Biolink prefers for the kind, if that has one only,
    and no other concept has it (``shared`` holds the IRIs that several have).
    """
    exact = [outside for match, outside in concept.mappings if match == "exactMatch"]
    ids = [curie(each, prefixes) for each in exact if each not in shared]
    for prefix in _PREFERRED.get(concept.kind, ()):
        found = [each for each in ids if each.startswith(f"{prefix}:")]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def category(kind: str, identifier: str) -> str:
    """Give the Biolink class of a node by the kind of its concept and by its id."""
    prefix = identifier.partition(":")[0]
    if kind == "conditionConcept":
        if prefix in ("MONDO", "DOID", "ORDO"):
            return "biolink:Disease"
        if prefix == "HP":
            return "biolink:PhenotypicFeature"
    return f"biolink:{_CATEGORIES.get(kind, 'NamedThing')}"

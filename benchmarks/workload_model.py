"""What a generated graph is made of: shares measured on the bundled graph, and sizes.

The shares of kinds with their predicates, of polarities, certainties, attributions, designs and
judgements are those of graphs/ (1,098 claims, November 2026), rounded. A weight is a count of
claims there; a share is in 1,000.
"""

from __future__ import annotations

# Kind of claim, predicate, kinds of subject and object, claims of this form in graphs/.
FORMS = (
    ("efficacyClaim", "relieves", "substance", "condition", 126),
    ("foodClaim", "isSourceOf", "food", "substance", 63),
    ("safetyClaim", "hasSideEffect", "substance", "condition", 56),
    ("bioavailabilityClaim", "hasBioavailability", "substance", "quality", 49),
    ("efficacyClaim", "relieves", "practice", "condition", 35),
    ("safetyClaim", "interactsWith", "substance", "substance", 29),
    ("efficacyClaim", "promotes", "substance", "process", 34),
    ("efficacyClaim", "reduces", "substance", "process", 42),
    ("evidenceStateClaim", "hasEvidenceStatus", "substance", "evidence", 24),
    ("evidenceStateClaim", "hasEvidenceStatus", "practice", "evidence", 10),
    ("mechanismClaim", "isInvolvedIn", "substance", "process", 24),
    ("epidemiologyClaim", "hasPrevalence", "condition", "quality", 25),
    ("epidemiologyClaim", "isLinkedTo", "condition", "condition", 22),
    ("efficacyClaim", "improves", "substance", "quality", 20),
    ("efficacyClaim", "improves", "practice", "process", 17),
    ("mechanismClaim", "actsAs", "substance", "role", 18),
    ("mechanismClaim", "reduces", "substance", "process", 25),
    ("mechanismClaim", "causes", "condition", "condition", 21),
    ("mechanismClaim", "contributesTo", "process", "condition", 19),
    ("mechanismClaim", "hasProperty", "substance", "quality", 12),
    ("mechanismClaim", "worsens", "condition", "condition", 9),
    ("mechanismClaim", "regulates", "substance", "process", 8),
    ("mechanismClaim", "promotes", "substance", "process", 7),
    ("bioavailabilityClaim", "increases", "substance", "quality", 22),
    ("bioavailabilityClaim", "increases", "practice", "process", 15),
    ("bioavailabilityClaim", "dependsOn", "process", "quality", 12),
    ("bioavailabilityClaim", "hasAbsorption", "substance", "quality", 12),
    ("bioavailabilityClaim", "isAbsorbedThrough", "substance", "anatomy", 11),
    ("definitionClaim", "isKindOf", "substance", "substance", 20),
    ("definitionClaim", "hasSymptom", "condition", "condition", 15),
    ("definitionClaim", "causes", "condition", "condition", 12),
    ("definitionClaim", "hasComponent", "substance", "substance", 8),
    ("definitionClaim", "isLocatedIn", "condition", "anatomy", 6),
    ("practiceClaim", "isUsedFor", "substance", "practice", 20),
    ("practiceClaim", "isRecommendedFor", "substance", "condition", 12),
    ("practiceClaim", "isPartOf", "practice", "practice", 8),
    ("adviceClaim", "isAdvisedFor", "practice", "population", 25),
    ("adviceClaim", "isPartOf", "practice", "practice", 8),
    ("efficacyClaim", "prevents", "practice", "condition", 13),
    ("efficacyClaim", "isUsedFor", "substance", "condition", 11),
    ("efficacyClaim", "corrects", "practice", "condition", 8),
    ("efficacyClaim", "treats", "substance", "condition", 8),
    ("efficacyClaim", "affects", "practice", "process", 6),
    ("safetyClaim", "causes", "substance", "condition", 6),
    ("safetyClaim", "isGentlerOn", "substance", "anatomy", 3),
    ("doseClaim", "hasMaximumIntake", "practice", "quantity", 10),
)
# Predicates of these that compare, and so ask for a comparator.
COMPARATIVE = frozenset({"isGentlerOn"})

# Concepts of each kind: at least so many, and one for so many claims.
CONCEPTS = {
    "substance": (12, 100),
    "condition": (12, 100),
    "process": (8, 200),
    "practice": (8, 200),
    "food": (6, 400),
    "population": (8, 1000),
    "anatomy": (6, 2000),
    "quality": (8, 2000),
    "quantity": (6, 5000),
    "role": (6, 5000),
    "evidence": (6, 20000),
    "time": (6, 20000),
    "route": (8, 100000),
    "organism": (5, 200000),
}

# Qualifier, kind of its concept, share of propositions that have it.
QUALIFIERS = (
    ("comparator", "substance", 80),
    ("condition", "condition", 100),
    ("doseAmount", "quality", 50),
    ("form", "substance", 60),
    ("population", "population", 100),
    ("route", "route", 120),
    ("site", "anatomy", 10),
    ("species", "organism", 60),
    ("timing", "time", 20),
)
# Those that a study has as well: of what was given, to whom.
OF_STUDIES = ("comparator", "condition", "doseAmount", "form", "population", "route", "species")

POLARITIES = (("affirms", 856), ("reportsNoDifference", 93), ("denies", 34),
              ("reportsLackOfEvidence", 17))  # fmt: skip
CERTAINTIES = (("asserted", 811), ("hedged", 174), ("speculative", 15))
ATTRIBUTIONS = ("noSource", "ownData", "unnamedSource", "namedSource")
# Weights of the attributions in a paper, a review, a page: only papers have data of their own.
ATTRIBUTED = ((510, 420, 70, 0), (670, 0, 80, 250), (800, 0, 80, 120))
# How many evidence lines a claim has, 0 to 3, by its attribution.
LINES = ((1, 0, 0, 0), (0, 94, 5, 1), (0, 1, 0, 0), (0, 40, 35, 25))
DIRECTIONS = (("supports", 660), ("inconclusive", 300), ("disputes", 40))
FORCES = (("recommended", 30), ("obligatory", 9), ("permitted", 3))
DESIGNS = (
    ("randomisedTrial", 64), ("nonRandomisedTrial", 20), ("crossSectionalStudy", 11),
    ("unknownDesign", 6), ("cellStudy", 5), ("cohortStudy", 4), ("caseSeries", 4),
    ("caseReport", 1),
)  # fmt: skip
ANIMAL = (("animalNonRandomised", 17), ("animalRandomised", 2))
MEASURES = ("meanDifference", "oddsRatio", "riskRatio", "standardisedMeanDifference")
BIAS, IMPRECISION = (25, 48, 15), (6, 24, 40)

# Sources, studies and statements made by many, one for so many claims.
SOURCES, STUDIES, HEADS = 20, 10, 5
# How far the head of each law of Zipf is flattened: with it the first source makes 1 % of a million
# claims, and the first statement is made by 1 % of them (0.8 % of the bundled graph).
SHIFTS = {"source": 10, "study": 10, "statement": 2}
PAPER, REVIEW, PAGE = 0, 1, 2
# The class of a source, by the last digit of its number.
CLASSES = (PAGE, PAPER, PAPER, PAPER, PAPER, PAGE, PAPER, REVIEW, PAPER, PAPER)
FABIO = ("JournalArticle", "SystematicReview", "WebPage")

SHARES = {
    # Claims that make a statement of their own; the others make one of those made by many.
    "own statement": 550,
    # Statements that have the triple of another, under other qualifiers.
    "shared triple": 300,
    "not formalised": 2,
    "text at hand": 450,
    "no passage": 100,
    "via": 50,
    "because": 40,
    "note": 50,
    "evidence bar": 900,
    "effect": 120,
    "background": 10,
    "another's study": 100,
    "names the study": 400,
    "judged riskOfBias": 550,
    "judged imprecision": 400,
    "group": 80,
    "companion": 100,
    "animal": 80,
    "size": 850,
    "pool": 30,
    "broader": 420,
}

# What a defective claim is named after, and the constraint that must find it.
DEFECTS = (
    ("no-polarity", "ClaimShape-polarity/minCount"),
    ("two-certainties", "ClaimShape-certainty/maxCount"),
    ("unknown-kind", "ClaimShape-kind/in"),
    ("start-after-end", "PassageShape-order/sparql"),
    ("short-digest", "PassageShape-sha256/pattern"),
    ("no-direction", "EvidenceLineShape-direction/minCount"),
    ("unknown-predicate", "ClaimShape-predicate/class"),
    ("named-under-unnamed", "ClaimShape-unnamedSource/sparql"),
    ("data-without-evidence", "ClaimShape-evidenceNeeded/sparql"),
    ("no-label", "ClaimShape-label/minCount"),
    ("wrong-species", "ClaimShape-qualifierKind/sparql"),
    ("undescribed-concept", "ClaimShape-described/sparql"),
    ("undescribed-line", "ClaimShape-evidence/class"),
)
# Only every tenth claim may be defective or held back, and no other claim refers to such a one.
APART = 10

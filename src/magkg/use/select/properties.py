"""What is read of each entity: its class, by which it is known, and all that is made of it."""

from __future__ import annotations

from magkg.vocabulary import DCTERMS, FORMAL, LABEL, MAG, OA, PROV, QUALIFIERS, SKOS, TYPE

__all__ = [
    "ASSESSMENT", "CLAIM", "CONCEPT", "EFFECT", "LINE", "PASSAGE", "PROPOSITION", "SOURCE", "STUDY",
]  # fmt: skip


def _mag(*names: str) -> tuple[str, ...]:
    return tuple(MAG + name for name in names)


CLAIM = (
    TYPE, LABEL, *FORMAL, *QUALIFIERS, PROV + "wasGeneratedBy",
    *_mag("kind", "polarity", "certainty", "attribution", "force", "addressee", "frequency",
          "evidenceBar", "notFormalised", "source", "passage", "noPassage", "evidence", "via",
          "because", "states", "citedStrength", "heldStrength", "citedGap", "heldGap", "heldLeap",
          "checkedBy", "note", "digest"),
)  # fmt: skip
LINE = (TYPE, *_mag("direction", "basis", "strength", "level", "study", "reaches",
                     "citesSource", "unresolved", "effect"))  # fmt: skip
PASSAGE = (TYPE, OA + "hasSource", OA + "start", OA + "end",
            *_mag("sha256", "foldedSha256", "locator", "exact"))  # fmt: skip
EFFECT = (TYPE, *_mag("measure", "estimate", "intervalLow", "intervalHigh", "intervalLevel",
                       "pValue", "pBound", "unit", "note"))  # fmt: skip
PROPOSITION = (TYPE, *FORMAL, *QUALIFIERS, *_mag("assessment", "narrowerScopeThan", "bearsOn"))
ASSESSMENT = _mag("verdict", "strength", "strengthAgainst", "claimCount", "affirmingCount",
                   "denyingCount", "lackCount", "sourceCount", "studyCount", "rootCount",
                   "rootsFor", "rootsAgainst", "rootsInconclusive")  # fmt: skip
_NAMES = (TYPE, LABEL, SKOS + "prefLabel", DCTERMS + "title")
STUDY = (*_NAMES, *_mag("design", "species", "population", "condition", "intervention",
                         "comparator", "outcome", "size", "year", "group", "reportedIn", "root",
                         "retracted", "identification", "note"))  # fmt: skip
SOURCE = (
    *_NAMES, DCTERMS + "creator", DCTERMS + "issued", DCTERMS + "bibliographicCitation",
    DCTERMS + "license",
    *_mag("year", "doi", "pmid", "seenAt", "sha256", "characters", "readAs"),
)  # fmt: skip
CONCEPT = (*_NAMES, *_mag("conceptKind"), SKOS + "altLabel", SKOS + "broader")

"""The structure that VA-Spec and GKS-Core ask for, as a JSON Schema, and the way back to entities.

Written from the class definitions of VA-Spec 1.1.0-ballot.2026-07.2 (CustomProposition and
EvidenceLine, as published), of 1.0.1 where a class did not change (Statement but for the
propositions it takes, Document, Method, Contribution, Agent), and of GKS-Core (MappableConcept,
Coding, ConceptMapping, Extension): which fields there are, which must be, of which type, and which
values an enumeration has. No class takes a field that is not its own.
"""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from magkg.use.select.entities import Claim, Concept, Effect, Line, Passage, Source, Study

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
# An IRI or a relative reference (RFC 3986, section 4.1): no white space, not empty.
IRI: Json = {"type": "string", "pattern": r"^[^\s<>\"{}|^`\\]+$"}
ENTITY: Json = {"id": TEXT, "name": TEXT, "description": TEXT}
DIRECTION: Json = {"enum": ["supports", "neutral", "disputes"]}


def _ref(*names: str) -> Json:
    found = [IRI if name == "iri" else {"$ref": f"#/$defs/{name}"} for name in names]
    return found[0] if len(found) == 1 else {"oneOf": found}


def _many(*names: str) -> Json:
    return {"type": "array", "items": _ref(*names)}


def _entity(name: str, required: tuple[str, ...], own: Json) -> Json:
    held = {**ENTITY, "aliases": {"type": "array", "items": TEXT}, **_extended(own)}
    return _class({**held, "type": {"const": name}}, ("type", *required))


def _extended(own: Json) -> Json:
    return {"extensions": _many("Extension"), **own}


def _class(properties: Json, required: tuple[str, ...], **more: Any) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


INFORMATION: Json = {
    "specifiedBy": _ref("Method", "iri"),
    "contributions": _many("Contribution"),
    "reportedIn": _many("Document", "iri"),
}
CLASSES: Json = {
    "Statement": _entity("Statement", ("direction", "proposition"), {
        **INFORMATION, "proposition": _ref("CustomProposition"), "direction": DIRECTION,
        "strength": _ref("MappableConcept"), "score": {"type": "number"},
        "classification": _ref("MappableConcept"), "hasEvidenceLines": _many("EvidenceLine", "iri"),
    }),
    "EvidenceLine": _entity("EvidenceLine", ("directionOfEvidenceProvided",), {
        **INFORMATION, "targetProposition": _ref("CustomProposition", "iri"),
        "hasEvidenceItems": _many("Statement", "EvidenceLine", "iri"),
        "directionOfEvidenceProvided": DIRECTION,
        "strengthOfEvidenceProvided": _ref("MappableConcept", "iri"),
        "scoreOfEvidenceProvided": {"type": "number"},
        "evidenceOutcome": _ref("MappableConcept", "iri"),
    }),
    "CustomProposition": _entity(
        "CustomProposition", ("customPropositionType", "subject", "predicate", "object"), {
            "customPropositionType": TEXT, "subject": _ref("MappableConcept", "iri"),
            "predicate": TEXT, "object": _ref("MappableConcept", "iri"),
            "qualifiers": {"type": "array", "items": _class(
                {"name": TEXT, "value": _ref("MappableConcept", "iri")}, ("name", "value")
            )},
        },
    ),
    "Document": _entity("Document", (), {
        "documentType": TEXT, "title": TEXT, "pmid": TEXT,
        "doi": {"type": "string", "pattern": r"^10.(\d+)(\.\d+)*/[\w\-\.]+"},
        "urls": {"type": "array", "items": {"type": "string", "pattern": "^(https?|s?ftp)://"}},
    }),
    "Method": _entity("Method", (), {"methodType": TEXT, "reportedIn": _ref("Document", "iri")}),
    "Contribution": _entity("Contribution", (), {
        "contributor": _ref("Agent"), "activityType": TEXT,
        "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}"},
    }),
    "Agent": _entity("Agent", (), {"agentType": TEXT}),
    "MappableConcept": _class(
        _extended({"id": TEXT, "conceptType": TEXT, "name": TEXT, "primaryCoding": _ref("Coding"),
                   "mappings": _many("ConceptMapping")}),
        (), anyOf=[{"required": ["name"]}, {"required": ["primaryCoding"]}],
    ),
    "Coding": _class(
        _extended({"id": TEXT, "name": TEXT, "system": TEXT, "systemVersion": TEXT,
                   "code": {"type": "string", "pattern": r"^\S+( \S+)*$"}, "iris": _many("iri")}),
        ("code", "system"),
    ),
    "ConceptMapping": _class(
        _extended({"id": TEXT, "coding": _ref("Coding"), "relation": {"enum": [
            "closeMatch", "exactMatch", "broadMatch", "narrowMatch", "relatedMatch"]}}),
        ("coding", "relation"),
    ),
    "Extension": _class(
        _extended({"id": TEXT, "name": TEXT, "value": {}, "description": TEXT}), ("name", "value")
    ),
}  # fmt: skip
SCHEMA: Json = {"$ref": "#/$defs/Statement", "$defs": CLASSES}


def extensions(entity: Json) -> Json:
    """Give the extensions of an entity by name."""
    return {each["name"]: each["value"] for each in entity.get("extensions", ())}


def made(cls: type, told: Json, /, **known: Any) -> Any:
    """Make an entity of what JSON tells; what it does not tell is empty."""
    found = dict(known)
    for each in fields(cls):
        if each.name in known:
            continue
        first, *rest = each.name.split("_")
        value = told.get(first + "".join(map(str.capitalize, rest)))
        form = str(each.type)
        if value is None:
            value = () if form.startswith("tuple") else None if "None" in form else ""
        elif form.startswith("tuple"):
            value = tuple(tuple(one) if isinstance(one, list) else one for one in value)
        elif form.startswith("Decimal"):
            value = Decimal(value)
        found[each.name] = value
    return cls(**found)


def concept(told: Json) -> Concept:
    pairs = [(each["relation"], each["coding"]["iris"][0]) for each in told.get("mappings", ())]
    known = {"iri": told["id"], "label": told["name"], "kind": told.get("conceptType", "")}
    found: Concept = made(Concept, extensions(told), **known, mappings=tuple(pairs))
    return found


def source(told: Json) -> Source:
    own = {**{name: told.get(name, "") for name in ("doi", "pmid")}, **extensions(told)}
    own["seenAt"] = sorted([*told.get("urls", ()), *own.get("seenAt", ())])
    found: Source = made(Source, own, iri=told["id"], title=told.get("title", ""))
    return found


def line(told: Json) -> Line:
    own = extensions(told)
    if "strengthOfEvidenceProvided" in told:
        own["strength"] = told["strengthOfEvidenceProvided"]["primaryCoding"]["code"]
    studies = tuple(told.get("hasEvidenceItems", ()))
    effects = tuple(each["iri"] for each in own.get("effects", ()))
    found: Line = made(Line, own, iri=told["id"], studies=studies, effects=effects)
    return found


def studies(told: Json) -> list[Study]:
    return [made(Study, each) for each in extensions(told).get("studies", ())]


def effects(told: Json) -> list[Effect]:
    return [made(Effect, each) for each in extensions(told).get("effects", ())]


def passages(told: Json) -> list[Passage]:
    return [made(Passage, each) for each in extensions(told).get("passages", ())]


def claim(told: Json) -> Claim:
    """Rebuild the claim that a Statement of the first kind tells."""
    proposition = told["proposition"]
    formal = "id" in proposition
    acts: dict[str, list[str]] = {"reading": [], "check": []}
    for each in told.get("contributions", ()):
        acts[each["activityType"]].append(each["id"])
    predicate = proposition["predicate"]
    if ":" not in predicate:
        predicate = "https://w3id.org/magkg/ns#" + predicate
    found: Claim = made(
        Claim,
        extensions(told),
        iri=told["id"],
        gist=told["description"],
        subject=proposition["subject"]["id"] if formal else "",
        predicate=predicate if formal else "",
        object=proposition["object"]["id"] if formal else "",
        qualifiers=tuple((q["name"], q["value"]["id"]) for q in proposition.get("qualifiers", ())),
        proposition=proposition.get("id", ""),
        source=told["reportedIn"][0]["id"],
        passages=tuple(each.iri for each in passages(told)),
        evidence=tuple(each["id"] for each in told.get("hasEvidenceLines", ())),
        readings=tuple(acts["reading"]),
        checks=tuple(acts["check"]),
    )
    return found

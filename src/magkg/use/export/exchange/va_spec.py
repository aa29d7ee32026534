"""Writes claims as JSON in the shape of GA4GH VA-Spec: an array of Statements, one a line.

The version is 1.1.0-ballot.2026-07.2, the first with a Proposition for any subject. There are two
kinds of Statement, told apart by the extension ``statementKind``:

- ``claim``: what a source says, with its document, its evidence lines and who read it. It has no
  ``strength``: the strengths that the rules derive are not the source's own.
- ``assessment``: what all claims of the graph, not only those selected, amount to for a proposition
  that is rated, by magkg's rule v1. Its evidence items are the claims, by IRI.

The standard's profiles are about genetic variants. Ours are none, so each proposition is a
``CustomProposition`` (of draft maturity in that version), its type named after its predicate. A
claim that is not formalised has one of the type ``UnformalisedProposition``: its gist, which
``isStatedIn`` its source.

In VA-Spec a direction is relative to the proposition; here it is relative to the claim. So the
lines of a claim that denies are turned round; those of a claim that reports no difference, or a
lack of evidence, are neutral, and so is the claim. A neutral line has no strength. The extensions
``polarity`` and ``direction`` hold our own values; extensions carry whatever else the standard has
no field for, so that every claim can be rebuilt.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from magkg.use.describe import describe, label, text, values_line
from magkg.use.export.characters import encoded
from magkg.use.select.loading import batches, mag_name
from magkg.vocabulary import MAG, PROV

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from magkg.use.describe import Description
    from magkg.use.export.formats import Options
    from magkg.use.select.entities import Claim, Content, Line, Proposition, Source
    from magkg.use.select.subgraph import Subgraph

__all__ = ["SPEC", "write"]

SPEC: Final = "1.1.0-ballot.2026-07.2"
Json = dict[str, Any]

_STATED: Final = {"affirms": "supports", "denies": "disputes"}
_TURNED: Final = {"supports": "disputes", "disputes": "supports"}
_VERDICTS: Final = {"supported": "supports", "disputed": "disputes"}
_STRENGTHS: Final = {
    "strengthHigh": "high",
    "strengthModerate": "moderate",
    "strengthLow": "low",
    "strengthVeryLow": "very low",
}
# Document.doi and Document.urls of VA-Spec.
_DOI: Final = re.compile(r"10\.[0-9]+(?:\.[0-9]+)*/[\w.-]+")
_URL: Final = re.compile(r"(?:https?|s?ftp)://")
# Coding.code of GKS-Core.
_CODE: Final = re.compile(r"\S+(?: \S+)*")
# What of a claim stands in fields of the standard, or is named otherwise.
_OF_CLAIM: Final = frozenset(
    ("iri", "gist", "subject", "predicate", "object", "qualifiers", "proposition", "source",
     "passages", "evidence", "readings", "checks")
)  # fmt: skip
_OF_LINE: Final = frozenset(("iri", "studies", "effects", "strength"))
_OF_SOURCE: Final = frozenset(("iri", "title", "doi", "pmid", "seen_at"))
_OF_PROPOSITION: Final = frozenset(("iri", "subject", "predicate", "object", "qualifiers", "wider"))
_OF_CONCEPT: Final = frozenset(("iri", "label", "kind", "mappings"))


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write the claims and the assessments of what they state, one Statement a line.

    Raises InputError for a claim that holds a lone surrogate, which JSON's UTF-8 cannot carry.
    """
    told: set[str] = set()
    done = 0
    out.write(b"[")
    before = b"\n"
    for part in subgraph.parts():
        assessed = _assessed(subgraph, part, told)
        writer = _Writer(part, _readings(subgraph, part))
        for claim in part.claims:
            out.write(before + _line(writer.claim(claim), claim.iri))
            before = b",\n"
            done += 1
            options.tell(done, len(subgraph.claims))
        for iri, held in sorted(assessed.items()):
            told.add(iri)
            out.write(before + _line(writer.assessment(part.propositions[iri], held), iri))
    out.write(b"\n]\n")
    return {"claims": done, "assessments": len(told), "statements": done + len(told)}


def _line(statement: Json, iri: str) -> bytes:
    return encoded(json.dumps(statement, ensure_ascii=False, separators=(",", ":")), iri)


def _readings(subgraph: Subgraph, part: Content) -> dict[str, Description]:
    named = {iri for each in part.claims for iri in (*each.readings, *each.checks)}
    return describe(subgraph.graph.store, named, subgraph.graph.timeout)


@dataclass(slots=True)
class _Held:
    """An assessment: its IRI, and the claims that state the proposition, with their polarities."""

    iri: str
    claims: list[tuple[str, str]] = field(default_factory=list)


def _assessed(subgraph: Subgraph, part: Content, told: set[str]) -> dict[str, _Held]:
    """Give for each rated proposition that was not told yet what the whole graph holds of it."""
    found: dict[str, _Held] = {}
    rated = [iri for iri, each in part.propositions.items() if each.verdict and iri not in told]
    for batch in batches(sorted(rated)):
        query = (
            "SELECT ?proposition ?assessment ?claim ?polarity WHERE { "
            f"{values_line('proposition', batch)} ?proposition <{MAG}assessment> ?assessment . "
            f"?claim <{MAG}states> ?proposition ; <{MAG}polarity> ?polarity }}"
        )
        for row in subgraph.graph.store.select(query, subgraph.graph.timeout):
            proposition, assessment, claim, polarity = map(str, row)
            held = found.setdefault(proposition, _Held(assessment))
            held.claims.append((claim, mag_name(polarity)))
    return found


def _plain(entity: object, leave: frozenset[str]) -> Json:
    """Give the fields of an entity that hold something, in camel case; numbers stay exact."""
    found: Json = {}
    for each in fields(entity):  # type: ignore[arg-type]
        value = getattr(entity, each.name)
        if each.name not in leave and value not in ("", (), None):
            first, *rest = each.name.split("_")
            found[first + "".join(map(str.capitalize, rest))] = _value(value)
    return found


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    return [_value(each) for each in value] if isinstance(value, tuple) else value


def _extended(entity: Json, extensions: Json) -> Json:
    found = [{"name": name, "value": value} for name, value in extensions.items()]
    return {**entity, **({"extensions": found} if found else {})}


def _coding(iri: str) -> Json:
    """Divide an IRI after its last slash or hash; without an end to cut off, it is the code."""
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    system, code = (iri[:cut], iri[cut:]) if _CODE.fullmatch(iri[cut:]) else (iri, iri)
    return {"system": system, "code": code, "iris": [iri]}


def _strength(name: str) -> Json:
    return {
        "conceptType": "strength",
        "name": _STRENGTHS[name],
        "primaryCoding": _coding(MAG + name),
    }


class _Writer:
    """Makes the Statements of one part of the content."""

    def __init__(self, content: Content, readings: Mapping[str, Description]) -> None:
        self.content = content
        self.readings = readings
        self.rule = {"id": MAG + "ruleV1", "type": "Method", "name": "magkg rule v1"}

    def claim(self, claim: Claim) -> Json:
        """Make the Statement of what a source says."""
        direction = _STATED.get(claim.polarity, "neutral")
        found: Json = {"id": claim.iri, "type": "Statement", "description": claim.gist}
        found["proposition"] = self._proposition(claim)
        found["direction"] = direction
        if method := self._method(claim):
            found["specifiedBy"] = method
        if made := list(self._contributions(claim)):
            found["contributions"] = made
        if claim.source:
            found["reportedIn"] = [self._document(claim.source)]
        lines = (self.content.lines[each] for each in claim.evidence if each in self.content.lines)
        if made := [self._evidence(each, claim) for each in lines]:
            found["hasEvidenceLines"] = made
        passages = [self.content.passages.get(each) for each in claim.passages]
        told = [_plain(each, frozenset()) for each in passages if each is not None]
        own = {"statementKind": "claim", **_plain(claim, _OF_CLAIM)}
        return _extended(found, own | ({"passages": told} if told else {}))

    def assessment(self, proposition: Proposition, assessed: _Held) -> Json:
        """Make the Statement of what the whole graph holds for and against a proposition."""
        direction = _VERDICTS.get(proposition.verdict, "neutral")
        strength = proposition.strength if direction == "supports" else proposition.strength_against
        found: Json = {"id": assessed.iri, "type": "Statement"}
        found["proposition"] = self._formal(proposition)
        found["direction"] = direction
        if direction != "neutral" and strength in _STRENGTHS:
            found["strength"] = _strength(strength)
        found["specifiedBy"] = self.rule
        if lines := list(self._sides(proposition, assessed)):
            found["hasEvidenceLines"] = lines
        own = {"statementKind": "assessment", **_plain(proposition, _OF_PROPOSITION)}
        return _extended(found, own)

    def _sides(self, proposition: Proposition, assessed: _Held) -> Iterator[Json]:
        """Make a line of the claims that point one way, as strong as the rules hold that side."""
        held: dict[str, list[str]] = {}
        for claim, polarity in sorted(assessed.claims):
            held.setdefault(_STATED.get(polarity, "neutral"), []).append(claim)
        strengths = {"supports": proposition.strength, "disputes": proposition.strength_against}
        for direction in ("supports", "disputes", "neutral"):
            strength = strengths.get(direction, "")
            if direction not in held and strength not in _STRENGTHS:
                continue
            found: Json = {"type": "EvidenceLine", "targetProposition": proposition.iri}
            found["directionOfEvidenceProvided"] = direction
            if strength in _STRENGTHS:
                found["strengthOfEvidenceProvided"] = _strength(strength)
                found["specifiedBy"] = self.rule
            if direction in held:
                found["hasEvidenceItems"] = held[direction]
            yield found

    def _proposition(self, claim: Claim) -> Json:
        if claim.proposition in self.content.propositions:
            return self._formal(self.content.propositions[claim.proposition])
        title = self.content.label(claim.source) if claim.source else ""
        return {
            "type": "CustomProposition",
            "customPropositionType": "UnformalisedProposition",
            "subject": {"conceptType": "gist", "name": claim.gist},
            "predicate": "isStatedIn",
            "object": {"id": claim.source, "conceptType": "source", "name": title},
        }

    def _formal(self, proposition: Proposition) -> Json:
        predicate = mag_name(proposition.predicate)
        local = re.split(r"[/#]", predicate)[-1]
        found: Json = {
            "id": proposition.iri,
            "type": "CustomProposition",
            "customPropositionType": f"{local[:1].upper()}{local[1:]}Proposition",
            "subject": self._concept(proposition.subject),
            "predicate": predicate,
            "object": self._concept(proposition.object),
        }
        if proposition.qualifiers:
            found["qualifiers"] = [
                {"name": name, "value": self._concept(iri)} for name, iri in proposition.qualifiers
            ]
        return _extended(found, {"wider": list(proposition.wider)} if proposition.wider else {})

    def _concept(self, iri: str) -> Json:
        found: Json = {"id": iri, "name": self.content.label(iri), "primaryCoding": _coding(iri)}
        concept = self.content.concepts.get(iri)
        if concept is None:
            return found
        if concept.kind:
            found["conceptType"] = concept.kind
        if concept.mappings:
            found["mappings"] = [
                {"coding": _coding(outside), "relation": match}
                for match, outside in concept.mappings
            ]
        return _extended(found, _plain(concept, _OF_CONCEPT))

    def _document(self, iri: str) -> Json:
        found: Json = {"id": iri, "type": "Document"}
        source = self.content.sources.get(iri)
        if source is None:
            return found
        found["title"] = source.title
        if source.doi and _DOI.match(source.doi):
            found["doi"] = source.doi
        if source.pmid:
            found["pmid"] = source.pmid
        if urls := [each for each in source.seen_at if _URL.match(each)]:
            found["urls"] = urls
        return _extended(found, self._left(source, found))

    def _left(self, source: Source, found: Json) -> Json:
        left = _plain(source, _OF_SOURCE)
        if source.doi and "doi" not in found:
            left["doi"] = source.doi
        others = [each for each in source.seen_at if each not in found.get("urls", ())]
        return left | ({"seenAt": others} if others else {})

    def _method(self, claim: Claim) -> Json | None:
        for iri in claim.readings:
            if method := text(self.readings.get(iri, {}), MAG + "method"):
                return {"id": method, "type": "Method", "name": mag_name(method)}
        return None

    def _contributions(self, claim: Claim) -> Iterator[Json]:
        for activity, iris in (("reading", claim.readings), ("check", claim.checks)):
            for iri in iris:
                node = self.readings.get(iri, {})
                found: Json = {"id": iri, "type": "Contribution", "activityType": activity}
                if node:
                    found["name"] = label(node, iri)
                if agent := text(node, PROV + "wasAssociatedWith"):
                    found["contributor"] = {"id": agent, "type": "Agent", "name": mag_name(agent)}
                if date := text(node, PROV + "endedAtTime"):
                    found["date"] = date
                yield found

    def _evidence(self, line: Line, claim: Claim) -> Json:
        direction = line.direction if claim.polarity in _STATED else "neutral"
        if claim.polarity == "denies":
            direction = _TURNED.get(direction, direction)
        if direction not in _TURNED:
            direction = "neutral"
        found: Json = {"id": line.iri, "type": "EvidenceLine"}
        if claim.proposition:
            found["targetProposition"] = claim.proposition
        found["directionOfEvidenceProvided"] = direction
        rated = direction != "neutral" and line.strength in _STRENGTHS
        if rated:
            found["strengthOfEvidenceProvided"] = _strength(line.strength)
            found["specifiedBy"] = self.rule
        if line.studies:
            found["hasEvidenceItems"] = list(line.studies)
        own = _plain(line, _OF_LINE)
        if line.strength and not rated:
            own["strength"] = line.strength
        held = self.content
        studies = [held.studies[each] for each in line.studies if each in held.studies]
        documents = {*line.cites, *(iri for each in studies for iri in each.reported_in)}
        if documents:
            found["reportedIn"] = [self._document(each) for each in sorted(documents)]
        if told := [_plain(each, frozenset()) for each in studies]:
            own["studies"] = told
        effects = [held.effects[each] for each in line.effects if each in held.effects]
        if told := [_plain(each, frozenset()) for each in effects]:
            own["effects"] = told
        return _extended(found, own)

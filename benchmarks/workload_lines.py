"""Tables as lines of canonical N-Quads (RDF 1.2 N-Quads, section 4), without an object per line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from workload_world import MAG

from magkg.store.bulk import tabular

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_PROV = "http://www.w3.org/ns/prov#"
_OA = "http://www.w3.org/ns/oa#"
_DCT = "http://purl.org/dc/terms/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
# What stands around a value of each sort.
_AROUND = {
    "iri": ("<", ">"),
    "name": (f"<{MAG}", ">"),
    "english": ('"', '"@en'),
    "string": ('"', '"'),
    "integer": ('"', f'"^^<{_XSD}integer>'),
    "decimal": ('"', f'"^^<{_XSD}decimal>'),
    "time": ('"', f'"^^<{_XSD}dateTime>'),
}
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"))
_WRITTEN = frozenset({"gist", "notes"})


@dataclass(frozen=True)
class Part:
    """A column as a property: its IRI, and the sort of its values."""

    column: str
    property: str
    sort: str = "iri"


@dataclass(frozen=True)
class Node:
    """A table as nodes: the column of their IRIs, their classes, their properties."""

    key: str
    classes: tuple[str, ...]
    parts: tuple[Part, ...]


def _mag(column: str, name: str, sort: str = "iri") -> Part:
    return Part(column, MAG + name, sort)


_SCOPE = ("comparator", "condition", "form", "population", "route", "species")
CLAIM = Node(
    "claim",
    (MAG + "Claim",),
    (
        Part("gist", _RDFS + "label", "english"),
        *(_mag(name, name) for name in ("subject", "predicate", "object")),
        *(_mag(name, name) for name in (*_SCOPE, "site", "timing")),
        _mag("dose_amount", "doseAmount"),
        *(_mag(name, name, "name") for name in ("polarity", "certainty", "attribution", "kind")),
        _mag("force", "force", "name"),
        _mag("addressee", "addressee"),
        _mag("evidence_bar", "evidenceBar", "english"),
        _mag("not_formalised", "notFormalised", "english"),
        _mag("source", "source"),
        _mag("passages", "passage"),
        _mag("no_passage", "noPassage", "english"),
        *(_mag(name, name) for name in ("evidence", "via", "because")),
        Part("readings", _PROV + "wasGeneratedBy"),
        _mag("notes", "note", "english"),
    ),
)
PASSAGE = Node(
    "passage",
    (MAG + "Passage",),
    (
        Part("source", _OA + "hasSource"),
        Part("start", _OA + "start", "integer"),
        Part("end", _OA + "end", "integer"),
        _mag("sha256", "sha256", "string"),
        _mag("folded_sha256", "foldedSha256", "string"),
        _mag("folded_length", "foldedLength", "integer"),
        _mag("before_sha256", "beforeSha256", "string"),
        _mag("after_sha256", "afterSha256", "string"),
        _mag("locator", "locator", "english"),
    ),
)
LINE = Node(
    "evidence",
    (MAG + "EvidenceLine",),
    (
        _mag("direction", "direction", "name"),
        _mag("basis", "basis", "name"),
        _mag("cites", "citesSource"),
        _mag("unresolved", "unresolved", "english"),
        _mag("study", "study"),
        _mag("effect", "effect"),
    ),
)
EFFECT = Node(
    "effect",
    (MAG + "Effect",),
    (
        _mag("effect_measure", "measure", "name"),
        _mag("effect_estimate", "estimate", "decimal"),
        _mag("effect_low", "intervalLow", "decimal"),
        _mag("effect_high", "intervalHigh", "decimal"),
        _mag("effect_level", "intervalLevel", "decimal"),
    ),
)
CONCEPT = Node(
    "concept",
    (),
    (
        Part("class", _TYPE),
        Part("label", _SKOS + "prefLabel", "english"),
        _mag("concept_kind", "conceptKind", "name"),
        Part("broader", _SKOS + "broader"),
        _mag("bound", "bound", "name"),
        _mag("value", "value", "integer"),
        _mag("unit", "unit", "string"),
    ),
)
SOURCE = Node(
    "source",
    (MAG + "Source",),
    (
        Part("source_types", _TYPE),
        Part("source_title", _DCT + "title", "english"),
        Part("source_creators", _DCT + "creator", "string"),
        _mag("source_year", "year", "integer"),
        _mag("source_doi", "doi", "string"),
        _mag("source_sha256", "sha256", "string"),
        _mag("source_characters", "characters", "integer"),
        _mag("source_read_as", "readAs", "name"),
    ),
)
READING = Node(
    "reading",
    (MAG + "Reading", _PROV + "Activity"),
    (
        Part("label", _RDFS + "label", "english"),
        Part("ended_at", _PROV + "endedAtTime", "time"),
        Part("source", _PROV + "used"),
        Part("agent", _PROV + "wasAssociatedWith", "name"),
        _mag("method", "method", "name"),
    ),
)
STUDY = Node(
    "study",
    (MAG + "Study",),
    (
        Part("study_label", _RDFS + "label", "english"),
        _mag("study_design", "design", "name"),
        *(_mag(f"study_{name}", name) for name in ("intervention", "outcome", *_SCOPE)),
        _mag("study_dose_amount", "doseAmount"),
        _mag("study_size", "size", "integer"),
        _mag("study_year", "year", "integer"),
        _mag("study_groups", "group", "string"),
        _mag("study_reported_in", "reportedIn"),
        _mag("study_pools", "pools", "integer"),
        _mag("study_includes", "includes"),
        _mag("study_same_cohort_as", "sameCohortAs"),
        _mag("judgements", "judgement"),
    ),
)
JUDGEMENT = Node(
    "judgement",
    (MAG + "Judgement",),
    (
        _mag("domain", "domain", "name"),
        _mag("downgrade", "downgrade", "integer"),
        _mag("rationale", "rationale", "english"),
        Part("agent", _PROV + "wasAssociatedWith", "name"),
        Part("ended_at", _PROV + "endedAtTime", "time"),
        _mag("method", "method"),
    ),
)


def lines(table: Mapping[str, pa.Array], node: Node, more: Iterable[pa.Array] = ()) -> pa.Buffer:
    """Give the statements of a table, those of one node together; ``more`` are ready lines."""
    subject = pc.binary_join_element_wise("<", table[node.key], "> ", "")
    found = [
        pc.binary_join_element_wise(subject, f"<{_TYPE}> <{each}> .\n", "") for each in node.classes
    ]
    found += [
        _pieces(subject, table[part.column], part) for part in node.parts if part.column in table
    ]
    whole = pc.binary_join_element_wise(*found, *more, "", null_handling="skip")
    return _bytes(whole)


def columns(table: Mapping[str, pa.Array], node: Node) -> dict[str, pa.Array]:
    """Give the columns of a table as `magkg build` reads them: properties, by their names."""
    found = {"iri": table[node.key]}
    for part in node.parts:
        if part.column in table and part.property != _TYPE:
            tag = "@en" if part.sort == "english" else ""
            found[tabular.snake(part.property) + tag] = _cells(table[part.column], part)
    kinds = [each for each in node.classes if not each.startswith(MAG)]
    own = next((table[part.column] for part in node.parts if part.property == _TYPE), None)
    if own is not None and pa.types.is_list(own.type):
        found["type"] = own
    elif kinds:
        found["type"] = pa.array([kinds] * len(table[node.key]), pa.list_(pa.string()))
    return found


def _cells(values: pa.Array, part: Part) -> pa.Array:
    # Numbers are made as texts.
    return values.cast(pa.decimal128(38, 18)) if part.sort == "decimal" else values


def second(table: Mapping[str, pa.Array], column: str, name: str, rows: pa.Array) -> pa.Array:
    """Give in the rows named one more statement: the property of a column with another value."""
    said = f"> <{MAG}{column}> <{MAG}{name}> .\n"
    text = pc.binary_join_element_wise("<", table[CLAIM.key], said, "")
    return pc.if_else(rows, text, pa.scalar(None, pa.string()))


def _pieces(subject: pa.Array, column: pa.Array, part: Part) -> pa.Array:
    before, after = _AROUND[part.sort]
    if pa.types.is_list(column.type):
        flat, parents = column.flatten(), pc.list_parent_indices(column)
        each = _said(subject.take(parents), flat, part, before, after)
        return pc.binary_join(pa.ListArray.from_arrays(column.offsets, each), "")
    return _said(subject, column, part, before, after)


def _said(subject: pa.Array, values: pa.Array, part: Part, before: str, after: str) -> pa.Array:
    values = values.cast("string")
    if part.column in _WRITTEN:
        for sign, escaped in _ESCAPES:
            values = pc.replace_substring(values, sign, escaped)
    return pc.binary_join_element_wise(
        subject, f"<{part.property}> {before}", values, f"{after} .\n", ""
    )


def _bytes(text: pa.Array) -> pa.Buffer:
    """Give the texts of an array one after the other, as they lie in memory."""
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    if len(text) == 0:
        return pa.py_buffer(b"")
    size = len(text) + text.offset + 1
    ends = pa.Array.from_buffers(pa.int32(), size, [None, text.buffers()[1]])
    first, last = ends[text.offset].as_py(), ends[size - 1].as_py()
    return text.buffers()[2].slice(first, last - first)

"""KGX: nodes and edges for the tools of the Biolink world, as TSV and as JSON Lines.

An edge is one claim (not one proposition), so that source, wording and evidence stay its own; its
id is ``CLAIM~POLARITY``, with ``~negated`` for a denial. The kgx toolkit (2.6) knows edges by their
ids only where it streams (``kgx transform --stream``): its graph in memory merges all edges of the
same ends and predicate, a denial with what it denies. ``exchange.biolink`` says which predicate and
knowledge level it has. A node is a concept that an edge names as an end, qualifier or addressee;
its id is an outside one where exactly one stands for it, else our own CURIE; ``xref`` has the
others that mean the same, and ``original_subject`` and ``original_object`` of the edges keep our
own. Columns that Biolink does not have begin with ``mag_``. Claims that are no edge, for want of a
triple or of a predicate of Biolink that says them, are in ``no_edge.jsonl``, with the same columns
(the file is there where there are such claims).

Cells of TSV hold what stands between the quotation marks of a JSON string (so ``\\n``, ``\\t``,
``\\\\``), with ``"`` written ``\\u0022``, the bar that separates several values ``\\u007c``, and a
space at either end ``\\u0020``: readers with and without quoting see the same, and
``json.loads('"' + cell + '"')`` gives the text back. An empty cell says nothing. ``negated`` is
``true`` or empty in TSV, since the TSV reader of the kgx toolkit (2.6) takes any text there, even
``false``, for true; JSON Lines always have ``true`` or ``false``.

``primary_knowledge_source`` is the document that makes the claim. ``has_supporting_studies`` and
``evidence_count`` count what supports the claim as it is worded; what disputes it or decides
nothing is in ``mag_disputing_studies`` and ``mag_inconclusive_studies``. Not carried: figures of
effects, facts of studies, offsets of passages (``mag_evidence`` and ``mag_passages`` name them;
Parquet and the formats of RDF have them).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from magkg.use.export.exchange import biolink
from magkg.use.export.exchange.kgx_edges import EDGE_COLUMNS, Edges
from magkg.use.export.table.rows import check_text
from magkg.vocabulary import MAG, SKOS

if TYPE_CHECKING:
    from magkg.use.export.formats import Options
    from magkg.use.select.entities import Claim, Content
    from magkg.use.select.subgraph import Subgraph

__all__ = ["EDGE_COLUMNS", "NODE_COLUMNS", "write"]

Record: TypeAlias = Mapping[str, Any]

NODE_COLUMNS = (
    "id", "category", "name", "synonym", "xref", "mag_concept", "mag_kind", "mag_broader",
    "mag_close_match", "mag_broad_match", "mag_narrow_match", "mag_related_match",
)  # fmt: skip


def write(subgraph: Subgraph, out: Path, options: Options, form: str) -> Mapping[str, int]:
    """Write nodes and edges into the folder, each as TSV and JSON Lines; give their counts.

    Raises InputError, naming the claim, for a lone surrogate.
    """
    nodes = _Nodes(subgraph)
    edges = Edges(subgraph, nodes.identify)
    written = loose = done = 0
    with (
        (out / "edges.tsv").open("wb") as table,
        (out / "edges.jsonl").open("wb") as lines,
    ):
        table.write(_header(EDGE_COLUMNS))
        for content in subgraph.parts():
            nodes.learn(content)
            edges.learn(content)
            for claim in content.claims:
                record = edges.record(claim, content)
                if "predicate" in record:
                    _add(record, EDGE_COLUMNS, claim.iri, table, lines)
                    written += 1
                else:
                    with (out / "no_edge.jsonl").open("ab") as aside:
                        aside.write(_json(record, claim.iri))
                    loose += 1
            done += len(content.claims)
            options.tell(done, len(subgraph))
    with (out / "nodes.tsv").open("wb") as table, (out / "nodes.jsonl").open("wb") as lines:
        table.write(_header(NODE_COLUMNS))
        for node in nodes.records():
            _add(node, NODE_COLUMNS, node["mag_concept"], table, lines)
    counts = {"claims": done, "nodes": len(nodes), "edges": written}
    return counts | ({"claims that are no edge": loose} if loose else {})


class _Nodes:
    """The concepts that the edges name, each once."""

    def __init__(self, subgraph: Subgraph) -> None:
        self._prefixes = subgraph.graph.prefixes
        self._shared = _shared(subgraph)
        self._ids: dict[str, str] = {}
        self._records: dict[str, Record] = {}

    def __len__(self) -> int:
        return len(self._records)

    def identify(self, iri: str) -> str:
        """Give the id of the node of a concept."""
        return self._ids[iri]

    def learn(self, content: Content) -> None:
        """Take in the concepts that the claims of a part name."""
        for iri in _named(content.claims):
            if iri not in self._ids:
                self._take(iri, content)

    def _take(self, iri: str, content: Content) -> None:
        concept = content.concepts.get(iri)
        own = biolink.curie(iri, self._prefixes)
        outside = biolink.preferred(concept, self._shared, self._prefixes) if concept else ""
        self._ids[iri] = identifier = outside or own
        kind = concept.kind if concept else ""
        matches: dict[str, list[str]] = {}
        for match, other in concept.mappings if concept else ():
            matches.setdefault(match, []).append(biolink.curie(other, self._prefixes))
        found = {
            "id": identifier,
            "category": [biolink.category(kind, identifier)],
            "name": content.label(iri),
            "synonym": list(concept.synonyms) if concept else [],
            "xref": [each for each in matches.get("exactMatch", ()) if each != identifier],
            "mag_concept": iri,
            "mag_kind": kind,
            "mag_broader": [
                biolink.curie(each, self._prefixes) for each in (concept.broader if concept else ())
            ],
            "mag_close_match": matches.get("closeMatch", []),
            "mag_broad_match": matches.get("broadMatch", []),
            "mag_narrow_match": matches.get("narrowMatch", []),
            "mag_related_match": matches.get("relatedMatch", []),
        }
        self._records[identifier] = {name: cell for name, cell in found.items() if cell}

    def records(self) -> Iterable[Record]:
        """Give the nodes in the order of their ids."""
        return (self._records[each] for each in sorted(self._records))


def _shared(subgraph: Subgraph) -> frozenset[str]:
    """Give the outside IRIs that are the exact match of more than one concept of the graph."""
    query = (
        f"SELECT ?outside WHERE {{ ?mapping <{MAG}match> <{SKOS}exactMatch> ; "
        f"<{MAG}outside> ?outside ; <{MAG}concept> ?concept }} "
        "GROUP BY ?outside HAVING (COUNT(DISTINCT ?concept) > 1)"
    )
    graph = subgraph.graph
    return frozenset(str(row[0]) for row in graph.store.select(query, graph.timeout))


def _named(claims: Iterable[Claim]) -> set[str]:
    found: set[str] = set()
    for claim in claims:
        found |= {claim.subject, claim.object, claim.addressee}
        found |= {value for _, value in claim.qualifiers}
    return found - {""}


def _header(columns: Iterable[str]) -> bytes:
    return ("\t".join(columns) + "\n").encode()


def _add(
    record: Record, columns: Iterable[str], what: str, table: BinaryIO, lines: BinaryIO
) -> None:
    """Write a record as a line of each file."""
    encoded = _json(record, what)
    cells = (_cell(record.get(name), empty=name == "negated") for name in columns)
    table.write(("\t".join(cells) + "\n").encode())
    lines.write(encoded)


def _json(record: Record, what: str) -> bytes:
    try:
        return (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    except UnicodeEncodeError:
        for name, cell in record.items():
            for each in cell if isinstance(cell, list) else [cell]:
                check_text(str(each), name, what)
        raise


def _cell(value: Any, *, empty: bool) -> str:
    """Write a value as a cell; ``empty`` leaves false out."""
    if value is None or (empty and value is False):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(map(_text, value))
    return _text(str(value))


def _text(text: str) -> str:
    inner = json.dumps(text, ensure_ascii=False)[1:-1]
    # A quotation mark is always written with a backslash before it, so it is found by both.
    inner = inner.replace('\\"', "\\u0022").replace("|", "\\u007c").replace("\x7f", "\\u007f")
    if inner.startswith(" "):
        inner = "\\u0020" + inner[1:]
    return inner[:-1] + "\\u0020" if inner.endswith(" ") else inner

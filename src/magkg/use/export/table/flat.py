"""CSV and TSV: the nodes and the edges of a network, a row each, and ``about`` it.

The rows are those of ``magkg.use.select.network`` in the view that is asked for; its docstring says
what each column is. ``nodes`` begins with ``id``, ``edges`` with ``id``, ``source`` and ``target``;
the other columns follow in the order of their names, after the few that say most. The id of an edge
holds the polarity. Quoting is that of RFC 4180 (also between tabs): texts stand in quotation marks,
which are doubled within; numbers, ``true`` and ``false`` stand bare; a cell that says nothing is
empty. Lines end in ``\\n``, the text is UTF-8. A list is a JSON array in its cell.

``neo4j`` writes the headers of ``neo4j-admin database import``: ``id:ID``, ``:LABEL`` (``Concept``,
``Claim`` ...), ``:START_ID``, ``:END_ID``, ``:TYPE``, and a type for each property. The type of a
relationship holds the polarity: ``RELIEVES``, ``CONTESTED_RELIEVES`` where it is contested,
``DENIES_RELIEVES``, ``NO_DIFFERENCE_RELIEVES``, ``LACKS_EVIDENCE_RELIEVES``; evidence has its
direction there: ``EVIDENCE_SUPPORTS``. Values of a list are joined with ``;``; in them ``%`` is
written ``%25``, ``;`` ``%3B``, and a value that is empty ``%``.

``spreadsheet`` puts ``'`` before a text that a spreadsheet could take for a formula: one whose
first character, after white space and invisible ones, is ``=``, ``+``, ``-``, ``@`` or the
full-width form of one, or that begins with a control character; and before a text that begins with
``'`` itself, so that the rule is undone by taking one ``'`` away. Numbers stay numbers. The file
begins with a byte-order mark, which Excel needs to see that it is UTF-8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from magkg.errors import InputError
from magkg.use.export.network.writing import counts, network

if TYPE_CHECKING:
    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["neutralised", "write"]

Row: TypeAlias = dict[str, Any]

_DELIMITERS = {"csv": ",", "tsv": "\t"}
# The columns that come first: what a reader looks for.
_NODE_FIRST = ("id", "kind", "label")
_EDGE_FIRST = ("id", "source", "target", "relation", "label", "polarity", "contested")
_NEO4J = {str: "string", bool: "boolean", int: "long", list: "string[]"}
_POLARITIES = {
    "denies": "DENIES_",
    "reportsNoDifference": "NO_DIFFERENCE_",
    "reportsLackOfEvidence": "LACKS_EVIDENCE_",
}
# OWASP, CSV injection; also behind what a spreadsheet may trim. \uff1d \uff0b \uff0d \uff20 are
# the full-width signs.
_FORMULA = re.compile(
    "[\\x00-\\x1f\\x7f']|[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
    "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
)
_BOM = "\ufeff"


def write(subgraph: Subgraph, out: Path, options: Options, form: str) -> Mapping[str, int]:
    """Write the files into the folder; give the counts of claims, nodes and edges.

    Raises InputError for both kinds of headers at once, and, naming the claim or node, for a lone
    surrogate.
    """
    if options.neo4j and options.spreadsheet:
        raise InputError(
            "--neo4j and --spreadsheet exclude each other",
            hint="Neo4j would keep the ' that neutralises a formula. Export twice.",
        )
    made = network(subgraph, options, xml=False)
    nodes: list[Row] = [{"id": iri, **held} for iri, held in made.nodes(data=True)]
    edges: list[Row] = [
        {"id": key, "source": one, "target": other, **held}
        for one, other, key, held in made.edges(keys=True, data=True)
    ]
    about: list[Row] = [
        {"name": name, "value": value if isinstance(value, str) else _json(value)}
        for name, value in made.graph.items()
    ]
    file = _File(out, form, options)
    file.write("nodes", nodes, _NODE_FIRST, _NODE_HEADERS, _LABEL)
    file.write("edges", edges, _EDGE_FIRST, _EDGE_HEADERS, _TYPE)
    file.write("about", about, ("name", "value"), {}, None)
    return counts(made, options)


def neutralised(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula; ``text[1:]`` undoes a leading ``'``."""
    return f"'{text}" if _FORMULA.match(text) else text


class _File:
    """Writes rows as the files of one export."""

    def __init__(self, out: Path, form: str, options: Options) -> None:
        self._out = out
        self._form = form
        self._delimiter = _DELIMITERS[form]
        self._options = options

    def write(
        self,
        name: str,
        rows: Sequence[Row],
        first: Sequence[str],
        headers: Mapping[str, str],
        marked: tuple[str, Callable[[Row], str]] | None,
    ) -> None:
        """Write ``name.csv``; ``headers`` and ``marked``, a further column, are for Neo4j."""
        types = _types(rows)
        columns = [each for each in first if each in types or each == first[0]]
        columns += sorted(types.keys() - set(first))
        shown = list(columns)
        if self._options.neo4j and name != "about":
            shown = [
                headers.get(each, f"{each}:{_NEO4J[types.get(each, str)]}") for each in columns
            ]
            if marked is not None:
                shown.append(marked[0])
        with (self._out / f"{name}.{self._form}").open("wb") as file:
            file.write((_BOM if self._options.spreadsheet else "").encode())
            file.write(self._line(shown))
            for row in rows:
                cells = [self._cell(row.get(each)) for each in columns]
                if len(shown) > len(cells) and marked is not None:
                    cells.append(self._cell(marked[1](row)))
                file.write(self._line(cells))

    def _line(self, cells: Iterable[str]) -> bytes:
        return (self._delimiter.join(cells) + "\n").encode()

    def _cell(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        text = str(value)
        if isinstance(value, list):
            text = _joined(value) if self._options.neo4j else _json(value)
        if self._options.spreadsheet:
            text = neutralised(text)
        return '"' + text.replace('"', '""') + '"'


def _types(rows: Iterable[Row]) -> dict[str, type]:
    """Give the type of each column that has a value: an attribute has one type in all rows."""
    return {name: type(value) for row in rows for name, value in row.items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _joined(values: Iterable[object]) -> str:
    """Join the values of a list as Neo4j takes them."""
    return ";".join(str(each).replace("%", "%25").replace(";", "%3B") or "%" for each in values)


def _snake(name: str) -> str:
    """``hasSideEffect`` to ``HAS_SIDE_EFFECT``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"\W+", "_", words).strip("_").upper() or "RELATED"


def _node_labels(row: Row) -> str:
    kinds = [str(row.get(name, "")) for name in ("kind", "concept_kind")]
    return ";".join(each[0].upper() + each[1:] for each in kinds if each)


def _relationship(row: Row) -> str:
    """Give the type of a relationship, with what keeps it from looking plainly positive."""
    if "predicate" not in row:
        parts: Iterator[str] = (str(row.get(name, "")) for name in ("relation", "direction"))
        return "_".join(_snake(each) for each in parts if each)
    name = _snake(re.split(r"[/#]", str(row["predicate"]))[-1])
    polarity = str(row.get("polarity", ""))
    if polarity == "affirms":
        return f"CONTESTED_{name}" if row.get("contested") else name
    return _POLARITIES.get(polarity, f"{_snake(polarity)}_") + name


_NODE_HEADERS = {"id": "id:ID"}
_EDGE_HEADERS = {"source": ":START_ID", "target": ":END_ID"}
_LABEL = (":LABEL", _node_labels)
_TYPE = (":TYPE", _relationship)

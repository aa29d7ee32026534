"""What the writers of networks share: lists as text, columns with types, texts that XML carries.

GraphML and GEXF have no list that every tool reads alike, so a list of texts becomes one text, a
JSON array, under the attribute's name with ``_list`` behind it: ``claims`` becomes ``claims_list``.
No other attribute ends so, and the way back is ``json.loads``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from magkg.errors import InputError
from magkg.use.export.characters import NOT_XML

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph
    from magkg.use.select.views import Attribute

__all__ = ["columns", "counts", "escaped", "flat", "left_out", "network", "written"]

Scalar: TypeAlias = str | int | bool

LIST = "_list"
_SURROGATE = re.compile("[\ud800-\udfff]")
# A parser turns line ends into a line feed (section 2.11), white space in an attribute into spaces
# (3.3.3), and some, after XML 1.1, U+0085 and U+2028 into a line feed: as references they stay.
# The ampersand comes first. One replacement after another is faster than a table of all.
_ESCAPED = (
    ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\t", "&#9;"), ("\n", "&#10;"),
    ("\r", "&#13;"), ("\x85", "&#133;"), ("\u2028", "&#8232;"),
)  # fmt: skip
_INT = 2**31


def network(subgraph: Subgraph, options: Options, *, xml: bool) -> nx.MultiDiGraph:
    """Give the network that the options ask for, once every text in it can be written.

    Raises InputError, naming the claim or the node, for a lone surrogate, and with ``xml`` for
    what XML 1.0 cannot carry.
    """
    total = len(subgraph)
    options.tell(0, total)
    made = subgraph.network(options.view)
    for one, _, held in made.edges(data=True):
        refuse(one, held, xml=xml)
    for iri, held in made.nodes(data=True):
        refuse(iri, held, xml=xml)
    refuse("the selection", made.graph, xml=xml)
    return made


def refuse(owner: str, held: Mapping[str, Attribute], *, xml: bool) -> None:
    """Raise InputError for an attribute that cannot be written.

    It names the claim, where ``claims`` lists those that an edge stands for, else ``owner``.
    """
    pattern = NOT_XML if xml else _SURROGATE
    for name, value in held.items():
        for number, text in enumerate(value if isinstance(value, list) else [value]):
            found = pattern.search(text) if isinstance(text, str) else None
            if found is None:
                continue
            claims = held.get("claims")
            claim = number if name == "gists" else 0
            whose = claims[claim] if isinstance(claims, list) else owner
            code = ord(found[0])
            what = (
                "a lone surrogate"
                if 0xD800 <= code < 0xE000
                else ("a control character" if code < 0x20 else "a noncharacter")
            )
            cannot = "XML cannot" if xml else "no file can"
            raise InputError(
                f"the {name.removesuffix('s')} of {whose} holds {what}, U+{code:04X}, which "
                f"{cannot} carry",
                hint="Correct the text, or leave the claim out with --not-claim.",
            )


def flat(held: Mapping[str, Attribute]) -> dict[str, Scalar]:
    """Give attributes with every list as the text of a JSON array, under its name with LIST."""
    return {
        f"{name}{LIST}" if isinstance(value, list) else name: (
            json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
        )
        for name, value in held.items()
    }


def columns(elements: Iterable[Mapping[str, Attribute]]) -> dict[str, str]:
    """Give the names of all attributes, sorted, each with its type.

    A type is string, boolean, int or, where a number needs more than 32 bits, long.
    """
    found: dict[str, str] = {}
    for held in elements:
        for name, value in held.items():
            if isinstance(value, list):
                found[f"{name}{LIST}"] = "string"
            elif isinstance(value, bool):
                found[name] = "boolean"
            elif isinstance(value, int):
                wide = not -_INT <= value < _INT
                found[name] = "long" if wide or found.get(name) == "long" else "int"
            else:
                found[name] = "string"
    return dict(sorted(found.items()))


def escaped(text: str) -> str:
    """Write a text for XML, as content or between quotation marks; it is read back as it is."""
    for character, reference in _ESCAPED:
        text = text.replace(character, reference)
    return text


def written(value: Scalar) -> str:
    """Write a value for XML; booleans as true and false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escaped(value) if isinstance(value, str) else str(value)


def left_out(made: nx.MultiDiGraph) -> int:
    """Count the claims that the view cannot show, as they have no triple."""
    return len(made.graph.get("not_formalised", ())) if made.graph["view"] == "propositions" else 0


def counts(made: nx.MultiDiGraph, options: Options) -> dict[str, int]:
    """Count what a network holds, and say that its claims are done."""
    claims, left = int(made.graph["claim_count"]), left_out(made)
    options.tell(claims, claims)
    without = {"claims without a triple": left} if left else {}
    held = {"nodes": made.number_of_nodes(), "edges": made.number_of_edges()}
    return {"claims": claims - left, **without, **held}

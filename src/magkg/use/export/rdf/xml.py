"""RDF/XML, written subject by subject; what XML 1.0 cannot hold is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox

from magkg.claims.layout import natural, order
from magkg.use.export.characters import NOT_XML
from magkg.use.export.rdf.lines import Block, refuse, sections
from magkg.vocabulary import RDF, XSD, shrink

if TYPE_CHECKING:
    from magkg.store.interface import Triple

__all__ = ["write_xml"]

# A local name of letters that all editions of XML 1.0 and Namespaces in XML allow.
_LOCAL = re.compile("[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u4e00-\u9fa5][\\w.\\-]*$", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# A parser folds line ends, and white space in attributes, unless they are written as references.
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_QUOTED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
# Names that RDF/XML (section 5.1) keeps for its own syntax, and so no property can have.
_SYNTAX = frozenset(
    RDF + name
    for name in (
        "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li",
        "aboutEach", "aboutEachPrefix", "bagID",
    )
)  # fmt: skip
_INSTEAD = "Export it as turtle, which can."


def write_xml(triples: Iterable[Triple], prefixes: Mapping[str, str], out: BinaryIO) -> int:
    """Write triples as RDF/XML; gives their number, each counted once.

    Raises InputError that names the subject and the character that XML cannot carry, or the
    predicate that no element can be named after.
    """
    known = {"rdf": RDF} | {
        name: space
        for name, space in sorted(prefixes.items())
        if _NAME.fullmatch(name) and name != "rdf" and name[:3].lower() != "xml"
    }
    spaces = "".join(
        f'\n    xmlns:{name}="{space.translate(_QUOTED)}"' for name, space in known.items()
    )
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{spaces}>\n'.encode())
    names = _Elements(known)
    count = 0
    for found in sections(triples, prefixes.get("src", "")):
        count += len(found)
        text = _description(found, names)
        if wrong := NOT_XML.search(text):
            what = f"the character U+{ord(wrong[0]):04X}"
            raise refuse(_plain(found[0].subject), what, "XML cannot carry", _INSTEAD)
        out.write(text.encode())
    out.write(b"</rdf:RDF>\n")
    return count


def _plain(term: object) -> str:
    return str(getattr(term, "value", term))


def _description(found: Block, names: _Elements) -> str:
    subject = found[0].subject
    rows = []
    for each in found:
        key = (*order(each.predicate.value), natural(str(each.object)))
        rows.append((key, _property(each, names)))
    body = "".join(row for _, row in sorted(rows))
    return f"  <rdf:Description {_about(subject, 'about')}>\n{body}  </rdf:Description>\n"


def _about(term: object, attribute: str) -> str:
    if isinstance(term, ox.BlankNode):
        # A label of N-Triples may begin with a digit, a name of XML may not.
        return f'rdf:nodeID="b{term.value}"'
    return f'rdf:{attribute}="{_plain(term).translate(_QUOTED)}"'


def _property(quad: ox.Quad, names: _Elements) -> str:
    name, space = names.element(quad)
    value = quad.object
    if not isinstance(value, ox.Literal):
        return f"    <{name}{space} {_about(value, 'resource')}/>\n"
    kind = ""
    if value.language:
        kind = f' xml:lang="{value.language}"'
    elif value.datatype.value != XSD + "string":
        kind = f' rdf:datatype="{value.datatype.value.translate(_QUOTED)}"'
    return f"    <{name}{space}{kind}>{value.value.translate(_TEXT)}</{name}>\n"


class _Elements:
    """Names elements after predicates."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self.known: dict[str, tuple[str, str]] = {}

    def element(self, quad: ox.Quad) -> tuple[str, str]:
        """Give the name of the element, and the declaration of its namespace where it needs one."""
        iri = quad.predicate.value
        if iri not in self.known:
            self.known[iri] = self._named(iri, _plain(quad.subject))
        return self.known[iri]

    def _named(self, iri: str, subject: str) -> tuple[str, str]:
        prefix, colon, local = shrink(iri, self.prefixes).partition(":")
        if (
            iri not in _SYNTAX
            and colon
            and self.prefixes.get(prefix, "") + local == iri
            and _LOCAL.fullmatch(local)
        ):
            return f"{prefix}:{local}", ""
        found = _LOCAL.search(iri.rpartition("/")[2].rpartition("#")[2])
        if found is None or iri in _SYNTAX:
            raise refuse(
                subject,
                f"the property <{iri}>",
                "no element of RDF/XML can be named after",
                _INSTEAD,
            )
        space = iri[: len(iri) - len(found[0])]
        return f"ns:{found[0]}", f' xmlns:ns="{space.translate(_QUOTED)}"'

"""Identities: the id of a proposition, the digest of a claim, the roots of a graph.

Every hash is SHA-256 over *length-prefixed* fields (eight bytes of length, big-endian, then the
field as UTF-8), the first of which names what is hashed and the version of the rule. Fields are
never joined by a separator, so no two lists of fields share one text. Statements are hashed as
canonical N-Quads (RDF 1.2 N-Quads, section 4), sorted by code point, each once, so an id depends
on what is said and not on the syntax, the order or the store it was read from.
"""

from __future__ import annotations

import hashlib
import heapq
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from magkg.errors import InputError
from magkg.vocabulary import FORMAL, MAG, PROP, PROV, QUALIFIERS, TYPE

__all__ = [
    "DERIVED",
    "OUTSIDE",
    "PARTS",
    "ClaimIdentity",
    "claims",
    "content",
    "content_of",
    "digest",
    "hashed",
    "line",
    "ordered",
    "proposition",
    "root",
]

# Curation, what people judge, and what a build derives: they may change while the claim stays what
# it is. A new opinion of a study is no new claim; nor is the id or the rating that a set gave it:
# two sets that hold the same claim hold one.
_CURATED = ("checkedBy", "judgement", "note", "upstreamId", "upstreamRating")
_CURATION = frozenset((PROV + "wasGeneratedBy", *(MAG + name for name in _CURATED)))
_NAMES = (
    "citedGap", "citedLeap", "citedStrength", "decisive", "digest", "heldGap", "heldLeap",
    "heldStrength", "leansOn", "level", "ownConclusion", "rating", "reaches", "reachesByCitation",
    "states", "strength",
)  # fmt: skip
DERIVED = frozenset(MAG + name for name in _NAMES)
OUTSIDE = _CURATION | DERIVED
# The nodes that belong to a claim, or to another part of it: they are part of its digest, and leave
# a build with it.
PARTS = frozenset((MAG + "effect", MAG + "evidence", MAG + "passage"))

_DEFAULT = ox.DefaultGraph()
# Lines held in memory at once while a whole graph is sorted: some 100 MB.
_CHUNK = 400_000


@dataclass(frozen=True, order=True, slots=True)
class ClaimIdentity:
    """What a claim is known by.

    ``iri`` names the claim, ``proposition`` is the IRI of what it states (None where the claim is
    not formalised), ``digest`` the 64 hex digits of its content.
    """

    iri: str
    proposition: str | None
    digest: str


def hashed(fields: Iterable[str]) -> str:
    """Give the SHA-256 over length-prefixed fields, in hex; the first names what is hashed."""
    found = hashlib.sha256()
    for each in fields:
        found.update(_prefixed(each))
    return found.hexdigest()


def _prefixed(field: str) -> bytes:
    raw = field.encode()
    return len(raw).to_bytes(8, "big") + raw


def line(quad: ox.Quad) -> str:
    """Give a statement as one line of canonical N-Quads, without the line feed.

    >>> line(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("x", language="en")))
    '<urn:a> <urn:b> "x"@en .'
    """
    return f"{quad} ."


def proposition(
    predicate: str,
    subject: str,
    object: str,  # noqa: A002 - the name of the field
    qualifiers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
) -> str:
    """Give the IRI of what is stated, from IRIs alone; the order of the qualifiers is no matter.

    >>> proposition("urn:p", "urn:s", "urn:o")[-64:-48]
    '99ad824f5e5c16d8'
    >>> proposition("urn:p", "urn:s", "urn:o", {"urn:q": "urn:v"})[-64:-48]
    'd3a08c2fc0d8855e'
    """
    pairs = qualifiers.items() if isinstance(qualifiers, Mapping) else qualifiers
    scope = (field for pair in sorted(set(pairs)) for field in pair)
    return PROP + hashed(("magkg proposition 1", predicate, subject, object, *scope))


def digest(lines: Iterable[str]) -> str:
    """Give the digest of a claim from its canonical lines, in any order, repeated or not."""
    return hashed(("magkg claim 1", *sorted(set(lines))))


def claims(quads: Iterable[ox.Quad]) -> Iterator[ClaimIdentity]:
    """Identify every claim among the statements, in the order of the claims' IRIs.

    A claim is itself with its passages, its evidence lines and their effects, in the default
    graph, without what `OUTSIDE` names. Raises InputError for a blank node in it: such a claim
    has no identity.
    """
    described: dict[str, set[ox.Quad]] = {}
    found: set[str] = set()
    for quad in quads:
        if quad.graph_name != _DEFAULT:
            continue
        predicate = quad.predicate.value
        if predicate in OUTSIDE:
            continue
        subject = str(quad.subject)
        described.setdefault(subject, set()).add(quad)
        if predicate == TYPE and quad.object == _CLAIM and isinstance(quad.subject, ox.NamedNode):
            found.add(subject)
    for name in sorted(found):
        yield _identify(name, described)


_CLAIM = ox.NamedNode(MAG + "Claim")


def _identify(name: str, described: Mapping[str, set[ox.Quad]]) -> ClaimIdentity:
    own = described[name]
    quads = [*own]
    seen = {name}
    for quad in quads:  # grows by what the parts say, and by what their parts say
        part = str(quad.object)
        if quad.predicate.value in PARTS and part not in seen:
            seen.add(part)
            quads += described.get(part, ())
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            raise InputError(
                f"{name} holds a blank node, so it has no identity",
                hint="Give the node an IRI of its own, such as <#e-1>.",
            )
    return ClaimIdentity(name[1:-1], _stated(own), digest(line(quad) for quad in quads))


def _stated(own: Iterable[ox.Quad]) -> str | None:
    values: dict[str, list[str]] = {}
    for quad in own:
        if isinstance(quad.object, ox.NamedNode):
            values.setdefault(quad.predicate.value, []).append(quad.object.value)
    triple = [values.get(name, []) for name in FORMAL]
    if any(len(each) != 1 for each in triple):
        return None
    (subject,), (predicate,), (target,) = triple
    scope = [(name, value) for name in QUALIFIERS for value in values.get(name, ())]
    return proposition(predicate, subject, target, scope)


def root(identities: Iterable[ClaimIdentity]) -> str:
    """Give the digest of all claims: their IRIs with their digests, in any order.

    >>> root([])[:16]
    '6df0b8bf31bf57fc'
    """
    pairs = sorted({(each.iri, each.digest) for each in identities})
    return root_of(b"".join(record(*pair) for pair in pairs))


def record(iri: str, digest: str) -> bytes:
    """Give what a claim adds to the bytes that a root is taken over."""
    return _prefixed(iri) + _prefixed(digest)


def root_of(records: bytes | memoryview) -> str:
    """Give the digest of claims from their records, each once, in the order of their IRIs."""
    found = hashlib.sha256(_prefixed("magkg root 1"))
    found.update(records)
    return found.hexdigest()


def content(quads: Iterable[ox.Quad]) -> str:
    """Give the digest of every statement, in any order; repeated statements count once.

    It is taken over the SHA-256 of each line, sorted: 32 bytes a statement are held in memory, and
    whoever has the lines can take their digests in any order, in parallel.

    >>> content([])[:16]
    'd550296af4076eac'
    """
    found = {hashlib.sha256(line(quad).encode()).digest() for quad in quads}
    return content_of(b"".join(sorted(found)))


def content_of(digests: bytes | memoryview) -> str:
    """Give the digest of statements from the SHA-256 of their lines, each once and sorted."""
    found = content_hash()
    found.update(digests)
    return found.hexdigest()


def content_hash() -> hashlib._Hash:
    """Give what `content_of` begins with: digests may be added to it one after the other."""
    tag = b"magkg content 2"
    return hashlib.sha256(len(tag).to_bytes(8, "big") + tag)


def ordered(lines: Iterable[str]) -> Iterator[str]:
    """Give lines without line feeds in the order of their code points, each once.

    Large inputs are sorted on disk, in the folder for temporary files, so memory stays bounded;
    all of the input is read before the first line is given.
    """
    rest = iter(lines)
    first = sorted(set(islice(rest, _CHUNK)))
    with tempfile.TemporaryDirectory(prefix="magkg-") as folder:
        runs: list[Iterable[str]] = [first]
        while chunk := sorted(set(islice(rest, _CHUNK))):
            path = Path(folder) / str(len(runs))
            path.write_text("\n".join(chunk), encoding="utf-8", newline="\n")
            runs.append(_stored(path))
        yield from _once(heapq.merge(*runs))


def _stored(path: Path) -> Iterator[str]:
    # A canonical line holds no line feed; str.splitlines would also split at U+2028.
    with path.open(encoding="utf-8", newline="\n") as lines:
        for each in lines:
            yield each.removesuffix("\n")


def _once(lines: Iterable[str]) -> Iterator[str]:
    last = None
    for each in lines:
        if each != last:
            yield each
        last = each

"""The claims with their digests beside a store: what its ``root`` is taken over.

``stores/NAME.claims`` holds the record of each (`identity.record`), in the order of their IRIs. An
update puts its own among them instead of asking the store for all. A store without that file is as
good: the file is then made from its statements.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from magkg.claims import identity
from magkg.store import manifest
from magkg.store.digests import mapped, splice
from magkg.store.publish import Place
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyoxigraph as ox

    from magkg.store.digests import Change

__all__ = ["collect", "listed", "merge", "of", "pairs", "root", "write"]

_Pair = tuple[str, str]
# The length of a field stands before it, in so many bytes.
_LENGTH = 8


def of(quads: Iterable[ox.Quad]) -> Iterator[_Pair]:
    """Give the IRIs and digests of the claims whose digests are among statements."""
    for quad in quads:
        if quad.predicate.value == MAG + "digest":
            yield str(getattr(quad.subject, "value", "")), str(getattr(quad.object, "value", ""))


def collect(store: ox.Store, path: Path) -> str:
    """Write the claims of a store; give their root."""
    import pyoxigraph as ox

    digest = ox.NamedNode(MAG + "digest")
    return write(path, sorted(of(store.quads_for_pattern(None, digest, None, ox.DefaultGraph()))))


def write(path: Path, pairs: Iterable[_Pair]) -> str:
    """Write claims with their digests, which are sorted and each once; give their root."""
    with path.open("wb") as file:
        for each in pairs:
            file.write(identity.record(*each))
    return root(path)


def listed(graph: Path) -> Path | None:
    """Give the list of the claims of a built graph, where it has one that is its own."""
    found = manifest.read(graph)
    path = Place(graph).lists_of(found.store)[1]
    return path if path.is_file() and root(path) == found.root else None


def pairs(path: Path) -> Iterator[_Pair]:
    """Give the claims of a list with their digests."""
    with mapped(path) as data:
        for iri, record in _records(data):
            yield iri.decode(), record[2 * _LENGTH + len(iri) :].decode()


def root(path: Path) -> str:
    """Give the digest of all claims from a file of theirs."""
    with mapped(path) as data:
        return identity.root_of(data)


def merge(old: Path, removed: Iterable[_Pair], added: Iterable[_Pair], new: Path) -> None:
    """Write the claims ``old`` without ``removed`` (which are there) and with ``added`` (not)."""
    with mapped(old) as data:
        changes: list[Change] = []
        for iri, digest in removed:
            begin, end = _place(data, iri.encode())
            if data[begin:end] == identity.record(iri, digest):
                changes.append((begin, end, b""))
        for iri, digest in added:
            begin, _ = _place(data, iri.encode())
            # The order of two that come in at one place is that of their IRIs.
            changes.append((begin, begin, identity.record(iri, digest)))
        changes.sort(key=lambda each: (*each[:2], each[2][_LENGTH:]))
        splice(data, changes, new)


def _place(data: memoryview, iri: bytes) -> tuple[int, int]:
    """Give where the record of the first claim begins and ends that is not before an IRI."""
    low, high = 0, len(data)
    while high - low > _NEAR:
        middle = (low + high) // 2
        found = _DIGEST.search(data, middle)
        if found and next((each < iri for each, _ in _records(data, found.end())), False):
            low = found.end()
        else:
            high = middle
    for each, record in _records(data, low):
        if each >= iri:
            return low, low + len(record)
        low += len(record)
    return low, low


# A digest with its length, which no IRI looks like: what follows it is a record.
_DIGEST = re.compile(rb"\0{7}@[0-9a-f]{64}")
# So few bytes are read one record after the other.
_NEAR = 1 << 10


def _records(data: memoryview, at: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Give the IRI of each claim, and its record, from one that begins at a byte."""
    while at < len(data):
        begin = at + _LENGTH
        middle = begin + int.from_bytes(data[at:begin], "big")
        iri = bytes(data[begin:middle])
        begin = middle + _LENGTH
        end = begin + int.from_bytes(data[middle:begin], "big")
        yield iri, bytes(data[at:end])
        at = end

"""Which claims of two graphs may differ: by their digests, without reading what is alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from magkg.claims.identity import DERIVED, OUTSIDE, PARTS, ordered
from magkg.store import roots
from magkg.store.interface import IRI
from magkg.use.describe import NOT_IN_IRI, values_line
from magkg.use.select.loading import batches
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from pathlib import Path

    from magkg.store.interface import Store

__all__ = ["Apart", "all_claims", "by_digest"]

_DIGEST = MAG + "digest"
_CLAIMS = f"SELECT ?claim WHERE {{ ?claim a <{MAG}Claim> }}"


@dataclass(slots=True)
class Apart:
    """The claims of the earlier and the later graph alone, those of both that may differ.

    ``same`` is the number of all others, which are in both and alike.
    """

    old: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    both: set[str] = field(default_factory=set)
    same: int = 0


def all_claims(a: Store, b: Store) -> Apart:
    """Take every claim of both as one that may differ: of what was authored nothing is digested."""
    old, new = ({str(row[0]) for row in each.select(_CLAIMS)} for each in (a, b))
    return Apart(old - new, new - old, old & new)


def by_digest(a: Store, b: Store, lists: tuple[Path, Path] | None = None) -> Apart:
    """Compare the digests of the claims of two built graphs, and what stands beside them.

    ``lists`` are those of their claims (`magkg.store.roots`), where both have one: then the stores
    are not asked. A digest covers a claim with its parts, but not what its curators added. Both are
    read as lines, sorted on disk where they are many; memory holds what differs.
    """
    if lists is None:
        gone, come, same = _merged(_digests(a), _digests(b))
        old, new = _digested(a, gone), _digested(b, come)
    else:
        gone, come, same = _merged(*(map(" ".join, roots.pairs(each)) for each in lists))
        old, new = ({line.partition(" ")[0] for line in lines} for lines in (gone, come))
    less, more, _ = _merged(_beside(a), _beside(b))
    ends = {line.partition(" ")[0] for line in less + more}
    beside = (_owners(a, ends) | _owners(b, ends)) - old - new
    return Apart(old - new, new - old, (old & new) | beside, same - len(beside))


def _digests(store: Store) -> Iterator[str]:
    """Give the digests without their claims: a digest covers the claim's IRI."""
    for (digest,) in store.select(f"SELECT ?digest WHERE {{ ?claim <{_DIGEST}> ?digest }}"):
        yield str(digest)


def _digested(store: Store, digests: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for batch in batches(sorted(digests)):
        values = " ".join(f'"{each}"' for each in batch)
        line = f"VALUES ?digest {{ {values} }} ?claim <{_DIGEST}> ?digest"
        found |= {str(row[0]) for row in store.select(f"SELECT ?claim WHERE {{ {line} }}")}
    return found


def _beside(store: Store) -> Iterator[str]:
    """Give a line for each statement that no digest covers."""
    for name in sorted(OUTSIDE - DERIVED):
        for node, value in store.select(f"SELECT ?node ?value WHERE {{ ?node <{name}> ?value }}"):
            yield f"{node} {name} {value if isinstance(value, IRI) else repr(value)}"


def _merged(old: Iterable[str], new: Iterable[str]) -> tuple[list[str], list[str], int]:
    """Compare lines in any order: those of one alone, of the other alone, the number of both."""
    less, more, same = [], [], 0
    ones, others = ordered(old), ordered(new)
    one, other = next(ones, None), next(others, None)
    while one is not None or other is not None:
        if one == other:
            same += 1
            one, other = next(ones, None), next(others, None)
        elif other is None or (one is not None and one < other):
            less.append(str(one))
            one = next(ones, None)
        else:
            more.append(other)
            other = next(others, None)
    return less, more, same


def _owners(store: Store, nodes: Iterable[str]) -> set[str]:
    """Give the claims among the nodes, and those whose parts, or parts of parts, they are."""
    found: set[str] = set()
    level = seen = {each for each in nodes if not NOT_IN_IRI.search(each)}
    while level:
        owners: set[str] = set()
        for batch in batches(sorted(level)):
            typed = f"SELECT ?node WHERE {{ {values_line('node', batch)} ?node a <{MAG}Claim> }}"
            found |= {str(row[0]) for row in store.select(typed)}
            for part in sorted(PARTS):
                back = f"?owner <{part}> ?node"
                query = f"SELECT ?owner WHERE {{ {values_line('node', batch)} {back} }}"
                owners |= {str(row[0]) for row in store.select(query)}
        level = owners - seen
        seen = seen | level
    return found

"""Which claims are contested: the one definition that selections, networks and exports share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from magkg.use.describe import values_line
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["Opposition", "contested"]

# Nodes of one query, as in loading.
_BATCH = 400
# Propositions whose claims are remembered, some 300 bytes each.
_REMEMBERED = 200_000
_SAID = f"?claim <{MAG}states> ?stated ; <{MAG}polarity> ?polarity"
# A report of no difference with an interval so tight that it counts against
# (ontology/rules/070_vote.rq).
_TIGHT = (
    f"?claim <{MAG}states> ?stated ; <{MAG}polarity> <{MAG}reportsNoDifference> ; "
    f"<{MAG}evidence> ?line . ?rating <{MAG}broughtBy> ?line ; <{MAG}proposition> ?stated ; "
    f"<{MAG}vote> <{MAG}disputes>"
)
_NEAR = f"?stated <{MAG}bearsOn> ?near"
_FOUND = (
    f"?assessment <{MAG}proposition> ?stated ; <{MAG}verdict> ?verdict ; "
    f"<{MAG}rootsFor> ?for ; <{MAG}rootsAgainst> ?against . "
    "BIND(?for > 0 && ?against > 0 AS ?both)"
)
_FOR, _AGAINST = MAG + "affirms", MAG + "denies"
_OPPOSITE = {_FOR: _AGAINST, _AGAINST: _FOR}
_UNSETTLED = frozenset((MAG + "disputed", MAG + "conflicting"))


def contested(
    store: Store, claims: Collection[str] | None = None, timeout: float | None = None
) -> set[str]:
    """Give the contested ones among these claims, or among all of the graph.

    A claim is contested if another claim of the graph says the opposite (one affirms, the other
    denies or finds no difference with a tight interval) of the same proposition or of one that
    bears on it; if independent studies stand on both sides of its proposition, or the verdict on it
    is disputed or conflicting; or if it speaks against what is found supported. ``timeout`` is in
    seconds for each query. docs/selecting.md, "Contested".
    """
    return Opposition(store, timeout).contested(claims)


class Opposition:
    """Tells which claims are contested; what it read of a proposition it remembers for the next.

    A few propositions are stated by a large part of all claims, so those of the parts of a
    subgraph would be read again and again. It asks plain patterns and joins here: a pair of
    claims is never made, only of propositions. With ``whole`` those of the whole graph are read at
    once, and all are remembered. ``timeout`` is in seconds for each query.
    """

    def __init__(self, store: Store, timeout: float | None = None, *, whole: bool = False) -> None:
        self._store = store
        self._timeout = timeout
        self._whole = whole
        self._near: dict[str, Collection[str]] = {}
        self._said: dict[str, Collection[str]] = {}
        self._found: dict[str, tuple[bool, bool]] = {}
        self._tight: set[str] = set()

    def contested(self, claims: Collection[str] | None) -> set[str]:
        """Give the contested ones among these claims, or among all of the graph."""
        rows = list(self._rows("claim stated polarity", _SAID, "claim", claims))
        self._read(None if claims is None else {about for _, about, _ in rows})
        return self._opposed(rows)

    def among(self, claims: Sequence[tuple[str, str, str]]) -> set[str]:
        """Give the contested ones of claims told with what they state and their polarity (IRIs)."""
        if not self._whole:
            self._read({about for _, about, _ in claims})
        elif not self._said:
            self._read(None)
        return self._opposed(claims)

    def _opposed(self, rows: Iterable[Sequence[str]]) -> set[str]:
        found = set()
        for claim, about, polarity in rows:
            side = _AGAINST if claim in self._tight else polarity
            opposite = _OPPOSITE.get(side)
            near = (about, *self._near.get(about, ()))
            divided, supported = self._found.get(about, (False, False))
            opposed = any(opposite in self._said.get(each, ()) for each in near)
            if opposed or divided or (side == _AGAINST and supported):
                found.add(claim)
        return found

    def _read(self, stated: Collection[str] | None) -> None:
        """Read what is not known yet of these propositions, and of what bears on them."""
        if len(self._said) > _REMEMBERED:
            for each in (self._near, self._said, self._found, self._tight):
                each.clear()
        fresh = None if stated is None else set(stated) - self._near.keys()
        near = _grouped(self._rows("stated near", _NEAR, "stated", fresh))
        self._near |= {**dict.fromkeys(fresh or (), ()), **near}
        self._divided(fresh)
        every = None if fresh is None else fresh.union(*near.values()) - self._said.keys()
        said = _grouped(self._rows("stated polarity", _SAID, "stated", every))
        for claim, about in self._rows("claim stated", _TIGHT, "stated", every):
            self._tight.add(claim)
            said[about].add(_AGAINST)
        self._said |= {**dict.fromkeys(every or (), ()), **said}

    def _divided(self, stated: Collection[str] | None) -> None:
        """Read on which propositions what the graph finds is divided, and which are supported."""
        for about, verdict, both in self._rows("stated verdict both", _FOUND, "stated", stated):
            divided, supported = self._found.get(about, (False, False))
            divided |= verdict in _UNSETTLED or both in ("true", "1")
            self._found[about] = divided, supported or verdict == MAG + "supported"

    def _rows(
        self, variables: str, pattern: str, among: str, nodes: Collection[str] | None
    ) -> Iterator[list[str]]:
        """Give the rows of a pattern, for these nodes only unless they are None."""
        shown = " ".join(f"?{each}" for each in variables.split())
        lines = [""]
        if nodes is not None:
            names = sorted(nodes)
            starts = range(0, len(names), _BATCH)
            lines = [values_line(among, names[start : start + _BATCH]) for start in starts]
        for line in lines:
            query = f"SELECT DISTINCT {shown} WHERE {{ {line} {pattern} }}"
            for row in self._store.select(query, self._timeout):
                yield [str(each) for each in row]


def _grouped(rows: Iterator[list[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key, value in rows:
        found[key].add(value)
    return found

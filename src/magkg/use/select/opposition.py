"""Which claims are contested: the one definition that selections, networks and exports share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from magkg.use.describe import values_line
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["contested"]

# Nodes of one query, as in loading.
_BATCH = 400
_SAID = f"?claim <{MAG}states> ?stated ; <{MAG}polarity> ?polarity"
# A report of no difference with an interval so tight that it counts against
# (ontology/rules/070_vote.rq).
_TIGHT = (
    f"?claim <{MAG}states> ?stated ; <{MAG}polarity> <{MAG}reportsNoDifference> ; "
    f"<{MAG}evidence> ?line . ?rating <{MAG}broughtBy> ?line ; <{MAG}proposition> ?stated ; "
    f"<{MAG}vote> <{MAG}disputes>"
)
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
    return _Asked(store, timeout).contested(claims)


class _Asked:
    """Asks plain patterns and joins here: a pair of claims is never made, only of propositions."""

    def __init__(self, store: Store, timeout: float | None) -> None:
        self._store = store
        self._timeout = timeout

    def contested(self, claims: Collection[str] | None) -> set[str]:
        rows = list(self._rows("claim stated polarity", _SAID, "claim", claims))
        stated = None if claims is None else {row[1] for row in rows}
        near: dict[str, set[str]] = defaultdict(set)
        for one, other in self._rows(
            "stated near", f"?stated <{MAG}bearsOn> ?near", "stated", stated
        ):
            near[one].add(other)
        every = None if stated is None else stated.union(*near.values())
        said: dict[str, set[str]] = defaultdict(set)
        for about, polarity in self._rows("stated polarity", _SAID, "stated", every):
            said[about].add(polarity)
        tight = set()
        for claim, about in self._rows("claim stated", _TIGHT, "stated", every):
            tight.add(claim)
            said[about].add(_AGAINST)
        against, supported = self._found(stated)
        found = set()
        for claim, about, polarity in rows:
            side = _AGAINST if claim in tight else polarity
            opposite = _OPPOSITE.get(side)
            opposed = any(opposite in said[each] for each in (about, *near.get(about, ())))
            if opposed or about in against or (side == _AGAINST and about in supported):
                found.add(claim)
        return found

    def _found(self, stated: Collection[str] | None) -> tuple[set[str], set[str]]:
        """Give the propositions on which what the graph finds is divided, and those supported."""
        divided, supported = set(), set()
        for about, verdict, both in self._rows("stated verdict both", _FOUND, "stated", stated):
            if verdict in _UNSETTLED or both in ("true", "1"):
                divided.add(about)
            if verdict == MAG + "supported":
                supported.add(about)
        return divided, supported

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

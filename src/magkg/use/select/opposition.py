"""Which claims are contested: the one definition that selections, networks and exports share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from magkg.use.describe import values_line
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["contested"]

# A claim that affirms, and the two that speak against: a denial, and a report of no difference with
# an interval so tight that it counts against (ontology/rules/070_vote.rq). A proposition that very
# many affirm and deny is looked at once, not once a pair of them.
_AFFIRMS = "?{who} <{0}polarity> <{0}affirms> ; <{0}states> ?{what} . "
_AGAINST = (
    "?{who} <{0}polarity> <{0}denies> ; <{0}states> ?{what} . ",
    "?{who} <{0}polarity> <{0}reportsNoDifference> ; <{0}states> ?{what} ; <{0}evidence> ?line . "
    "?rating <{0}broughtBy> ?line ; <{0}proposition> ?{what} ; <{0}vote> <{0}disputes> . ",
)
_BEARS = f"?there <{MAG}bearsOn> ?stated . "
_ASSESSED = f"?assessment <{MAG}proposition> ?stated ; "
_STATES = f"?claim <{MAG}states> ?stated . "


def contested(
    store: Store, claims: Iterable[str] | None = None, timeout: float | None = None
) -> set[str]:
    """Give the contested ones among these claims, or among all of the graph, in one query.

    A claim is contested if another claim of the graph says the opposite (one affirms, the other
    denies or finds no difference with a tight interval) of the same proposition or of one that
    bears on it; if independent studies stand on both sides of its proposition, or the verdict on it
    is disputed or conflicting; or if it speaks against what is found supported. ``timeout`` is in
    seconds. docs/selecting.md, "Contested".
    """
    among = "" if claims is None else values_line("claim", sorted(set(claims)))
    cases = " UNION ".join(f"{{ {among} {case}}}" for case in _cases())
    query = f"SELECT DISTINCT ?claim WHERE {{ {cases} }}"
    return {str(row[0]) for row in store.select(query, timeout)}


def _cases() -> Iterator[str]:
    for against in _AGAINST:
        for near, there in (("", "stated"), (_BEARS, "there")):
            yield (
                f"{{ SELECT DISTINCT ?stated WHERE {{ {_said(against, 'other', there)}{near}}} }} "
                + _said(_AFFIRMS, "claim", "stated")
            )
            yield (
                f"{{ SELECT DISTINCT ?stated WHERE {{ {_said(against, 'other', 'stated')}{near}"
                f"FILTER EXISTS {{ {_said(_AFFIRMS, 'affirming', there)}}} }} }} "
                + _said(against, "claim", "stated")
            )
        yield _said(against, "claim", "stated") + f"{_ASSESSED}<{MAG}verdict> <{MAG}supported> . "
    for verdict in ("disputed", "conflicting"):
        yield f"{_ASSESSED}<{MAG}verdict> <{MAG}{verdict}> . {_STATES}"
    sides = f"{_ASSESSED}<{MAG}rootsFor> ?for ; <{MAG}rootsAgainst> ?against . "
    yield f"{sides}{_STATES}FILTER(?for > 0 && ?against > 0) "


def _said(pattern: str, who: str, what: str) -> str:
    return pattern.format(MAG, who=who, what=what)

"""What is contested, a handful of it, with both sides: who says it, and which studies find it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from magkg.use.describe import describe, label, values_line
from magkg.use.report.signs import WORDS
from magkg.use.select.opposition import contested as contested_claims
from magkg.vocabulary import MAG
from magkg.web.pages.shared import cards

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.use.report.holdings import Statement

__all__ = ["contested"]

# So many claims and so many studies of a side are named; the rest are counted.
_NAMED = 3
_UNSETTLED = ("conflicting", "disputed")
# Claims of a proposition and of those that bear on it; studies by how they count.
_CLAIMS = (
    "SELECT DISTINCT ?stated ?polarity ?claim WHERE {{ {values} "
    f"{{{{ ?claim <{MAG}states> ?stated }}}} UNION "
    f"{{{{ ?stated <{MAG}bearsOn> ?near . ?claim <{MAG}states> ?near }}}} "
    f"?claim <{MAG}polarity> ?polarity }}}}"
)
_STUDIES = (
    "SELECT DISTINCT ?stated ?vote ?line ?study ?level ?own ?pool WHERE {{ {values} "
    f"?stated <{MAG}assessment> ?found . ?found <{MAG}independentLine> ?line . "
    f"?line <{MAG}vote> ?vote ; <{MAG}rating> ?rating . ?rating <{MAG}study> ?study ; "
    f"<{MAG}level> ?level ; <{MAG}vote> ?own OPTIONAL {{{{ ?rating <{MAG}countedIn> ?pool }}}} }}}}"
)
_SIDES = {"affirms": "for", "denies": "against", "supports": "for", "disputes": "against"}
_SIDES |= {
    "reportsNoDifference": "no_difference",
    "reportsLackOfEvidence": "lack",
    "inconclusive": "undecided",
}


class _End(NamedTuple):
    """A claim or a study that stands on one side of a proposition."""

    stated: str
    side: str
    iri: str


def contested(store: Store, statements: Sequence[Statement], most: int) -> dict[str, Any]:
    """Give how many claims are contested, and ``most`` contested propositions with both sides.

    First those on which studies conflict or speak against, then those that some claim denies and
    another affirms; one for each pair of subject and object.
    """
    claims = contested_claims(store)
    chosen = _chosen(statements, claims)[:most]
    if not chosen:
        return {"claims": len(claims), "propositions": []}
    stated = [each.iri for each in chosen]
    said, found = _said(store, stated), _found(store, stated)
    shown = (each.iri for each in said if each.side in ("for", "against"))
    gists = {each["iri"]: each for each in cards.claims(store, shown)}
    studies = describe(store, {each.iri for each in found})
    names = {iri: {"iri": iri, "label": label(node, iri)} for iri, node in studies.items()}
    made = [
        {
            "iri": each.iri,
            "text": each.text,
            "verdict": {"name": each.verdict, "label": WORDS[each.verdict][0]},
            "sides": {
                side: {
                    "claims": _named(said, each.iri, side, gists),
                    "studies": _named(found, each.iri, side, names),
                }
                for side in ("for", "against")
            },
            "beside": {
                side: sum(end[:2] == (each.iri, side) for end in (*said, *found))
                for side in ("no_difference", "lack", "undecided")
            },
        }
        for each in chosen
    ]
    return {"claims": len(claims), "propositions": made}


def _chosen(statements: Sequence[Statement], claims: Collection[str]) -> list[Statement]:
    held = set(claims)
    unsettled = [each for each in statements if each.verdict in _UNSETTLED]
    denied = [
        each
        for each in statements
        if each.number("denyingCount") and not held.isdisjoint(each.claims)
    ]
    found: dict[tuple[str, str], Statement] = {}
    for each in (*unsettled, *denied):
        found.setdefault((each.subject.iri, each.object.iri), each)
    return list(found.values())


def _said(store: Store, stated: Iterable[str]) -> list[_End]:
    """Give the claims of propositions and of those that bear on them."""
    rows = store.select(_CLAIMS.format(values=values_line("stated", stated)))
    return _ends((str(about), str(how), str(iri)) for about, how, iri in rows)


def _found(store: Store, stated: Iterable[str]) -> list[_End]:
    """Give each independent line by the study that counts most in it.

    The root of a line only names what its studies share: it may be a study of something else.
    """
    best: dict[tuple[str, str, str], tuple[tuple[bool, bool, int, str], str]] = {}
    rows = store.select(_STUDIES.format(values=values_line("stated", stated)))
    for about, vote, line, study, level, own, pool in rows:
        rank = (pool is not None, own != vote, -int(str(level)), str(study))
        key = (str(about), str(vote), str(line))
        best[key] = min(best.get(key, (rank, str(study))), (rank, str(study)))
    return _ends((about, vote, study) for (about, vote, _), (_, study) in best.items())


def _ends(rows: Iterable[tuple[str, str, str]]) -> list[_End]:
    made = {(about, _SIDES.get(how.removeprefix(MAG)), iri) for about, how, iri in rows}
    return sorted(_End(about, side, iri) for about, side, iri in made if side)


def _named(
    ends: Iterable[_End], stated: str, side: str, known: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Give the first few of a side, and how many there are."""
    here = [known[each.iri] for each in ends if each[:2] == (stated, side) and each.iri in known]
    return {"number": len(here), "first": here[:_NAMED]}

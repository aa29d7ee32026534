"""Why a strength is what it is: the steps of a claim or a proposition, and what would move them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.errors import InputError, UnknownName
from magkg.store.interface import Literal
from magkg.use import independence
from magkg.use.describe import Description, about, claim_iri, describe, label, text
from magkg.use.levels import NAMES, overclaims
from magkg.vocabulary import DCTERMS, FORMAL, LABEL, MAG, PROP, QUALIFIERS

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["Why", "proposition_iri", "why"]

Json = dict[str, Any]
_HEX = re.compile(r"[0-9a-f]{4,64}")
# The digits of a whole name, which is looked up without a look at the others.
_DIGITS = 64
# Of an ambiguous prefix so many propositions are named.
_NAMED = 5
# The order in which the steps of a ladder are told.
_ORDER = (
    "start", "recognition", "species", "condition", "intervention", "outcome", "comparator",
    "cell", "mismatchBound", "bias", "imprecision", "noEvidence", "bestLine", "confirmation",
    "inconsistency", "publicationBias", "upgrade", "bound",
)  # fmt: skip


@dataclass(frozen=True)
class Why:
    """The ladder of one claim or proposition; ``as_json`` is documented in docs/."""

    asked: str
    document: Json

    def as_json(self) -> Json:
        """Give the ladder as one object (docs/why.schema.json)."""
        return self.document

    def _repr_html_(self) -> str:
        """Show it in a notebook as a card."""
        from magkg.use import notebook

        return notebook.why_card(self)


def why(store: Store, name: str, prefixes: Mapping[str, str]) -> Why:
    """Explain a claim (IRI or ``SLUG#name``) or a proposition (IRI, ``prop:HEX``, HEX prefix).

    Raises UnknownName with the nearest names, InputError for a prefix of several propositions.
    """
    from magkg.use import why_changes

    graph = _Graph(store)
    iri = proposition_iri(store, name, prefixes)
    claim: Json | None = None
    if iri is None:
        asked = str(claim_iri(store, name, prefixes))
        claim = _claim(graph, asked)
        iri = claim["proposition"]
    else:
        asked = iri
    held = _assessment(graph, iri) if iri else None
    document: Json = {
        "asked": asked,
        "claim": claim,
        "proposition": _proposition(graph, iri) if iri else None,
        "assessment": held,
        "changes": [],
    }
    document["changes"] = why_changes.changes(claim, held)
    return Why(asked, document)


def proposition_iri(store: Store, name: str, prefixes: Mapping[str, str]) -> str | None:
    """Give the proposition that an IRI, ``prop:HEX`` or an unambiguous HEX prefix names.

    None where the name is of another form, such as that of a claim. Raises UnknownName or
    InputError where it is of this form and names none, or several.
    """
    bare = name.strip().removeprefix("<").removesuffix(">").rstrip("…")
    for lead in (PROP, "prop:"):
        if bare.startswith(lead):
            bare = bare.removeprefix(lead).lower()
            break
    else:
        if _HEX.fullmatch(bare) is None:
            return None
    if not re.fullmatch(r"[0-9a-f]{1,64}", bare):
        raise UnknownName("proposition", bare, (), hint="A proposition is prop: and 64 hex digits.")
    whole = len(bare) == _DIGITS
    begins = f"VALUES ?p {{ <{PROP}{bare}> }}" if whole else ""
    query = (
        f"SELECT ?p WHERE {{ {begins} ?p a <{MAG}Proposition> "
        f'FILTER(STRSTARTS(STR(?p), "{PROP}{bare}")) }} ORDER BY ?p LIMIT {_NAMED}'
    )
    found = [str(row[0]) for row in store.select(query)]
    if not found:
        hint = "`magkg trace CLAIM` names the proposition of a claim."
        raise UnknownName("proposition", bare, (), hint=hint)
    if len(found) > 1:
        names = ", ".join(each.removeprefix(PROP)[:12] for each in found)
        raise InputError(
            f"several propositions begin with {bare!r}: {names}", hint="Give more of its digits."
        )
    return found[0]


class _Graph:
    """The nodes that one ladder needs, each looked up once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.known: dict[str, Description] = {}

    def get(self, iri: str) -> Description:
        if iri not in self.known:
            self.load([iri])
        return self.known[iri]

    def load(self, iris: Iterable[str]) -> None:
        missing = {iri for iri in iris if iri not in self.known and not iri.startswith("_:")}
        self.known.update({iri: {} for iri in missing} | describe(self.store, missing))

    def all(self, node: Description, name: str) -> list[str]:
        found = [str(value) for value in node.get(MAG + name, [])]
        self.load(found)
        return found

    def named(self, iri: str | None) -> Json | None:
        return {"iri": iri, "label": label(self.get(iri), iri)} if iri else None

    def scheme(self, node: Description, name: str) -> str | None:
        value = text(node, MAG + name)
        return value.removeprefix(MAG) if value else None

    def number(self, node: Description, name: str) -> int | None:
        value = text(node, MAG + name)
        return int(value) if value else None


def _strength(graph: _Graph, node: Description, name: str = "strength") -> Json | None:
    value = text(node, MAG + name)
    if value is None:
        return None
    found = graph.get(value)
    return {"iri": value, "label": label(found, value), "level": graph.number(found, "rank")}


def _true(node: Description, name: str) -> bool:
    return text(node, MAG + name) == "true"


def _claim(graph: _Graph, iri: str) -> Json:
    node = graph.get(iri)
    source = text(node, MAG + "source") or ""
    wording = {
        name: graph.named(text(node, MAG + name))
        for name in ("certainty", "polarity", "attribution", "kind")
    }
    cited, held = (_view(graph, node, view) for view in ("cited", "held"))
    return {
        "iri": iri,
        "label": label(node, iri),
        "source": {"iri": source, "label": _title(graph, source)},
        "wording": wording,
        "proposition": text(node, MAG + "states"),
        "not_rated": _not_rated(graph, node),
        "own_conclusion": _true(node, "ownConclusion"),
        "cited": cited,
        "held": held,
        "lines": [_line(graph, each) for each in graph.all(node, "evidence")],
    }


def _title(graph: _Graph, iri: str) -> str:
    node = graph.get(iri)
    return text(node, DCTERMS + "title") or text(node, LABEL) or label(node, iri)


def _view(graph: _Graph, claim: Description, view: str) -> Json:
    """One of the two views: what the claim itself cites, what the graph holds."""
    gap = graph.number(claim, f"{view}Gap")
    leaps = graph.all(claim, f"{view}Leap")
    own = _true(claim, "ownConclusion")
    return {
        "strength": _strength(graph, claim, f"{view}Strength"),
        "gap": gap,
        "leaps": [graph.named(leap) for leap in leaps],
        "overclaim": own and gap is not None and overclaims(gap, 0, bool(leaps)),
    }


def _not_rated(graph: _Graph, claim: Description) -> str | None:
    """Say in words why a claim is not rated, None where it is."""
    kind = text(claim, MAG + "kind") or ""
    if not _true(graph.get(kind), "rated"):
        return f"{label(graph.get(kind), kind)}: claims of this kind are not rated"
    if text(claim, MAG + "states") is None:
        why = text(claim, MAG + "notFormalised")
        return f"it has no triple, so nothing can be compared{f': {why}' if why else ''}"
    if text(claim, MAG + "polarity") == MAG + "reportsLackOfEvidence":
        return "it reports a lack of evidence, and asks for none itself"
    return None


def _line(graph: _Graph, iri: str) -> Json:
    node = graph.get(iri)
    named = graph.all(node, "study")
    return {
        "iri": iri,
        "label": label(node, iri),
        "direction": graph.scheme(node, "direction"),
        "basis": graph.scheme(node, "basis"),
        "strength": _strength(graph, node),
        "unresolved": text(node, MAG + "unresolved"),
        "cites": [
            {"iri": each, "label": _title(graph, each)} for each in graph.all(node, "citesSource")
        ],
        "dropped": [
            {"study": graph.named(each), "why": why}
            for each in named
            if (why := _dropped(graph, each)) is not None
        ],
        "ratings": [_rating(graph, each) for each in graph.all(node, "rating")],
    }


def _dropped(graph: _Graph, study: str) -> str | None:
    node = graph.get(study)
    retracted = text(node, MAG + "retracted")
    if retracted is not None:
        return f"retracted: {retracted}"
    design = text(node, MAG + "design") or ""
    if graph.number(graph.get(design), "startLevel") is None:
        return f"{label(graph.get(design), design)}: no level of its own"
    return None


def _rating(graph: _Graph, iri: str) -> Json:
    node = graph.get(iri)
    study = text(node, MAG + "study") or ""
    brought = graph.all(node, "broughtBy")
    design = text(graph.get(study), MAG + "design") or ""
    return {
        "iri": iri,
        "study": graph.named(study),
        "design": label(graph.get(design), design),
        "vote": graph.scheme(node, "vote"),
        "level": graph.number(node, "level"),
        "strength": _strength(graph, node),
        "pooled": text(graph.get(study), MAG + "pools") is not None,
        "counted_in": _counted_in(graph, node),
        "null": bool(brought) and _null(graph, brought),
        "steps": _steps(graph, graph.all(node, "step")),
    }


def _counted_in(graph: _Graph, rating: Description) -> Json | None:
    """Name the pool in which a trial was weighed already."""
    pools = [text(graph.get(each), MAG + "study") for each in graph.all(rating, "countedIn")]
    return graph.named(min((each for each in pools if each), default=None))


def _null(graph: _Graph, lines: list[str]) -> bool:
    """Say whether all that report a study report that it found no difference."""
    values = " ".join(about(each) for each in lines)
    query = (
        f"SELECT DISTINCT ?polarity WHERE {{ VALUES ?line {{ {values} }} "
        f"?claim <{MAG}evidence> ?line ; <{MAG}polarity> ?polarity . "
        f"?line <{MAG}direction> <{MAG}supports> }}"
    )
    found = {str(row[0]) for row in graph.store.select(query)}
    return found == {MAG + "reportsNoDifference"}


def _steps(graph: _Graph, iris: list[str]) -> list[Json]:
    graph.load(iris)
    found = [_step(graph, iri) for iri in iris]
    return sorted(found, key=lambda step: (step["side"] or "", _ORDER.index(step["kind"])))


def _step(graph: _Graph, iri: str) -> Json:
    node = graph.get(iri)
    grounds = graph.all(node, "ground")
    return {
        "iri": iri,
        "kind": (graph.scheme(node, "stepKind") or "").removesuffix("Step"),
        "side": graph.scheme(node, "side"),
        "change": graph.number(node, "change"),
        "why": text(node, MAG + "why"),
        "assumption": _true(node, "assumption"),
        "judged": any(MAG + "domain" in graph.get(ground) for ground in grounds),
        "grounds": grounds,
    }


def _proposition(graph: _Graph, iri: str) -> Json:
    node = graph.get(iri)
    parts = [text(node, each) or "" for each in FORMAL]
    graph.load(parts)
    return {
        "iri": iri,
        "label": " ".join(label(graph.get(each), each) for each in parts),
        "species_assumed": MAG + "species" not in node,
        "qualifiers": [
            {
                "qualifier": each.removeprefix(MAG),
                "iri": str(value),
                "label": label(graph.get(str(value)), str(value)),
            }
            for each in QUALIFIERS
            for value in node.get(each, [])
            if not isinstance(value, Literal)
        ],
    }


_COUNTS = (
    "claimCount", "sourceCount", "affirmingCount", "denyingCount", "lackCount", "studyCount",
    "rootCount", "rootsFor", "rootsAgainst", "rootsInconclusive",
)  # fmt: skip


def _assessment(graph: _Graph, proposition: str) -> Json | None:
    iri = text(graph.get(proposition), MAG + "assessment")
    if iri is None:
        return None
    node = graph.get(iri)
    steps = _steps(graph, graph.all(node, "step"))
    drawn = independence.provenance(graph.store, proposition)
    carried = {each["root"]: each for each in independence.carried(drawn)}
    stating = {node for node, data in drawn.nodes(data=True) if data.get("stated")}
    order = {"supports": 0, "disputes": 1}
    lines = [
        _independent(graph, each, carried.get(each, {}), stating)
        for each in graph.all(node, "independentLine")
    ]
    lines.sort(key=lambda each: (order.get(each["vote"], 2), -(each["level"] or 0), each["iri"]))
    _rest_on_lines(steps, lines)
    return {
        "iri": iri,
        "verdicts": [graph.named(each) for each in graph.all(node, "verdict")],
        "for": {
            "strength": _strength(graph, node),
            "steps": [each for each in steps if each["side"] == "supports"],
        },
        "against": {
            "strength": _strength(graph, node, "strengthAgainst"),
            "steps": [each for each in steps if each["side"] == "disputes"],
        },
        "counts": {name: graph.number(node, name) or 0 for name in _COUNTS},
        "lines": lines,
    }


def _rest_on_lines(steps: list[Json], lines: list[Json]) -> None:
    """Name the lines that a best level rests on: its step is shared by all bodies of that level."""
    best = {each["side"]: each["change"] for each in steps if each["kind"] == "bestLine"}
    other = {"supports": "disputes", "disputes": "supports"}
    for each in steps:
        if each["kind"] in ("bestLine", "confirmation", "inconsistency"):
            side = other[each["side"]] if each["kind"] == "inconsistency" else each["side"]
            top = (side, best[side])
            each["grounds"] = [one["iri"] for one in lines if (one["vote"], one["level"]) == top]


def _independent(graph: _Graph, iri: str, found: Json, stating: set[str]) -> Json:
    node = graph.get(iri)
    reached = graph.number(node, "level")
    graph.load(found.get("claims", []) + found.get("sources", []))
    return {
        "iri": iri,
        "root": graph.named(text(node, MAG + "root")),
        "vote": graph.scheme(node, "vote"),
        "level": reached,
        "strength": NAMES[reached] if reached is not None else None,
        "low_bias": _true(node, "lowBias"),
        "pooled": _true(node, "pooled"),
        "ratings": sorted(
            (_rating(graph, each) for each in graph.all(node, "rating")),
            key=lambda each: (each["counted_in"] is not None, -each["level"], each["iri"]),
        ),
        "claims": [
            {"iri": each, "label": label(graph.get(each), each), "stated": each in stating}
            for each in found.get("claims", [])
        ],
        "sources": [{"iri": e, "label": _title(graph, e)} for e in found.get("sources", [])],
    }

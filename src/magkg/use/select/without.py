"""What falls if a source or a study is withdrawn: the graph is derived anew and compared.

A *source* that is withdrawn takes its claims with it; who cites it leans on nothing. A *study* that
is withdrawn counts as retracted (docs/method.md). Nothing is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg import resources
from magkg.errors import InputError, UnknownName
from magkg.store.oxigraph import OxigraphStore
from magkg.use.describe import describe, label, text, values_line
from magkg.use.naming import named
from magkg.use.select import without_text
from magkg.use.select.loading import mag_name
from magkg.vocabulary import FORMAL, LABEL, MAG, QUALIFIERS

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.use.graph import Graph

__all__ = ["Without", "without"]

Json = dict[str, Any]
# What is derived in memory takes some 2 kB a quad: 10 GB.
_MOST_QUADS = 5_000_000
_COUNTED = (
    "strength", "strengthAgainst", "rootCount", "rootsFor", "rootsAgainst", "rootsInconclusive",
)  # fmt: skip
_LACKING = "foundLacking"
_CLAIMS = (
    f"SELECT DISTINCT ?claim ?source ?cited ?held ?proposition WHERE {{ ?claim a <{MAG}Claim> "
    f"OPTIONAL {{ ?claim <{MAG}source> ?source }} "
    f"OPTIONAL {{ ?claim <{MAG}citedStrength> ?cited }} "
    f"OPTIONAL {{ ?claim <{MAG}heldStrength> ?held }} "
    f"OPTIONAL {{ ?claim <{MAG}states> ?proposition }} }} ORDER BY ?claim ?source"
)
# What a claim itself gives in its support (ontology/rules/113): background is none.
_SUPPORT = (
    f"SELECT DISTINCT ?claim ?study WHERE {{ ?claim <{MAG}evidence> ?line . "
    f"?line <{MAG}direction> <{MAG}supports> ; <{MAG}basis> ?basis . "
    f"FILTER(?basis != <{MAG}background>) "
    f"{{ ?line <{MAG}reaches> ?study }} UNION {{ ?line <{MAG}reachesByCitation> ?study }} }} "
    "ORDER BY ?claim ?study"
)
_ASSESSMENTS = (
    f"SELECT ?proposition ?verdict {' '.join(f'?{name}' for name in _COUNTED)} WHERE {{ "
    f"?assessment a <{MAG}Assessment> ; <{MAG}proposition> ?proposition ; "
    f"<{MAG}verdict> ?verdict ; "
    + " ; ".join(f"<{MAG}{name}> ?{name}" for name in _COUNTED)
    + " } ORDER BY ?proposition ?verdict"
)
_NAMES = {
    "verdicts": "verdicts",
    "strength": "strength",
    "strengthAgainst": "strength_against",
    "rootCount": "independent_studies",
    "rootsFor": "independent_for",
    "rootsAgainst": "independent_against",
    "rootsInconclusive": "independent_open",
}


@dataclass(frozen=True)
class Without:
    """What falls; ``as_json`` is documented in docs/without.schema.json, ``text`` is for people."""

    document: Json
    prefixes: Mapping[str, str]

    def as_json(self) -> Json:
        """Give what falls as one object (docs/without.schema.json)."""
        return self.document

    def text(self) -> str:
        """Give what falls as lines: a heading for each kind of loss, then the summary."""
        return without_text.as_text(self.document, self.prefixes["src"])

    def _repr_html_(self) -> str:
        """Show it in a notebook: the summary, and tables of what falls."""
        return without_text.as_html(self.document, self.prefixes["src"])


@dataclass(frozen=True)
class _State:
    """What a graph holds: by claim, its strengths and support; by proposition, its assessment."""

    sources: dict[str, str]
    strengths: dict[str, tuple[str, str]]
    stated: dict[str, str]
    support: dict[str, list[str]]
    assessed: dict[str, dict[str, str | list[str]]]

    @classmethod
    def of(cls, store: Store, timeout: float | None = None) -> _State:
        state = cls({}, {}, {}, {}, {})
        for row in store.select(_CLAIMS, timeout):
            iri, source, cited, held, stated = (str(value or "") for value in row)
            state.sources[iri] = source
            state.strengths[iri] = (mag_name(cited), mag_name(held))
            state.stated[iri] = stated
        for claim, study in store.select(_SUPPORT, timeout):
            state.support.setdefault(str(claim), []).append(str(study))
        verdicts: dict[str, list[str]] = {}
        for row in store.select(_ASSESSMENTS, timeout):
            about, verdict, *values = (mag_name(str(value)) for value in row)
            verdicts.setdefault(about, []).append(verdict)
            # Found lacking may stand beside another verdict, and comes last.
            several = sorted(verdicts[about], key=_LACKING.__eq__)
            counted = zip(_COUNTED, values, strict=True)
            state.assessed[about] = {"verdicts": several, **dict(counted)}
        return state


def without(graph: Graph, *names: str) -> Without:
    """Say what falls if these sources and studies are withdrawn, all at once.

    A name that is both (a trial and the article that reports it) means both; ``src:NAME`` or
    ``study:NAME`` means one. Needs a built graph on this machine: raises InputError for an
    endpoint, and for a graph that other rules made; UnknownName with the nearest names.
    """
    from magkg.store.withdraw import withdraw

    store = _local(graph)
    sources, studies = _meant(graph, names)
    before = _State.of(store, graph.timeout)
    after = _State.of(withdraw(store, sources, studies))
    return Without(_Report(store, before, after).document(sources, studies), graph.prefixes)


def _local(graph: Graph) -> OxigraphStore:
    store = graph.store
    if not isinstance(store, OxigraphStore):
        raise InputError(
            "what falls is derived anew, which needs a built graph and not an endpoint",
            hint="Build the project here, or name its folder with --graph DIR.",
        )
    if len(store) > _MOST_QUADS:
        raise InputError(
            f"this graph has {len(store):,} quads, and what falls is derived in memory, "
            f"which holds {_MOST_QUADS:,}",
            hint="Build a project with the sources in question alone.",
        )
    built = graph.manifest
    if built is not None:
        top = resources.data("ontology")
        now = {
            f"ontology/{path.relative_to(top).as_posix()}": hashlib.sha256(
                path.read_bytes()
            ).hexdigest()
            for pattern in ("*.ttl", "*.rq")
            for path in top.rglob(pattern)
        }
        then = {name: each for name, each in built.inputs.items() if name.startswith("ontology/")}
        if now != then:
            raise InputError(
                "this graph was built with other rules than those installed, so that more would "
                "differ than what falls",
                hint="Build it anew with `magkg build`.",
            )
    return store


def _meant(graph: Graph, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Give the sources and the studies that are named."""
    found: dict[str, list[str]] = {"source": [], "study": []}
    given = list(dict.fromkeys(names))
    if not given:
        raise InputError("nothing was named that could be withdrawn", hint="Name a source.")
    for name in given:
        refused: list[UnknownName] = []
        for what, iris in found.items():
            try:
                iris.append(named(graph, what, name))
            except UnknownName as error:
                refused.append(error)
        if len(refused) == len(found):
            near = [each for error in refused for each in error.suggestions]
            raise UnknownName("source or study", name, near, hint=_LISTS)
    return sorted(set(found["source"])), sorted(set(found["study"]))


_LISTS = "`magkg query sources` and `magkg query studies` list them all."


@dataclass(frozen=True)
class _Report:
    """Compares two states, and names what differs."""

    store: Store
    before: _State
    after: _State

    def document(self, sources: list[str], studies: list[str]) -> Json:
        gone = sorted(self.before.sources.keys() - self.after.sources.keys())
        lost = [
            iri for iri in sorted(self.after.sources)
            if self.before.support.get(iri) and not self.after.support.get(iri)
        ]  # fmt: skip
        weaker = [
            iri for iri in sorted(self.after.sources)
            if self.before.strengths[iri] != self.after.strengths[iri]
        ]  # fmt: skip
        changed = [
            iri for iri in sorted(self.before.assessed.keys() & self.after.assessed.keys())
            if self.before.assessed[iri] != self.after.assessed[iri]
        ]  # fmt: skip
        stated = set(self.after.stated.values())
        unstated = sorted({self.before.stated[iri] for iri in gone} - stated - {""})
        citing = [iri for iri in self._citing(sources) if iri not in gone]
        found: Json = {
            "withdrawn": list(self._withdrawn(sources, studies)),
            "claims_gone": self._claims(gone),
            "citing": self._claims(citing),
            "unsupported": [
                {**claim, "studies": self.before.support[claim["claim"]]}
                for claim in self._claims(lost)
            ],
            "claims": [
                {**claim, **self._strengths(claim["claim"])} for claim in self._claims(weaker)
            ],
            "propositions": self._propositions(changed),
            "propositions_gone": [
                {"proposition": iri, "label": name} for iri, name in self._named(unstated)
            ],
        }
        verdicts = sum("verdicts" in each for each in found["propositions"])
        counts = {name: len(held) for name, held in found.items() if name != "withdrawn"}
        only = sum(each["only_study"] for each in found["propositions"])
        summary = {**counts, "verdicts": verdicts, "only_study": only}
        return {"withdrawn": found.pop("withdrawn"), "summary": summary, **found}

    def _withdrawn(self, sources: list[str], studies: list[str]) -> Iterator[Json]:
        described = describe(self.store, [*sources, *studies])
        for kind, iris in (("source", sources), ("study", studies)):
            for iri in iris:
                node = described.get(iri, {})
                yield {
                    "iri": iri,
                    "kind": kind,
                    "label": label(node, iri),
                    "retracted": text(node, MAG + "retracted") is not None,
                }

    def _citing(self, sources: list[str]) -> list[str]:
        if not sources:
            return []
        query = (
            f"SELECT DISTINCT ?claim WHERE {{ {values_line('source', sources)} "
            f"?line <{MAG}citesSource> ?source . ?claim <{MAG}evidence> ?line }} ORDER BY ?claim"
        )
        return [str(row[0]) for row in self.store.select(query)]

    def _claims(self, iris: list[str]) -> list[Json]:
        described = describe(self.store, iris)
        return [
            {
                "claim": iri,
                "label": text(described[iri], LABEL) or "",
                "source": self.before.sources[iri],
            }
            for iri in iris
        ]

    def _strengths(self, iri: str) -> Json:
        pairs = zip(self.before.strengths[iri], self.after.strengths[iri], strict=True)
        changes = zip(("cited", "held"), pairs, strict=True)
        return {name: _change(*pair) for name, pair in changes if pair[0] != pair[1]}

    def _propositions(self, iris: list[str]) -> list[Json]:
        found = []
        for iri, name in self._named(iris):
            before, after = self.before.assessed[iri], self.after.assessed[iri]
            changes: Json = {
                _NAMES[each]: _change(before[each], after[each])
                for each in _NAMES
                if before[each] != after[each]
            }
            only = before["rootCount"] != "0" and after["rootCount"] == "0"
            found.append({"proposition": iri, "label": name, "only_study": only, **changes})
        return found

    def _named(self, iris: list[str]) -> Iterator[tuple[str, str]]:
        """Give each proposition with its triple and qualifiers in words."""
        found = describe(self.store, iris)
        ends = {
            str(value)
            for node in found.values()
            for prop in (*FORMAL, *QUALIFIERS)
            for value in node.get(prop, ())
        }
        labels = describe(self.store, ends)
        for iri in iris:
            node = found.get(iri, {})

            def words(prop: str, node: Mapping[str, Any] = node) -> list[str]:
                held = [str(value) for value in node.get(prop, ())]
                return [label(labels.get(each, {}), each) for each in held]

            triple = " · ".join(each for prop in FORMAL for each in words(prop))
            scope = ", ".join(
                f"{mag_name(prop)}: {each}" for prop in QUALIFIERS for each in words(prop)
            )
            yield iri, f"{triple} [{scope}]" if scope else triple


def _change(before: str | list[str], after: str | list[str]) -> Json:
    """Give a change; numbers as numbers."""
    return {"from": _value(before), "to": _value(after)}


def _value(value: str | list[str]) -> str | int | list[str]:
    return int(value) if isinstance(value, str) and value.isdecimal() else value

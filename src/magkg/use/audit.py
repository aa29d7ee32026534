"""The audit: every query of queries/audit/ is asked, and its findings are gathered by kind.

The stem of a query's file is the kind of its findings; its header says how grave they are and how
to mend them. A finding that a ``mag:Dismissal`` rejects is counted apart.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from magkg.errors import InputError, OutputError, UnknownName
from magkg.store.interface import IRI
from magkg.use.cards import ClaimCard, cards
from magkg.use.describe import describe, label
from magkg.use.dismissal import Dismissal, Stale, dismissals, stale
from magkg.use.naming import named

if TYPE_CHECKING:
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph
    from magkg.use.rows import Row

__all__ = [
    "ANY", "SEVERITIES", "Audit", "AuditFinding", "Kind", "audit", "queries", "rows", "write",
]  # fmt: skip

SEVERITIES = ("high", "medium", "low")
# What `--fail-on` takes beside kinds and severities.
ANY = "any"
Json = dict[str, Any]
_KINDS = "`magkg audit` ends with the number of every kind."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding, as the header of its query says: severity, what it is, how to mend it."""

    name: str
    severity: str
    summary: str
    description: str
    mend: str

    @property
    def title(self) -> str:
        """Give the name in words."""
        return self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One finding: the claim that it is about, what is the matter, how to mend it.

    ``other`` is None, and ``study``, ``proposition`` and ``tension`` (the one that a reader
    recorded) are "", where the kind has none. ``about`` holds
    every node that the finding names, and the sources of its claims: a dismissal must name some of
    these and nothing else. ``dismissal`` is None while nobody rejected it.
    """

    kind: Kind
    claim: ClaimCard
    message: str
    other: ClaimCard | None
    study: str
    study_label: str
    proposition: str
    tension: str
    about: frozenset[str]
    dismissal: Dismissal | None = None

    def as_json(self) -> Json:
        """Give the finding in the shape of ``magkg audit --json`` (docs/audit.schema.json)."""
        claim = self.claim
        found: Json = {
            "kind": self.kind.name,
            "severity": self.kind.severity,
            "claim": claim.iri,
            "label": claim.label,
            "message": self.message,
            "source": claim.source,
            "source_title": claim.title,
            "passages": [each.as_json() for each in claim.places],
            "no_passage": claim.no_passage or None,
            "cited_strength": claim.cited or None,
            "held_strength": claim.held or None,
            "mend": self.kind.mend,
        }
        if self.other is not None:
            found |= {"other": self.other.iri, "other_label": self.other.label}
        if self.study:
            found |= {"study": self.study, "study_label": self.study_label}
        links = {"proposition": self.proposition, "tension": self.tension}
        found |= {name: iri for name, iri in links.items() if iri}
        return found | (self.dismissal.as_json() if self.dismissal else {})


@dataclass(frozen=True)
class Audit:
    """What an audit found; ``kinds`` are those that were looked for, the gravest first.

    ``stale`` are dismissals of these kinds, or of a kind that no audit query has, that reject
    nothing. ``known`` are the kinds that there are.
    """

    graph: Graph
    kinds: tuple[Kind, ...]
    findings: tuple[AuditFinding, ...]
    dismissed: tuple[AuditFinding, ...]
    stale: tuple[Stale, ...]
    known: tuple[str, ...]
    source: str | None = None
    concept: str | None = None

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many open findings each kind has that was looked for, zeros included."""
        held = Counter(each.kind.name for each in self.findings)
        return {kind.name: held[kind.name] for kind in self.kinds}

    @cached_property
    def by_severity(self) -> Mapping[str, int]:
        """How many open findings there are of each severity."""
        held = Counter(each.kind.severity for each in self.findings)
        return {severity: held[severity] for severity in SEVERITIES}

    def failing(self, *on: str) -> list[AuditFinding]:
        """Give the open findings that ``on`` names: kinds, ``any``, or a severity and worse.

        Raises UnknownName for what is none of these, InputError for a kind not looked for.
        """
        self._check(on)
        grave = {SEVERITIES.index(each) for each in on if each in SEVERITIES}
        worst = max(grave, default=-1)
        return [
            each
            for each in self.findings
            if ANY in on or each.kind.name in on or SEVERITIES.index(each.kind.severity) <= worst
        ]

    def _check(self, names: Iterable[str]) -> None:
        """Refuse what would pass for "nothing failed": a kind that is not there, or not asked."""
        known = (ANY, *SEVERITIES, *self.known)
        for name in names:
            if name not in known:
                raise UnknownName("kind of finding to fail on", name, known, hint=_KINDS)
            if name in self.known and name not in self.counts:
                raise InputError(
                    f"findings of the kind {name!r} are not looked for here",
                    hint="Name it with --kind too, or leave --kind out.",
                )

    def narrowed(
        self, *, source: str = "", concept: str = "", kinds: Iterable[str] | None = None
    ) -> Audit:
        """Give what asking again for a source, a concept (IRIs) and these kinds would give.

        None for ``kinds`` keeps them all. The audit must not have been narrowed by others.
        """
        wanted = self.counts if kinds is None else frozenset(kinds)

        def kept(found: tuple[AuditFinding, ...]) -> tuple[AuditFinding, ...]:
            return tuple(
                each
                for each in found
                if each.kind.name in wanted and _concerns(each, source, concept)
            )

        return replace(
            self,
            kinds=tuple(each for each in self.kinds if each.name in wanted),
            findings=kept(self.findings),
            dismissed=kept(self.dismissed),
            stale=tuple(
                each
                for each in self.stale
                if each.dismissal.kind in wanted or each.dismissal.kind not in self.known
            ),
            source=source or self.source,
            concept=concept or self.concept,
        )

    def as_json(self, *, dismissed: bool = False) -> Json:
        """Give the audit as one object (docs/audit.schema.json); dismissed findings if asked."""
        built = self.graph.manifest
        return {
            "findings": [each.as_json() for each in self.findings],
            "summary": dict(self.counts),
            "severity": dict(self.by_severity),
            "dismissed_count": len(self.dismissed),
            "dismissed": [each.as_json() for each in self.dismissed] if dismissed else [],
            "stale_dismissals": [each.as_json() for each in self.stale],
            "scope": {"source": self.source, "concept": self.concept},
            "graph": {
                "root": built.root if built else None,
                "content": built.content if built else None,
            },
        }

    def json(self, *, dismissed: bool = False) -> str:
        """Write what ``as_json`` gives."""
        return json.dumps(self.as_json(dismissed=dismissed), ensure_ascii=False, indent=2)

    def table(self, *, dismissed: bool = False) -> str:
        """Write the findings by kind as plain text, then the counts."""
        from magkg.use.report import text as texts

        return texts.table(self, dismissed=dismissed)

    def markdown(self, *, dismissed: bool = False) -> str:
        """Write the audit as Markdown, to be read on a forge."""
        from magkg.use.report import text as texts

        return texts.markdown(self, dismissed=dismissed)

    def html(self, *, dismissed: bool = False) -> str:
        """Write the audit as one page that needs nothing else: matrix, diagrams, findings."""
        from magkg.use.report import page

        return page.page(self, dismissed=dismissed)

    def _repr_html_(self) -> str:
        """Show the first findings in a notebook as a table."""
        from magkg.use import notebook

        return notebook.audit_table(self)


def audit(
    graph: Graph,
    *,
    source: str | None = None,
    concept: str | None = None,
    kinds: Iterable[str] = (),
    ask: Callable[[Graph, Query], Iterable[Row]] | None = None,
) -> Audit:
    """Ask every audit query, or those of some kinds; keep what concerns a source or a concept.

    A finding concerns a source if one of its claims is of it, a concept if one of its claims names
    it. ``ask`` stands in for ``rows``, for who has asked before. Raises UnknownName, with the
    nearest names, for a kind, source or concept that is not there.
    """
    wanted = _kinds(graph, (kinds,) if isinstance(kinds, str) else tuple(kinds))
    only = None if source is None else named(graph, "source", source)
    about = None if concept is None else named(graph, "concept", concept)
    found = _findings(graph, wanted, ask or rows)
    rejected = dismissals(graph)
    judged = [_judged(each, rejected) for each in found]
    known = {query.name for query in _kinds(graph, ())}
    asked = {query.name for query in wanted}
    order = {query.name: place for place, query in enumerate(wanted)}
    judged.sort(key=lambda each: order[each.kind.name])
    every = Audit(
        graph,
        tuple(_kind(query) for query in wanted),
        tuple(each for each in judged if each.dismissal is None),
        tuple(each for each in judged if each.dismissal is not None),
        tuple(stale(rejected, judged, known, asked)),
        tuple(sorted(known)),
    )
    return every.narrowed(source=only or "", concept=about or "")


def write(found: Audit, form: str, out: TextIO | Path, *, dismissed: bool = False) -> None:
    """Write an audit as ``table``, ``json``, ``markdown`` or ``html`` to a stream or a file.

    A file is written whole or not at all. Raises OutputError where it cannot be written,
    UnknownName for a format that is not there.
    """
    writers = {
        "table": found.table,
        "json": found.json,
        "markdown": found.markdown,
        "html": found.html,
    }
    if form not in writers:
        raise UnknownName("format", form, writers)
    text = writers[form](dismissed=dismissed).rstrip("\n") + "\n"
    if not isinstance(out, Path):
        out.write(text)
        return
    from magkg.store.manifest import write_atomically

    data = text.encode("utf-8", "backslashreplace")
    try:
        # A device or a pipe is written to, never replaced.
        if out.exists() and not out.is_file():
            out.write_bytes(data)
        else:
            write_atomically(out, data)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror}") from None


def _kind(query: Query) -> Kind:
    return Kind(query.name, query.severity, query.summary, query.description, query.mend)


def _kinds(graph: Graph, names: tuple[str, ...]) -> list[Query]:
    """Give the audit queries, all or those named, the gravest first, then by name."""
    every = {name: query for name, query in graph.queries().items() if query.severity}
    for name in names:
        if name not in every:
            raise UnknownName("kind of finding", name, every, hint=_KINDS)
    chosen = [query for name, query in every.items() if not names or name in names]
    return sorted(chosen, key=lambda query: (SEVERITIES.index(query.severity), query.name))


def _findings(
    graph: Graph, wanted: Iterable[Query], ask: Callable[[Graph, Query], Iterable[Row]]
) -> list[AuditFinding]:
    """Ask the queries; describe all claims and studies that they name at once."""
    found = [(_kind(query), row) for query in wanted for row in ask(graph, query)]
    both = [row.get(name) for _, row in found for name in ("claim", "other")]
    named = {str(each) for each in both if isinstance(each, IRI)}
    known = cards(graph.store, named)
    studies = describe(graph.store, {str(row["study"]) for _, row in found if row.get("study")})
    labels = {iri: label(node, iri) for iri, node in studies.items()}
    return [_finding(kind, row, known, labels) for kind, row in found]


def queries(graph: Graph) -> list[Query]:
    """Give the audit queries of a graph, the gravest first, then by name."""
    return _kinds(graph, ())


def rows(graph: Graph, query: Query) -> Iterable[Row]:
    """Ask one audit query; a parameter that must be given has the value that its file shows."""
    given: dict[str, Any] = {p.name: p.example for p in query.params if not p.optional}
    try:
        return graph.query(query, **given)
    except UnknownName:
        # The value shown is a name of another subject: this graph can have no such finding.
        return ()


def _finding(
    kind: Kind, row: Row, known: Mapping[str, ClaimCard], studies: Mapping[str, str]
) -> AuditFinding:
    def cell(name: str) -> str:
        return str(row[name]) if row.get(name) is not None else ""

    claim = known.get(cell("claim"))
    if claim is None or not cell("message"):
        raise InputError(
            f"the audit query {kind.name!r} gave a row without a claim of this graph or a message",
            hint="It must select ?claim and ?message; see queries/README.md.",
        )
    other = known.get(cell("other"))
    named = {str(value) for value in row.values() if isinstance(value, IRI)}
    sources = {each.source for each in (claim, other) if each is not None}
    study = cell("study")
    return AuditFinding(
        kind,
        claim,
        cell("message"),
        other,
        study,
        studies.get(study, label({}, study)) if study else "",
        cell("proposition"),
        cell("tension"),
        frozenset(named | sources),
    )


def _judged(finding: AuditFinding, rejected: Iterable[Dismissal]) -> AuditFinding:
    """Give the finding with the first dismissal that names some of its nodes and no others."""
    for each in rejected:
        if each.kind == finding.kind.name and each.dismissed <= finding.about:
            return replace(finding, dismissal=each)
    return finding


def _concerns(finding: AuditFinding, source: str, concept: str) -> bool:
    both = [each for each in (finding.claim, finding.other) if each is not None]
    return (not source or any(each.source == source for each in both)) and (
        not concept or any(concept in each.concepts for each in both)
    )

"""The audit: what does not hold together, by kind, with the claims that each finding is about."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from magkg.errors import InputError, UnknownName
from magkg.use.audit import SEVERITIES, Audit, AuditFinding
from magkg.use.audit import audit as ask
from magkg.use.naming import named
from magkg.use.report.holdings import within
from magkg.use.report.signs import LEVELS, WORDS
from magkg.web.pages.audit import whole_audit
from magkg.web.pages.matrix import facets
from magkg.web.pages.page import Context, Download, Page, Table
from magkg.web.pages.shared.nodes import labels, paged

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.use.select.language import Selection

__all__ = ["audit", "report"]

Json = dict[str, Any]
# So many findings of a kind stand beside other kinds; the kind alone lists them all.
_FIRST = 6
# So many contested statements are named; so many claims are selected by name.
_CONTESTED, _NAMED = 12, 500
# So many sources, and so many concepts, are offered to narrow by.
_OFFERED = 200
_HEAD = (
    "kind", "severity", "message", "claim", "label", "source", "source_title", "where",
    "cited_strength", "held_strength", "other", "other_label", "study", "study_label",
    "proposition", "tension", "mend", "dismissed_by", "dismissed_when", "dismissed_why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """What the audit is narrowed to; source and concept are IRIs, "" for all."""

    source: str
    concept: str
    kinds: tuple[str, ...]
    severities: tuple[str, ...]

    def pairs(self, context: Context) -> list[tuple[str, str]]:
        """Give the parameters of the URL."""
        found = [("source", self.source), ("concept", self.concept)]
        named = [(word, facets.name(context, iri)) for word, iri in found if iri]
        named += [("severity", each) for each in self.severities]
        return named + [("kind", each) for each in self.kinds]

    def url(self, context: Context, **instead: Sequence[str]) -> str:
        """Give the URL of the page with some words set anew."""
        kept = [each for each in self.pairs(context) if each[0] not in instead]
        kept += [(word, value) for word, values in instead.items() for value in values]
        return f"/audit?{urlencode(kept)}" if kept else "/audit"


def audit(context: Context) -> Page:
    """Make the page; ``.json`` has the shape of ``magkg audit --json`` with those dismissed."""
    scope = _scope(context)
    whole = whole_audit.audited(context.graph)
    found = _narrowed(context.graph, whole, scope)
    kinds = _kinds(context, scope, found)
    data = {
        **_state(context, scope, whole),
        "asked": found is not None,
        "figures": _figures(context, scope, found),
        "in_all": 0 if found is None else len(found.findings),
        "contested": [] if scope.kinds or found is None else _contested(context.graph, found),
        "kinds": kinds,
        "not_found": [each for each in kinds if each["findings"] == 0],
        "sections": [] if found is None else _sections(context, scope, found),
        "dismissed": [] if found is None else [_shown(each) for each in found.dismissed],
        "stale": [] if found is None else [each.as_json() for each in found.stale],
        "texts_at_hand": context.texts is not None,
    }
    return Page(
        "audit.html",
        "Evidence audit",
        data,
        table=None if found is None else lambda: _table(found),
        selection=None if found is None else _selection(found),
        files={} if found is None else {"json": lambda: _json(found)},
    )


def report(context: Context) -> Page:
    """Give the report as one file that needs nothing else, to keep and to print."""
    found = _narrowed(context.graph, whole_audit.audited(context.graph), _scope(context))
    if found is None:
        raise InputError(
            f"a report on {whole_audit.reason(context.graph)} takes longer than a page may",
            hint="Name kinds with ?kind=, or run: magkg audit --format html --out report.html",
        )
    built = context.graph.manifest
    name = f"magkg-audit-{built.root[:12]}.html" if built else "magkg-audit.html"
    body = found.html(dismissed=True).encode("utf-8", "backslashreplace")
    # Its style and script stand in it, which the policy of the site forbids: it is no page of it.
    return Page("", name, {}, download=Download(name, "text/html; charset=utf-8", body))


def _scope(context: Context) -> Scope:
    graph = context.graph
    source, concept = context.one("source").strip(), context.one("concept").strip()
    kinds = tuple(dict.fromkeys(each for each in context.params.get("kind", ()) if each))
    grave = tuple(dict.fromkeys(each for each in context.params.get("severity", ()) if each))
    known = [name for name, query in graph.queries().items() if query.severity]
    for each in kinds:
        if each not in known:
            raise UnknownName("kind of finding", each, known, hint="/audit lists them all.")
    for each in grave:
        if each not in SEVERITIES:
            raise UnknownName("severity", each, SEVERITIES)
    return Scope(
        named(graph, "source", source) if source else "",
        named(graph, "concept", concept) if concept else "",
        kinds,
        grave,
    )


def _narrowed(graph: Graph, whole: Audit | None, scope: Scope) -> Audit | None:
    """Give the audit of a scope; None where the graph is large and no kind is named."""
    severity = {name: each.severity for name, each in graph.queries().items() if each.severity}
    kinds = [
        name
        for name in severity
        if (not scope.kinds or name in scope.kinds)
        and (not scope.severities or severity[name] in scope.severities)
    ]
    if whole is None:
        if not scope.kinds or not kinds:
            return None
        whole = ask(graph, kinds=kinds)
    return whole.narrowed(source=scope.source, concept=scope.concept, kinds=kinds)


def _state(context: Context, scope: Scope, whole: Audit | None) -> Json:
    """Give what was chosen, and what the rest of the audit can be narrowed to."""
    both = [
        card
        for each in (() if whole is None else whole.findings)
        for card in (each.claim, each.other)
        if card is not None
    ]
    pairs = scope.pairs(context)
    plain = [(word, value) for word, value in pairs if word != "severity"]
    return {
        "chosen": _chosen(context, scope),
        "offered": {
            "source": _offered(context, Counter(each.source for each in both)),
            "concept": _offered(context, Counter(iri for each in both for iri in each.concepts)),
        },
        "source": scope.source and facets.name(context, scope.source),
        "concept": scope.concept and facets.name(context, scope.concept),
        "kinds_chosen": list(scope.kinds),
        "all_kinds": [
            {"name": each, "title": each.replace("_", " ")}
            for each, query in sorted(context.graph.queries().items())
            if query.severity
        ],
        "severities": [{"name": each, "chosen": each in scope.severities} for each in SEVERITIES],
        "report": "/audit/report" + (f"?{urlencode(pairs)}" if pairs else ""),
        "command": shlex.join(["magkg", "audit", *_options(plain)]),
        "largest": whole_audit.LARGEST,
        "because": whole_audit.reason(context.graph) if whole is None else "",
    }


def _options(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for word, value in pairs:
        yield from (f"--{word}", value)


def _chosen(context: Context, scope: Scope) -> list[Json]:
    pairs = scope.pairs(context)
    titles = labels(context.graph.store, {scope.source, scope.concept} - {""})
    found = []
    for word, value in pairs:
        rest = [each for name, each in pairs if name == word and each != value]
        iri = {"source": scope.source, "concept": scope.concept}.get(word, "")
        said = titles.get(iri, value.replace("_", " "))
        url = scope.url(context, **{word: rest})
        found.append({"word": word, "name": value, "label": said, "without": url})
    return found


def _offered(context: Context, counts: Mapping[str, int]) -> list[Json]:
    """Give the names to narrow by, those of most findings first."""
    first = sorted(counts, key=lambda iri: (-counts[iri], iri))[:_OFFERED]
    titles = labels(context.graph.store, first)
    return [{"name": facets.name(context, iri), "label": titles[iri]} for iri in first]


def _figures(context: Context, scope: Scope, found: Audit | None) -> list[Json]:
    if found is None:
        return []
    return [
        {
            "severity": name,
            "findings": number,
            "url": scope.url(context, severity=[name]),
        }
        for name, number in found.by_severity.items()
    ]


def _contested(graph: Graph, found: Audit) -> list[Json]:
    """Give the statements on which the evidence is divided or points against, to look at first."""
    held = within(facets.holding(graph).statements, found)
    open_ones = [each for each in held if each.verdict in ("conflicting", "disputed")]
    return [
        {
            "iri": each.iri,
            "text": each.text,
            "verdict": each.verdict,
            "verdict_words": WORDS[each.verdict][0],
            "strength_for": LEVELS[each.level],
            "strength_against": LEVELS[each.against],
            "claims": each.number("claimCount"),
            "studies_for": each.number("rootsFor"),
            "studies_against": each.number("rootsAgainst"),
            "studies_open": each.number("rootsInconclusive"),
            "firmer": each.firmer,
        }
        for each in open_ones[:_CONTESTED]
    ]


def _kinds(context: Context, scope: Scope, found: Audit | None) -> list[Json]:
    """Give every kind that is looked for in the scope; ``findings`` is None where not asked."""
    every = context.graph.queries()
    queries = sorted(
        (each for each in every.values() if each.severity),
        key=lambda each: (SEVERITIES.index(each.severity), each.name),
    )
    counts = None if found is None else found.counts
    return [
        {
            "name": each.name,
            "title": each.name.replace("_", " "),
            "severity": each.severity,
            "summary": each.summary,
            "findings": None if counts is None else counts[each.name],
            "url": scope.url(context, kind=[each.name], severity=[]),
        }
        for each in queries
        if counts is None or each.name in counts
    ]


def _sections(context: Context, scope: Scope, found: Audit) -> list[Json]:
    """Give each kind with its findings: the first of them, or a page where the kind is alone."""
    held: dict[str, list[AuditFinding]] = {}
    for each in found.findings:
        held.setdefault(each.kind.name, []).append(each)
    alone = len(scope.kinds) == 1
    sections = []
    for kind in found.kinds:
        rows = held.get(kind.name, [])
        if not rows and not alone:
            continue
        page, pages, part = paged(context, len(rows)) if alone else (1, 1, slice(0, _FIRST))
        url = scope.url(context, kind=[kind.name], severity=[])
        sections.append(
            {
                "name": kind.name,
                "title": kind.title,
                "severity": kind.severity,
                "summary": kind.summary,
                "description": kind.description,
                "mend": kind.mend,
                "count": len(rows),
                "findings": [_shown(each) for each in rows[part]],
                "page": page,
                "pages": pages,
                "url": url,
                "left": 0 if alone else max(0, len(rows) - _FIRST),
            }
        )
    return sections


def _shown(finding: AuditFinding) -> Json:
    """Give a finding as the page shows it."""
    both = [each for each in (finding.claim, finding.other) if each is not None]
    held = finding.dismissal
    return {
        "kind": finding.kind.title,
        "message": finding.message,
        "claims": [
            {
                "iri": each.iri,
                "label": each.label,
                "source": each.source,
                "title": each.title,
                "where": each.where,
            }
            for each in both
        ],
        "cited": finding.claim.cited,
        "held": finding.claim.held,
        "study": finding.study,
        "study_label": finding.study_label,
        "proposition": finding.proposition,
        "tension": finding.tension,
        **(held.as_json() if held else {}),
    }


def _table(found: Audit) -> Table:
    return _HEAD, _rows((*found.findings, *found.dismissed))


def _rows(findings: Iterable[AuditFinding]) -> Iterator[Sequence[object]]:
    for each in findings:
        claim, other, held = each.claim, each.other, each.dismissal
        yield (
            each.kind.name, each.kind.severity, each.message, claim.iri, claim.label,
            claim.source, claim.title, claim.where, claim.cited, claim.held,
            other.iri if other else "", other.label if other else "", each.study,
            each.study_label, each.proposition, each.tension, each.kind.mend,
            held.who if held else "", held.when if held else "", held.why if held else "",
        )  # fmt: skip


def _json(found: Audit) -> tuple[str, bytes]:
    text = json.dumps(found.as_json(dismissed=True), ensure_ascii=False, indent=1)
    return "application/json", text.encode("utf-8", "replace")


def _selection(found: Audit) -> Selection | None:
    """Give the claims of the open findings; None where there is none, or too many to name."""
    from magkg.use.select.language import select

    both = [card for each in found.findings for card in (each.claim, each.other) if card]
    claims = sorted({each.iri for each in both})
    return select(claim=claims) if 0 < len(claims) <= _NAMED else None

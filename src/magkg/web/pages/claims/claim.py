"""The page of a claim: what a source says, where, what that rests on, who read it, how to check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from magkg.errors import UnknownName
from magkg.store.interface import Literal
from magkg.use.describe import NOT_IN_IRI, Description, describe
from magkg.use.select.language import Selection, select
from magkg.use.select.opposition import contested
from magkg.use.trace import trace
from magkg.vocabulary import LABEL, MAG, TYPE
from magkg.web.pages.audit import findings
from magkg.web.pages.claims import citing, elsewhere, ladder, passage_text
from magkg.web.pages.page import Context, Page, Table
from magkg.web.pages.shared.cards import claims

if TYPE_CHECKING:
    from magkg.use.export.reference.citation import Reference
    from magkg.use.graph import Graph

__all__ = ["claim", "rows"]

Json = dict[str, Any]
_WORDING = (
    ("polarity", "polarity"), ("certainty", "certainty"), ("attribution", "attribution"),
    ("kind", "kind"), ("force", "force"), ("addressee", "addressee"),
    ("frequency", "frequency"), ("evidence_bar", "evidenceBar"),
)  # fmt: skip


def claim(context: Context) -> Page:
    """Show the claim SLUG#NAME; what has such a name and is no claim, as any other node.

    A browser that asks for the old name of a claim is sent to it. Raises UnknownName with the
    nearest claims.
    """
    slug, name = context.args
    asked = context.links.iri("claim", slug, name)
    store = context.graph.store
    if not (slug and name) or NOT_IN_IRI.search(asked):
        raise UnknownName("claim", f"{slug}#{name}", (), hint="A claim is /claim/SLUG/NAME.")
    held = describe(store, [asked]).get(asked, {})
    known = {str(each) for each in held.get(TYPE, [])}
    if held and not known & {MAG + "Claim", MAG + "Tombstone"}:
        from magkg.web.pages.concepts.resource import about

        return about(context, asked)
    found = trace(store, asked, context.graph.prefixes).document
    iri = str(found["claim"])
    node = held if iri == asked else describe(store, [iri])[iri]
    return _page(context, asked, found, node)


def _page(context: Context, asked: str, found: Json, node: Description) -> Page:
    iri, links = str(found["claim"]), context.links
    entry = citing.reference(context, iri, found["source"]["iri"])
    data = _data(context, found, node)
    data |= {
        "asked": asked if asked != iri else None,
        "cite": citing.cite(context, found, entry),
        "formats": citing.formats(context, iri),
    }
    chosen = select(claim=iri)
    return Page(
        template="claim.html",
        title=found["label"],
        data=data,
        table=lambda: rows(context.graph, chosen),
        selection=chosen,
        linked=_linked(context, found, entry),
        canonical=links.path(iri),
        moved=links.path(iri) if asked != iri else "",
    )


def _data(context: Context, found: Json, node: Description) -> Json:
    """Give all that is said of a claim.

    ``trace`` and ``why`` are as docs/trace.schema.json and docs/why.schema.json have them (``why``
    with ``because`` in its lines). ``passages`` and ``excerpts`` are those of ``passage_text``, the
    latter empty where no texts are served; ``judgements`` are by IRI; ``same`` are claims of the
    same proposition, ``near`` those of narrower or wider ones; ``findings`` is None where the audit
    is not asked for a page; ``old_names`` are IRIs that lead to the claim.
    """
    graph, iri = context.graph, str(found["claim"])
    store, space = graph.store, graph.prefixes["src"]
    said = node.get(LABEL, [])
    passages = passage_text.passages(store, node, iri, context.texts, space)
    source = found["source"]["iri"]
    why = graph.why(iri).document
    ladder.once(store, why["assessment"])
    return {
        "claim": iri,
        "name": context.links.short(iri),
        "label": found["label"],
        "language": next((each.language for each in said if isinstance(each, Literal)), None),
        "source": _source(context, found),
        "polarity": found["wording"]["polarity"]["iri"].removeprefix(MAG),
        "wording": _wording(context, found["wording"]),
        "trace": found,
        "passages": passages,
        "texts_served": context.texts is not None,
        "excerpts": passage_text.excerpts(passages, source, context.texts, space),
        "evidence": ladder.evidence(found, why["claim"]),
        "why": why,
        "judgements": ladder.judgements(store, why),
        "fitting": ladder.fitting(why["claim"]),
        **_around(context, iri, found["proposition"]),
        "upstream": [
            str(each)
            for name in ("upstreamId", "upstreamRating")
            for each in node.get(MAG + name, [])
        ],
    }


def _around(context: Context, iri: str, proposition: str | None) -> Json:
    """Give what others say of the same matter, and what is noted of the claim itself."""
    graph, store = context.graph, context.graph.store
    same = elsewhere.stating(store, [proposition])[proposition] if proposition else []
    return {
        "contested": iri in contested(store, [iri]),
        "same": claims(store, [each for each in same if each != iri]),
        "near": elsewhere.near(store, proposition) if proposition else None,
        "reasons_for": elsewhere.reasons_for(store, iri),
        "tensions": elsewhere.tensions(store, [iri]),
        "findings": findings.of_claims(graph, iri),
        "dismissals": elsewhere.dismissals(store, iri),
        "old_names": elsewhere.old_names(store, iri),
    }


def _source(context: Context, found: Json) -> Json:
    """Give the source as the trace has it, called by its name where it has no title."""
    source: Json = found["source"]
    return {**source, "title": source["title"] or context.links.short(source["iri"])}


def _wording(context: Context, said: Json) -> list[Json]:
    """Give the wording as rows: what is looked at, what the source says, and what that means."""
    values = [each["iri"] for each in said.values() if isinstance(each, dict)]
    means = ladder.meanings(context.graph.store, [*values, *(MAG + prop for _, prop in _WORDING)])
    found = []
    for name, prop in _WORDING:
        value = said[name]
        if value is None:
            continue
        node = value if isinstance(value, dict) else {"iri": "", "label": value}
        iri = node["iri"]
        found.append(
            {
                "name": name,
                "title": name.replace("_", " "),
                "asks": means.get(MAG + prop, ""),
                "iri": iri,
                "value": iri.removeprefix(MAG) if iri.startswith(MAG) else "",
                "label": node["label"],
                "means": means.get(iri, ""),
            }
        )
    return found


def _linked(context: Context, found: Json, entry: Reference | None) -> Json:
    """Describe the claim for schema.org: a statement that appears in a document."""
    work: Json = {"@type": "CreativeWork", "@id": found["source"]["iri"]}
    work["name"] = _source(context, found)["title"]
    if found["source"]["seen_at"]:
        work["url"] = found["source"]["seen_at"]
    said: Json = {
        "@context": "https://schema.org",
        "@type": "Claim",
        "@id": found["claim"],
        "url": context.base + context.links.path(found["claim"]),
        "name": found["label"],
        "description": "A reader's summary, not the words of the source, which "
        f"{_said(found['wording'])}.",
        "appearance": work,
        "firstAppearance": {"@id": found["source"]["iri"]},
    }
    names = entry.authors if entry is not None else ()
    if names:
        work["author"] = said["author"] = [
            {
                "@type": "Person" if each.initials else "Organization",
                "name": f"{each.family} {each.initials}".strip(),
            }
            for each in names
        ]
    if entry is not None and entry.issued:
        work["datePublished"] = "-".join(f"{part:02d}" for part in entry.issued)
    return said


def _said(wording: Json) -> str:
    """Give polarity and certainty in words: "denies the proposition (hedged)"."""
    polarity, certainty = wording["polarity"], wording["certainty"]
    target = {"affirms": " this", "denies": " the proposition"}
    plain = target.get(polarity["iri"].removeprefix(MAG), "")
    return f"{polarity['label']}{plain} ({certainty['label']})"


def rows(graph: Graph, selection: Selection) -> Table:
    """Give claims as the table of claims that magkg exports has them (docs/tables.md)."""
    from magkg.use.export.table.columns import CLAIMS
    from magkg.use.export.table.rows import stated_rows

    content = graph.subgraph(selection).content
    return [each.name for each in CLAIMS], (
        [_cell(each.value(row)) for each in CLAIMS] for row in stated_rows(content)
    )


def _cell(value: object) -> object:
    """Write a cell as ``magkg export --format csv`` does: a list is a JSON array."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value

"""What a notebook shows: a claim as a card, a ladder as its steps, an audit as its findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from magkg.use import why_text
from magkg.use.report.markup import Html, join, link, tag
from magkg.use.show import effect_text

if TYPE_CHECKING:
    from magkg.use.audit import Audit
    from magkg.use.trace import Trace
    from magkg.use.why import Why

__all__ = ["audit_table", "trace_card", "why_card"]

Json = dict[str, Any]
# No style sheet reaches a notebook, and its own colours may be light or dark.
_CARD = "border:1px solid;border-radius:6px;padding:.6em 1em;max-width:60em"
_CELL = "text-align:left;vertical-align:top;padding:.1em 1em .1em 0"
# So many findings are shown; the rest is counted.
_SHOWN = 20
_STUDY = ("design", "species", "condition", "intervention", "size", "year")


def trace_card(trace: Trace) -> Html:
    """Write a claim as a card: gist, triple, wording, passages, source, evidence, strength."""
    found = trace.document
    rows = [
        _row("claim", _address(found["claim"])),
        *_triple(found["triple"]),
        _row("wording", _wording(found["wording"])),
        *(_row("passage", _passage(each)) for each in found["passages"]),
        _row("passage", f"none: {found['no_passage']}") if found["no_passage"] else None,
        _row("source", _source(found["source"])),
        *(_row("evidence", _evidence(each)) for each in found["evidence"]),
        None if found["evidence"] else _row("evidence", "none is given by the source"),
        _strength(found["strength"]),
        *(_row("also", link(each["iri"], each["label"])) for each in found["also_stated_by"]),
        *(_row("note", note) for note in found["notes"]),
    ]
    return tag("div", tag("b", found["label"]), tag("table", rows), style=_CARD)


def why_card(why: Why) -> Html:
    """Write a ladder as its parts, with the steps as nested items."""
    parts: list[Html] = []
    for section in why_text.sections(why.document):
        parts.append(tag("b", section.title))
        items = [
            tag(
                "div",
                tag("b", f"{entry.lead} ") if entry.lead else None,
                _words(entry.words),
                style=f"margin-left:{1 + 1.5 * entry.depth:g}em",
            )
            for entry in section.entries
        ]
        parts.append(tag("div", items, style="margin-bottom:.6em"))
    return tag("div", parts, style=_CARD)


def audit_table(audit: Audit) -> Html:
    """Write the first findings of an audit as a table, the gravest first; the rest is counted."""
    counts = ", ".join(f"{number} {severity}" for severity, number in audit.by_severity.items())
    rows = [
        tag(
            "tr",
            tag("td", each.kind.severity, style=_CELL),
            tag("td", each.kind.title, style=_CELL),
            tag("td", each.message, style=_CELL),
        )
        for each in audit.findings[:_SHOWN]
    ]
    head = tag("tr", [tag("th", name, style=_CELL) for name in ("severity", "kind", "finding")])
    table = tag("table", tag("thead", head), tag("tbody", rows)) if rows else None
    left = len(audit.findings) - len(rows)
    more = f"{left} more: .table(), .html() and .as_json() give all." if left else None
    said = f"{len(audit.findings)} findings ({counts}), {len(audit.dismissed)} dismissed"
    return tag("div", tag("p", tag("b", said)), table, tag("p", more) if more else None)


def _row(name: str, *parts: Any) -> Html:
    return tag("tr", tag("th", name, scope="row", style=_CELL), tag("td", *parts, style=_CELL))


def _address(iri: str) -> Html:
    return link(iri, iri)


def _words(words: str) -> Html:
    bare = words.removeprefix("<").removesuffix(">")
    return _address(bare) if words == f"<{bare}>" else join(words)


def _named(node: Json | None) -> str:
    return str(node["label"]) if node else ""


def _triple(triple: Json) -> Iterator[Html]:
    if triple["not_formalised"]:
        yield _row("triple", f"none: {triple['not_formalised']}")
        return
    sides = [triple[part] for part in ("subject", "predicate", "object")]
    said = [(" · ", link(node["iri"], node["label"])) for node in sides if node]
    yield _row("triple", [part for pair in said for part in pair][1:])
    for qualifier in triple["qualifiers"]:
        yield _row(qualifier["qualifier"], link(qualifier["iri"], qualifier["label"]))


def _wording(wording: Json) -> str:
    parts = [
        value["label"] if isinstance(value, dict) else f"{name.replace('_', ' ')}: {value}"
        for name, value in wording.items()
        if value
    ]
    return " · ".join(parts)


def _passage(passage: Json) -> Html:
    if passage["start"] is None:
        return join(passage["locator"] or passage["iri"])
    verdict = passage["verdict"]
    said = "the text is not at hand" if verdict == "not-at-hand" else verdict
    now = f", now {passage['new_start']}-{passage['new_end']}"
    place = f"characters {passage['start']}-{passage['end']}: {said}"
    place += now if passage["new_start"] is not None else ""
    if passage["words"] is None:
        return join(place)
    quoted = join(passage["before"], tag("mark", passage["words"]), passage["after"])
    return join(place, tag("br"), quoted)


def _source(source: Json) -> Html:
    return link(source["seen_at"] or source["iri"], source["title"] or source["iri"])


def _evidence(line: Json) -> Html:
    parts: list[Html | str] = [f"{_named(line['direction'])}, {_named(line['basis'])}"]
    if line["unresolved"]:
        parts.append(f"{line['unresolved']} (not traceable)")
    if line["cites"]:
        parts.append(_source(line["cites"]))
    for study in line["studies"]:
        facts = "; ".join(f"{name}: {', '.join(study[name])}" for name in _STUDY if study[name])
        parts.append(join(link(study["iri"], study["label"]), f" ({facts})" if facts else None))
    parts += [effect_text(effect) for effect in line["effects"]]
    return join(tag("div", each) for each in parts)


def _strength(strength: Json) -> Html | None:
    cited, held = (_named(strength[view]) for view in ("cited", "held"))
    if not (cited or held):
        return None
    both = f"what it cites: {cited}; what the graph holds: {held}"
    return _row("strength", "not rated" if held == "not rated" else both)

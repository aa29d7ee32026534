"""The audit as one HTML page that needs nothing else: to read, to print, to send.

The same graph gives the same bytes: no date of today, no random name. Nothing is fetched, which a
content security policy in the page enforces; the one script only opens what is folded.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING

from magkg.use.describe import describe, label, text
from magkg.use.report import diagram, evidence, findings, records, signs
from magkg.use.report.holdings import VERDICTS, statements, within
from magkg.use.report.markup import Html, join, prose, tag
from magkg.use.report.matrix import plural
from magkg.vocabulary import MAG, SKOS

if TYPE_CHECKING:
    from magkg.use.audit import Audit
    from magkg.use.report.holdings import Statement

__all__ = ["page"]

SCRIPT = (
    'document.querySelectorAll("button[data-open]").forEach(function(b){b.hidden=false;'
    'b.onclick=function(){var o=b.dataset.open==="1";document.querySelectorAll("details")'
    ".forEach(function(d){d.open=o})}});"
)
_NO_ADVICE = (
    "Traced evidence: no systematic review and no medical advice. Levels are those of magkg rule "
    "v1, not of GRADE."
)
# Ratings of studies, and those of which some step is assumed because nobody judged it.
_ASSUMED = f"""SELECT (COUNT(DISTINCT ?rating) AS ?all) (COUNT(DISTINCT ?guess) AS ?assumed) {{
  ?rating a <{MAG}Rating> ; <{MAG}vote> ?vote .
  OPTIONAL {{
    ?rating <{MAG}step> ?step .
    ?step <{MAG}stepKind> ?kind ; <{MAG}assumption> true .
    FILTER(?kind IN (<{MAG}biasStep>, <{MAG}imprecisionStep>))
    BIND(?rating AS ?guess)
  }}
}}"""
_METHOD = (
    "This is traced evidence, not a systematic review, not a guideline and no medical advice. It "
    "knows only what was entered: a study that nobody entered does not exist for it.",
    "Three things are kept apart: what could be true (a statement), who says it, where and how "
    "firmly (a claim), and what the evidence in the graph amounts to (the strength and verdict "
    "shown here). A strength is never typed in: rules that are themselves data derive it from "
    "recorded facts, step by step, and `magkg why CLAIM` shows the steps.",
    "Each primary study that can be reached starts from its design; it is lowered where species, "
    "condition, form, route, dose, outcome or comparator differ from the statement, and for risk "
    "of bias and imprecision (as judged, or by one where nobody judged, as an assumption). Studies "
    "that share a group, a cohort or a pool count once. Reviews and articles have no level of "
    "their own.",
    "The steps are those of GRADE, the arithmetic is ours: do not cite the result as GRADE. "
    "“Only asserted” does not mean false; “supported” means that the studies in this graph point "
    "that way, and says nothing of the size of an effect.",
)


def page(audit: Audit, *, dismissed: bool = False) -> str:
    """Write the page; ``dismissed`` shows rejected findings with who, why and when."""
    held = within(statements(audit.graph.store), audit)
    parts = _parts(audit, held, dismissed)
    title = _title(audit)
    body = tag(
        "body",
        tag("a", "Skip to the findings", href="#first", class_="skip"),
        signs.definitions(),
        tag("svg", tag("defs", Html(diagram.markers())), class_="defs", width="0", height="0"),
        tag("header", tag("h1", title), tag("p", _NO_ADVICE), _identity(audit)),
        tag("main", _short(audit, held), _contents(parts), [_section(*part) for part in parts]),
        tag("script", Html(SCRIPT)),
    )
    return f'<!DOCTYPE html>\n<html lang="en">{_head(title)}{body}</html>\n'


def _parts(audit: Audit, held: Sequence[Statement], dismissed: bool) -> list[tuple[str, str, Html]]:
    """Give every section: its anchor, its heading, what is in it."""
    store = audit.graph.store
    telling = [each for each in held if each.telling]
    drawn = evidence.contested(held)
    rejected = records.dismissals(audit.dismissed, audit.stale, shown=dismissed)
    listed = evidence.listing(telling, {each.iri for each in drawn})
    tensions = records.tensions(store, audit.findings)
    return [
        ("first", "What to look at first", _first(audit)),
        ("matrix", "Evidence matrix", evidence.tables(held)),
        ("list", "Statements with evidence", listed),
        ("diagrams", "Where the evidence comes from", evidence.diagrams(store, drawn, telling)),
        ("findings", "Findings by kind", _or_none(findings.sections(audit))),
        ("tensions", "Tensions that a reader recorded", _or_none(tensions)),
        ("dismissed", "Dismissed findings", join(rejected)),
        ("searches", "What was searched", _or_none(records.searches(store))),
        ("sources", "Sources", _or_none(records.sources(audit, held))),
        ("method", "Method", _method(audit)),
    ]


def _head(title: str) -> Html:
    style = (resources.files("magkg.use.report") / "page.css").read_text("utf-8")
    digest = b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Html(style)),
    )


def _title(audit: Audit) -> str:
    scopes = [
        label(node, iri)
        for iri, node in describe(
            audit.graph.store, [each for each in (audit.source, audit.concept) if each]
        ).items()
    ]
    return f"Evidence audit: {', '.join(scopes)}" if scopes else "Evidence audit"


def _identity(audit: Audit) -> Html:
    built = audit.graph.manifest
    rows = []
    if built is not None:
        rows += [("claims digest", built.root), ("graph digest", built.content)]
        wrote = built.versions.get("magkg")
        rows += [("built by", f"magkg {wrote}")] if wrote else []
    else:
        rows.append(("graph", f"{audit.graph.place or 'in memory'}, not identified by a digest"))
    last = records.last_curated(audit.graph.store)
    rows += [("last curated", last)] if last else []
    rows += [("only", each) for each in (audit.source, audit.concept) if each]
    lines = [
        tag("tr", tag("th", name, scope="row"), tag("td", tag("code", value)))
        for name, value in rows
    ]
    return tag("table", tag("tbody", lines), class_="ident")


def _short(audit: Audit, held: Sequence[Statement]) -> Html:
    verdicts = Counter(each.verdict for each in held)
    roots = {root for each in held for root in each.roots}
    claims = {claim for each in held for claim in each.claims}
    sources = {source for each in held for source in each.sources}
    only = verdicts["onlyAsserted"]
    said = (
        f"{plural(len(sources), 'source')} make {plural(len(claims), 'claim')} of a kind that is "
        f"rated (efficacy, safety, dose, bioavailability); they come down to "
        f"{plural(len(held), 'statement')}. Of {only} of these there is nothing but assertion; "
        f"{plural(verdicts['supported'], 'statement')} "
        f"{'is' if verdicts['supported'] == 1 else 'are'} supported at level low or better, "
        f"and {verdicts['disputed'] + verdicts['conflicting']} disputed or conflicting. "
        f"The evidence rests on {plural(len(roots), 'independent study')}. {_assumed(audit)}"
    )
    grave = audit.by_severity
    figures = (
        (len(audit.findings), "findings"),
        (grave["high"], "of high severity"),
        (len(held), "statements assessed"),
        (only, "only asserted"),
        (verdicts["conflicting"] + verdicts["disputed"], "contested"),
        (len(roots), "independent studies"),
    )
    items = [tag("li", tag("b", f"{number:,}"), tag("span", name)) for number, name in figures]
    lacking = sum(each.lacking for each in held)
    shares = _shares(verdicts, len(held), lacking) if held else None
    return tag("section", tag("p", said), tag("ul", items, class_="figures"), shares)


def _assumed(audit: Audit) -> str:
    for every, guessed in audit.graph.store.select(_ASSUMED):
        return (
            f"Of {every} ratings of a study under a statement, in the whole graph, {guessed} rest "
            "on an assumption, because nobody judged the risk of bias or the precision."
        )
    return ""


def _shares(verdicts: Counter[str], total: int, lacking: int) -> Html:
    rows = [
        tag(
            "tr",
            tag("td", signs.sign(name), " ", signs.WORDS[name][0]),
            tag("td", verdicts[name], class_="n"),
            tag(
                "td",
                tag("i", class_=name, style=f"width:{100 * verdicts[name] / total:.1f}%")
                if verdicts[name]
                else None,
                class_="bar",
            ),
        )
        for name in VERDICTS
    ]
    head = tag(
        "tr",
        tag("th", "verdict", scope="col"),
        tag("th", "statements", scope="col", class_="n"),
        tag("th", "share", scope="col"),
    )
    caption = tag(
        "caption",
        f"What the evidence amounts to, {plural(total, 'statement')}; evidence was found lacking "
        f"for {lacking} in all, most of them beside another verdict",
    )
    return tag("table", caption, tag("thead", head), tag("tbody", rows), class_="shares")


def _contents(parts: Sequence[tuple[str, str, Html]]) -> Html:
    items = [tag("li", tag("a", name, href=f"#{ident}")) for ident, name, _ in parts]
    tools = tag(
        "p",
        tag("button", "Open all that is folded", type="button", data_open="1", hidden=True),
        " ",
        tag("button", "Fold it again", type="button", data_open="0", hidden=True),
        class_="tools",
    )
    return join(tag("nav", tag("ul", items), aria_label="Contents"), tools)


def _section(ident: str, name: str, inside: Html) -> Html:
    fresh = "fresh" if ident in ("matrix", "diagrams", "findings") else None
    heading = tag("h2", name, id=f"h-{ident}")
    return tag("section", heading, inside, id=ident, class_=fresh, aria_labelledby=f"h-{ident}")


def _or_none(found: Html | None) -> Html:
    return found or tag("p", "None.")


def _first(audit: Audit) -> Html:
    if not audit.kinds:
        return tag("p", "No kind of finding was looked for.")
    lead = "A finding is a reason to look, not a verdict. Each kind says how to mend or dismiss it."
    return join(tag("p", lead), findings.overview(audit))


def _method(audit: Audit) -> Html:
    store = audit.graph.store
    rule = describe(store, [MAG + "ruleV1"]).get(MAG + "ruleV1", {})
    named = f"{label(rule, MAG + 'ruleV1')}, version {text(rule, MAG + 'version') or '1'}. "
    about = text(rule, SKOS + "definition") or ""
    built = audit.graph.manifest
    holds = None
    if built is not None:
        counts = ", ".join(f"{number:,} {name}" for name, number in sorted(built.counts.items()))
        holds = tag("p", f"The graph holds {counts}.")
    return join(
        tag("p", tag("b", named), about), [tag("p", prose(each)) for each in _METHOD], holds
    )

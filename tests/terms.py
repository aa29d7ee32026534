"""docs/terms.md, written from the ontology: ``python -m tests.terms``."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from magkg import resources
from magkg.claims import turtle
from magkg.vocabulary import LABEL, MAG, SKOS, TYPE

MARKS = ("functional", "comparative", "causal")
PAGE = Path(__file__).resolve().parents[1] / "docs" / "terms.md"
HEAD = """\
# The terms of magkg

Written from `ontology/` by `python -m tests.terms`; a test keeps it current. All are in the
namespace `mag:` (`https://w3id.org/magkg/ns#`). How they are used: [authoring](authoring.md).
"""

Rows = dict[str, dict[str, list[str]]]


def rows(*names: str) -> Rows:
    found: Rows = defaultdict(lambda: defaultdict(list))
    for name in names:
        for quad in turtle.read(resources.data("ontology") / name).quads:
            held = found[str(getattr(quad.subject, "value", quad.subject))]
            held[quad.predicate.value].append(str(getattr(quad.object, "value", quad.object)))
    return found


def one(row: dict[str, list[str]], name: str) -> str:
    return row[name][0].replace("|", "\\|") if row.get(name) else ""


def short(iri: str) -> str:
    return iri.removeprefix(MAG)


def kinds(row: dict[str, list[str]], name: str) -> str:
    return ", ".join(sorted(short(k).removesuffix("Concept") for k in row[MAG + name]))


def predicates() -> str:
    lines = ["| predicate | means | subject | object |", "|---|---|---|---|"]
    for iri, row in sorted(rows("predicates.ttl").items()):
        if MAG + "Predicate" in row[TYPE]:
            marks = [name for name in MARKS if row[MAG + name] == ["true"]]
            name = f"`{short(iri)}`" + "".join(f" ({mark})" for mark in marks)
            means = f"{one(row, SKOS + 'definition')} *{one(row, SKOS + 'example')}*"
            lines.append(
                f"| {name} | {means} | {kinds(row, 'subjectKind')} | {kinds(row, 'objectKind')} |"
            )
    return "\n".join(lines)


def schemes() -> str:
    found = rows("schemes.ttl")
    parts = []
    for iri, row in sorted(found.items()):
        if SKOS + "ConceptScheme" not in row[TYPE]:
            continue
        parts.append(f"### {one(row, LABEL) or short(iri)}\n\n{one(row, SKOS + 'definition')}\n")
        parts.append("| value | means |\n|---|---|")
        for value, held in found.items():
            if iri in held[SKOS + "inScheme"]:
                parts.append(f"| `{short(value)}` | {one(held, SKOS + 'definition')} |")
        parts.append("")
    return "\n".join(parts).rstrip()


def properties() -> str:
    lines = ["| term | means |", "|---|---|"]
    for iri, row in sorted(rows("magkg.ttl").items()):
        if iri.startswith(MAG):
            lines.append(f"| `{short(iri)}` | {one(row, SKOS + 'definition')} |")
    return "\n".join(lines)


def page() -> str:
    return (
        f"{HEAD}\n## Predicates of claims\n\n{predicates()}\n\n## Closed lists\n\n{schemes()}\n\n"
        f"## Classes and properties\n\n{properties()}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")

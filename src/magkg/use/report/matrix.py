"""The evidence matrix: interventions by outcomes, cut into parts that a page can hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from magkg.use.report.holdings import VERDICTS, Statement
from magkg.use.report.markup import Html, join, tag
from magkg.use.report.signs import WORDS, lacking_sign, meters, sign, strength

__all__ = ["Part", "asserted", "matrix", "parts", "plural", "said", "statement_id"]

# So many outcomes stand side by side; more would not fit on paper.
COLUMNS = 12
# What puts an outcome or an intervention in front; any other evidence weighs 1.
_WEIGHTS = {"conflicting": 6, "disputed": 6, "supported": 4}
_CONTESTED = ("conflicting", "disputed")
# A table of so many rows is kept on one sheet of paper.
WHOLE = 9
# A cell that holds more groups than this says how many are left.
GROUPS = 3


@dataclass(frozen=True)
class Part:
    """One table: a question, its outcomes, its interventions, the statements of each cell."""

    question: str
    number: int
    of: int
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str], ...]
    cells: Mapping[tuple[str, str], tuple[Statement, ...]]


def parts(statements: Sequence[Statement], *, every: bool = False) -> list[Part]:
    """Cut the statements into tables: by question, then by outcomes, the best evidenced first.

    An outcome has a column if some statement about it is more than asserted, or with ``every`` if
    anything at all is said of it; an intervention has a row if anything at all is said of it there.
    """
    found = []
    questions = sorted(
        {each.question for each in statements},
        key=lambda name: (-sum(each.telling for each in statements if each.question == name), name),
    )
    for question in questions:
        here = [each for each in statements if each.question == question]
        named = ((each.object.iri, each.object.label, each) for each in here)
        outcomes = _ranked(named, every=every)
        chunks = [outcomes[at : at + COLUMNS] for at in range(0, len(outcomes), COLUMNS)]
        # A last table of one or two columns wastes a page.
        if len(chunks) > 1 and len(chunks[-1]) < COLUMNS // 3:
            chunks[-2:] = [chunks[-2] + chunks[-1]]
        for number, columns in enumerate(chunks, 1):
            found.append(_part(question, number, len(chunks), columns, here))
    return found


def _part(
    question: str,
    number: int,
    of: int,
    columns: Sequence[tuple[str, str]],
    statements: Sequence[Statement],
) -> Part:
    names = {iri for iri, _ in columns}
    within = [each for each in statements if each.object.iri in names]
    cells: dict[tuple[str, str], list[Statement]] = {}
    for each in within:
        cells.setdefault((each.subject.iri, each.object.iri), []).append(each)
    rows = _ranked(((each.subject.iri, each.subject.label, each) for each in within), every=True)
    held = {place: tuple(found) for place, found in cells.items()}
    return Part(question, number, of, tuple(columns), tuple(rows), held)


def _ranked(
    found: Iterable[tuple[str, str, Statement]], *, every: bool = False
) -> list[tuple[str, str]]:
    """Give names once each, those with the most telling statements first."""
    telling: dict[tuple[str, str], int] = {}
    for iri, label, statement in found:
        weight = _WEIGHTS.get(statement.verdict, 1) if statement.telling else 0
        telling[iri, label] = telling.get((iri, label), 0) + weight
    kept = [name for name, number in telling.items() if number or every]
    return sorted(kept, key=lambda name: (-telling[name], name[1].casefold(), name[0]))


def matrix(part: Part) -> Html:
    """Write one part as a table with its caption; every cell says in words what its signs say."""
    more = f", part {part.number} of {part.of}" if part.of > 1 else ""
    head = tag(
        "tr",
        tag("th", "intervention", scope="col", class_="corner"),
        [tag("th", tag("span", label), scope="col") for _, label in part.columns],
    )
    rows = [
        tag(
            "tr",
            tag("th", label, scope="row"),
            [_cell(part.cells.get((iri, column), ())) for column, _ in part.columns],
        )
        for iri, label in part.rows
    ]
    name = f"{_question(part.question)}{more}"
    look = "matrix whole" if len(rows) <= WHOLE else "matrix"
    caption = tag("caption", tag("b", name), f": {len(rows)} × {len(part.columns)}")
    table = tag("table", caption, tag("thead", head), tag("tbody", rows), class_=look)
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=name)


def _question(name: str) -> str:
    return (name.removesuffix(" claim") or "other").capitalize()


def _cell(found: Sequence[Statement]) -> Html:
    if not found:
        return tag("td")
    groups: dict[str, list[Statement]] = {}
    for each in sorted(found, key=lambda each: (bool(each.scope), each.scope, each.urgency)):
        groups.setdefault(each.scope, []).append(each)
    shown = [_group(scope, held) for scope, held in list(groups.items())[:GROUPS]]
    left = len(groups) - GROUPS
    return tag("td", shown, tag("span", f"+{left}", class_="left") if left > 0 else None)


def _group(scope: str, found: Sequence[Statement]) -> Html:
    """Write the statements of a cell about one species: the sign of the widest, all numbers.

    The evidence of narrower statements bears on the widest one, so that one sums it up.
    """
    first = min(
        found,
        key=lambda each: (len(each.qualifiers), VERDICTS.index(each.verdict), each.urgency),
    )
    within = any(each.verdict in _CONTESTED for each in found)
    mark = "*" if within and first.verdict not in _CONTESTED else ""
    claims = sum(each.number("claimCount") for each in found)
    roots = len({root for each in found for root in each.roots})
    said = "; ".join(
        f"{each.text}: {WORDS[each.verdict][0]}"
        + (f", strength {strength(each)}" if each.telling else "")
        + (", found lacking" if lacking_sign(each) else "")
        for each in found
    )
    said += f". {plural(claims, 'claim')}, {plural(roots, 'independent study')}."
    numbers = (f"{claims}·{roots}" if roots else str(claims)) + mark
    lacking = next((held for each in found if (held := lacking_sign(each))), None)
    inside = join(
        tag("span", sign(first.verdict), lacking, class_="signs"),
        meters(first),
        tag("span", numbers, class_="numbers", aria_hidden="true"),
        tag("span", scope, class_="scope", aria_hidden="true") if scope else None,
        tag("span", said, class_="unseen"),
    )
    kind = f"cell {first.verdict}"
    if first.telling:
        return tag("a", inside, href=f"#{statement_id(first)}", class_=kind, title=said)
    return tag("span", inside, class_=kind, title=said)


def said(statement: Statement) -> Html:
    """Write a statement so that its parts can be told apart."""
    subject, predicate, target = statement.subject, statement.predicate, statement.object
    bounds = f" ({statement.bounds})" if statement.bounds else None
    return join(tag("b", subject.label), f" {predicate.label} ", tag("b", target.label), bounds)


def statement_id(statement: Statement) -> str:
    """Give the anchor of a statement in the list."""
    return f"s-{statement.key}"


def plural(number: int, noun: str) -> str:
    """Say a number of things: "1 claim", "2 studies"."""
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else many}"


def asserted(statements: Sequence[Statement]) -> Html:
    """Write what is asserted and nothing more, one row an intervention: a table to be folded."""
    rows = []
    only = [each for each in statements if not each.telling]
    names = {(each.subject.label, each.subject.iri) for each in only}
    subjects = sorted(names, key=lambda name: (name[0].casefold(), name[1]))
    for name, iri in subjects:
        here = sorted(
            (each for each in only if each.subject.iri == iri),
            key=lambda each: (-each.number("claimCount"), each.text),
        )
        lines = [
            tag(
                "li",
                each.text.removeprefix(each.subject.label).strip(),
                f" ({plural(each.number('claimCount'), 'claim')}",
                f" in {plural(each.number('sourceCount'), 'source')})",
            )
            for each in here
        ]
        rows.append(tag("tr", tag("th", name, scope="row"), tag("td", tag("ul", lines))))
    head = tag(
        "tr",
        tag("th", "intervention", scope="col"),
        tag("th", "what is said of it, and no study reached", scope="col"),
    )
    caption = tag("caption", "Only asserted, in the order of the interventions")
    return tag("table", caption, tag("thead", head), tag("tbody", rows), class_="asserted")

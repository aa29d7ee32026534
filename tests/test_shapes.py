"""Every constraint of every shape has a file that breaks it, and it alone."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.claims import project, turtle
from magkg.store import check, validate
from magkg.vocabulary import MAG, SH, SKOS

if TYPE_CHECKING:
    from magkg.errors import Finding

INVALID = Path(__file__).parent / "data" / "invalid"
VALID = sorted((Path(__file__).parent / "data" / "valid").glob("*.ttl"))
# What a property shape may hold without constraining anything.
DESCRIPTIVE = {"path", "message", "name", "description", "order", "group", "severity"}
# These take a part of a list: a p value stands below or above a number, never about it; what was
# rated is never not rated; the steps of an assessment are for or against.
PARTIAL = {
    "DerivedAssessmentShape-strength",
    "DerivedAssessmentShape-strengthAgainst",
    "DerivedRatingShape-strength",
    "DerivedRatingStepShape-side",
    "EffectShape-pBound",
}
# Faults of whole files: beside one of them, others are judged less strictly.
UNREAD = {"file", "syntax"}


def expected(folder: Path) -> list[dict[str, str]]:
    with (folder / "expected.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def value(term: object) -> str:
    return str(getattr(term, "value", term))


def local(iri: str) -> str:
    return re.split("[#/]", iri)[-1]


def described(files: tuple[Path, ...]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in files:
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            found[value(quad.subject)][quad.predicate.value].append(value(quad.object))
    return found


def constraints(files: tuple[Path, ...]) -> dict[str, str]:
    """Each constraint's id, and its message."""
    rows = described(files)
    found: dict[str, str] = {}
    for shape, row in rows.items():
        if not any(each.startswith(SH + "target") for each in row):
            continue
        if SH + "closed" in row:
            found[f"{local(shape)}/closed"] = row[SH + "message"][0]
        for each in row[SH + "property"]:
            for parameter in rows[each]:
                name = parameter.removeprefix(SH)
                if parameter.startswith(SH) and name not in DESCRIPTIVE:
                    found[f"{local(each)}/{name}"] = rows[each][SH + "message"][0]
        for each in row[SH + "sparql"]:
            found[f"{local(each)}/sparql"] = rows[each][SH + "message"][0]
    return found


AUTHORED = constraints(validate.authored())
DERIVED = constraints(validate.derived())


@pytest.fixture(scope="module")
def context() -> check.Context:
    return check.Context.of(project.bundled())


@pytest.fixture(scope="module")
def found(context: check.Context) -> dict[str, list[Finding]]:
    rows = expected(INVALID)
    whole = [INVALID / row["file"] for row in rows if row["kind"] not in UNREAD]
    findings = list(check.check_files(context, whole).findings)
    for row in rows:
        if row["kind"] in UNREAD:
            findings += check.check_files(context, [INVALID / row["file"]]).findings
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        by_file[Path(each.file).name].append(each)
    return by_file


def matches(findings: list[Finding], row: dict[str, str]) -> bool:
    if len(findings) != 1:
        return False
    (one,) = findings
    return (one.kind, str(one.line), one.claim) == (row["kind"], row["line"], row["claim"]) and (
        row["message"] in one.message
    )


def test_every_constraint_has_a_file() -> None:
    assert not set(AUTHORED) - {row["kind"] for row in expected(INVALID)}
    assert not set(DERIVED) - {row["kind"] for row in expected(INVALID / "derived")}


def test_every_file_is_expected_and_every_expectation_has_its_constraint() -> None:
    for folder, known in ((INVALID, AUTHORED), (INVALID / "derived", DERIVED)):
        rows = expected(folder)
        assert [row["file"] for row in rows] == sorted(path.name for path in folder.glob("*.ttl"))
        assert not [row["kind"] for row in rows if "/" in row["kind"] and row["kind"] not in known]


def test_every_file_yields_its_finding_and_no_other(found: dict[str, list[Finding]]) -> None:
    wrong = [
        f"{row['file']}: expected {row['kind']} at {row['line']}, found "
        + "; ".join(f"{each.kind} {each}" for each in found[row["file"]])
        for row in expected(INVALID)
        if not matches(found[row["file"]], row)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("row", expected(INVALID)[::20], ids=lambda row: row["file"])
def test_a_file_yields_its_finding_when_checked_alone(
    row: dict[str, str], context: check.Context
) -> None:
    assert matches(list(check.check_files(context, [INVALID / row["file"]]).findings), row)


def test_what_is_derived_is_held_against_its_own_shapes() -> None:
    vocabulary = check.vocabulary_quads()
    for row in expected(INVALID / "derived"):
        document = turtle.read(INVALID / "derived" / row["file"])
        (one,) = validate.validate(
            [*vocabulary, *document.quads], validate.derived(), focus=[row["claim"]]
        )
        assert (one.constraint, one.focus) == (row["kind"], row["claim"])
        assert row["message"] in one.message
        assert document.lines.line(one.focus, one.path or None, one.value or None) == int(
            row["line"]
        )


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_what_is_sound_yields_nothing(path: Path, context: check.Context) -> None:
    assert check.check_files(context, [path]).findings == ()


UNITS = {
    "mg/d": None,
    "ug": None,
    "[iU]/d": None,
    "10*6/L": None,
    "{tablet}/d": None,
    "mg{per day!}": "pattern",  # a blank, also within braces
    "%": None,
    "mol/m2": None,
    "mg per d": "pattern",
    "mg!": "pattern",
    "\u00b5g": "pattern",
    "": "pattern",
    "mg/day": "sparql",
    "Hours": "sparql",
    "{day}": None,
}


@pytest.mark.parametrize("unit", UNITS)
def test_units_are_written_in_ucum(unit: str, context: check.Context, tmp_path: Path) -> None:
    (sound,) = (path for path in VALID if path.stem == "quantity")
    path = tmp_path / "quantity.ttl"
    text = sound.read_text(encoding="utf-8").replace('mag:unit "mg/d"', f'mag:unit "{unit}"')
    path.write_text(text, encoding="utf-8")
    found = [each.kind for each in check.check_files(context, [path]).findings]
    component = UNITS[unit]
    shape = "QuantityShape-unitWord" if component == "sparql" else "QuantityShape-unit"
    assert found == ([f"{shape}/{component}"] if component else [])


def test_messages_say_what_to_do() -> None:
    for name, message in (AUTHORED | DERIVED).items():
        assert len(message) > 25, name
        assert message.endswith((".", "@en.")), name
        assert "{" not in message, name


def test_the_findings_say_that_strengths_are_derived(found: dict[str, list[Finding]]) -> None:
    (one,) = found["claim-with-unknown-property.ttl"]
    assert "mag:strength mag:strengthHigh" in one.message
    assert "Strengths" in one.message
    assert "derived" in one.message


def test_closed_lists_of_shapes_are_those_of_the_schemes() -> None:
    members: dict[str, set[str]] = defaultdict(set)
    for quad in check.vocabulary_quads():
        if quad.predicate.value == SKOS + "inScheme":
            members[value(quad.object)].add(value(quad.subject))
    lists = {frozenset(each) for each in members.values()}
    rows = described((*validate.authored(), *validate.derived()))
    for shape, row in rows.items():
        for head in row[SH + "in"]:
            values = set()
            while not head.endswith("nil"):
                node = rows[head]
                (first,), (head,) = (node[each] for each in sorted(node))
                values.add(first)
            if all(each.startswith(MAG) for each in values) and "TypedShape" not in shape:
                whole = frozenset(values) in lists or len(values) == 1
                part = any(values < each for each in lists)
                assert part if local(shape) in PARTIAL else whole, shape


def test_shapes_are_closed_and_their_queries_stay_linear() -> None:
    # What is authored has its own closed shape; what is derived for it stands beside that.
    authored = ("Claim", "Effect", "EvidenceLine", "Study")
    open_shapes = {"TypedShape", *(f"Derived{name}Shape" for name in authored)}
    rows = described((*validate.authored(), *validate.derived()))
    for shape, row in rows.items():
        if any(each.startswith(SH + "target") for each in row):
            assert (SH + "closed" in row) != (local(shape) in open_shapes), shape
        for query in row[SH + "select"]:
            # Oxigraph evaluates NOT EXISTS of two patterns quadratically (DESIGN, section 5).
            for inner in re.findall(r"EXISTS \{([^}]*)\}", query):
                assert not re.search(r" \. |;", inner.strip(" .")), query


def test_no_shape_goes_to_the_slow_validator() -> None:
    assert validate.uncompiled(validate.authored()) == {}
    assert validate.uncompiled(validate.derived()) == {}


def test_shapes_have_names() -> None:
    for path in (*validate.authored(), *validate.derived()):
        quads = list(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
        lists = {
            value(quad.subject)
            for quad in quads
            if quad.predicate.value.endswith(("#first", "#rest"))
        }
        nameless = {value(quad.subject) for quad in quads if isinstance(quad.subject, ox.BlankNode)}
        assert nameless == lists, path.name
        assert any(quad.predicate.value.endswith("/license") for quad in quads), path.name


def test_the_form_that_is_quick_for_many_nodes_says_the_same() -> None:
    rows = [row for row in expected(INVALID) if row["kind"] not in UNREAD][::6]
    quads = [q for row in rows for q in turtle.read(INVALID / row["file"]).quads]
    data = [*check.vocabulary_quads(), *quads]
    many = validate.validate(data)
    few = {
        each
        for row in rows
        for each in validate.validate(
            data, focus={value(q.subject) for q in turtle.read(INVALID / row["file"]).quads}
        )
    }
    assert set(many) == few
    assert len(few) >= len(rows) - 6

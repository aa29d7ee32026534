"""Compiled shapes find what pySHACL finds: on every broken file, on the graph, on mutants.

The mutants are 10,000 where ``MAGKG_MUTANTS`` says so, which takes pySHACL minutes.
"""

from __future__ import annotations

import os
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from magkg.claims import project, turtle
from magkg.errors import InputError
from magkg.store import check, validate
from magkg.vocabulary import RDF, TYPE, XSD
from tests import articles

DATA = Path(__file__).parents[1] / "data"
MAG = "https://w3id.org/magkg/ns#"
SOURCE = "https://w3id.org/magkg/source/example-valid-whole"
CLAIM = ox.NamedNode(MAG + "Claim")
MUTANTS = 240
CLAIMS = int(os.environ.get("MAGKG_MUTANTS", "1000"))
ROUND = 1000
# What belongs to each of three claims and no other; the rest is common to all mutants.
PARTS = (
    ("first", "j-publication-bias"),
    ("second", "e-trial", "f-trial", "f-other", "j-imprecision"),
    ("third",),
)


def broken(folder: Path) -> dict[str, list[ox.Quad]]:
    """The statements of every file that can be read."""
    found = {}
    for path in sorted(folder.glob("*.ttl")):
        try:
            quads = turtle.read(path).quads
        except InputError:
            continue
        found[path.name] = [each for each in quads if not isinstance(each.object, ox.Triple)]
    return found


def agree(
    given: list[ox.Quad], shapes: tuple[Path, ...], focus: set[str] | None = None
) -> list[validate.Violation]:
    """Give what is found, having found the same both ways."""
    # pySHACL 0.40.1 ends in a TypeError where a class is a literal.
    data = [
        q
        for q in given
        if q.predicate.value != TYPE or not isinstance(q.object, ox.Literal)
        if q.object not in LENIENT and q.object not in UNORDERED
    ]
    compiled = validate.validate(data, shapes, focus)
    reference = validate.validate(data, shapes, focus, reference=True)
    assert compiled == reference, sorted(set(compiled) ^ set(reference))[:10]
    return compiled


def test_all_shapes_of_the_ontology_are_compiled() -> None:
    assert validate.uncompiled([*validate.authored(), *validate.derived()]) == {}


@pytest.mark.parametrize("folder", ["invalid", "invalid/derived"])
def test_every_broken_file_gives_the_same_findings(folder: str) -> None:
    files = broken(DATA / folder)
    shapes = validate.derived() if folder.endswith("derived") else validate.authored()
    vocabulary = list(check.vocabulary_quads())
    data = vocabulary + [quad for quads in files.values() for quad in quads]
    found = agree(data, shapes)
    assert len(found) >= len(files) / 2
    for each in list(files.values())[:: len(files) // 8]:
        agree([*vocabulary, *each], shapes)
        agree(data, shapes, {quad.subject.value for quad in each if not blank(quad.subject)})


def test_the_articles_give_no_finding_either_way() -> None:
    articles.texts()
    documents = check.Context.of(project.bundled()).documents
    own = [quad for each in documents for quad in each.quads]
    assert agree([*own, *check.vocabulary_quads()], validate.authored()) == []


def blank(term: object) -> bool:
    return not isinstance(term, ox.NamedNode)


def literal(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(kind))


# Values that are odd in one way or another, also for the parsers of XSD types in rdflib.
ODD = (
    ox.Literal(""),
    ox.Literal(" \t\n"),
    ox.Literal("text"),
    ox.Literal("text", language="en"),
    ox.Literal("", language="en"),
    ox.Literal("Text", language="en-GB"),
    ox.Literal("a" * 64),
    literal("text", XSD + "token"),
    literal("text", "https://example.org/type"),
    literal("https://example.org/", XSD + "anyURI"),
    *(literal(each, XSD + "integer") for each in ("0", "-1", "7", "007", "+7", "1_0", " 7", "x")),
    *(literal(each, XSD + "integer") for each in ("999", "1000", "99999999999999999999", "1.0")),
    *(literal(each, XSD + "decimal") for each in ("0", "0.5", "1.50", "-0.0", "100.1", ".5")),
    *(literal(each, XSD + "double") for each in ("1", "1e3", "NaN", "INF", "x")),
    *(literal(each, XSD + "int") for each in ("5", "99999999999")),
    literal("5", XSD + "nonNegativeInteger"),
    *(literal(each, XSD + "boolean") for each in ("true", "false", "1", "TRUE", "yes")),
    *(literal(each, XSD + "date") for each in ("2024-02-29", "2023-02-29", "2024-01-01Z", "today")),
    *(
        literal(each, XSD + "dateTime")
        for each in (
            "2026-01-01T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.120+02:00",
            "2026-01-01T24:00:00Z", "2026-01-01", "2026-13-01T00:00:00Z",
        )
    ),
    literal("2020", XSD + "gYear"),
    ox.NamedNode("https://example.org/nothing"),
    ox.NamedNode("urn:x"),
    ox.NamedNode(MAG + "affirms"),
    ox.NamedNode(MAG + "Claim"),
    ox.BlankNode("nameless"),
)  # fmt: skip


# What rdflib, and so pySHACL, takes for well formed, and XSD does not.
LENIENT = {
    *(literal(each, XSD + "integer") for each in ("1_0", " 7", "7 ")),
    *(literal(each, XSD + "decimal") for each in ("1_0", "1e3", "NaN", " 1")),
    *(literal(each, XSD + "date") for each in ("2024-01-01T00:00:00", "2026-01-01T00:00:00Z")),
    *(literal(each, XSD + "dateTime") for each in ("2026-01-01", "2026-01-01T00:00")),
}
# What rdflib puts in an order with numbers, and SPARQL does not; Oxigraph's numbers have 64 bits.
UNORDERED = {
    literal("text", "https://example.org/type"),
    literal("99999999999999999999", XSD + "integer"),
}


@pytest.mark.parametrize(
    ("value", "component"),
    [
        *((value, "datatype") for value in sorted(LENIENT, key=str)),
        *((value, "minInclusive") for value in sorted(UNORDERED, key=str)),
    ],
    ids=str,
)
def test_where_pyshacl_lets_pass_what_w3c_does_not(
    value: ox.Literal, component: str, tmp_path: Path
) -> None:
    asked = f"sh:datatype {value.datatype}" if component == "datatype" else "sh:minInclusive 0"
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        f"""@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:p .
        ex:p a sh:PropertyShape ; sh:path ex:p ; sh:message "No." ; {asked} .""",
        encoding="utf-8",
    )
    data = [ox.Quad(*(ox.NamedNode(f"https://example.org/{each}") for each in "ap"), value)]
    (found,) = validate.validate(data, [shapes])
    assert (found.constraint, found.value) == (f"p/{component}", value.value)
    assert validate.validate(data, [shapes], reference=True) == []


class Mutator:
    """Makes sound data unsound in one to three places."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        path = DATA / "valid" / "whole.ttl"
        self.sound = list(turtle.read(path).quads)
        own = {quad.subject for quad in self.sound}
        schemes = (quad.object for quad in self.sound if quad.object not in own)
        self.terms = list(dict.fromkeys([*own, *schemes]))
        self.predicates = list(dict.fromkeys(quad.predicate for quad in self.sound))

    def mutants(self, number: int) -> Iterator[list[ox.Quad]]:
        for index in range(number):
            quads = list(self.sound)
            for _ in range(self.random.choice((1, 1, 1, 2, 3))):
                quads = self.mutated(quads)
            yield [self.renamed(quad, f"mutant-{index}") for quad in quads]

    def mutated(self, quads: list[ox.Quad]) -> list[ox.Quad]:
        chosen = self.random.choice(quads)
        ways = ("drop", "drop", "change", "change", "add", "add", "move", "copy", "unknown", "lose")
        way = self.random.choice(ways)
        subject, predicate, value = chosen.subject, chosen.predicate, chosen.object
        if way == "lose":
            return [each for each in quads if each.subject != subject]
        if way == "unknown":
            predicate = ox.NamedNode(MAG + self.random.choice(("colour", "strength", "propose")))
        elif way == "move":
            predicate = self.random.choice(self.predicates)
        elif way == "copy":
            subject = self.random.choice(quads).subject
        else:
            value = self.random.choice((self.other(value), self.other(value), subject))
        rest = quads if way in ("add", "copy", "unknown") else [q for q in quads if q != chosen]
        return rest if way == "drop" else [*rest, ox.Quad(subject, predicate, value)]

    def other(self, value: object) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        """Another value: an odd one, one that stands elsewhere, or this one otherwise written."""
        if isinstance(value, ox.Literal) and self.random.random() < 0.3:
            kinds = (XSD + "string", XSD + "integer", XSD + "date", XSD + "decimal")
            return literal(value.value, self.random.choice(kinds))
        return self.random.choice(self.terms if self.random.random() < 0.4 else ODD)

    def renamed(self, quad: ox.Quad, name: str) -> ox.Quad:
        """Give a mutant a name of its own, so that many are judged side by side."""

        def own(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> object:
            if isinstance(term, ox.NamedNode):
                return ox.NamedNode(term.value.replace("valid-whole", name))
            if isinstance(term, ox.BlankNode):
                return ox.BlankNode(f"{term.value}{name.replace('-', '')}")
            if term.language and "valid-whole" in term.value:
                text = term.value.replace("valid-whole", name)
                return ox.Literal(text, language=term.language)
            return term

        return ox.Quad(*map(own, (quad.subject, quad.predicate, quad.object)))


def judge(seed: int, number: int) -> dict[str, list[validate.Violation]]:
    data = list(check.vocabulary_quads())
    for quads in Mutator(seed).mutants(number):
        data += quads
    by_mutant: dict[str, list[validate.Violation]] = defaultdict(list)
    for each in agree(data, validate.authored()):
        for name in re.findall(r"mutant-\d+", each.focus)[:1]:
            by_mutant[name].append(each)
    return by_mutant


def test_mutants_give_the_same_findings() -> None:
    found = judge(20260101, MUTANTS)
    assert len(found) > MUTANTS * 0.8
    constraints = {each.constraint for some in found.values() for each in some}
    assert len(constraints) > 150
    assert len({each.partition("/")[2] for each in constraints}) >= 9


class Claims(Mutator):
    """Makes one claim unsound in one place, with what belongs to it alone, many side by side."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.whole = list(self.sound)
        self.parts = [{f"{SOURCE}#{each}" for each in part} for part in PARTS]

    def mutants(self, number: int) -> Iterator[list[ox.Quad]]:
        for index in range(number):
            own = self.parts[index % len(self.parts)]
            quads = self.mutated([each for each in self.whole if each.subject.value in own])
            yield [self.named(quad, own, f"-m{index}") for quad in quads]

    def named(self, quad: ox.Quad, nodes: set[str], name: str) -> ox.Quad:
        """Give the nodes of a mutant names of their own."""

        def own(term: object) -> object:
            if isinstance(term, ox.NamedNode) and term.value in nodes:
                return ox.NamedNode(term.value + name)
            return ox.BlankNode(term.value + name[1:]) if blank_node(term) else term

        return ox.Quad(*map(own, (quad.subject, quad.predicate, quad.object)))


def blank_node(term: object) -> bool:
    return isinstance(term, ox.BlankNode)


@pytest.mark.parametrize("seed", range(1, CLAIMS // ROUND + 1))
def test_each_of_many_claims_gives_the_same_findings(seed: int) -> None:
    claims = Claims(seed)
    data = [*check.vocabulary_quads(), *claims.whole]
    for quads in claims.mutants(ROUND):
        data += quads
    found = agree(data, validate.authored())
    broken = {name for each in found for name in re.findall(r"-m\d+$", each.focus)}
    # The others are sound: the value that was put in does as well as the one before.
    assert len(broken) > ROUND * 0.7
    assert len({each.constraint for each in found}) > 90


@pytest.mark.parametrize("normalized", [True, False])
def test_findings_do_not_depend_on_what_rdflib_was_told(
    normalized: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", normalized)
    claim = next(Claims(1).mutants(1))[0].subject
    made = ("2026-01-01T00:00:00Z", XSD + "dateTime"), ("yes", XSD + "boolean")
    data = [ox.Quad(claim, ox.NamedNode(MAG + "note"), literal(*each)) for each in made]
    found = agree([*data, ox.Quad(claim, ox.NamedNode(TYPE), CLAIM)], validate.authored())
    values = {each.value for each in found if each.constraint == "ClaimShape-text/sparql"}
    assert values == {"2026-01-01T00:00:00Z", "yes"}
    assert rdflib.NORMALIZE_LITERALS is normalized


def test_what_is_derived_and_wrong_gives_the_same_findings() -> None:
    """Take each statement of the derived examples away, or give it twice."""
    data = list(check.vocabulary_quads())
    for index, quads in enumerate(broken(DATA / "invalid" / "derived").values()):
        for number, quad in enumerate(quads[index % 3 : 30 : 3]):
            changed = [each for each in quads if each != quad] if number % 2 else list(quads)
            if number % 2 == 0:
                changed.append(ox.Quad(quad.subject, quad.predicate, ODD[number % len(ODD)]))
            data += [_apart(each, f"{index}x{number}") for each in changed]
    assert len(agree(data, validate.derived())) > 100


def _apart(quad: ox.Quad, name: str) -> ox.Quad:
    """The same statement about other nodes, classes and properties kept."""

    def own(term: object) -> object:
        if isinstance(term, ox.NamedNode) and not term.value.startswith((MAG, RDF, XSD)):
            return ox.NamedNode(f"{term.value}-{name}")
        return term

    return ox.Quad(own(quad.subject), quad.predicate, own(quad.object))

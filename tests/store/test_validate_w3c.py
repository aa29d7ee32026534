"""Compiled shapes on W3C's SHACL suite: what is compiled finds what W3C says, the rest is named.

The suite's shapes have no messages, which ours always have; each gets one here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.errors import MagkgError
from magkg.store import validate
from magkg.store.shacl.compiled import Compiled, compiled
from magkg.store.shacl.terms import stored, text
from magkg.vocabulary import SH, TYPE
from tests import w3c

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
FOLDER = w3c.suites() / "w3c-shacl"
# Focus node, path, value, component: what a report says, but for the names of nameless shapes.
Result = tuple[str, str, str, str]


@dataclass(frozen=True)
class Case:
    """One case; ``expected`` is None where a processor has to fail."""

    id: str
    data: tuple[ox.Quad, ...]
    shapes: tuple[ox.Quad, ...]
    expected: frozenset[Result] | None

    def __str__(self) -> str:
        return self.id


def read(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()))


def value(quads: list[ox.Quad], subject: object, predicate: str) -> object:
    found = (q.object for q in quads if q.subject == subject and q.predicate.value == predicate)
    return next(found, None)


def report(quads: list[ox.Quad], node: object) -> frozenset[Result]:
    def part(result: object, name: str) -> str:
        term = value(quads, result, SH + name)
        return "" if term is None or (name == "resultPath" and blank(term)) else text(stored(term))

    found = set()
    for quad in quads:
        if quad.subject == node and quad.predicate.value == SH + "result":
            result = quad.object
            component = part(result, "sourceConstraintComponent").rpartition("#")[2]
            name = component.removesuffix("ConstraintComponent")
            name = "sparql" if name == "SPARQL" else name[:1].lower() + name[1:]
            focus, own = part(result, "focusNode"), part(result, "value")
            own = "" if name == "sparql" and own == focus else own
            found.add((focus, part(result, "resultPath"), own, name))
    return frozenset(found)


def blank(term: object) -> bool:
    return isinstance(term, ox.BlankNode)


def without_manifest(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Leave the case and the report that is expected out of the shapes."""
    entries = {q.subject for q in quads if q.predicate.value.startswith((MF, SHT))}
    reports = {
        q.subject
        for q in quads
        if q.predicate.value == TYPE
        and q.object.value in {SH + "ValidationReport", SH + "ValidationResult"}
    }
    return [q for q in quads if q.subject not in entries | reports]


def with_messages(quads: list[ox.Quad]) -> list[ox.Quad]:
    owners = dict.fromkeys(
        q.subject
        for q in quads
        if q.predicate.value.startswith(SH) or q.object.value.startswith(SH + "NodeShape")
    )
    message = ox.NamedNode(SH + "message")
    said = {q.subject for q in quads if q.predicate == message}
    return quads + [ox.Quad(o, message, ox.Literal("No.")) for o in owners if o not in said]


@cache
def cases() -> tuple[Case, ...]:
    found = []
    for path in sorted(FOLDER.rglob("*.ttl")):
        quads = read(path)
        for quad in quads:
            if quad.predicate.value == TYPE and quad.object.value == SHT + "Validate":
                action = value(quads, quad.subject, MF + "action")
                result = value(quads, quad.subject, MF + "result")
                files = [value(quads, action, SHT + n) for n in ("dataGraph", "shapesGraph")]
                data, shapes = (read(Path(each.value.removeprefix("file://"))) for each in files)
                fails = result == ox.NamedNode(SHT + "Failure")
                found.append(
                    Case(
                        path.relative_to(FOLDER).with_suffix("").as_posix(),
                        tuple(data),
                        tuple(with_messages(without_manifest(shapes))),
                        None if fails else report(quads, result),
                    )
                )
    return tuple(found)


def made(case: Case) -> Compiled:
    return compiled([case.shapes])


def found(case: Case) -> frozenset[Result]:
    store = ox.Store()
    store.extend(case.data)
    return frozenset(
        (each.focus, each.path, each.value, each.constraint.rpartition("/")[2])
        for each in made(case).find(store)
    )


needs_suite = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the W3C suite is not in {FOLDER}")
# What is refused by name; all but the last are failures for W3C too.
REFUSED = {
    "sparql/pre-binding/pre-binding-006": "a sub-select that does not give $this",
    "sparql/pre-binding/unsupported-sparql-001": "a query that SHACL does not allow",
    "sparql/pre-binding/unsupported-sparql-002": "a query that SHACL does not allow",
    "sparql/pre-binding/unsupported-sparql-003": "a query that SHACL does not allow",
    "sparql/pre-binding/unsupported-sparql-004": "a sub-select that does not give $this",
    "sparql/pre-binding/unsupported-sparql-005": "a query that binds $this itself",
    "sparql/pre-binding/unsupported-sparql-006": "a query that binds what is given",
    # Optional for processors (SHACL, section 5.3.1); pySHACL refuses it as well.
    "sparql/pre-binding/shapesGraph-001": "$shapesGraph in a query",
}


@needs_suite
def test_what_is_compiled_finds_what_w3c_says() -> None:
    """All of SHACL Core, and all of SHACL-SPARQL but for what is refused, without pySHACL."""
    whole = [case for case in cases() if case.id not in REFUSED]
    assert len([case for case in whole if case.id.startswith("core/")]) == 98
    assert len([case for case in whole if case.id.startswith("sparql/")]) == 15
    wrong = [
        f"{case}: expected {sorted(case.expected or ())}, found {sorted(found(case))}"
        for case in whole
        if made(case).uncompiled or found(case) != case.expected
    ]
    assert not wrong, "\n".join(wrong)


@needs_suite
def test_what_is_not_compiled_is_refused_by_name() -> None:
    refused = {case.id: made(case).uncompiled for case in cases() if made(case).uncompiled}
    assert refused.keys() == REFUSED.keys()
    for name, reasons in refused.items():
        (reason,) = reasons.values()
        assert reason.startswith(REFUSED[name])
    failures = {case.id for case in cases() if case.expected is None}
    assert failures == REFUSED.keys() - {"sparql/pre-binding/shapesGraph-001"}


@needs_suite
@pytest.mark.parametrize("case", [each for each in cases() if each.id in REFUSED], ids=str)
def test_what_is_not_compiled_goes_to_pyshacl_which_fails(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_bytes(ox.serialize([q.triple for q in case.shapes], format=ox.RdfFormat.TURTLE))
    with pytest.raises(MagkgError):
        validate.validate(case.data, [path])

"""The W3C syntax suites as data: the cases of the five RDF 1.1 manifests."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_HERE = "urn:manifest:"


@dataclass(frozen=True)
class Case:
    """One case: ``id`` is suite/name, ``bad`` says that a reader must refuse the file.

    ``base`` is the IRI that relative IRIs of the file are resolved against; ``result`` the file of
    the triples it stands for, where the suite has one.
    """

    id: str
    path: Path
    bad: bool
    base: str
    result: Path | None = None

    def __str__(self) -> str:
        return self.id


def suites() -> Path:
    """Give the folder of the suites: ``MAGKG_SUITES``, else shared/suites beside the checkout."""
    named = os.environ.get("MAGKG_SUITES")
    return Path(named) if named else Path(__file__).parents[2] / "shared" / "suites"


def missing() -> str:
    """Give the reason to skip, or nothing where the suites are there."""
    folder = suites() / "w3c-rdf11"
    return "" if folder.is_dir() else f"the W3C suites are not at hand ({folder}); set MAGKG_SUITES"


@cache
def cases() -> tuple[Case, ...]:
    """Give every case of the five manifests, in order of their ids; none where they are absent."""
    found = [case for path in (suites() / "w3c-rdf11").glob("*/manifest.ttl") for case in _of(path)]
    return tuple(sorted(found, key=lambda case: case.id))


def negative() -> list[Case]:
    """Give the files that must be refused (312 of them)."""
    return [case for case in cases() if case.bad]


def positive(*suffixes: str) -> list[Case]:
    """Give the files that must be read, of these suffixes or of all."""
    return [
        case for case in cases() if not case.bad and (case.path.suffix in suffixes or not suffixes)
    ]


def _of(manifest: Path) -> list[Case]:
    rows: dict[str, dict[str, str]] = {}
    for quad in ox.parse(path=manifest, format=ox.RdfFormat.TURTLE, base_iri=_HERE + "/"):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            rows.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
    # The line-based formats name no base: they have no relative IRIs.
    bases = (
        row[_MF + "assumedTestBase"] for row in rows.values() if _MF + "assumedTestBase" in row
    )
    base = next(bases, "https://w3c.github.io/rdf-tests/")

    def place(iri: str) -> Path:
        return manifest.parent / iri.removeprefix(_HERE + "/")

    found = []
    for iri, row in rows.items():
        action, result = row.get(_MF + "action"), row.get(_MF + "result")
        kind = row.get(_TYPE, "")
        if action is None or "#Test" not in kind:
            continue
        name = action.removeprefix(_HERE + "/")
        found.append(
            Case(
                f"{manifest.parent.name}/{iri.partition('#')[2]}",
                place(action),
                "Negative" in kind,
                base + name,
                place(result) if result else None,
            )
        )
    return found

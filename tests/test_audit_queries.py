"""Each audit query speaks where it must, is silent where it must, and raises no known false alarm.

tests/data/audit/KIND/speaks.ttl names what it must find, in lines ``# finds: CLAIM [OTHER]``;
silent.ttl and false-alarm.ttl (what evidence-rating calls no fault) must bring nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from magkg.claims import project as projects
from magkg.store import validate
from magkg.store.check import vocabulary_quads
from magkg.use import catalogue
from magkg.use.graph import Graph
from tests.ruled import BASE, read, ruled

if TYPE_CHECKING:
    import pyoxigraph as ox

ROOT = Path(__file__).parent / "data" / "audit"
KINDS = {name: query for name, query in catalogue.all_queries().items() if "audit" in query.tags}
FILES = sorted(ROOT.glob("*/*.ttl"))
COLUMNS = {"claim", "other", "study", "proposition", "message"}
# What a query must be asked about here, other than what it has as its example.
GIVEN: dict[str, dict[str, Any]] = {
    "low_intake_for_deficiency": {"intake": "low-iodine-intake", "deficiency": "iodine-deficiency"}
}


def quads(path: Path) -> list[ox.Quad]:
    return read(ROOT / "common.ttl", path)


@cache
def graph(path: Path) -> Graph:
    return Graph(ruled(quads(path)), project=projects.bundled())


def found(kind: str, path: Path) -> list[dict[str, Any]]:
    given = {param.name: param.example for param in KINDS[kind].params}
    return graph(path).query(kind, **(given | GIVEN.get(kind, {}))).to_python()


def pair(row: dict[str, Any]) -> str:
    each = [str(row[name]) for name in ("claim", "other") if row.get(name)]
    return " ".join(iri.removeprefix(BASE) for iri in each)


def test_every_query_has_its_fixtures() -> None:
    assert len(KINDS) >= 20
    assert {path.parent.name for path in FILES} == set(KINDS)
    for kind in KINDS:
        assert (ROOT / kind / "speaks.ttl").is_file()
        assert (ROOT / kind / "silent.ttl").is_file()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_fixture_is_sound(path: Path) -> None:
    authored = quads(path)
    here = {str(getattr(quad.subject, "value", quad.subject)) for quad in authored}
    found = validate.validate([*authored, *vocabulary_quads()], validate.authored(), here)
    assert found == []


@pytest.mark.parametrize("kind", KINDS)
def test_speaks(kind: str) -> None:
    path = ROOT / kind / "speaks.ttl"
    lines = path.read_text("utf-8").splitlines()
    wanted = [line.removeprefix("# finds: ") for line in lines if line.startswith("# finds: ")]
    assert wanted
    rows = found(kind, path)
    assert sorted(map(pair, rows)) == sorted(wanted)
    for row in rows:
        message = str(row["message"])
        assert message.endswith(".")
        assert "http" not in message
        assert "?" not in message


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.stem != "speaks"],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_is_silent(path: Path) -> None:
    assert [pair(row) for row in found(path.parent.name, path)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_header_and_columns(kind: str) -> None:
    query = KINDS[kind]
    assert query.severity in {"high", "medium", "low"}
    assert query.mend.endswith(".")
    columns = set(graph(ROOT / kind / "silent.ttl").store.select(query.text).variables)
    assert {"claim", "message"} <= columns
    assert columns <= COLUMNS | {"tension"}


def test_other_queries_have_neither_severity_nor_mend() -> None:
    for name, query in catalogue.all_queries().items():
        if name not in KINDS:
            assert (query.severity, query.mend) == ("", "")

"""What differs between two graphs: claim by claim, property by property."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from magkg.claims.project import Project
from magkg.errors import InputError, StoreDamaged, SyntaxFault
from magkg.store.build import build
from magkg.store.interface import IRI, Literal
from magkg.use.diff import Change, Difference, diff
from tests.store import sample
from tests.store.sample import CON, MAG, PREFIXES, SRC, STANDARD, claim

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "diff.schema.json").read_text())
ISREPLACED = "<http://purl.org/dc/terms/isReplacedBy>"


def checked(found: Difference) -> dict[str, Any]:
    """Give the object, held against its schema."""
    value = json.loads(json.dumps(found.as_json()))
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    return value  # type: ignore[no-any-return]


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return sample.write(tmp_path / "before").root


def after(tmp_path: Path, *claims: str) -> Path:
    return sample.write(tmp_path / "after", claims).root


def test_nothing_differs(before: Path, tmp_path: Path) -> None:
    found = diff(before, after(tmp_path, *reversed(STANDARD)))
    assert found.empty
    assert found.text() == "no claim differs (7 claims)"
    assert checked(found)["summary"]["same"] == 7


def test_added_and_removed(before: Path, tmp_path: Path) -> None:
    found = diff(before, after(tmp_path, *STANDARD[1:], claim("new", 70, "straw")))
    assert found.added == {f"{SRC}#new": "The claim called new."}
    assert found.removed == {f"{SRC}#clay": "The claim called clay."}
    assert not found.empty
    assert found.text().splitlines() == [
        "+ bricks#new  The claim called new.",
        "- bricks#clay  The claim called clay.",
        "1 added, 1 removed, 6 same",
    ]
    assert checked(found)["added"] == [{"claim": f"{SRC}#new", "label": "The claim called new."}]
    back = diff(tmp_path / "after", before)
    assert (back.added, back.removed) == (found.removed, found.added)


def test_a_changed_property_from_what_to_what(before: Path, tmp_path: Path) -> None:
    new = claim("clay", 0, "sand", "denies", note='"so it says"@en')
    found = diff(before, after(tmp_path, new, *STANDARD[1:]))
    (each,) = found.changed
    assert (each.claim, each.was, each.label) == (
        f"{SRC}#clay", f"{SRC}#clay", "The claim called clay.",
    )  # fmt: skip
    node = each.claim
    assert each.changes == (
        Change(node, MAG + "note", (), (Literal("so it says", language="en"),)),
        Change(node, MAG + "object", (IRI(CON + "clay"),), (IRI(CON + "sand"),)),
        Change(node, MAG + "polarity", (IRI(MAG + "affirms"),), (IRI(MAG + "denies"),)),
    )
    assert found.text().splitlines() == [
        "~ bricks#clay  The claim called clay.",
        '    mag:note: (nothing) → "so it says"@en',
        "    mag:object: con:clay → con:sand",
        "    mag:polarity: mag:affirms → mag:denies",
        "1 changed, 6 same",
    ]
    (row,) = checked(found)["changed"]
    assert row["changes"][0] == {
        "node": node,
        "property": MAG + "note",
        "from": [],
        "to": [{"type": "literal", "value": "so it says", "xml:lang": "en"}],
    }


def test_a_value_that_stays_is_not_told(before: Path, tmp_path: Path) -> None:
    one = claim("chain", 60, "lime", via="<#clay> , <#sand>")
    found = diff(before, after(tmp_path, *STANDARD[:-1], one))
    (change,) = found.changed[0].changes
    assert (change.before, change.after) == ((), (IRI(f"{SRC}#sand"),))
    assert "mag:via: (nothing) → bricks#sand" in found.text()


def test_changes_inside_a_passage_and_an_evidence_line(tmp_path: Path) -> None:
    def version(direction: str, digest: str) -> tuple[str, ...]:
        line = f"<#e-1> a mag:EvidenceLine ; mag:direction mag:{direction} .\n"
        one = claim("clay", 0, evidence="<#e-1>").replace("0123", digest)
        return (one, line, *STANDARD[1:])

    old = sample.write(tmp_path / "old", version("supports", "0123"))
    new = sample.write(tmp_path / "new", version("disputes", "ffff"))
    (each,) = diff(old.root, new.root).changed
    told = {(change.node[len(SRC) :], change.property[len(MAG) :]) for change in each.changes}
    assert ("#e-1", "direction") in told
    assert ("#c0-5", "sha256") in told
    assert {node for node, _ in told} == {"#e-1", "#c0-5"}
    text = diff(old.root, new.root).text()
    assert "bricks#e-1 mag:direction: mag:supports → mag:disputes" in text


def test_another_passage_is_told_by_its_link_alone(before: Path, tmp_path: Path) -> None:
    found = diff(before, after(tmp_path, claim("clay", 3), *STANDARD[1:]))
    (change,) = found.changed[0].changes
    assert change.property == MAG + "passage"
    assert (change.before, change.after) == ((IRI(f"{SRC}#c0-5"),), (IRI(f"{SRC}#c3-8"),))


def test_a_renamed_claim_is_found_by_its_tombstone(before: Path, tmp_path: Path) -> None:
    stone = f"<#clay> a mag:Tombstone ; {ISREPLACED} <#loam> .\n"
    found = diff(before, after(tmp_path, claim("loam", 0), stone, *STANDARD[1:-1]))
    (each,) = found.renamed
    assert (each.was, each.claim) == (f"{SRC}#clay", f"{SRC}#loam")
    assert [change.property for change in each.changes] == [
        "http://www.w3.org/2000/01/rdf-schema#label"
    ]
    assert (found.added, list(found.removed)) == ({}, [f"{SRC}#chain"])
    assert "> bricks#clay is now bricks#loam  The claim called loam." in found.text()
    assert checked(found)["renamed"][0]["was"] == f"{SRC}#clay"


def test_a_chain_of_names_is_followed_and_a_circle_is_not(before: Path, tmp_path: Path) -> None:
    stones = [
        f"<#{was}> a mag:Tombstone ; {ISREPLACED} <#{now}> .\n"
        for was, now in [("clay", "x"), ("x", "loam"), ("sand", "y"), ("y", "sand"), ("mouse", "z")]
    ]
    found = diff(before, after(tmp_path, claim("loam", 0), *stones))
    assert [(each.was, each.claim) for each in found.renamed] == [(f"{SRC}#clay", f"{SRC}#loam")]
    assert {iri.partition("#")[2] for iri in found.removed} == {
        "clay-again", "sand", "mouse", "masons", "both", "chain",
    }  # fmt: skip


def test_what_a_build_derives_is_no_difference(before: Path, tmp_path: Path) -> None:
    project = Project(before)
    folder = build(project, tmp_path / "out").folder
    for a, b in [(before, folder), (folder, before), (before / "graphs", folder)]:
        assert diff(a, b).empty
        assert diff(a, b).same == 7
    changed = after(tmp_path, *STANDARD[1:])
    assert list(diff(folder, changed).removed) == [f"{SRC}#clay"]


def test_a_file_alone_can_be_compared(before: Path) -> None:
    file = before / "graphs" / "sources" / "bricks.ttl"
    assert diff(file, before).empty


def test_places_without_a_graph(before: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="neither a built graph nor a folder") as caught:
        diff(before, tmp_path / "empty")
    assert "magkg build" in caught.value.hint
    with pytest.raises(InputError, match="no such folder"):
        diff(tmp_path / "none", before)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.ttl").write_text(PREFIXES + "\ncon:a con:b .")
    with pytest.raises(SyntaxFault) as fault:
        diff(broken, before)
    assert fault.value.line == 10
    folder = build(Project(before), tmp_path / "out").folder
    shutil.rmtree(folder / "stores")
    with pytest.raises(StoreDamaged):
        diff(folder, before)


def test_a_claim_without_a_label_is_named_all_the_same(tmp_path: Path, before: Path) -> None:
    bare = '<#bare> a mag:Claim ; mag:note "nothing more" .\n'
    found = diff(before, after(tmp_path, *STANDARD, bare))
    assert found.added == {f"{SRC}#bare": ""}
    assert checked(found)["added"] == [{"claim": f"{SRC}#bare", "label": ""}]

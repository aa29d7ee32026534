"""Tables become claims: sound, the same twice, and nothing where a row is bad."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

import magkg
from magkg import Project
from magkg.claims import turtle
from magkg.errors import FindingsError, InputError
from magkg.store import build as builds
from magkg.use.importing import ImportStopped
from magkg.vocabulary import MAG
from tests.importing import DATA, LEAST, SETS, given, imported, project, take

TABLE = "drug,illness\nbluetin,river ague\ngreenol,hill fever\n"


@pytest.fixture
def home(tmp_path: Path) -> Project:
    return project(tmp_path / "p")


def values(home: Project, name: str) -> list[str]:
    """Every value of a property in the imported files, sorted."""
    return sorted(
        str(getattr(quad.object, "value", quad.object))
        for path in (home.graphs / "imported").rglob("*.ttl")
        for quad in turtle.read(path).quads
        if quad.predicate.value == MAG + name
    )


def local(iris: list[str]) -> list[str]:
    return [iri.removeprefix(MAG) for iri in iris]


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_imported_checked_built_and_found(name: str, home: Project) -> None:
    report = take(home, name)
    assert report.new == report.claims > 0
    assert not report.bad
    texts = SETS[name][2]
    assert magkg.check(home.graphs, sources=DATA / texts if texts else None).findings == ()
    assert magkg.format(home.graphs, check=True) == []
    magkg.build(home)
    with magkg.open(home.built) as graph:
        found = {row.claim for row in graph.query("claims")}
    assert sum("#i-" in str(iri) for iri in found) == report.claims


def test_importing_twice_changes_nothing(home: Project) -> None:
    for name in SETS:
        take(home, name)
    before = imported(home)
    for name in SETS:
        report = take(home, name)
        assert (report.new, report.known, report.files) == (0, report.claims, ())
    assert imported(home) == before


def test_a_reading_that_brings_nothing_new_is_not_kept(home: Project) -> None:
    data, told = given(home, LEAST, TABLE)
    magkg.import_claims(data, told, place=home)
    report = magkg.import_claims(data, told, place=home, date="2026-02-28")
    assert (report.new, report.known, report.files) == (0, 2, ())
    data.write_text(TABLE + "redix,river ague\n")
    magkg.import_claims(data, told, place=home, date="2026-02-28")
    text = (home.graphs / "imported" / "the-set.ttl").read_text()
    assert (text.count("2026-01-31"), text.count("2026-02-28")) == (1, 1)


def test_trials_have_null_results_places_effects_and_studies(home: Project) -> None:
    take(home, "trials")
    assert local(values(home, "polarity")).count("reportsNoDifference") == 2
    assert local(values(home, "direction")) == ["inconclusive"] * 2 + ["supports"] * 2
    assert len(values(home, "passage")) == 5
    assert values(home, "pValue") == ["0.61"]
    assert values(home, "intervalLow") == ["0.3"]
    assert values(home, "upstreamId") == ["P1", "P2", "P3", "P4"]
    assert values(home, "size") == ["12", "40"]
    graph = home.graphs / "imported" / "studies" / "trial-901.ttl"
    assert graph.read_text().count("mag:outcome ") == 3


def test_clinical_items_keep_their_levels_and_deny_what_they_do_not_support(home: Project) -> None:
    report = take(home, "clinical")
    assert report.rows == 4
    assert report.claims == 4  # one item holds two drugs, one says nothing
    assert values(home, "upstreamRating") == [f"evidence level: {level}" for level in "AABD"]
    assert local(values(home, "polarity")) == ["affirms", "affirms", "denies", "denies"]
    assert values(home, "outside") == [
        "http://purl.obolibrary.org/obo/DOID_9990001",
        "http://purl.obolibrary.org/obo/DOID_9990002",
    ]
    assert values(home, "pmid") == ["90000001", "90000002"]
    assert [iri.rpartition("/")[2] for iri in values(home, "species")] == ["mouse", "mouse"]


def test_facts_have_no_triple_and_stand_where_their_sentences_do(home: Project) -> None:
    take(home, "facts")
    take(home, "open")
    assert len(values(home, "notFormalised")) == 3
    assert values(home, "subject") == []
    assert [iri.partition("#")[2] for iri in values(home, "passage")] == [
        "c0-45", "c46-75", "c76-101",
    ]  # fmt: skip
    assert "reportsLackOfEvidence" in local(values(home, "polarity"))


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_rows_is_no_matter(seed: int, tmp_path: Path) -> None:
    order = random.Random(seed)
    one, other = project(tmp_path / "one" / "p"), project(tmp_path / "other" / "p")
    kinds = ["cold", "Cold", "A+B", "a b", "mild cough", "Mild  cough", "ague"]
    rows = [
        (order.choice(["x", "X", "y z", "y-z", "Ünder"]), order.choice(kinds), str(number // 2))
        for number in range(60)
    ]
    mapping = LEAST + 'upstreamId = "{n}"\n'
    for home in (one, other):
        lines = "".join(f"{drug},{illness},{n}\n" for drug, illness, n in rows)
        data, told = given(home, mapping, "drug,illness,n\n" + lines)
        report = magkg.import_claims(data, told, place=home)
        order.shuffle(rows)
        again = magkg.import_claims(data, told, place=home)
        assert (again.new, again.files) == (0, ())
        assert report.claims == again.known
    assert imported(one) == imported(other)


def test_a_set_in_parts_is_the_set(tmp_path: Path) -> None:
    whole, parts = project(tmp_path / "one" / "p"), project(tmp_path / "other" / "p")
    take(whole, "trials")
    with (DATA / "trials/prompts.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    for row in reversed(rows):
        data = tmp_path / "part.csv"
        with data.open("w", newline="") as file:
            csv.writer(file).writerows([head, row])
        magkg.import_claims(
            data, DATA / "trials/trials.toml", place=parts, sources=DATA / "trials/texts"
        )
    assert imported(whole) == imported(parts)


def test_a_changed_row_is_a_new_claim_and_the_old_one_is_kept(home: Project) -> None:
    data, mapping = given(home, LEAST, TABLE)
    magkg.import_claims(data, mapping, place=home)
    data.write_text(TABLE.replace("hill fever", "marsh cough"))
    report = magkg.import_claims(data, mapping, place=home)
    assert (report.new, report.known, len(report.kept)) == (1, 1, 1)
    assert len(values(home, "subject")) == 3
    assert magkg.check(home.graphs).findings == ()


def test_two_ids_of_one_claim_are_kept_and_the_name_is_the_same(home: Project) -> None:
    mapping = LEAST + 'upstreamId = "{n}"\n'
    data, told = given(home, mapping, "drug,illness,n\na,b,1\na,b,2\n")
    report = magkg.import_claims(data, told, place=home)
    assert (report.rows, report.claims) == (2, 1)
    data.write_text("drug,illness,n\na,b,3\n")
    report = magkg.import_claims(data, told, place=home)
    assert (report.new, report.known) == (0, 1)
    assert values(home, "upstreamId") == ["1", "2", "3"]
    magkg.build(home)


def test_bad_rows_stop_all_or_are_left_out(home: Project) -> None:
    table = "drug,illness\nbluetin,river ague\n,hill fever\ngreenol\ngreenol,marsh cough\n"
    data, mapping = given(home, LEAST, table)
    with pytest.raises(ImportStopped, match="2 bad rows; nothing was imported") as stopped:
        magkg.import_claims(data, mapping, place=home)
    bad = stopped.value.report.as_json()["bad"]
    assert bad == [
        {"file": str(data), "row": 3, "column": "drug", "value": "",
         "reason": "this is empty, and claim.gist needs it"},
        {"file": str(data), "row": 4, "column": "", "value": "greenol",
         "reason": "the row has 1 cells, not 2"},
    ]  # fmt: skip
    assert imported(home) == {}
    report = magkg.import_claims(data, mapping, place=home, on_error="skip")
    assert (report.rows, report.claims, len(report.bad)) == (4, 2, 2)
    assert magkg.check(home.graphs).findings == ()


def test_what_breaks_a_shape_is_a_bad_row(home: Project) -> None:
    mapping = LEAST.replace('predicate = "treats"', 'predicate = "isGentlerOn"')
    data, told = given(home, mapping, TABLE)
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(data, told, place=home)
    assert {each.row for each in stopped.value.report.bad} == {2, 3}
    assert imported(home) == {}


def test_a_dry_run_writes_nothing_and_says_what_it_would(home: Project) -> None:
    told = take(home, "trials", dry_run=True)
    assert imported(home) == {}
    report = take(home, "trials")
    assert (told.files, told.new, told.created) == (report.files, report.new, report.created)


def test_rows_that_disagree_about_a_record_are_bad(home: Project) -> None:
    mapping = LEAST.replace('title = "The set"', 'title = "{title}"')
    data, told = given(home, mapping, "drug,illness,title\na,b,One\nc,d,Two\ne,f,One\n")
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(data, told, place=home)
    bad = stopped.value.report.bad
    found = [(each.row, each.column, each.value) for each in bad]
    assert found == [(n, "dcterms:title", t) for n, t in ((2, "One"), (3, "Two"), (4, "One"))]
    assert "row 2 says dcterms:title 'One'" in bad[1].reason
    assert "row 3 says dcterms:title 'Two'" in bad[0].reason


STUDY = """
[[evidence]]
direction = "supports"
basis = "own"
[evidence.study]
slug = "trial"
label = "The trial"
design = "randomisedTrial"
intervention = { label = "{drug}", on-missing = "create", kind = "substance" }
"""


def test_a_trial_with_several_arms_may_leave_out_what_differs(home: Project) -> None:
    mapping = LEAST.replace("noSource", "ownData") + STUDY
    data, told = given(home, mapping, TABLE)
    with pytest.raises(ImportStopped):
        magkg.import_claims(data, told, place=home)
    told.write_text(mapping + 'on-conflict = "leave-out"\n')
    assert magkg.import_claims(data, told, place=home).new == 2
    assert values(home, "intervention") == []
    assert magkg.import_claims(data, told, place=home).files == ()


def test_what_people_wrote_is_left_as_it_is(home: Project) -> None:
    own = home.graphs / "sources" / "note-on-bricks.ttl"
    before = own.read_bytes()
    data, told = given(home, LEAST, TABLE)
    report = magkg.import_claims(data, told, "note-on-bricks", place=home)
    assert report.new == 2
    assert own.read_bytes() == before
    found = (home.graphs / "imported" / "note-on-bricks.ttl").read_text()
    assert "mag:Claim" in found
    assert "mag:Source" not in found
    assert magkg.check(home.graphs).findings == ()
    assert magkg.import_claims(data, told, "note-on-bricks", place=home).files == ()


def test_a_source_with_the_doi_of_a_described_one_is_that_one(home: Project) -> None:
    own = home.graphs / "sources" / "note-on-bricks.ttl"
    text = own.read_text().replace("mag:leftOut", 'mag:doi "10.1234/Bricks" ;\n    mag:leftOut')
    own.write_text(text)
    mapping = LEAST.replace('slug = "the-set"', 'doi = "https://doi.org/10.1234/{n}"')
    data, told = given(home, mapping, "drug,illness,n\na,b,bricks\na,b,tiles\n")
    magkg.import_claims(data, told, place=home)
    names = {name for name in imported(home) if "/" not in name}
    assert names == {"note-on-bricks.ttl", "doi-10-1234-tiles.ttl"}


def test_into_a_built_graph_gives_the_graph_that_a_build_gives(
    home: Project, tmp_path: Path
) -> None:
    graph = tmp_path / "graph"
    magkg.build(home, graph)
    for name in SETS:
        before = (graph / "manifest.json").read_bytes()
        told = take(home, name, into=graph, dry_run=True)
        assert told.files == (str(graph),)
        assert (graph / "manifest.json").read_bytes() == before
        take(home, name, into=graph)
        report = take(home, name, into=graph)
        assert (report.new, report.files) == (0, ())
    assert imported(home) == {}
    for name in SETS:
        take(home, name)
    built = magkg.build(home, tmp_path / "other").manifest
    found = json.loads((graph / "manifest.json").read_text())
    assert (found["root"], found["content"]) == (built.root, built.content) == (
        report.root, built.content,
    )  # fmt: skip


def test_into_a_graph_only_what_is_touched_is_built(
    home: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = LEAST.replace("noSource", "ownData") + STUDY.replace("{drug}", "bluetin")
    graphs, built = [tmp_path / "graph", tmp_path / "other"], []
    magkg.build(home, graphs[0])
    monkeypatch.setattr(builds, "build", lambda *given, **_: built.append(given))
    data, told = given(home, mapping, TABLE)
    magkg.import_claims(data, told, into=graphs[0])
    assert built == []
    monkeypatch.undo()
    # A study has one label: another one takes its place, which an update cannot do.
    told.write_text(mapping.replace('"The trial"', '"The first trial"'))
    found = magkg.import_claims(data, told, into=graphs[0])
    magkg.import_claims(data, told, place=home)
    assert found.root == magkg.build(home, graphs[1]).manifest.root
    contents = {json.loads((each / "manifest.json").read_text())["content"] for each in graphs}
    assert len(contents) == 1


def test_a_graph_that_other_rules_made_is_built_anew(home: Project, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    magkg.build(home, graph)
    told = json.loads((graph / "manifest.json").read_text())
    told["versions"]["magkg"] = "0.0.1"
    (graph / "manifest.json").write_text(json.dumps(told))
    data, mapping = given(home, LEAST, TABLE)
    found = magkg.import_claims(data, mapping, into=graph)
    magkg.import_claims(data, mapping, place=home)
    assert found.root == magkg.build(home, tmp_path / "other").manifest.root
    assert json.loads((graph / "manifest.json").read_text())["versions"]["magkg"] != "0.0.1"


def test_what_was_imported_into_a_project_can_be_added_to_a_graph_of_any_size(
    home: Project, tmp_path: Path
) -> None:
    magkg.build(out=tmp_path / "graph", files=[home.graphs])
    for name in SETS:
        take(home, name)
    brought = home.graphs / "imported"
    found = magkg.build(out=tmp_path / "graph", files=[brought], update=True).manifest
    wanted = magkg.build(home, tmp_path / "other").manifest
    assert (found.root, found.content) == (wanted.root, wanted.content)


def test_what_stops_an_import_leaves_the_built_graph(home: Project, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    magkg.build(home, graph)
    before = (graph / "manifest.json").read_bytes()
    data, told = given(home, LEAST, "drug,illness\n,x\n")
    with pytest.raises(FindingsError):
        magkg.import_claims(data, told, place=home, into=graph)
    with pytest.raises(magkg.MagkgError, match="no built graph"):
        magkg.import_claims(data, told, into=tmp_path / "nowhere")
    assert (graph / "manifest.json").read_bytes() == before


def test_concepts_that_are_not_found_are_told_once(home: Project) -> None:
    mapping = LEAST.replace('on-missing = "create", kind = "condition"', 'kind = "condition"')
    data, told = given(home, mapping, TABLE + "redix,river ague\n")
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(data, told, place=home)
    found = stopped.value.report.as_json()["not_found"]
    assert [(each["value"], each["row"], each["count"]) for each in found] == [  # type: ignore[attr-defined]
        ("river ague", 2, 2), ("hill fever", 3, 1),
    ]  # fmt: skip


def test_a_table_needs_a_mapping(home: Project) -> None:
    data, _ = given(home, LEAST, TABLE)
    with pytest.raises(InputError, match="imported by a mapping"):
        magkg.import_claims(data, place=home)


def test_several_labels_of_one_id_are_names_of_one_concept(home: Project) -> None:
    made = 'object = { id = "T:{n}", label = "{illness}"'
    mapping = LEAST.replace('object = { label = "{illness}"', made)
    mapping += '[prefixes]\nT = "https://example.org/t/"\n'
    table = "drug,illness,n\na,Zeta ague,1\na,Alpha ague,1\na,alpha ague,1\n"
    data, told = given(home, mapping, table)
    report = magkg.import_claims(data, told, place=home)
    text = (home.graphs / "imported" / "concepts" / "condition.ttl").read_text()
    first = text.partition("con:t-1 a")[2].partition(" .\n")[0]
    assert 'skos:prefLabel "Alpha ague"@en' in first
    assert 'skos:altLabel "Zeta ague"@en' in first
    assert "alpha" not in first
    assert len(report.created) == 2
    assert magkg.import_claims(data, told, place=home).files == ()


@pytest.mark.parametrize(
    ("cell", "polarity"),
    [("Up", "affirms"), ("up", "affirms"), ("DOWN", "denies"), ("odd", "reportsNoDifference"),
     ("", "reportsLackOfEvidence")],
)  # fmt: skip
def test_a_value_map_takes_theirs_for_ours(home: Project, cell: str, polarity: str) -> None:
    value = (
        '{ column = "way", map = { Up = "affirms", down = "denies" },'
        ' else = "reportsNoDifference", default = "reportsLackOfEvidence" }'
    )
    mapping = LEAST.replace('polarity = "affirms"', f"polarity = {value}")
    data, told = given(home, mapping, f"drug,illness,way\na,b,{cell}\n")
    magkg.import_claims(data, told, place=home)
    assert local(values(home, "polarity")) == [polarity]

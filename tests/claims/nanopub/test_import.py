"""Import of nanopublications: ours come back as they were, those of others as far as they go."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

import magkg
from magkg import Project
from magkg.claims import turtle
from magkg.claims.nanopub import carried, foreign, parts, reading, trusty
from magkg.claims.nanopub.feed import feed
from magkg.claims.nanopub.rebased import rebased
from magkg.claims.standing import Files
from magkg.errors import InputError
from magkg.use.export.exchange import nanopub as export
from magkg.use.import_report import ImportStopped
from magkg.vocabulary import MAG, TYPE
from tests import evidence, importing, small
from tests.claims.nanopub import sets

WHEN = "2026-01-31T00:00:00Z"
DAY = "2026-01-31"
KNOWN = foreign.Known(
    "https://example.org/p/source/",
    frozenset({MAG + "treats"}),
    {"https://example.org/a": "https://example.org/p/concept/a", "urn:b": "https://x.org/b"},
)


def claim_of(text: str, known: foreign.Known = KNOWN) -> dict[str, list[str]]:
    """What a made-up nanopublication of others says of its claim: property to values."""
    iri, quads = foreign.claim(sets.one(text), known, WHEN)
    found: dict[str, list[str]] = {}
    for quad in sorted(quads, key=str):
        if str(quad.subject) == f"<{iri}>":
            name = quad.predicate.value.removeprefix(MAG).rpartition("#")[2]
            found.setdefault(name, []).append(str(quad.object))
    return found


def exported(folder: Path) -> Path:
    """The claims of the made-up project with judgements and figures, one file each."""
    for _, code, made in export.nanopublications(evidence.graph().subgraph()):
        (folder / f"{code}.trig").write_bytes(carried.serialised(code, made, {}))
    return folder


def test_an_assertion_of_several_statements_is_kept_whole_and_gets_no_triple() -> None:
    said = claim_of(sets.named(assertion="ex:a ex:b ex:c ; ex:d 1 ."))
    assert "subject" not in said
    assert said["notFormalised"][0].startswith('"An assertion of 2 statements in terms of others')
    code = sets.one(sets.named(assertion="ex:a ex:b ex:c ; ex:d 1 .")).code
    assert said["label"] == [f'"The nanopublication {code} asserts 2 statements."@en']
    assert said["upstreamId"] == [f'"{sets.BASE}{code}"']
    assert said["noPassage"]


def test_one_statement_in_known_terms_becomes_the_triple() -> None:
    treats = f"ex:a <{MAG}treats> <urn:b> ."
    said = claim_of(sets.named(assertion=treats))
    assert said["subject"] == ["<https://example.org/p/concept/a>"]
    assert said["predicate"] == [f"<{MAG}treats>"]
    assert said["object"] == ["<https://x.org/b>"]
    assert "notFormalised" not in said
    for other in (treats.replace("<urn:b>", "ex:unknown"), treats.replace("treats", "unknown")):
        assert "notFormalised" in claim_of(sets.named(assertion=other))
    assert "notFormalised" in claim_of(sets.named(assertion=f'ex:a <{MAG}treats> "b" .'))


def test_outside_ids_count_where_they_are_exact_and_of_one_concept() -> None:
    lines = """@prefix mag: <https://w3id.org/magkg/ns#> .
      @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
      <urn:c> mag:conceptKind mag:substanceConcept . <urn:d> mag:conceptKind mag:substanceConcept .
      <urn:1> mag:concept <urn:c> ; mag:match skos:exactMatch ; mag:outside <urn:out> .
      <urn:2> mag:concept <urn:c> ; mag:match skos:closeMatch ; mag:outside <urn:near> .
      <urn:3> mag:concept <urn:c> ; mag:match skos:exactMatch ; mag:outside <urn:both> .
      <urn:4> mag:concept <urn:d> ; mag:match skos:exactMatch ; mag:outside <urn:both> .
      mag:treats a mag:Predicate ."""
    known = foreign.Known.of("urn:s/", ox.parse(lines, format=ox.RdfFormat.TURTLE))
    assert known.concepts == {"urn:c": "urn:c", "urn:d": "urn:d", "urn:out": "urn:c"}
    assert known.predicates == {MAG + "treats"}


@pytest.mark.parametrize(
    ("given", "gist"),
    [
        ({"pubinfo": sets.PUBINFO + ' this: rdfs:label "A\\n label"@fr .'}, '"A label"@fr'),
        ({"assertion": 'sub:assertion dcterms:description "Told" .'}, '"Told"@en'),
        (
            {"assertion": "sub:assertion npx:asSentence <http://purl.org/aida/Bees+are%20busy.> ."},
            '"Bees are busy."@en',
        ),
        ({"pubinfo": sets.PUBINFO + f' this: rdfs:label "{"x" * 600}" .'}, f'"{"x" * 500} ..."@en'),
    ],
)
def test_the_gist_is_what_it_says_of_itself(given: dict[str, str], gist: str) -> None:
    assert claim_of(sets.named(**given))["label"] == [gist]


def test_the_source_is_the_nanopublication() -> None:
    pubinfo = (
        'this: dcterms:creator ex:ada ; dcterms:created "2026-01-31T10:00:00+01:00"^^xsd:dateTime; '
        "dcterms:license <https://creativecommons.org/licenses/by/4.0/> . "
        'ex:ada <http://xmlns.com/foaf/0.1/name> "Ada" .'
    )
    one = sets.one(sets.named(pubinfo=pubinfo))
    _, quads = foreign.claim(one, KNOWN, WHEN)
    said = {
        (each.predicate.value.rpartition("/")[2].rpartition("#")[2], str(each.object))
        for each in quads
        if "/source/nanopub-" in str(each.subject) and "#" not in str(each.subject)
    }
    assert ("creator", '"Ada"') in said
    assert ("issued", '"2026-01-31"^^<http://www.w3.org/2001/XMLSchema#date>') in said
    assert ("license", "<https://creativecommons.org/licenses/by/4.0/>") in said
    assert ("seenAt", str(one.iri)) in said


def test_a_day_of_another_form_is_left_out() -> None:
    pubinfo = 'this: dcterms:creator ex:ada ; dcterms:created "2024-W01-1" .'
    _, quads = foreign.claim(sets.one(sets.named(pubinfo=pubinfo)), KNOWN, WHEN)
    assert [each for each in quads if each.predicate.value.endswith("issued")] == []


def test_documents_that_the_provenance_names_are_cited() -> None:
    taken = "sub:assertion prov:hadPrimarySource <https://doi.org/10.1000/x>, <https://x.org/y> ."
    said = claim_of(sets.named(provenance=taken))
    assert said["attribution"] == [f"<{MAG}namedSource>"]
    assert len(said["evidence"]) == 2
    assert claim_of(sets.named())["attribution"] == [f"<{MAG}noSource>"]


def test_plain_ones_of_one_name_are_two_sources() -> None:
    first, _ = foreign.claim(sets.one(sets.trig()), KNOWN, WHEN)
    again, _ = foreign.claim(sets.one(sets.trig()), KNOWN, "2027-01-01T00:00:00Z")
    other, _ = foreign.claim(sets.one(sets.trig(assertion="ex:a ex:b ex:c .")), KNOWN, WHEN)
    assert first == again
    assert first.partition("#")[0] != other.partition("#")[0]


def test_others_land_sound_and_a_second_import_changes_nothing(tmp_path: Path) -> None:
    shutil.copytree(small.ROOT, tmp_path / "bees")
    home = Project(tmp_path / "bees")
    con = "https://example.org/bees/concept/"
    triple = f"<{con}pollen-patty> <{MAG}treats> <{con}chalkbrood> ."
    path = tmp_path / "two.trig"
    path.write_text(sets.named(assertion=triple) + sets.trig())
    report = magkg.import_claims(path, place=home, date=DAY)
    assert (report.rows, report.new, report.known) == (2, 2, 0)
    assert magkg.check(home.graphs).findings == ()
    before = importing.imported(home)
    again = magkg.import_claims(path, place=home, date=DAY)
    assert (again.new, again.known, importing.imported(home)) == (0, 2, before)


def test_the_whole_suite_lands_sound(tmp_path: Path) -> None:
    if sets.absent():
        pytest.skip(sets.absent())
    pytest.importorskip("cryptography")
    home = importing.project(tmp_path / "p")
    report = magkg.import_claims(sets.SUITES / "nanopub-valid", place=home, date=DAY)
    # simple1 stands there in three syntaxes, multiassertion and FDOs under names of their own.
    assert (report.rows, report.claims, report.bad) == (91, 88, ())
    assert magkg.check(home.graphs).findings == ()


def test_others_need_a_day(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text(sets.trig())
    home = importing.project(tmp_path / "p")
    with pytest.raises(InputError, match="say when") as caught:
        magkg.import_claims(path, place=home)
    assert "--date" in caught.value.hint
    with pytest.raises(InputError, match="'soon' is no date"):
        magkg.import_claims(path, place=home, date="soon")
    assert importing.imported(home) == {}


@pytest.mark.parametrize(
    ("date", "moment"),
    [(DAY, WHEN), ("2026-01-31T02:00:00+02:00", WHEN), ("2026-01-31T00:00:00.5Z", WHEN)],
)
def test_a_day_is_its_first_second_in_utc(tmp_path: Path, date: str, moment: str) -> None:
    path = tmp_path / "a.trig"
    path.write_text(sets.trig())
    (brought,) = feed(path, Files(importing.project(tmp_path / "p")), date)
    ends = [each for each in brought.quads if each.predicate.value.endswith("endedAtTime")]
    assert [each.object.value for each in ends if isinstance(each.object, ox.Literal)] == [moment]


def test_one_invalid_file_of_a_folder_keeps_all_out(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "a.trig").write_text(sets.named())
    (folder / "b.trig").write_text(sets.named().replace("bees", "wasps"))
    (folder / "notes.txt").write_text("left aside")
    home = importing.project(tmp_path / "p")
    with pytest.raises(InputError, match=r"b\.trig: no valid nanopublication: .*altered"):
        magkg.import_claims(folder, place=home, date=DAY)
    assert importing.imported(home) == {}


def test_a_folder_without_any_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no file of nanopublications"):
        list(reading.read([tmp_path / "empty"], Files(Project(small.ROOT)), WHEN))


def test_ours_are_known_where_they_came_from(tmp_path: Path) -> None:
    shutil.copytree(small.ROOT, tmp_path / "bees")
    home = Project(tmp_path / "bees")
    path = tmp_path / "ours.trig"
    with path.open("wb") as out:
        for _, code, made in export.nanopublications(small.graph().subgraph()):
            out.write(carried.serialised(code, made, {}))
    report = magkg.import_claims(path, place=home)
    assert (report.new, report.known) == (0, len(small.graph().subgraph()))
    assert report.files == ()


def test_ours_come_back_statement_for_statement(tmp_path: Path) -> None:
    authored = {*ox.parse(evidence.MORE, format=ox.RdfFormat.TURTLE)}
    authored |= {quad for path in small.project().files() for quad in turtle.read(path).quads}
    taken = list(reading.read([exported(tmp_path)], Files(small.project()), None))
    graph = evidence.graph()
    assert sorted(each.claim for each in taken) == list(graph.subgraph().claims)
    assert all(each.own for each in taken)
    for each in taken:
        assert each.quads <= authored


def test_ours_go_into_another_project_under_its_names(tmp_path: Path) -> None:
    home = importing.project(tmp_path / "p")
    (home.graphs / "predicates.ttl").write_bytes(
        (small.ROOT / "graphs" / "predicates.ttl").read_bytes()
    )
    folder = tmp_path / "set"
    folder.mkdir()
    for _, code, made in export.nanopublications(small.graph().subgraph()):
        (folder / f"{code}.trig").write_bytes(carried.serialised(code, made, {}))
    report = magkg.import_claims(folder, place=home)
    assert report.new == report.claims == len(small.graph().subgraph())
    assert magkg.check(home.graphs).findings == ()
    text = b"".join(importing.imported(home).values()).decode()
    assert 'mag:upstreamId "https://example.org/bees/source/' in text
    names = [each for each in importing.imported(home) if "/" not in each]
    assert all(each.removesuffix(".ttl")[-9] == "-" for each in names)
    again = magkg.import_claims(folder, place=home)
    assert (again.new, again.files) == (0, ())


def spoilt(old: str, new: str) -> parts.Nanopub:
    """One of ours with a statement changed, under the code that it has then."""
    graph = small.graph()
    _, code, made = next(iter(export.nanopublications(graph.subgraph())))
    text = carried.serialised(code, made, graph.prefixes).decode()
    assert old in text
    changed = sets.one(text.replace(old, new, 1))
    code = trusty.made(changed.quads, changed.code)
    return sets.one(text.replace(old, new, 1).replace(changed.code, code))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("mag:polarity mag:affirms", "mag:polarity mag:denies", "not the one whose digest"),
        ("sub:pubinfo {", "sub:pubinfo { src:x a mag:Claim .", "not the one whose digest"),
        ("sub:pubinfo {", "sub:pubinfo { src:x a mag:Source .", "does not lead to .*source/x"),
    ],
)
def test_ours_are_refused_where_their_claim_was_changed(old: str, new: str, reason: str) -> None:
    changed = spoilt(old, new)
    assert parts.faults(changed) == []
    assert carried.is_own(changed)
    with pytest.raises(InputError, match=reason):
        carried.claim(changed)


def test_concepts_of_the_same_name_and_kind_are_the_projects_own(tmp_path: Path) -> None:
    folder = tmp_path / "ours.trig"
    with folder.open("wb") as out:
        for _, code, made in export.nanopublications(small.graph().subgraph()):
            out.write(carried.serialised(code, made, {}))
    home = importing.project(tmp_path / "p")
    (home.graphs / "predicates.ttl").write_bytes(
        (small.ROOT / "graphs" / "predicates.ttl").read_bytes()
    )
    magkg.import_claims(folder, place=home, date=DAY)
    (file,) = (home.graphs / "imported" / "concepts").glob("substance.ttl")
    own = [q for q in turtle.read(file).quads if q.predicate.value.endswith("prefLabel")]
    theirs = own[0].subject
    shutil.rmtree(home.graphs / "imported")
    name = own[0].object
    described = home.graphs / "concepts" / "substance.ttl"
    described.write_text(
        described.read_text() + f"\ncon:mine a mag:Concept ;\n    skos:prefLabel {name} ;\n"
        "    mag:conceptKind mag:substanceConcept .\n"
    )
    magkg.format(home.graphs)
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(folder, place=home, date=DAY)
    assert "--concepts by-label" in stopped.value.hint
    assert len(stopped.value.findings) == 1
    assert "mapping" not in str(stopped.value)
    magkg.import_claims(folder, place=home, date=DAY, concepts="by-label")
    text = "".join(each.decode() for each in importing.imported(home).values())
    assert "con:mine" in text
    assert str(theirs).rpartition("/")[2].rstrip(">") not in text
    assert magkg.check(home.graphs).findings == ()


@pytest.mark.parametrize(
    "given",
    [
        {"pubinfo": sets.PUBINFO + ' this: dcterms:license "see https://x.org/a b" .'},
        {"pubinfo": sets.PUBINFO + ' this: dcterms:creator "Ada <https://x.org/a b>" .'},
        {"provenance": 'sub:assertion prov:wasDerivedFrom "http://x.org/a b" .'},
    ],
)
def test_words_are_no_addresses(given: dict[str, str]) -> None:
    said = claim_of(sets.named(**given))
    assert said["attribution"] == [f"<{MAG}noSource>"]


def test_a_time_beyond_the_calendar_is_told_or_left(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text(sets.trig())
    far = "0001-01-01T00:00:00+05:00"
    with pytest.raises(InputError, match="is no date"):
        magkg.import_claims(path, place=importing.project(tmp_path / "p"), date=far)
    changed = spoilt("sub:pubinfo {", f'sub:pubinfo {{ src:x src:y "{far}"^^xsd:dateTime .')
    with pytest.raises(InputError, match="does not lead to"):
        carried.claim(changed)


def test_a_bad_one_of_a_folder_is_told_by_its_file_and_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "a.trig").write_text(sets.named())
    text = sets.named(pubinfo=sets.PUBINFO + ' this: rdfs:label "A\u200blabel"@en .')
    (folder / "b.trig").write_text(text)
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(folder, place=importing.project(tmp_path / "p"), date=DAY)
    (bad,) = stopped.value.report.bad
    assert (bad.file, bad.row) == (str(folder / "b.trig"), 2)
    assert bad.reason.startswith(f"{sets.one(text).iri}: ")


def test_a_long_name_of_another_project_becomes_a_name_of_a_file() -> None:
    long = f"https://x.org/{'long-' * 80}name"
    quads = [ox.Quad(ox.NamedNode(long), ox.NamedNode(TYPE), ox.NamedNode(MAG + "Source"))]
    spaces = dict.fromkeys(("src", "study", "con"), "https://example.org/p/source/")
    _, found = rebased("urn:c", quads, spaces)
    (quad,) = found
    assert len(str(quad.subject)) < 160

"""The generated graph: the same bytes, of the shape of the real one, faulty where it says so."""

import hashlib
import json
from collections import Counter
from functools import cache
from pathlib import Path

import generate
import pyarrow as pa
import pyarrow.compute as pc
import pyoxigraph as ox
import pytest
import workload_lines
from workload_model import DEFECTS
from workload_world import World

from magkg import resources
from magkg.claims import identity
from magkg.errors import Finding
from magkg.store import derive
from magkg.store.bulk import files, reading
from magkg.store.check import vocabulary_quads
from magkg.store.columns.tables import Columns
from magkg.store.skip import leave_out
from magkg.store.validate import derived, validate
from magkg.vocabulary import MAG, TYPE

# Of 1,500 claims, one of 25 faulty: each kind of fault four times or more.
SIZE, SEED, FAULTY = 1_500, 1, 40_000
PINNED = "7a42b947ea5187758c122f3fba612798394f06c1866394d3ae27991e4f52f55d"


def text(folder: Path) -> bytes:
    return (folder / "graph.nq").read_bytes()


def read(data: bytes) -> list[ox.Quad]:
    return list(ox.parse(data, format=ox.RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph with faults, as N-Quads and as tables."""
    folder = tmp_path_factory.mktemp("generated")
    generate.write(World(SIZE, SEED, FAULTY), folder, "both")
    return folder


@cache
def clean() -> tuple[ox.Quad, ...]:
    return tuple(generate.quads(SIZE, SEED))


def found_in(quads: list[ox.Quad]) -> list[Finding]:
    given = validate([*quads, *vocabulary_quads()])
    return [Finding("", 0, each.focus, each.constraint, each.message) for each in given]


def short(constraint: str) -> str:
    return constraint.rpartition("#")[2]


def test_the_bytes_are_pinned(made: Path) -> None:
    # Another machine, or another numpy or Arrow, must make these bytes.
    assert hashlib.sha256(text(made)).hexdigest() == PINNED


def test_every_line_is_canonical_and_said_once(made: Path) -> None:
    lines = text(made).decode().split("\n")
    assert lines.pop() == ""
    assert [f"{each} ." for each in read(text(made))] == lines
    assert len(set(lines)) == len(lines)


def test_statements_of_a_node_stand_together(made: Path) -> None:
    subjects = [str(each.subject) for each in read(text(made))]
    starts = [one for before, one in zip(["", *subjects], subjects, strict=False) if one != before]
    assert len(starts) == len(set(starts))


def test_another_seed_and_another_size_make_another_graph(made: Path) -> None:
    own = set(read(text(made)))
    for other in (generate.quads(SIZE, SEED + 1), generate.quads(SIZE + 1, SEED)):
        assert len(own & set(other)) < len(own)


def test_without_faults_nothing_is_found() -> None:
    assert found_in(list(clean())) == []


def test_what_is_derived_of_it_is_valid() -> None:
    quads = list(clean())
    store = ox.Store()
    derivation = derive.derive(quads, list(identity.claims(quads)))
    store.bulk_extend([*quads, *vocabulary_quads(), *derivation])
    derive.run_rules(store, resources.data("ontology") / "rules")
    assert validate(store, derived()) == []
    verdicts = store.query(f"SELECT DISTINCT ?v {{ ?a <{MAG}verdict> ?v }}")
    assert len(list(verdicts)) > 3  # the rules had something to decide


def test_each_fault_is_found_by_its_constraint_and_no_other_is(made: Path) -> None:
    rows = [line.split("\t") for line in (made / "defects.tsv").read_text("utf-8").splitlines()]
    assert rows.pop(0) == ["claim", "kind", "constraint"]
    assert {(kind, constraint) for _, kind, constraint in rows} == set(DEFECTS)
    quads = read(text(made))
    findings = found_in(quads)
    assert Counter(short(each.kind) for each in findings) == Counter(row[2] for row in rows)
    left, _, gone = leave_out(quads, findings, lambda rest: found_in(list(rest)))
    assert gone == sorted(row[0] for row in rows)
    assert found_in(left) == []


def test_it_has_the_shape_of_the_real_graph(made: Path) -> None:
    quads = clean()
    kinds = Counter(each.object.value for each in quads if each.predicate.value == TYPE)
    claims = kinds[MAG + "Claim"]
    assert claims == SIZE
    assert 18 <= len(quads) / claims <= 25
    assert 0.4 <= kinds[MAG + "EvidenceLine"] / claims <= 0.55
    assert 0.08 <= kinds[MAG + "Study"] / claims <= 0.12
    whole = sum(each.predicate.value.endswith("oa#start") for each in quads)
    assert 0.4 <= whole / claims <= 0.6
    lines = Counter(each.subject for each in quads if each.predicate.value == MAG + "evidence")
    assert set(lines.values()) == {1, 2, 3}


def test_it_is_skewed() -> None:
    quads = list(clean())
    stated = Counter(each.proposition for each in identity.claims(quads))
    made_by = Counter(each.object for each in quads if each.predicate.value == MAG + "source")
    for counts in (stated, made_by):
        mean = sum(counts.values()) / len(counts)
        assert counts.most_common(1)[0][1] > 3 * mean
    assert sum(each == 1 for each in stated.values()) > len(stated) / 2


def test_no_chain_of_citations_is_longer_than_two() -> None:
    makes: dict[str, str] = {}
    cites: dict[str, set[str]] = {}
    for each in clean():
        if each.predicate.value == MAG + "evidence":
            makes[str(each.object)] = each.subject.value.partition("#")[0]
    for each in clean():
        if each.predicate.value == MAG + "citesSource":
            cites.setdefault(makes[str(each.subject)], set()).add(each.object.value)
    depths = Counter(_depth(source, cites) for source in cites)
    assert set(depths) == {1, 2}


def _depth(source: str, cites: dict[str, set[str]]) -> int:
    return 1 + max((_depth(each, cites) for each in cites.get(source, ())), default=-1)


def test_shards_and_blocks_hold_the_same_statements(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "_BLOCK", 97)
    generate.write(World(SIZE, SEED, FAULTY), tmp_path, shards=3, compress="gz")
    parts = []
    for name in ("graph-00.nq.gz", "graph-01.nq.gz", "graph-02.nq.gz"):
        with pa.input_stream(str(tmp_path / name), compression="gzip") as given:
            parts.append(given.read())
    assert all(parts)
    assert sorted(b"".join(parts).splitlines()) == sorted(text(made).splitlines())
    assert (tmp_path / "defects.tsv").read_text() == (made / "defects.tsv").read_text()


def test_what_is_held_back_completes_the_graph(made: Path, tmp_path: Path) -> None:
    generate.write(World(SIZE, SEED, FAULTY), tmp_path, held=20)
    held, rest = read((tmp_path / "held.nq").read_bytes()), read(text(tmp_path))
    claim = ox.NamedNode(MAG + "Claim")
    assert sum(each.object == claim for each in held) == 20
    assert set(held) | set(rest) == set(read(text(made)))
    # What stays is whole without it.
    assert {each.subject for each in held}.isdisjoint(each.object for each in rest)


def test_tables_say_what_the_lines_say(made: Path, tmp_path: Path) -> None:
    said = []
    for given in (made / "graph.nq", made / "tables"):
        columns = Columns(tmp_path, 1 << 30)
        reading.read(columns, files.files([given]))
        said.append({line for (line,) in columns.rows("SELECT line FROM line")})
        columns.close()
    assert said[0] == said[1]
    assert len(said[0]) > 10 * SIZE


def test_lines_of_a_slice_are_those_of_the_slice() -> None:
    table = {"claim": pa.array(["urn:a", "urn:b", "urn:c"]), "gist": pa.array(["1", None, '"3"'])}
    cut = {name: column.slice(1) for name, column in table.items()}
    told = workload_lines.lines(cut, workload_lines.CLAIM).to_pybytes().decode()
    assert told.splitlines() == [
        f"<urn:b> <{TYPE}> <{MAG}Claim> .",
        f"<urn:c> <{TYPE}> <{MAG}Claim> .",
        r'<urn:c> <http://www.w3.org/2000/01/rdf-schema#label> "\"3\""@en .',
    ]


def test_the_command_writes_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    generate.main(["200", str(tmp_path), "--defects", "0.05", "--compress", "zst"])
    about = json.loads(capsys.readouterr().out)
    assert about == json.loads((tmp_path / "about.json").read_text("utf-8"))
    with pa.input_stream(str(tmp_path / "graph.nq.zst"), compression="zstd") as given:
        assert given.read().count(b"\n") == about["statements"]
    assert len((tmp_path / "defects.tsv").read_text("utf-8").splitlines()) == 1 + 10
    with pytest.raises(SystemExit):
        generate.main(["200", str(tmp_path), "--shards", "0"])


def test_draws_are_even() -> None:
    from workload_numbers import Chance, Zipf

    place = pa.array(range(50_000)).to_numpy()
    drawn = Chance(7).below("any", place, 10)
    assert all(4_600 < count < 5_400 for count in Counter(drawn.tolist()).values())
    first = pc.value_counts(pa.array(Zipf(1_000, 0).draw(Chance(7), "any", place)))
    counts = {each["values"]: each["counts"] for each in first.to_pylist()}
    assert 1.8 < counts[0] / counts[1] < 2.2  # by the law of Zipf, twice

"""Files of statements become the graph that a project of the same statements becomes."""

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.claims import identity, turtle
from magkg.claims.identity import ClaimIdentity
from magkg.claims.project import Project
from magkg.claims.project import bundled as bundled_project
from magkg.errors import FindingsError, InputError, SyntaxFault
from magkg.store import digests, manifest, roots
from magkg.store.bulk import building, files, identities, reading, resuming
from magkg.store.columns.tables import Columns
from magkg.store.manifest import Manifest
from magkg.store.verify import verify_store
from magkg.vocabulary import XSD
from tests.store import bulk_data

# Of 500 claims, one of ten is asked to be faulty: each known kind of fault stands among them.
CLAIMS, FAULTY = 500, 100_000
MEMORY = 1 << 30


def bulk(given: list[Path], out: Path) -> Manifest:
    report = building.build(given, out, memory=MEMORY)
    assert manifest.read(out) == report.manifest
    return report.manifest


def state(folder: Path) -> dict[str, bytes]:
    """All files of a folder, but for the lock, which is held by whoever builds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "lock" not in path.name.lower()
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lines of a small sound graph."""
    return bulk_data.generated(tmp_path_factory.mktemp("small"), 60)


@pytest.fixture
def standing(built: Project, tmp_path: Path) -> Path:
    """A folder in which a graph stands already."""
    return Path(shutil.copytree(built.built, tmp_path / "standing"))


def read(given: list[Path], folder: Path) -> tuple[str, list[str], list[str]]:
    """Read files into columns: the root of their claims, their lines and what columns say."""
    columns = Columns(folder, MEMORY)
    try:
        reading.read(columns, files.files(given))
        identities.members(columns)
        identities.identify(columns)
        lines = [line for (line,) in columns.rows("SELECT line FROM line")]
        said = [line for query in columns.lines() for (line,) in columns.rows(query)]
        claims = [ClaimIdentity(iri, None, digest) for iri, digest in identities.pairs(columns)]
        return identity.root(claims), sorted(lines), sorted(said)
    finally:
        columns.close()


# The same graph as by the other path.


def test_the_bundled_graph_is_the_same_by_both_paths(bundled_folder: Path, tmp_path: Path) -> None:
    paths = sorted((bundled_project().root / "graphs").rglob("*.ttl"))
    stated = [f"{quad} ." for path in paths for quad in turtle.read(path).quads]
    given = bulk_data.write(tmp_path / "all.nq", stated)
    wanted = manifest.read(bundled_folder)
    made = bulk([given], tmp_path / "built")
    assert (made.root, made.content) == (wanted.root, wanted.content)
    assert dict(made.counts) == dict(wanted.counts)
    assert verify_store(tmp_path / "built") == []
    listed = tmp_path / "built" / "stores" / f"{made.store}.digests"
    assert listed.stat().st_size == 32 * made.counts["quads"]
    assert digests.content(listed) == made.content
    assert roots.root(listed.with_suffix(".claims")) == made.root


def test_ten_thousand_claims_are_the_same_by_both_paths(tmp_path: Path) -> None:
    given = bulk_data.generated(tmp_path / "given", 10_000)
    made = bulk([given], tmp_path / "built")
    root, content, store = bulk_data.in_memory(given)
    assert (made.root, made.content) == (root, content)
    assert made.counts["claims"] == 10_000
    assert made.counts["quads"] == len(store)
    assert verify_store(tmp_path / "built") == []


# The same graph from other files.


def shuffled(lines: list[str]) -> list[str]:
    return random.Random(5).sample(lines, len(lines))


def one(name: str, change: Callable[[list[str]], list[str]]) -> Callable[[Path, Path], list[Path]]:
    return lambda small, to: [bulk_data.write(to / name, change(bulk_data.lines(small)))]


def as_turtle(small: Path, to: Path) -> list[Path]:
    quads = ox.parse(path=str(small), format=ox.RdfFormat.N_QUADS)
    triples = [each.triple for each in quads]
    path = to / "graph.ttl"
    ox.serialize(triples, str(path), format=ox.RdfFormat.TURTLE)
    return [path]


def sharded(small: Path, to: Path) -> list[Path]:
    lines = shuffled(bulk_data.lines(small))
    bulk_data.write(to / "deep" / "a.nq", lines[::3])
    bulk_data.packed(to / "b.nq.gz", "".join(f"{each}\n" for each in lines[1::3]).encode())
    bulk_data.write(to / "c.nt", lines[2::3])
    return [to]


def windows(small: Path, to: Path) -> list[Path]:
    (to / "graph.nq").write_bytes(small.read_bytes().replace(b"\n", b"\r\n").rstrip())
    return [to / "graph.nq"]


def mixed(small: Path, to: Path) -> list[Path]:
    (made,) = as_turtle(small, to)
    return [made, small]


def spoken(name: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [bulk_data.WORDS[name](each) for each in lines]


def in_all_words(lines: list[str]) -> list[str]:
    return shuffled([*lines, *(line for name in bulk_data.WORDS for line in spoken(name)(lines))])


WAYS: dict[str, Callable[[Path, Path], list[Path]]] = {
    "gz": lambda small, to: [bulk_data.packed(to / "graph.nq.gz", small.read_bytes())],
    "zst": lambda small, to: [bulk_data.packed(to / "graph.nq.zst", small.read_bytes())],
    "turtle": as_turtle,
    "shards of a folder": sharded,
    "lines and Turtle": mixed,
    "another order": one("graph.nq", shuffled),
    "ends of lines as of Windows, none at the end": windows,
    "repeated": one("graph.nq", lambda lines: [*lines, *lines[::2], lines[0]]),
    **{name: one("graph.nq", spoken(name)) for name in bulk_data.WORDS},
    "repeated in all words": one("graph.nq", in_all_words),
}


@pytest.fixture(scope="module")
def plain(
    small: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, list[str], list[str]]:
    found = read([small], tmp_path_factory.mktemp("plain"))
    # All else of a build follows from this.
    assert found[0] == bulk_data.in_memory(small)[0]
    assert found[1] == found[2] == sorted(bulk_data.lines(small))
    return found


@pytest.mark.parametrize("way", WAYS)
def test_other_files_of_the_same_statements_are_the_same_columns(
    small: Path, plain: tuple[str, list[str], list[str]], tmp_path: Path, way: str
) -> None:
    to = tmp_path / "given"
    to.mkdir()
    given = WAYS[way](small, to)
    assert read(given, tmp_path) == plain


def test_another_statement_gives_another_root(
    small: Path, plain: tuple[str, list[str], list[str]], tmp_path: Path
) -> None:
    lines = bulk_data.lines(small)
    at = next(n for n, each in enumerate(lines) if "ns#polarity> " in each)
    lines[at] = lines[at].rpartition("#")[0] + "else> ."
    root, *_ = read([bulk_data.write(tmp_path / "graph.nq", lines)], tmp_path)
    assert root != plain[0]


# What cannot be read.

BAD: dict[str, tuple[str, bytes, int | None, str]] = {
    "no statement": ("graph.nq", b"<urn:x:a> <urn:x:b .\n", 2, ""),
    "a literal that does not end": ("graph.nq", b'<urn:x:a> <urn:x:b> "c .\n', 2, ""),
    "no full stop": ("graph.nq", b"<urn:x:a> <urn:x:b> <urn:x:c>\n", 2, ""),
    "a relative IRI": ("graph.nq", b"<a> <urn:x:b> <urn:x:c> .\n", 2, ""),
    "a named graph": ("graph.nq", b"<urn:x:a> <urn:x:b> <urn:x:c> <urn:x:g> .\n", 2, "named graph"),
    "a blank subject": ("graph.nq", b"_:a <urn:x:b> <urn:x:c> .\n", 2, "blank node"),
    "a blank object": ("graph.nq", b"<urn:x:a> <urn:x:b> _:c .\n", 2, "blank node"),
    "a triple term": (
        "graph.nq", b"<urn:x:a> <urn:x:b> <<( <urn:x:a> <urn:x:b> <urn:x:c> )>> .\n", 2, "triple",
    ),
    "a literal in another form": (
        "graph.nq", f'<urn:x:a> <urn:x:b> "1.50"^^<{XSD}decimal> .\n'.encode(), 2, "not keep",
    ),
    "a datatype that is not kept": (
        "graph.nq", f'<urn:x:a> <urn:x:b> "1"^^<{XSD}positiveInteger> .\n'.encode(), 2, "not keep",
    ),
    "not UTF-8": ("graph.nq", b'<urn:x:a> <urn:x:b> "\xff\xfe" .\n', 2, "UTF-8"),
    "Turtle with a blank node": ("graph.ttl", b"<urn:x:a> <urn:x:b> [] .\n", None, "blank node"),
    "Turtle that does not parse": ("graph.ttl", b"<urn:x:a> <urn:x:b> .\n", 2, ""),
}  # fmt: skip


def bad_lines() -> Iterator[object]:
    for name, (file, *_) in BAD.items():
        for suffix in ("", ".gz", ".zst") if file.endswith(".nq") else ("",):
            yield pytest.param(name, suffix, id=f"{name}{suffix}")


@pytest.mark.parametrize(("name", "suffix"), list(bad_lines()))
def test_bad_lines_are_named_and_the_graph_that_stood_there_stays(
    standing: Path, tmp_path: Path, name: str, suffix: str
) -> None:
    file, line, number, told = BAD[name]
    path = tmp_path / f"{file}{suffix}"
    data = b"<urn:x:a> <urn:x:b> <urn:x:c> .\n" + line
    path.write_bytes(data) if not suffix else bulk_data.packed(path, data)
    before = state(standing)
    with pytest.raises(InputError) as caught:
        building.build([path], standing, memory=MEMORY)
    assert path.name in str(caught.value.file)
    assert caught.value.line == number
    assert told in caught.value.message
    assert isinstance(caught.value, SyntaxFault) == (not told)
    assert state(standing) == before


def empty(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def unknown(folder: Path) -> Path:
    return bulk_data.write(folder / "graph.csv", ["a,b"])


def broken(folder: Path) -> Path:
    (folder / "graph.nq.gz").write_bytes(b"no gzip")
    return folder / "graph.nq.gz"


@pytest.mark.parametrize(
    "make",
    [
        empty,
        unknown,
        broken,
        lambda folder: folder / "missing.nq",
    ],
)
def test_files_that_are_none_are_named(
    standing: Path, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    path, before = make(tmp_path), state(standing)
    with pytest.raises(InputError) as caught:
        building.build([path], standing, memory=MEMORY)
    assert path.name in str(caught.value.file)
    assert state(standing) == before


def test_the_inputs_of_a_manifest_are_named_the_same_wherever_they_lie(
    small: Path, tmp_path: Path
) -> None:
    for folder in ("here", "there"):
        for name in ("deep/a.nq", "b.nq"):
            bulk_data.write(tmp_path / folder / name, bulk_data.lines(small))
    here, there = (
        bulk([tmp_path / folder], tmp_path / f"built-{folder}") for folder in ("here", "there")
    )
    assert here.inputs.keys() >= {"b.nq", "deep/a.nq"}
    assert here.inputs == there.inputs


def test_a_way_to_handle_errors_that_is_none_is_refused(small: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="on_error"):
        building.build([small], tmp_path / "built", on_error="ignore")


# Faulty claims.


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bulk_data.generated(tmp_path_factory.mktemp("faulty"), CLAIMS, FAULTY)


def planted(faulty: Path) -> dict[str, str]:
    """The claims with a fault, with the constraint that finds it."""
    rows = [each.split("\t") for each in bulk_data.lines(faulty.parent / "defects.tsv")[1:]]
    return {claim: constraint for claim, _, constraint in rows}


def test_faults_stop_a_build_and_are_told_by_file_and_line(faulty: Path, standing: Path) -> None:
    before, lines = state(standing), bulk_data.lines(faulty)
    with pytest.raises(FindingsError) as caught:
        building.build([faulty], standing, memory=MEMORY)
    findings = caught.value.findings
    wanted = planted(faulty)
    assert len(findings) >= len(wanted) > 10
    kinds = {each.kind.rpartition("#")[2] for each in findings}
    assert kinds == set(wanted.values())
    for each in findings:
        assert each.file.endswith("graph.nq")
        # The line speaks of the node that was found.
        assert lines[each.line - 1].startswith(f"<{each.claim}> "), each
    assert state(standing) == before


def test_a_graph_without_its_faulty_claims_is_that_of_the_others(
    faulty: Path, tmp_path: Path
) -> None:
    report = building.build([faulty], tmp_path / "built", on_error="skip", memory=MEMORY)
    wanted = planted(faulty)
    assert sorted(report.skipped) == sorted(wanted)
    assert len(report.findings) >= len(wanted)
    assert report.manifest.counts["claims"] == CLAIMS - len(wanted)
    kept = bulk_data.write(tmp_path / "kept.nq", bulk_data.without(faulty, set(wanted)))
    root, content, _ = bulk_data.in_memory(kept)
    assert (report.manifest.root, report.manifest.content) == (root, content)


class EndedError(Exception):
    """Stands for whatever ends a build."""


def test_a_build_that_was_ended_twice_and_resumed_gives_the_same_report(
    faulty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"on_error": "skip", "memory": MEMORY}
    wanted = building.build([faulty], tmp_path / "wanted", **given)
    assert wanted.findings
    monkeypatch.setattr(resuming, "LARGE", 0)
    for first, step in (("read", "rules"), ("resumed after identify", "load")):
        told: list[str] = []

        def end(name: str, step: str = step, told: list[str] = told) -> None:
            told.append(name)
            if name == step:
                raise EndedError

        with pytest.raises(EndedError):
            building.build([faulty], tmp_path / "built", **given, progress=end)
        assert told[0] == first
    found = building.build([faulty], tmp_path / "built", **given)
    assert found.resumed == "validate"
    assert replace(found, folder=wanted.folder, resumed="") == wanted
    assert verify_store(tmp_path / "built") == []

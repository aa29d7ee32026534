"""A graph that was added to is the graph that is built of all files at once, to its last quad."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.claims import identity, turtle
from magkg.claims.project import bundled
from magkg.errors import FindingsError, InputError, StoreUnavailable
from magkg.store import digests, manifest, roots
from magkg.store.update.building import update
from magkg.store.verify import verify_store
from magkg.vocabulary import MAG
from tests.store import bulk_data
from tests.store.update_data import (
    added,
    bare,
    built,
    claims_of,
    files,
    quads,
    rest,
    same,
    split,
)


@pytest.fixture(scope="module")
def everything() -> list[str]:
    """The lines of the bundled graph."""
    paths = sorted((bundled().root / "graphs").rglob("*.ttl"))
    return sorted({f"{quad} ." for path in paths for quad in turtle.read(path).quads})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("small")
    return bulk_data.lines(bulk_data.generated(folder, 120, seed=4))


@pytest.mark.parametrize(
    ("claims", "seed", "share"), [(300, 1, 0.1), (300, 2, 0.5), (800, 3, 0.02)]
)
def test_generated_claims(claims: int, seed: int, share: float, tmp_path: Path) -> None:
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", claims, seed=seed))
    left = split(lines, random.Random(seed), share, tmp_path / "all.nq")
    same(left, rest(lines, left), lines, tmp_path)


@pytest.mark.parametrize("seed", [1, 2])
def test_generated_claims_with_their_sources_studies_and_concepts(
    seed: int, tmp_path: Path
) -> None:
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", 300, seed=seed))
    chance = random.Random(seed)
    left = bare(split(lines, chance, 0.3, tmp_path / "all.nq"), chance, 0.6)
    same(left, rest(lines, left), lines, tmp_path)


@pytest.mark.parametrize(("seed", "share"), [(1, 0.05), (2, 0.2), (3, 0.6)])
def test_claims_of_the_bundled_graph(
    everything: list[str], seed: int, share: float, tmp_path: Path
) -> None:
    left = split(everything, random.Random(seed), share, tmp_path / "all.nq")
    same(left, rest(everything, left), everything, tmp_path)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_single_statements_of_what_is_no_claim(
    everything: list[str], seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    generated = bulk_data.lines(bulk_data.generated(tmp_path / "given", 200, seed=seed))
    for number, lines in enumerate((everything, generated)):
        claims = {f"<{claim}>" for claim in claims_of(lines)}
        more = [
            line
            for line in lines
            if line.partition(" ")[0] not in claims and chance.random() < 0.03
        ]
        folder = tmp_path / str(number)
        folder.mkdir()
        same(rest(lines, more), more, lines, folder)


# Claims that are there already.


def changed(lines: list[str], chance: random.Random) -> tuple[list[str], list[str], list[str]]:
    """Give lines of some claims as they become, those they had, and all as they are then.

    Some get another polarity, another triple (that of another claim), or lose their evidence.
    """
    kinds = ("polarity", "subject", "predicate", "object", "kind", "certainty")
    ways = {f"<{MAG}{name}>" for name in kinds}
    own: dict[str, dict[str, str]] = {}
    for line in lines:
        subject, predicate, _ = line.split(" ", 2)
        if predicate in ways:
            own.setdefault(subject, {})[predicate] = line
    claims = [f"<{claim}>" for claim in claims_of(lines)]
    whole = [claim for claim in claims if own[claim].keys() == ways]
    now: dict[str, str] = {}
    for claim in chance.sample(whole, len(whole) // 5):
        other = chance.choice(whole)
        for way in ways:
            now[own[claim][way]] = own[other][way].replace(other, claim, 1)
    gone = {line for line in lines if line.split(" ", 2)[1] == f"<{MAG}evidence>"}
    gone = {line for line in sorted(gone) if chance.random() < 0.1}
    made = [now.get(line, line) for line in lines if line not in gone]
    parts = {line.removesuffix(" .").rpartition(" ")[2] for line in gone}
    used = {line.removesuffix(" .").rpartition(" ")[2] for line in made}
    made = [line for line in made if line.partition(" ")[0] not in parts - used]
    effects = {
        line.removesuffix(" .").rpartition(" ")[2] for line in lines if f"<{MAG}effect>" in line
    }
    used = {line.removesuffix(" .").rpartition(" ")[2] for line in made}
    made = [line for line in made if line.partition(" ")[0] not in effects - used]
    touched = {line.partition(" ")[0] for line in set(made) ^ set(lines)} & set(claims)
    return touched_lines(made, touched), lines, made


def touched_lines(lines: list[str], claims: set[str]) -> list[str]:
    """Give the lines of claims, and of their parts."""
    nodes = set(claims)
    ways = {f"<{each}>" for each in identity.PARTS}
    for _ in range(3):
        nodes |= {
            line.removesuffix(" .").rpartition(" ")[2]
            for line in lines
            if line.partition(" ")[0] in nodes and line.split(" ", 2)[1] in ways
        }
    return [line for line in lines if line.partition(" ")[0] in nodes]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_claims_that_are_replaced(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is mixed at random breaks shapes; how it is derived is what is tested here.
    monkeypatch.setattr("magkg.store.validate.validate", lambda *_, **__: [])
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", 250, seed=seed))
    more, graph, whole = changed(lines, random.Random(seed))
    same(graph, more, whole, tmp_path)


def test_a_graph_that_is_added_to_again_and_again(tmp_path: Path) -> None:
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", 200, seed=6))
    first = split(lines, random.Random(1), 0.2, tmp_path / "all.nq")
    second = split(first, random.Random(2), 0.2, tmp_path / "all.nq")
    out = tmp_path / "graph"
    built(second, out)
    for number, more in enumerate((rest(first, second), rest(lines, first), lines)):
        made = update([bulk_data.write(tmp_path / f"{number}.nq", more)], out).manifest
    wanted = built(lines, tmp_path / "whole")
    assert (made.root, made.content) == (wanted.root, wanted.content)
    assert quads(out) == quads(tmp_path / "whole")


def test_nothing_new_leaves_the_graph_as_it_is(small: list[str], tmp_path: Path) -> None:
    before = built(small, tmp_path / "graph")
    kept = files(tmp_path / "graph")
    given = bulk_data.write(tmp_path / "again.nq", small[::-1])
    assert update([given], tmp_path / "graph").manifest == before
    assert files(tmp_path / "graph") == kept


def test_damage_to_a_file_that_both_stores_share_is_not_published_as_sound(
    small: list[str], tmp_path: Path
) -> None:
    graph, more, _ = faulty(small)
    listed = tmp_path / "graph" / "stores" / f"{built(graph, tmp_path / 'graph').store}.files.json"
    facts = json.loads(listed.read_bytes())
    tables = [name for name in facts if name.endswith(".sst")]
    for name in tables:
        facts[name]["sha256"] = "0" * 64
    listed.write_text(json.dumps(facts))
    update([bulk_data.write(tmp_path / "more.nq", more)], tmp_path / "graph", on_error="skip")
    faults = verify_store(tmp_path / "graph")
    assert 0 < len(faults) <= len(tables)  # a table may have been merged into a new one
    assert all("its digest differs" in fault for fault in faults)


@pytest.mark.parametrize("harm", ["lost", "changed", "empty", "cut"])
@pytest.mark.parametrize("which", ["digests", "claims"])
def test_a_list_that_is_not_the_store_s_is_made_anew(
    which: str, harm: str, small: list[str], tmp_path: Path
) -> None:
    left = split(small, random.Random(1), 0.2, tmp_path / "all.nq")
    made = built(left, tmp_path / "graph")
    listed = tmp_path / "graph" / "stores" / f"{made.store}.{which}"
    store = ox.Store.read_only(str(tmp_path / "graph" / "stores" / made.store))
    {"digests": digests, "claims": roots}[which].collect(store, listed)
    del store
    data = listed.read_bytes()
    if harm == "lost":
        listed.unlink()
    else:
        changed = data[:-1] + bytes([data[-1] ^ 1])
        listed.write_bytes({"empty": b"", "cut": data[:-40], "changed": changed}[harm])
    more = bulk_data.write(tmp_path / "more.nq", rest(small, left))
    wanted = built(small, tmp_path / "whole")
    found = update([more], tmp_path / "graph").manifest
    assert (found.content, found.root) == (wanted.content, wanted.root)
    assert verify_store(tmp_path / "graph") == []


# What is refused.


def faulty(lines: list[str]) -> tuple[list[str], list[str], str]:
    """Give a graph, two claims to add to it, one of them faulty, and the faulty one."""
    subjects = {line.partition(" ")[0] for line in lines if f"<{MAG}predicate>" in line}
    refer = {line.removesuffix(" .").rpartition(" ")[2] for line in lines}
    good, bad = sorted(subjects - refer)[:2]
    mine = touched_lines(lines, {good, bad})
    graph = [line for line in lines if line not in set(mine)]
    wrong = [line for line in mine if not line.startswith(f"{bad} <{MAG}polarity>")]
    return graph, wrong, bad[1:-1]


def test_a_faulty_claim_is_named_by_file_and_line(small: list[str], tmp_path: Path) -> None:
    graph, more, bad = faulty(small)
    built(graph, tmp_path / "graph")
    before = files(tmp_path / "graph")
    given = bulk_data.write(tmp_path / "more.nq", more)
    with pytest.raises(FindingsError) as caught:
        update([given], tmp_path / "graph")
    (found,) = caught.value.findings
    first = next(at for at, line in enumerate(more, 1) if line.startswith(f"<{bad}> "))
    assert (found.claim, found.line) == (bad, first)
    assert found.file.endswith("more.nq")
    assert files(tmp_path / "graph") == before
    assert list((tmp_path / "graph" / "stores").glob(".new*")) == []


def test_a_faulty_claim_can_be_left_out(small: list[str], tmp_path: Path) -> None:
    graph, more, bad = faulty(small)
    made = added(graph, more, tmp_path, on_error="skip")
    sound = [line for line in more if line not in set(touched_lines(more, {f"<{bad}>"}))]
    wanted = built([*graph, *sound], tmp_path / "whole")
    assert (made.root, made.content) == (wanted.root, wanted.content)


REFUSED = {
    "a term of the vocabulary": (f'<{MAG}efficacyClaim> <{MAG}note> "x" .', "vocabulary"),
    "a blank node": (f'_:a <{MAG}note> "x" .', "blank"),
    "a named graph": (f'<urn:a> <{MAG}note> "x" <urn:g> .', "named graph"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_added_is_refused(name: str, small: list[str], tmp_path: Path) -> None:
    line, told = REFUSED[name]
    built(small, tmp_path / "graph")
    before = files(tmp_path / "graph")
    given = bulk_data.write(tmp_path / "more.nq", [line])
    with pytest.raises(InputError, match=told):
        update([given], tmp_path / "graph")
    assert files(tmp_path / "graph") == before


def test_a_graph_must_be_there_and_of_the_same_rules(small: list[str], tmp_path: Path) -> None:
    given = bulk_data.write(tmp_path / "more.nq", small)
    with pytest.raises(StoreUnavailable):
        update([given], tmp_path / "graph")
    assert not (tmp_path / "graph").exists()
    made = built(small, tmp_path / "graph")
    name = next(each for each in made.inputs if each.endswith(".rq"))
    text = (tmp_path / "graph" / manifest.FILE).read_text("utf-8")
    text = text.replace(made.inputs[name], "0" * 64)
    (tmp_path / "graph" / manifest.FILE).write_text(text, "utf-8")
    with pytest.raises(InputError, match="another version"):
        update([given], tmp_path / "graph")


# What interrupts it.

CHILD = """
import os, signal, sys
from pathlib import Path
from magkg.store.update.building import update
from magkg.store.verify import verify_store
from magkg.store.verify import verify_store
def step(name):
    print(name, flush=True)
    if name == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
update([Path(sys.argv[1])], Path(sys.argv[2]), progress=step)
"""
STEPS = ["link", "check", "derive", "digest", "sync", "store", "manifest", "clean"]


def test_a_killed_update_leaves_the_old_graph_or_the_new(small: list[str], tmp_path: Path) -> None:
    left = split(small, random.Random(1), 0.2, tmp_path / "all.nq")
    built(left, tmp_path / "standing")
    before = files(tmp_path / "standing")
    more = bulk_data.write(tmp_path / "more.nq", rest(small, left))
    wanted = built(small, tmp_path / "whole")
    for step in STEPS:
        out = tmp_path / step
        shutil.copytree(tmp_path / "standing", out)
        words = [sys.executable, "-c", CHILD, str(more), str(out), step]
        done = subprocess.run(words, capture_output=True, timeout=120)
        assert done.returncode == -signal.SIGKILL
        assert verify_store(out) == []
        if step != "clean":
            assert files(out) == before
        made = update([more], out).manifest
        assert (made.root, made.content) == (wanted.root, wanted.content)
        assert verify_store(out) == []
        left_over = [path.name for path in (*out.iterdir(), *(out / "stores").iterdir())]
        assert [name for name in left_over if name[0] == "." and name != ".lock"] == []

"""An export is written whole, named by what it is, with a manifest that says what it holds."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from magkg.errors import InputError, MagkgError, OutputError, UnknownName
from magkg.use.export import formats
from magkg.use.export.exporting import MANIFEST, Exported, default_name, export, export_to
from magkg.use.export.formats import FORMATS, Options
from tests.use.export import nasty

if TYPE_CHECKING:
    from pathlib import Path

    from magkg.use.graph import Graph

CONTRACT = [
    "turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml", "rdf12", "nanopub", "va-spec",
    "kgx", "graphml", "gexf", "cytoscape", "csv", "tsv", "parquet", "ro-crate", "bibtex", "csl",
    "svg", "png",
]  # fmt: skip


def test_the_formats_are_those_of_the_contract() -> None:
    assert set(FORMATS) == set(CONTRACT)
    for each in FORMATS.values():
        assert callable(formats.writer(each)), each.name


@pytest.mark.parametrize("name", CONTRACT)
def test_every_format_writes_the_same_bytes_twice(
    bundled: Graph, tmp_path: Path, name: str
) -> None:
    if name == "png":
        pytest.importorskip("resvg_py")
    chosen = {"source": "pan-2011"}
    first = export(bundled.subgraph(**chosen), name, tmp_path / "one")
    second = export(bundled.subgraph(**chosen), name, tmp_path / "two")
    assert first.counts == second.counts
    assert first.counts
    one, two = (
        json.loads((tmp_path / f"{each}{MANIFEST}").read_text("utf-8")) for each in ("one", "two")
    )
    files = [list(each["files"].values()) for each in (one, two)]
    assert files[0] == files[1]
    assert one["claims"] == len(bundled.subgraph(**chosen))
    assert one["selection"] == "source=pan-2011"
    assert one["format"] == name
    assert bundled.manifest is not None
    assert one["graph"]["root"] == bundled.manifest.root


def test_the_manifest_tells_the_digest_of_the_file(bundled: Graph, tmp_path: Path) -> None:
    done = export(bundled.subgraph(source="pan-2011"), "ntriples", tmp_path / "a.nt")
    assert done.path == tmp_path / "a.nt"
    data = done.path.read_bytes()
    told = json.loads((tmp_path / f"a.nt{MANIFEST}").read_text("utf-8"))
    assert told["files"] == {
        "a.nt": {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    }
    assert "a.nt" in done.text()
    assert f"{done.counts['claims']} claims" in done.text()
    assert sorted(os.listdir(tmp_path)) == ["a.nt", f"a.nt{MANIFEST}"]


def test_the_default_name_holds_version_root_and_selection(
    bundled: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    built = bundled.manifest
    assert built is not None
    start = f"magkg-{built.versions['magkg']}-{built.root[:12]}"
    assert default_name(bundled.subgraph(), FORMATS["nquads"]) == f"{start}.nq"
    oxide = default_name(bundled.subgraph(concept="magnesium-oxide"), FORMATS["nquads"])
    other = default_name(bundled.subgraph(concept="sleep"), FORMATS["nquads"])
    assert oxide.startswith(start)
    assert len({oxide, other, f"{start}.nq"}) == 3
    done = bundled.subgraph(concept="magnesium-oxide").export("ntriples")
    assert done.path is not None
    assert done.path.name == oxide.replace(".nq", ".nt")
    assert default_name(bundled.subgraph(), FORMATS["parquet"]) == f"{start}-parquet"
    of_claims = default_name(bundled.subgraph(), FORMATS["graphml"], "claims")
    assert of_claims == f"{start}-claims.graphml"
    assert default_name(nasty.control().subgraph(), FORMATS["svg"]) == "small-endpoint.svg"


def test_a_stream_is_given_the_same_bytes(bundled: Graph, tmp_path: Path) -> None:
    chosen = bundled.subgraph(source="pan-2011")
    out = io.BytesIO()
    done = export_to(chosen, "ntriples", out)
    assert done.path is done.manifest is None
    export(chosen, "ntriples", tmp_path / "a.nt")
    assert out.getvalue() == (tmp_path / "a.nt").read_bytes()
    with pytest.raises(InputError, match="several files"):
        export_to(chosen, "parquet", out)


def test_an_export_that_fails_leaves_what_stood_there(tmp_path: Path) -> None:
    kept = tmp_path / "a.graphml"
    kept.write_text("kept")
    with pytest.raises(InputError, match="nasty#c0"):
        nasty.control().subgraph().export("graphml", kept)
    assert kept.read_text() == "kept"
    out = io.BytesIO()
    with pytest.raises(InputError, match="nasty#c0"):
        export_to(nasty.control().subgraph(), "graphml", out)
    assert out.getvalue() == b""
    with pytest.raises(InputError, match="nasty#c0"):
        nasty.surrogate().subgraph().export("parquet", tmp_path / "tables")
    assert os.listdir(tmp_path) == ["a.graphml"]


# A gist is no part of a reference; a crate of a graph without a date is refused (test_ro_crate).
@pytest.mark.parametrize("name", [n for n in CONTRACT if n not in ("bibtex", "csl", "ro-crate")])
def test_a_lone_surrogate_is_refused_by_name(tmp_path: Path, name: str) -> None:
    if name == "png":
        pytest.importorskip("resvg_py")
    with pytest.raises(InputError, match="nasty#c0"):
        nasty.surrogate().subgraph().export(name, tmp_path / "x")
    assert os.listdir(tmp_path) == []


def test_places_that_cannot_be_written(bundled: Graph, tmp_path: Path) -> None:
    chosen = bundled.subgraph(source="pan-2011")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        chosen.export("parquet", tmp_path / "full")
    with pytest.raises(InputError, match="is a folder"):
        chosen.export("ntriples", tmp_path / "full")
    with pytest.raises(InputError, match="is a file"):
        chosen.export("parquet", tmp_path / "full" / "x")
    with pytest.raises(OutputError, match="no such file"):
        chosen.export("ntriples", tmp_path / "none" / "a.nt")
    with pytest.raises(InputError, match="does not name"):
        chosen.export("ntriples", "")
    assert (tmp_path / "full" / "x").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    chosen.export("parquet", tmp_path / "empty")
    assert any((tmp_path / "empty").iterdir())


def test_a_link_stays_a_link_and_rights_stay_as_they_were(bundled: Graph, tmp_path: Path) -> None:
    chosen = bundled.subgraph(source="pan-2011")
    (tmp_path / "real.nt").write_text("old")
    (tmp_path / "real.nt").chmod(0o600)
    (tmp_path / "link.nt").symlink_to("real.nt")
    chosen.export("ntriples", tmp_path / "link.nt")
    assert (tmp_path / "link.nt").is_symlink()
    assert (tmp_path / "real.nt").read_text("utf-8").startswith("<")
    assert (tmp_path / "real.nt").stat().st_mode & 0o777 == 0o600
    (tmp_path / "folder").mkdir(0o700)
    (tmp_path / "to-folder").symlink_to("folder")
    chosen.export("parquet", tmp_path / "to-folder")
    assert (tmp_path / "to-folder").is_symlink()
    assert any((tmp_path / "folder").iterdir())
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o700
    with pytest.raises(InputError, match="does not name an output"):
        chosen.export("parquet", ".")


def test_options_that_mean_nothing_to_a_format(bundled: Graph, tmp_path: Path) -> None:
    chosen = bundled.subgraph(source="pan-2011")
    for options, says in (
        (Options(neo4j=True), "takes no --neo4j"),
        (Options(view="claims"), "takes no --view"),
        (Options(spreadsheet=True), "takes no --spreadsheet"),
        (Options(key=tmp_path), "takes no --key"),
        (Options(title="Oxide"), "takes no --title"),
    ):
        with pytest.raises(InputError, match=says):
            chosen.export("turtle", tmp_path / "x", options)
    with pytest.raises(UnknownName, match="view of a network"):
        chosen.export("graphml", tmp_path / "x", Options(view="claim"))
    with pytest.raises(UnknownName) as caught:
        chosen.export("graphm", tmp_path / "x")
    assert caught.value.suggestions[0] == "graphml"
    assert os.listdir(tmp_path) == []


def test_progress_is_told(bundled: Graph, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    options = Options(progress=lambda done, total: told.append((done, total)))
    chosen = bundled.subgraph(source="guide-nerve-health")
    for name in ("ntriples", "parquet", "graphml", "nanopub"):
        told.clear()
        chosen.export(name, tmp_path / name, options)
        assert told[-1] == (len(chosen), len(chosen)), name


def test_a_format_whose_library_is_absent_says_how_to_get_it(
    bundled: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    with pytest.raises(MagkgError, match=r"magkg\[png\]"):
        bundled.subgraph(source="pan-2011").export("png", tmp_path / "a.png")


def test_a_pipe_is_written_to_and_has_no_manifest(bundled: Graph, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with (
        (tmp_path / "read").open("wb") as out,
        subprocess.Popen(["cat", pipe], stdout=out) as reader,
    ):
        done = export(bundled.subgraph(source="pan-2011"), "ntriples", pipe)
        reader.wait(timeout=30)
    assert (done.path, done.manifest) == (None, None)
    assert (tmp_path / "read").read_bytes().count(b"\n") == done.counts["statements"]
    assert sorted(os.listdir(tmp_path)) == ["pipe", "read"]


def test_one_of_a_thing_is_told_in_the_singular() -> None:
    counts = {
        "claims": 1, "claims without a triple": 1, "studies": 1, "entries": 2, "evidence rows": 1,
        "nanopublications": 1, "stated": 1, "nodes": 1000,
    }  # fmt: skip
    assert Exported(None, None, counts).text() == (
        "wrote 1 claim, 1 claim without a triple, 1 study, 2 entries, 1 evidence row, "
        "1 nanopublication, 1 stated, 1,000 nodes"
    )

"""Bad input at the command line: one clear message each, nothing half done, no traceback."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from magkg.claims.starter import lay_down

from . import w3c
from .cli import Ran, magkg

SOURCE = "graphs/sources/note-on-bricks.ttl"
CONCEPTS = "graphs/concepts/substance.ttl"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    lay_down(tmp_path / "bricks", "https://example.org/bricks/")
    return tmp_path / "bricks"


def edit(project: Path, name: str, old: str, new: str) -> None:
    text = (project / name).read_text("utf-8")
    assert old in text
    (project / name).write_text(text.replace(old, new), "utf-8")


def not_utf8(project: Path) -> str:
    path = project / SOURCE
    data = path.read_bytes()
    at = data.index(b"usual")
    path.write_bytes(data[:at] + b"\xe9" + data[at:])
    return rf"{SOURCE}:{1 + data[:at].count(10)}: .*UTF-8"


def empty(project: Path) -> str:
    (project / "graphs" / "sources" / "empty.ttl").write_text("")
    return r"empty\.ttl:1: .*empty"


def huge_literal(project: Path) -> str:
    with (project / "graphs" / "sources" / "huge.ttl").open("w") as out:
        out.write('<https://example.org/x>\n  <https://example.org/p> "')
        out.writelines("x" * 1_000_000 for _ in range(100))
        out.write('" .\n')
    return r"huge\.ttl:2: "


def unknown_prefix(project: Path) -> str:
    edit(project, SOURCE, "con:clay", "conn:clay")
    return rf"{SOURCE}:\d+: .*conn(.|\n)*con"


def past_the_end(project: Path) -> str:
    text = (project / SOURCE).read_text("utf-8")
    (end,) = re.findall(r"oa:end (\d+) ;\n    mag:sha", text)
    edit(project, SOURCE, f"-{end}>", "-9999>")
    edit(project, SOURCE, f"oa:end {end} ;\n    mag:sha", "oa:end 9999 ;\n    mag:sha")
    return rf"{SOURCE}:\d+: .*#c\d+-9999: "


def overlapping_slug(project: Path) -> str:
    other = project / "graphs" / "sources" / "Note-on-Bricks.ttl"
    text = (project / SOURCE).read_text("utf-8")
    other.write_text(text.replace("note-on-bricks", "Note-on-Bricks"), "utf-8")
    return r"Note-on-Bricks"


def two_files(project: Path) -> str:
    other = project / "graphs" / "sources" / "second.ttl"
    other.write_text((project / SOURCE).read_text("utf-8"), "utf-8")
    return rf"second\.ttl(.|\n)*{SOURCE}|{SOURCE}(.|\n)*second\.ttl"


def unknown_concept(project: Path) -> str:
    edit(project, SOURCE, "con:clay", "con:klay")
    return rf"{SOURCE}:\d+: .*klay.*con:clay"


def leaves_the_folder(project: Path) -> str:
    edit(project, SOURCE, "mag:object con:clay", "mag:object <../../../etc/passwd>")
    return rf"{SOURCE}:\d+: "


def faulty_link(project: Path) -> str:
    (project / "graphs" / "sources" / "out.ttl").symlink_to("/etc/hostname")
    return r"out\.ttl"


FAULTS: list[Callable[[Path], str]] = [
    not_utf8, empty, huge_literal, unknown_prefix, past_the_end, overlapping_slug, two_files,
    unknown_concept, leaves_the_folder, faulty_link,
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_check_and_build_name_the_place_and_write_nothing(
    project: Path, fault: Callable[[Path], str]
) -> None:
    expected = fault(project)
    checked = magkg("check", cwd=project)
    assert checked.code in (1, 2)
    assert re.search(expected, checked.out + checked.err), checked.out + checked.err
    built = magkg("build", cwd=project)
    assert built.code in (1, 2)
    assert built.err
    assert not (project / "build").exists()


def test_a_folder_in_place_of_a_file(project: Path) -> None:
    (project / "graphs" / "sources" / "folder.ttl").mkdir()
    assert magkg("check", cwd=project).code == 0, "a folder is no file, whatever its name"
    ran = magkg("check", project / "texts", cwd=project)
    assert (ran.code, "texts" in ran.err) == (2, True)
    ran = magkg("check", "nowhere.ttl", cwd=project)
    assert (ran.code, "nowhere.ttl" in ran.err) == (2, True)
    (project / "texts" / "note-on-bricks.txt").rename(project / "texts" / "old.txt")
    (project / "texts" / "note-on-bricks.txt").mkdir()
    ran = magkg("anchor", "note-on-bricks", "clay", "--sources", "texts", cwd=project)
    assert (ran.code, "note-on-bricks.txt" in ran.err) == (2, True)


def test_a_source_file_that_changed(project: Path) -> None:
    text = project / "texts" / "note-on-bricks.txt"
    text.write_text(text.read_text("utf-8").replace("fired", "baked"), "utf-8")
    checked = magkg("check", "--sources", "texts", cwd=project)
    assert checked.code == 1
    assert "note-on-bricks" in checked.out
    ran = magkg("format", "--sources", "texts", cwd=project)
    assert ran.code == 2
    assert "has sha256" in ran.err
    assert magkg("build", cwd=project).code == 0
    verified = magkg("verify", "--sources", "texts", cwd=project)
    assert (verified.code, "another than the one that was read" in verified.out) == (0, True)


def test_comments_are_not_lost(project: Path) -> None:
    with (project / CONCEPTS).open("a") as out:
        out.write("# a remark\n")
    before = (project / CONCEPTS).read_bytes()
    ran = magkg("format", cwd=project)
    assert ran.code == 2
    assert re.search(rf"{CONCEPTS}:\d+: .*comment", ran.err)
    assert (project / CONCEPTS).read_bytes() == before


def test_format_wants_a_project_or_files(tmp_path: Path) -> None:
    assert magkg("format", cwd=tmp_path).code == 2


def test_a_file_where_a_graph_should_go(project: Path) -> None:
    (project / "taken").write_text("x")
    ran = magkg("build", "--out", "taken", cwd=project)
    assert (ran.code, "taken" in ran.err) == (2, True)
    assert (project / "taken").read_text() == "x"
    ran = magkg("build", "--out", "/proc/graph", cwd=project)
    assert (ran.code, "/proc/graph" in ran.err) == (2, True)


@pytest.mark.parametrize("slug", ["../secret", "/etc/passwd", "a\\b", "..", ""])
def test_a_source_name_that_leads_out_of_the_folder(project: Path, slug: str) -> None:
    ran = magkg("anchor", slug, "root", "--sources", "texts", cwd=project)
    assert ran.code == 2
    assert "leads out" in ran.err


@pytest.mark.parametrize(
    "words",
    [["--concept"], ["concept", "x"], ["--concept", "a b"], ["--concept", "<>"], ["--=", "x"]],
)
def test_odd_parameters_are_clear_errors(bundled_folder: Path, words: list[str]) -> None:
    ran = magkg("query", "claims_about", *words, "--graph", bundled_folder)
    assert ran.code == 2
    assert ran.err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT ?x { ?x nix:a 1 }",
    ],
)
def test_queries_that_are_none_are_refused(bundled_folder: Path, text: str) -> None:
    ran = magkg("query", "-", "--graph", bundled_folder, stdin=text)
    assert ran.code == 2
    assert ran.err.startswith("magkg: ")


@pytest.mark.skipif(bool(w3c.missing()), reason=w3c.missing() or "there")
def test_check_refuses_every_negative_case_of_w3c_with_file_and_line(tmp_path: Path) -> None:
    cases = w3c.negative()
    assert len(cases) == 312
    before = {path for case in cases for path in case.path.parent.iterdir()}
    paths = sorted({case.path for case in cases})
    ran: Ran = magkg("check", *paths, cwd=tmp_path)
    assert ran.code == 1
    places = set(re.findall(r"^(.+?):([1-9]\d*): ", ran.out, re.MULTILINE))
    found = {(tmp_path / name).resolve() for name, _ in places}
    assert {path.resolve() for path in paths} - found == set()
    assert {path for case in cases for path in case.path.parent.iterdir()} == before
    assert list(tmp_path.iterdir()) == []

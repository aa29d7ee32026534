"""Every verb through its real entry point, as each of the three users types it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from .cli import magkg

ROOT = Path(__file__).resolve().parents[1]
CLAIM = "guide-nerve-health#evidence-2011-regeneration"
VERBS = ["init", "anchor", "format", "check", "build", "query", "trace", "verify", "diff", "demo"]


def schema(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text())
    return found


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    """A graph project laid down by `init`."""
    ran = magkg("init", tmp_path / "tea", "--base", "https://example.org/tea/")
    assert ran.code == 0, ran.err
    return tmp_path / "tea"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    ran = magkg(verb, "--help")
    assert ran.code == 0
    assert f"Example: magkg {verb}" in " ".join(ran.out.split())


def test_help_names_every_verb_and_where_to_begin() -> None:
    ran = magkg("--help")
    assert all(re.search(rf"^\s+{verb}\s", ran.out, re.MULTILINE) for verb in VERBS)
    assert "magkg demo" in ran.out


def test_the_version_is_that_of_the_package() -> None:
    import tomllib

    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert magkg("--version").out == f"magkg {stated}\n"


def test_wrong_use_ends_with_2() -> None:
    assert magkg("brew").code == 2
    assert magkg("trace").code == 2
    assert magkg("query").code == 2
    assert magkg("query", "claims", "--form").code == 2


def test_a_new_project_passes_check_and_build_at_once(tea: Path) -> None:
    assert magkg("check", cwd=tea).code == 0
    built = magkg("build", cwd=tea)
    assert built.code == 0, built.err
    assert "1 claim, 1 proposition" in built.out
    traced = magkg("trace", "note-on-bricks#made-of-clay", "--sources", "texts", cwd=tea)
    assert "intact" in traced.out
    assert "[Common bricks are made of clay]" in traced.out
    assert magkg("verify", "--sources", "texts", cwd=tea).code == 0
    assert magkg("verify", cwd=tea).code == 0
    assert magkg("format", "--check", "--sources", "texts", cwd=tea).code == 0
    rows = json.loads(magkg("query", "claims_about", "--concept", "clay", "--json", cwd=tea).out)
    claims = {row["claim"]["value"] for row in rows["results"]["bindings"]}
    assert claims == {"https://example.org/tea/source/note-on-bricks#made-of-clay"}


def test_init_refuses_a_folder_that_holds_something(tea: Path) -> None:
    before = sorted(tea.rglob("*"))
    ran = magkg("init", tea)
    assert ran.code == 2
    assert "not an empty folder" in ran.err
    assert sorted(tea.rglob("*")) == before


@pytest.mark.parametrize("base", ["tea", "https://example.org/tea", "file:///tea/", "a b/", "$x/"])
def test_init_refuses_a_base_that_is_none(tmp_path: Path, base: str) -> None:
    ran = magkg("init", tmp_path / "p", "--base", base)
    assert ran.code == 2
    assert "cannot be the base" in ran.err
    assert not (tmp_path / "p").exists()


def test_anchor_finds_the_words_of_a_passage(tea: Path) -> None:
    ran = magkg("anchor", "note-on-bricks", "fired in a kiln", "--sources", "texts", cwd=tea)
    assert ran.code == 0
    assert re.match(r"c\d+-\d+ ", ran.out)
    as_json = magkg(
        "anchor", "note-on-bricks", "fired in a kiln", "--sources", "texts", "--json", cwd=tea
    )
    (place,) = json.loads(as_json.out)
    text = (tea / "texts" / "note-on-bricks.txt").read_text("utf-8")
    assert text[place["start"] : place["end"]] == "fired in a kiln"
    turtle = magkg(
        "anchor", "note-on-bricks", "fired in a kiln", "--sources", "texts", "--turtle", cwd=tea
    )
    assert f"<#c{place['start']}-{place['end']}> a mag:Passage ;" in turtle.out
    assert (
        magkg("anchor", "note-on-bricks", "no such words", "--sources", "texts", cwd=tea).code == 2
    )
    assert magkg("anchor", "note-on-bricks", "clay", cwd=tea).code == 2
    assert magkg("anchor", "../README", "x", "--sources", "texts", cwd=tea).code == 2


def test_a_curator_adds_a_claim_with_anchor_format_check_build(tea: Path) -> None:
    file = tea / "graphs" / "sources" / "note-on-bricks.ttl"
    anchored = magkg(
        "anchor", "note-on-bricks", "fired in a kiln", "--sources", "texts", "--json", cwd=tea
    )
    (place,) = json.loads(anchored.out)
    text = file.read_text("utf-8")
    claim = re.search(r"<#made-of-clay> a mag:Claim.*?\.\n", text, re.DOTALL)
    assert claim
    new = claim[0].replace("#made-of-clay", "#fired").replace("consists of", "is burnt from")
    new = re.sub(r"<#c\d+-\d+>", f"<#c{place['start']}-{place['end']}>", new)
    file.write_text(f"{text}\n{new}", "utf-8")
    formatted = magkg("format", "--sources", "texts", cwd=tea)
    assert formatted.code == 0, formatted.err
    assert "note-on-bricks.ttl" in formatted.out
    assert magkg("check", "--sources", "texts", cwd=tea).code == 0
    assert "2 claims" in magkg("build", cwd=tea).out
    assert magkg("verify", "--sources", "texts", cwd=tea).code == 0


def test_check_names_file_line_and_claim(tea: Path) -> None:
    file = tea / "graphs" / "sources" / "note-on-bricks.ttl"
    text = file.read_text("utf-8").replace("con:clay", "con:claay")
    file.write_text(text, "utf-8")
    line = 1 + text[: text.index("con:claay")].count("\n")
    ran = magkg("check", cwd=tea)
    assert ran.code == 1
    place = f"graphs/sources/note-on-bricks.ttl:{line}: "
    assert ran.out.startswith(place + "https://example.org/tea/source/note-on-bricks#made-of-clay")
    assert "con:clay" in ran.out, "the nearest concept is named"
    (found,) = json.loads(magkg("check", "--json", cwd=tea).out)["findings"]
    assert found["file"] == "graphs/sources/note-on-bricks.ttl"
    assert found["line"] == line
    assert set(found) == {"file", "line", "claim", "kind", "message"}
    assert magkg("build", cwd=tea).code == 1
    assert not (tea / "build").exists()


def test_trace_is_what_its_schema_says(bundled_folder: Path) -> None:
    ran = magkg("trace", CLAIM, "--graph", bundled_folder, "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, schema("trace"))
    assert found["claim"].endswith(CLAIM)
    (line,) = found["evidence"]
    (study,) = line["studies"]
    assert study["species"] == ["mouse"]
    assert study["year"] == ["2011"]
    assert [done["part"] for done in found["curation"]] == ["read", "checked"]
    assert found["passages"][0]["verdict"] == "not-at-hand"


def test_trace_shows_the_words_where_the_article_is_at_hand(
    bundled_folder: Path, article_folder: Path
) -> None:
    ran = magkg("trace", CLAIM, "--graph", bundled_folder, "--sources", article_folder, "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, schema("trace"))
    assert {passage["verdict"] for passage in found["passages"]} == {"intact"}
    assert all("nerve" in passage["words"] for passage in found["passages"])
    shown = magkg("trace", CLAIM, "--graph", bundled_folder, "--sources", article_folder)
    assert "[A 2011 study found" in shown.out


def test_a_mistyped_claim_gets_the_nearest_names(bundled_folder: Path) -> None:
    ran = magkg("trace", CLAIM + "s", "--graph", bundled_folder)
    assert ran.code == 2
    assert CLAIM in ran.err


@pytest.mark.parametrize("name", ["<>", "a b", 'x"y', "nix:y", "", "\n"])
def test_an_odd_claim_name_is_a_clear_error(bundled_folder: Path, name: str) -> None:
    ran = magkg("trace", name, "--graph", bundled_folder)
    assert ran.code == 2
    assert ran.err.startswith("magkg: ")


def test_trace_of_a_source_shows_its_claims_in_reading_order(bundled_folder: Path) -> None:
    ran = magkg("trace", "--source", "best-form-for-sciatica", "--graph", bundled_folder, "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, schema("coverage"))
    starts = [claim["spans"][0][0] for claim in found["claims"]]
    assert starts == sorted(starts)
    assert len(starts) > 100
    assert any(gap["reason"] for gap in found["gaps"])
    shown = magkg("trace", "--source", "best-form-for-sciatica", "--graph", bundled_folder)
    assert f"{len(starts)} claims cover" in shown.out
    assert magkg("trace", "--source", "best-from", "--graph", bundled_folder).code == 2


def test_verify_finds_every_passage_intact(bundled_folder: Path, article_folder: Path) -> None:
    ran = magkg("verify", "--graph", bundled_folder, "--sources", article_folder, "--json")
    assert ran.code == 0
    found = json.loads(ran.out)
    # A passage of a publication that was read elsewhere has a locator, and no text at hand.
    assert set(found["summary"]) == {"intact", "not-at-hand"}
    placed = [each for each in found["passages"] if each["start"] is not None]
    assert found["summary"]["intact"] == len(placed) > 600
    ran = magkg("verify", "--graph", bundled_folder, "--sources", article_folder)
    assert "other sources: " in ran.out
    assert len(ran.out.splitlines()) == 5


def test_verify_tells_what_became_of_a_passage(
    bundled_folder: Path, article_folder: Path, tmp_path: Path
) -> None:
    name = "best-form-for-sciatica.txt"
    text = (article_folder / name).read_text("utf-8")
    (tmp_path / name).write_text("Updated.\n" + text, "utf-8")
    ran = magkg("verify", "--graph", bundled_folder, "--sources", tmp_path, "--json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert set(found["summary"]) == {"moved", "not-at-hand"}
    moved = [each for each in found["passages"] if each["verdict"] == "moved"]
    assert all(each["new_start"] - each["start"] == len("Updated.\n") for each in moved)
    (tmp_path / name).write_text(" \n".join(text.split(" ")), "utf-8")
    ran = magkg("verify", "--graph", bundled_folder, "--sources", tmp_path, "--json")
    assert ran.code == 0
    assert set(json.loads(ran.out)["summary"]) <= {"intact", "reflowed", "not-at-hand"}
    plain = magkg("verify", "--graph", bundled_folder, "--sources", tmp_path)
    assert "reflowed" in plain.out
    assert "the text is only re-wrapped" in plain.out
    assert "(no text of theirs in the folder)" in plain.out
    (tmp_path / name).write_text(text.replace("350 milligrams", "400 milligrams"), "utf-8")
    plain = magkg("verify", "--graph", bundled_folder, "--sources", tmp_path)
    assert plain.code == 1
    assert re.search(r"^altered: best-form-for-sciatica#\S+ \d+-\d+, now", plain.out, re.MULTILINE)


def test_verify_finds_a_damaged_store(bundled_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "graph"
    shutil.copytree(bundled_folder, copy)
    assert magkg("verify", "--graph", copy).code == 0
    table = max((copy / "stores").rglob("*.sst"), key=lambda path: path.stat().st_size)
    data = bytearray(table.read_bytes())
    data[len(data) // 2] ^= 1
    table.write_bytes(data)
    ran = magkg("verify", "--graph", copy)
    assert ran.code == 1
    assert table.name in ran.out
    table.unlink()
    assert magkg("verify", "--graph", copy).code == 1
    ran = magkg("query", "claims", "--graph", copy)
    assert ran.code == 3
    assert table.name in ran.err


def test_outside_a_project_nothing_is_built_or_checked(tmp_path: Path) -> None:
    for verb in ("build", "check", "format"):
        ran = magkg(verb, cwd=tmp_path)
        assert (ran.code, "no graph project here" in ran.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_an_unbuilt_or_changed_project_is_told(tea: Path) -> None:
    ran = magkg("query", "sources", cwd=tea)
    assert (ran.code, "has not been built" in ran.err) == (0, True)
    assert magkg("build", "--out", "", cwd=tea).code == 2
    assert magkg("build", cwd=tea).code == 0
    assert magkg("query", "sources", cwd=tea).err == ""
    file = tea / "graphs" / "concepts" / "substance.ttl"
    file.write_text(file.read_text("utf-8").replace('"clay"', '"loam"'), "utf-8")
    assert "has changed since" in magkg("query", "sources", cwd=tea).err
    assert magkg("query", "sources", "--graph", ".", cwd=tea).code == 0, "a project is named"


def test_a_graph_that_is_not_there_ends_with_3(tmp_path: Path) -> None:
    for place in (tmp_path / "none", tmp_path, "http://127.0.0.1:9/sparql"):
        ran = magkg("query", "claims", "--graph", place)
        assert ran.code == 3, ran.err
        assert ran.err.startswith("magkg: ")


def test_diff_of_a_graph_with_itself_and_with_an_edit(tea: Path, tmp_path: Path) -> None:
    assert magkg("build", cwd=tea).code == 0
    old = tmp_path / "old"
    shutil.copytree(tea / "build" / "graph", old)
    assert magkg("diff", old, tea / "build" / "graph").code == 0
    file = tea / "graphs" / "sources" / "note-on-bricks.ttl"
    file.write_text(file.read_text("utf-8").replace("mag:asserted", "mag:hedged"), "utf-8")
    assert magkg("build", cwd=tea).code == 0
    ran = magkg("diff", old, tea / "build" / "graph", "--json")
    assert ran.code == 1
    found = json.loads(ran.out)
    jsonschema.validate(found, schema("diff"))
    assert "hedged" in ran.out
    plain = magkg("diff", old, tea / "build" / "graph")
    assert "asserted" in plain.out
    assert "hedged" in plain.out


def test_demo_builds_answers_traces_and_says_what_is_next(bundled_folder: Path) -> None:
    ran = magkg("demo")
    assert ran.code == 0, ran.err
    assert ran.out.count("$ magkg query ") == 3
    assert "... and " in ran.out  # long answers are cut, and say so
    assert max(map(len, ran.out.partition("$ magkg trace")[0].splitlines()[1:])) <= 100
    assert "$ magkg trace " in ran.out
    assert "Next:" in ran.out
    for line in ran.out.splitlines():
        if line.startswith("$ magkg "):
            assert magkg(*line.split()[2:], "--graph", bundled_folder).code == 0


def test_a_fault_of_ours_is_said_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from magkg import cli

    def broken() -> None:
        raise ZeroDivisionError("nought")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    assert "a fault of magkg" in capsys.readouterr().err
    monkeypatch.setenv("MAGKG_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_a_closed_pipe_is_no_error(bundled_folder: Path) -> None:
    import subprocess
    import sys

    command = (
        f"{Path(sys.executable).with_name('magkg')} query claims --graph {bundled_folder} | head -1"
    )
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.stdout.count("\n") == 1
    left = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, check=False
    )
    assert left.returncode in (0, 141)


def test_a_terminal_that_knows_ascii_only_is_shown_escapes(bundled_folder: Path) -> None:
    ran = magkg("demo", PYTHONIOENCODING="ascii")
    assert ran.code == 0
    assert "\\xb7" in ran.out


def test_a_graph_is_not_built_among_the_authored_files(tea: Path) -> None:
    for place in ("graphs", "graphs/new", "."):
        ran = magkg("build", "--out", place, cwd=tea)
        assert (ran.code, "among the authored files" in ran.err) == (2, True)

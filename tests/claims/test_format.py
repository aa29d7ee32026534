from __future__ import annotations

import hashlib
import os
import random
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magkg import vocabulary
from magkg.claims import format as formats
from magkg.claims import passage, turtle
from magkg.claims.project import Project
from magkg.claims.sources import SourceTexts
from magkg.errors import InputError, OutputError, SyntaxFault
from magkg.vocabulary import MAG, OA

TEXT = "Menu\n\nZinc is  red\nand warm. It melts.\n"
BASE = "https://w3id.org/magkg/source/zinc"
BARE = f"""@base <{BASE}> .
<#warm> a mag:Claim ; rdfs:label "Zinc is warm."@en ; mag:passage <#c19-27>, <#c6-10> .
<#red> mag:passage src:zinc\\#c6-18 ; a mag:Claim .
<> a mag:Source ; mag:leftOut <#l0-4> .
<#l0-4> mag:reason "a menu"@en .
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "graphs" / "sources").mkdir(parents=True)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "zinc.txt").write_bytes(TEXT.encode())
    put(Project(tmp_path), BARE)
    return Project(tmp_path)


def put(project: Project, text: str, name: str = "sources/zinc.ttl") -> Path:
    path = project.graphs / name
    path.write_bytes(text.encode())
    return path


def texts(project: Project) -> SourceTexts:
    return SourceTexts(project.root / "texts")


def run(project: Project, *paths: Path, check: bool = False) -> list[Path]:
    return formats.format_paths(project, paths, texts(project), check=check)


def facts(path: Path, fragment: str) -> dict[str, str]:
    found = turtle.read(path).quads
    return {
        quad.predicate.value.replace(MAG, "mag:").replace(OA, "oa:"): quad.object.value
        for quad in found
        if quad.subject.value == BASE + fragment
    }


def formatted(project: Project) -> str:
    (path,) = run(project)
    return path.read_bytes().decode()


def refusal(project: Project, text: str) -> InputError:
    path = put(project, text)
    before = path.read_bytes()
    with pytest.raises(InputError) as caught:
        run(project)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["zinc.ttl"]
    return caught.value


def test_what_can_be_worked_out_is_filled_in(project: Project) -> None:
    (path,) = run(project)
    marks = passage.measure(TEXT, 6, 18)
    assert facts(path, "#c6-18") == {
        vocabulary.TYPE: MAG + "Passage",
        "oa:hasSource": BASE,
        "oa:start": "6",
        "oa:end": "18",
        "mag:sha256": hashlib.sha256(b"Zinc is  red").hexdigest(),
        "mag:foldedSha256": hashlib.sha256(b"Zinc is red").hexdigest(),
        "mag:foldedLength": "11",
        "mag:beforeSha256": marks.before_sha256,
        "mag:afterSha256": marks.after_sha256,
    }
    assert set(facts(path, "#c19-27")) == set(facts(path, "#c6-10")) == set(facts(path, "#c6-18"))
    source = facts(path, "")
    assert source["mag:sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert source["mag:characters"] == str(len(TEXT))
    folded = "Menu Zinc is red and warm. It melts."
    assert source["mag:foldedSha256"] == hashlib.sha256(folded.encode()).hexdigest()
    assert facts(path, "#l0-4") == {
        vocabulary.TYPE: MAG + "LeftOut",
        "oa:start": "0",
        "oa:end": "4",
        "mag:reason": "a menu",
    }


def test_the_form_is_reached_at_once(project: Project) -> None:
    text = formatted(project)
    assert run(project) == []
    claims = [line for line in text.splitlines() if line.endswith("a mag:Claim ;")]
    assert claims == ["<#red> a mag:Claim ;", "<#warm> a mag:Claim ;"]
    assert text.startswith(f"@base <{BASE}> .\n@prefix mag: <{MAG}> .\n@prefix oa:")
    assert "con:" not in text


def test_the_order_of_the_input_does_not_matter(project: Project) -> None:
    text = formatted(project)
    path = project.graphs / "sources" / "zinc.ttl"
    quads = list(turtle.read(path).quads)
    for seed in range(3):
        random.Random(seed).shuffle(quads)
        triples = [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads]
        rows = ox.serialize(triples, format=ox.RdfFormat.TURTLE)
        path.write_bytes(f"@base <{BASE}> .\n".encode() + rows.replace(b"\n", b"\r\n"))
        assert formatted(project) == text


def test_values_take_their_canonical_form(project: Project) -> None:
    put(project, f'@base <{BASE}> . <#a> mag:x 1.50, 007, "x"@en-GB, true .')
    assert "mag:x 1.5 ;\n    mag:x 7 ;" in (text := formatted(project))
    assert '"x"@en-gb' in text


def test_check_writes_nothing(project: Project) -> None:
    path = project.graphs / "sources" / "zinc.ttl"
    assert run(project, check=True) == [path]
    assert path.read_text() == BARE
    run(project)
    assert run(project, check=True) == []


def test_without_the_text_only_the_names_are_read(project: Project) -> None:
    (project.root / "texts" / "zinc.txt").unlink()
    for sources in (None, texts(project)):
        put(project, BARE)
        (path,) = formats.format_paths(project, [], sources)
        found = facts(path, "#c6-18")
        assert set(found) == {vocabulary.TYPE, "oa:hasSource", "oa:start", "oa:end"}
        assert "mag:sha256" not in facts(path, "")


def test_passages_of_other_sources_are_theirs_to_describe(project: Project) -> None:
    put(project, BARE.replace("src:zinc\\#c6-18", "src:iron\\#c1-2"))
    assert "iron#c1-2> a" not in formatted(project)


def test_a_passage_by_its_locator_is_left_alone(project: Project) -> None:
    put(
        project,
        f"@base <{BASE}> . <> a mag:Source . <#p1> a mag:Passage ; oa:hasSource <> ;"
        ' mag:locator "Abstract" .'
        " <#p2> a mag:Passage ; oa:hasSource <> ; oa:start 6 ; oa:end 10 .",
    )
    formatted(project)
    path = project.graphs / "sources" / "zinc.ttl"
    assert "mag:sha256" not in facts(path, "#p1")
    assert facts(path, "#p2")["mag:sha256"] == hashlib.sha256(b"Zinc").hexdigest()


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("@base", "# why\n@base"), 1, ["comment", "# why"]),
        (("6-10> .", "6-10> . # why\n# and more"), 2, ["comment", "# why", "1 more"]),
        (("mag:reason", "mag:x [] ; mag:reason"), 5, ["name"]),
        (("mag:reason", "mag:x <../up> ; mag:reason"), 5, ["<../up>"]),
        (("c6-10", "c6-99"), 2, ["6-99", "39 characters"]),
        (("c6-10", "c99-100"), 2, ["99-100", "39 characters"]),
        (("l0-4", "l0-40"), 5, ["0-40"]),
        (("a mag:Source", "a mag:Source ; mag:characters 40"), 4, ["characters 40", "39"]),
        (("a mag:Source", 'a mag:Source ; mag:sha256 "00"'), 4, ["sha256 00"]),
        (("mag:reason", "oa:start 1 ; mag:reason"), 5, ["l0-4", "start 1", "says 0"]),
        (("\n<#l0-4>", '\n<#c6-10> mag:sha256 "00" .\n<#l0-4>'), 5, ["zinc#c6-10", "sha256 00"]),
        (("\n<#l0-4>", "\n<#c6-10> mag:foldedLength 9 .\n<#l0-4>"), 5, ["c6-10", "text gives 4"]),
    ],
)
def test_what_is_refused(
    project: Project, change: tuple[str, str], line: int, words: list[str]
) -> None:
    assert change[0] in BARE
    old, new = change
    error = refusal(project, BARE.replace(old, new) if old == "l0-4" else BARE.replace(old, new, 1))
    assert error.line == line
    assert error.file is not None
    assert error.file.endswith("graphs/sources/zinc.ttl")
    assert all(word in str(error) for word in words), str(error)


def test_a_changed_source_is_said_once_and_each_passage_by_itself(project: Project) -> None:
    text = formatted(project)
    (project.root / "texts" / "zinc.txt").write_text("X" + TEXT)
    error = refusal(project, text)
    assert str(error).count("the text gives") == 1
    assert "zinc has sha256" in str(error)
    marked = text.replace(text.split("\n\n")[1], "<> a mag:Source .")
    error = refusal(project, marked)
    assert str(error).count("the text gives") == 3
    assert "zinc.ttl:" in str(error).splitlines()[1]


def test_nothing_is_written_if_one_file_is_at_fault(project: Project) -> None:
    good, bad = put(project, "con:a a mag:Concept .", "a.ttl"), put(project, "con:a a", "z.ttl")
    put(project, "# lost\ncon:b a mag:Concept .", "b.ttl")
    with pytest.raises(InputError) as caught:
        run(project)
    assert "b.ttl:1: a comment" in str(caught.value)
    assert "z.ttl:1: " in str(caught.value)
    assert good.read_text() == "con:a a mag:Concept ."
    assert bad.read_text() == "con:a a"
    assert run(project, good) == [good]
    assert run(project, project.graphs / "sources") == [project.graphs / "sources" / "zinc.ttl"]


def test_prefixes_are_those_of_the_project(project: Project) -> None:
    put(
        project,
        '<urn:1> sh:declare <urn:2> . <urn:2> sh:prefix "con" ;'
        ' sh:namespace "https://example.org/iron/concept/"^^xsd:anyURI .',
        "prefixes.ttl",
    ).write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<urn:2> sh:prefix 'con' ;"
        " sh:namespace 'https://example.org/iron/concept/' ."
    )
    path = put(project, "<https://example.org/iron/concept/x> a mag:Concept .", "c.ttl")
    assert path in run(project)
    assert path.read_text() == (
        "@prefix con: <https://example.org/iron/concept/> .\n"
        f"@prefix mag: <{MAG}> .\n\ncon:x a mag:Concept .\n"
    )
    unknown = put(project, "connn:x a mag:Concept .", "d.ttl")
    with pytest.raises(SyntaxFault, match="con:"):
        run(project, unknown)


def test_only_turtle_has_a_canonical_form(project: Project) -> None:
    other = put(project, "<urn:a> <urn:b> <urn:c> .", "x.nt")
    assert other not in run(project)
    with pytest.raises(InputError, match="only Turtle"):
        run(project, other)
    with pytest.raises(InputError, match="no such file"):
        run(project, project.graphs / "missing.ttl")


def test_links_and_modes_stay(project: Project) -> None:
    path = project.graphs / "sources" / "zinc.ttl"
    target = path.rename(project.graphs / "real.ttl")
    path.symlink_to(target)
    target.chmod(0o640)
    run(project, path)
    assert path.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert "mag:foldedSha256" in target.read_text()


@pytest.mark.parametrize("name", ["mkstemp", "replace"])
def test_a_folder_that_takes_no_file(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile if name == "mkstemp" else os, name, full)
    path = project.graphs / "sources" / "zinc.ttl"
    with pytest.raises(OutputError, match="no space left"):
        run(project)
    assert path.read_text() == BARE
    assert list(path.parent.iterdir()) == [path]


@given(
    st.text(st.sampled_from("ab \n\t\u00a0\u0301漢\r"), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), max_size=4),
)
@settings(deadline=None, max_examples=60)
def test_formatting_twice_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, text: str, spans: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("format")
    (folder / "zinc.txt").write_bytes(text.encode())
    sources = SourceTexts(folder)
    path = folder / "x.ttl"
    inside = [(start, end) for start, end in spans if text[start:end].strip() and end <= len(text)]
    links = "".join(f"<#a> mag:passage <#c{start}-{end}> . " for start, end in inside)
    path.write_text(f"@base <{BASE}> . <> a mag:Source . {links}")
    once = formats.format_file(path, vocabulary.prefixes(), sources)
    path.write_bytes(once.encode())
    assert formats.format_file(path, vocabulary.prefixes(), sources) == once
    for start, end in inside:
        marks = passage.measure(text, start, end)
        found = facts(path, f"#c{start}-{end}")
        assert (found["mag:sha256"], found["mag:afterSha256"]) == (
            marks.sha256,
            marks.after_sha256,
        )

"""`format` with ``reread``: a changed text is taken over where every passage still stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magkg.claims import format as formats
from magkg.claims import rereading, starter, turtle
from magkg.claims.passage import measure, whole_digest
from magkg.claims.project import Project
from magkg.claims.sources import SourceTexts
from magkg.errors import InputError
from magkg.store.check import check
from magkg.vocabulary import MAG, OA

SLUG = "note-on-bricks"
BASE = f"https://example.org/bricks/source/{SLUG}"
TITLE, REST = "A note on bricks\n\n", " They are shaped, dried and then fired in a kiln.\n"
CLAY = "Common bricks are made of clay."
# Two passages beside the one of the claim.
MORE = "<#made-of-clay> mag:passage <#c54-60>, <#c71-98> .\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    starter.lay_down(tmp_path / "bricks", "https://example.org/bricks/")
    made = Project(tmp_path / "bricks")
    path = file(made)
    path.write_text(path.read_text() + MORE)
    formats.format_paths(made, [], texts(made))
    assert check(made, sources=texts(made)).findings == ()
    return made


def file(project: Project) -> Path:
    return project.graphs / "sources" / f"{SLUG}.ttl"


def texts(project: Project) -> SourceTexts:
    return SourceTexts(project.root / "texts")


def text(project: Project) -> str:
    return texts(project).text(SLUG) or ""


def become(project: Project, new: str) -> None:
    (project.root / "texts" / f"{SLUG}.txt").write_bytes(new.encode())


def reread(project: Project) -> str:
    """Take the new text over; then nothing is left to do, and nothing is found."""
    assert formats.format_paths(project, [], texts(project), reread=True) == [file(project)]
    assert formats.format_paths(project, [], texts(project), reread=True) == []
    assert formats.format_paths(project, [], texts(project), check=True) == []
    assert check(project, sources=texts(project)).findings == ()
    return file(project).read_text()


def spans(project: Project) -> dict[str, str]:
    """The text at the offsets of each passage and of what was left out, by its fragment."""
    rows: dict[str, dict[str, int]] = {}
    for quad in turtle.read(file(project)).quads:
        if quad.predicate.value in (OA + "start", OA + "end"):
            name = quad.subject.value.partition("#")[2]
            rows.setdefault(name, {})[quad.predicate.value] = int(quad.object.value)
    whole = text(project)
    return {name: whole[row[OA + "start"] : row[OA + "end"]] for name, row in rows.items()}


def refused(project: Project) -> InputError:
    before = file(project).read_bytes()
    with pytest.raises(InputError) as caught:
        formats.format_paths(project, [], texts(project), reread=True)
    assert file(project).read_bytes() == before
    return caught.value


def test_without_it_the_refusal_names_the_way(project: Project) -> None:
    become(project, "New. " + text(project))
    with pytest.raises(InputError) as caught:
        formats.format_paths(project, [], texts(project))
    assert "`magkg verify --sources DIR` says what became of each passage" in caught.value.hint
    assert "`magkg format --reread --sources DIR` takes the new text over" in caught.value.hint
    assert caught.value.line


@pytest.mark.parametrize(
    ("new", "shift", "title"),
    [
        ("Seen in 1900.\n\n" + TITLE + CLAY + REST, 15, 15),
        ("\u6f22\u0301 " + TITLE + CLAY + REST, 3, 3),
        (TITLE + "By a mason.\n" + CLAY + REST, 12, 0),  # the digest proves where it was inserted
    ],
)
def test_text_inserted_before_moves_everything_after_it(
    project: Project, new: str, shift: int, title: int
) -> None:
    before = spans(project)
    assert before["c18-48"] == CLAY[:-1]
    become(project, new)
    written = reread(project)
    assert spans(project) == {
        f"l{title}-{title + 16}": "A note on bricks",
        f"c{18 + shift}-{48 + shift}": CLAY[:-1],
        f"c{54 + shift}-{60 + shift}": before["c54-60"],
        f"c{71 + shift}-{98 + shift}": before["c71-98"],
    }
    assert f"mag:passage <#c{18 + shift}-{48 + shift}>" in written
    assert "#c18-48" not in written
    marks = measure(new, 18 + shift, 48 + shift)
    assert all(f'"{digest}"' in written for digest in (marks.before_sha256, marks.after_sha256))
    assert f'mag:foldedSha256 "{whole_digest(new)}"' in written
    assert f"mag:characters {len(new)} ;" in written


def test_text_added_after_leaves_the_names(project: Project) -> None:
    before = spans(project)
    become(project, text(project) + "\nThat is all.")
    reread(project)
    assert spans(project) == before


def test_a_name_may_be_that_of_another_passage_before(project: Project) -> None:
    path = file(project)
    path.write_text(path.read_text() + "<#made-of-clay> mag:passage <#c48-54> .\n")
    formats.format_paths(project, [], texts(project))
    before = spans(project)
    become(project, "......" + text(project))  # c48-54 is called c54-60, and that one c60-66
    reread(project)
    after = spans(project)
    assert (after["c54-60"], after["c60-66"]) == (before["c48-54"], before["c54-60"])


def test_a_text_wrapped_anew_is_taken_over(project: Project) -> None:
    before = spans(project)
    become(
        project, TITLE + (CLAY + REST).replace(" bricks", "\n  bricks").replace(" in a", "\nin a")
    )
    reread(project)
    after = spans(project)
    assert after["c18-50"] == "Common\n  bricks are made of clay"
    assert after["l0-16"] == "A note on bricks"
    assert after["c73-100"].split() == before["c71-98"].split()


def test_words_that_stand_in_the_file_follow_the_text(project: Project) -> None:
    path = file(project)
    path.write_text(
        path.read_text()
        + "<> dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> .\n"
        + f'<#c18-48> mag:exact "{CLAY[:-1]}" .\n'
    )
    become(project, TITLE + CLAY.replace(" made", "\nmade") + REST)
    assert 'mag:exact "Common bricks are\\nmade of clay"' in reread(project)


def test_what_is_altered_or_gone_is_named_and_nothing_is_written(project: Project) -> None:
    become(project, "New. " + TITLE + CLAY.replace("clay", "loam") + REST)
    error = refused(project)
    line = (
        next(
            n
            for n, row in enumerate(file(project).read_text().split("\n"), 1)
            if row.startswith("<#c18-48> a")
        )
        + 2
    )
    assert str(error).startswith(
        f"{error.file}:{line}: {SLUG}#c18-48 (the passage of {SLUG}#made-of-clay) is altered:"
    )
    assert "c54-60" not in str(error)
    assert "magkg anchor SLUG" in error.hint
    become(project, "Nothing of the kind.")
    error = refused(project)
    told = re.findall(r"#(\S+) \(the passage of note-on-bricks#made-of-clay\) is gone", str(error))
    assert sorted(told) == ["c18-48", "c54-60", "c71-98"]
    assert "left out" not in str(error)


def test_a_passage_without_marks_cannot_be_found(project: Project) -> None:
    path = file(project)
    path.write_text(path.read_text() + "<#made-of-clay> mag:passage <#c0-6> .\n")
    become(project, "New. " + text(project))
    error = refused(project)
    assert f"{SLUG}#c0-6 (the passage of {SLUG}#made-of-clay) has no marks" in str(error)
    assert "--turtle" in error.hint
    assert error.line


def test_two_passages_never_become_one(project: Project) -> None:
    other = TITLE + "Common sense" + " and the rest of it" * 4 + " is common sense. Common sense."
    path, source = file(project), project.root / "texts" / f"{SLUG}.txt"
    head = path.read_text().partition("<#made-of-clay>")[0]
    head = re.sub(r" +mag:(characters|sha256|foldedSha256) .*\n", "", head)
    starts = [18, other.rindex("Common")]
    links = " , ".join(f"<#c{start}-{start + 12}>" for start in starts)
    path.write_text(f"{head}\n<#a> mag:passage {links} .\n")
    source.write_text(other)
    formats.format_paths(project, [], texts(project))
    source.write_text("Something else: Common sense, now.")
    message = str(refused(project))
    assert all(f"{SLUG}#c{at}-{at + 12} (the passage of {SLUG}#a)" in message for at in starts)
    assert "are one passage now, 16-28" in message


@pytest.mark.parametrize(
    "new",
    [
        TITLE.replace("bricks", "all of the bricks") + CLAY + REST,  # inside of what was left out
        "Of bricks\n\n" + CLAY + REST,
        "A. " + TITLE + "By a mason.\n" + CLAY + REST,  # two insertions: either may hold the span
    ],
)
def test_what_was_left_out_is_moved_only_where_that_is_sure(project: Project, new: str) -> None:
    become(project, new)
    error = refused(project)
    assert f"{SLUG}#l0-16 was left out, and its place in the new text is not sure" in str(error)
    assert "c18-48" not in str(error)
    assert error.line
    path = file(project)
    parts = re.split(r"\n\n", path.read_text())
    kept = "\n\n".join(each for each in parts if not each.startswith("<#l0-16>"))
    path.write_text(re.sub(r" ;\n +mag:leftOut <#l0-16> \.", " .", kept))
    reread(project)


def test_where_a_proof_would_take_too_long_there_is_none(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(project, "Seen in 1900.\n\n" + text(project))
    monkeypatch.setattr(rereading, "_MOST_HASHED", 100)
    assert "is not sure" in str(refused(project))


def test_what_has_no_offsets_or_no_text_is_left_alone(project: Project) -> None:
    path = file(project)
    more = '<#p1> a mag:Passage ; oa:hasSource <> ; mag:locator "1" .\n'
    more += "<#p2> a mag:Passage ; oa:hasSource <> ; oa:start 18 ; oa:end 24 .\n"
    path.write_text(path.read_text() + more)
    formats.format_paths(project, [], texts(project))
    become(project, "New. " + text(project))
    formats.format_paths(project, [], texts(project), reread=True)
    assert '<#p1> a mag:Passage ;\n    oa:hasSource <> ;\n    mag:locator "1" .' in path.read_text()
    assert spans(project)["p2"] == "Common"  # a name without offsets stays
    (project.root / "texts" / f"{SLUG}.txt").unlink()
    assert formats.format_paths(project, [], texts(project), reread=True) == []


def test_it_needs_the_texts_and_writes_nothing_when_only_checking(project: Project) -> None:
    with pytest.raises(InputError, match="their texts are needed") as caught:
        formats.format_paths(project, reread=True)
    assert "--sources DIR" in caught.value.hint
    before = file(project).read_bytes()
    become(project, "New. " + text(project))
    changed = formats.format_paths(project, [], texts(project), check=True, reread=True)
    assert changed == [file(project)]
    assert file(project).read_bytes() == before


@settings(deadline=None, max_examples=60)
@given(
    st.text("ab \n\u6f22\u0301", min_size=4, max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), min_size=1, max_size=4),
    st.integers(0, 60),
    st.text("abc \n", min_size=1, max_size=12),
)
def test_whatever_is_taken_over_says_what_was_read(
    tmp_path_factory: pytest.TempPathFactory,
    old: str,
    places: list[tuple[int, int]],
    at: int,
    piece: str,
) -> None:
    folder = tmp_path_factory.mktemp("reread")
    path, source = folder / "x.ttl", folder / f"{SLUG}.txt"
    inside = [
        (a, a + size) for a, size in places if old[a : a + size].strip() and a + size <= len(old)
    ]
    links = "".join(
        f"<> mag:leftOut <#l{a}-{b}> . " if turn % 2 else f"<#x{turn}> mag:passage <#c{a}-{b}> . "
        for turn, (a, b) in enumerate(inside)
    )
    prefixes = {"mag": MAG, "oa": OA, "src": BASE.removesuffix(SLUG)}
    path.write_text(f"@base <{BASE}> . <> a mag:Source . {links}")
    source.write_bytes(old.encode())
    sources = SourceTexts(folder)
    path.write_text(formats.format_file(path, prefixes, sources), newline="")
    new = old[:at] + piece + old[at:]
    source.write_bytes(new.encode())
    try:
        done = formats.format_file(path, prefixes, sources, reread=True)
    except InputError:
        return
    found = re.findall(r"^<#([cl])(\d+)-(\d+)> a", done, re.MULTILINE)
    folded = {(kind, "".join(new[int(a) : int(b)].split())) for kind, a, b in found}
    assert folded == {
        ("l" if turn % 2 else "c", "".join(old[a:b].split())) for turn, (a, b) in enumerate(inside)
    }
